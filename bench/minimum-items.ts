/**
 * The least that keeping events, contacts and tasks in step costs, as formulas with their reasons: a sync that asked nothing twice, filled every batch
 * that the vendor allows, and wrote one statement a page. Nothing of the product is in it.
 */
import type { MailServiceName } from '../sandbox/cast.ts';
import type { BenchCollection } from './items.ts';
import type { Minimum } from './minimum.ts';

/** How many things went up from the mailbox, and down from Salesforce. */
export interface BothWays {
  readonly up: number;
  readonly down: number;
}

interface Batches {
  /** Items in a page of changes, with everything that is kept in step. */
  readonly read: number;
  readonly reading: string;
  /** Items made or changed by one request. */
  readonly write: number;
  readonly writing: string;
}

/**
 * SyncFolderItems returns 512 changes with their properties, and no bodies: those cost a GetItem, whose batches Microsoft wants below 1,000. Contacts and
 * tasks have bodies, too, but nothing of a contact's is kept in step. Batches of CreateItem and UpdateItem: below 1,000.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-process-email-messages-in-batches-by-using-ews-in-exchange
 */
const ews: Batches = { read: 512, reading: 'SyncFolderItems', write: 1_000, writing: 'CreateItem' };
/** `Prefer: odata.maxpagesize`, bodies included; JSON batches take 20 requests. https://learn.microsoft.com/graph/json-batching */
const graph: Batches = { read: 500, reading: 'pages of delta', write: 20, writing: 'batches' };

const batches: Readonly<Record<MailServiceName, Readonly<Record<BenchCollection, Batches>>>> = {
  exchange: { events: ews, contacts: ews, tasks: ews },
  office365: { events: graph, contacts: graph, tasks: graph },
  google: {
    /** https://developers.google.com/workspace/calendar/api/v3/reference/events/list and https://developers.google.com/workspace/calendar/api/guides/batch */
    events: { read: 2_500, reading: 'events.list', write: 50, writing: 'batches' },
    /** https://developers.google.com/people/api/rest/v1/people.connections/list, people.batchCreateContacts and batchUpdateContacts */
    contacts: { read: 1_000, reading: 'connections.list', write: 200, writing: 'batchCreateContacts' },
    /** https://developers.google.com/workspace/tasks/reference/rest/v1/tasks/list; no batches are documented. */
    tasks: { read: 100, reading: 'tasks.list', write: 1, writing: 'writes' },
  },
};

/** Pages of a query hold 2,000 records; sObject Collections take 200. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm */
const QUERY_PAGE = 2_000;
const RECORDS_MAX = 200;

/** Reading what goes up and writing what comes down. */
export function mailboxItemsMinimum(
  service: MailServiceName,
  collection: BenchCollection,
  { up, down }: BothWays,
): Minimum {
  const { read, reading, write, writing } = batches[service][collection];
  const bodies = service === 'exchange' && collection !== 'contacts';
  return {
    requests: Math.ceil(up / read) + (bodies ? Math.ceil(up / 1_000) : 0) + Math.ceil(down / write),
    formula: `ceil(${up}/${read}) ${reading}${bodies ? ` + ceil(${up}/1000) GetItem` : ''} + ceil(${down}/${write}) ${writing}`,
  };
}

/** Reading what comes down and writing what goes up; one page at least tells that there is no more. */
export function recordsMinimum({ up, down }: BothWays): Minimum {
  return {
    requests: Math.max(1, Math.ceil(down / QUERY_PAGE)) + Math.ceil(up / RECORDS_MAX),
    formula: `max(1, ceil(${down}/${QUERY_PAGE})) query + ceil(${up}/${RECORDS_MAX}) sObject Collections`,
  };
}

/** Claim, read what is needed, close and give back: what a run costs in which nothing moved. */
export const IDLE_STATEMENTS = 3;
/** Begin, hold the lease, write the pairs, write the mark, commit. */
const COMMIT_STATEMENTS = 5;

/** One commit for each page that moved something, on either side. */
export function statementsMinimum(pages: number): Minimum {
  return {
    requests: IDLE_STATEMENTS + pages * COMMIT_STATEMENTS,
    formula: `${IDLE_STATEMENTS} (claim, read, close)${pages === 0 ? '' : ` + ${pages} commits of ${COMMIT_STATEMENTS}`}`,
  };
}

/** Nothing moved, mail and one collection. What is a question of its own at each service: see `idleMinimum`. */
export const idleItemsMinimum: Readonly<Record<MailServiceName, Minimum>> = {
  exchange: { requests: 2, formula: '1 SyncFolderHierarchy + 1 GetFolder over all folders' },
  office365: { requests: 1, formula: '1 batch with every folder, calendar and list' },
  google: { requests: 2, formula: '1 history.list + 1 list of the collection' },
};
