/**
 * The least that each side must be asked, as formulas with their reasons: what a sync that never asked anything twice and filled every
 * batch would need. The benches print these beside what was counted.
 */
import type { MailServiceName } from '../sandbox/cast.ts';

export interface Minimum {
  readonly requests: number;
  readonly formula: string;
}

/** What a run had to do: `mails` listed, `saved` of them read whole. */
export interface RunSize {
  readonly mails: number;
  readonly saved: number;
}

/** SyncFolderItems returns 512 changes at most. https://learn.microsoft.com/exchange/client-developer/web-service-reference/maxchangesreturned */
const CHANGES_MAX = 512;
/** Microsoft's advice for items with contents is batches of ten. https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange */
const CONTENTS_MAX = 10;
/** A page of a delta query asked for by `Prefer: odata.maxpagesize`; what it selects are the heads. https://learn.microsoft.com/graph/delta-query-messages */
const DELTA_PAGE = 500;
/** JSON batches take 20 requests. https://learn.microsoft.com/graph/json-batching */
const GRAPH_BATCH = 20;
/** messages.list gives 500 ids at most. https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/list */
const LIST_MAX = 500;
/** Google's advice: not more than 50 calls in a batch. https://developers.google.com/workspace/gmail/api/guides/batch */
const GMAIL_BATCH = 50;
/** sObject Collections take 200 records. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm */
const RECORDS_MAX = 200;

/** Reading `mails` and the contents of `saved` of them; each folder needs a last page of its own. */
export const mailMinimum: Readonly<Record<MailServiceName, (run: RunSize) => Minimum>> = {
  exchange: ({ mails, saved }) => ({
    requests: Math.ceil(mails / CHANGES_MAX) + Math.ceil(saved / CONTENTS_MAX),
    formula: `ceil(${mails}/${CHANGES_MAX}) SyncFolderItems + ceil(${saved}/${CONTENTS_MAX}) GetItem with contents`,
  }),
  office365: ({ mails, saved }) => ({
    requests: Math.ceil(mails / DELTA_PAGE) + Math.ceil(saved / GRAPH_BATCH),
    formula: `ceil(${mails}/${DELTA_PAGE}) pages of delta + ceil(${saved}/${GRAPH_BATCH}) batches of contents`,
  }),
  google: ({ mails, saved }) => ({
    requests: Math.ceil(mails / LIST_MAX) + Math.ceil(mails / GMAIL_BATCH) + Math.ceil(saved / GMAIL_BATCH),
    formula: `ceil(${mails}/${LIST_MAX}) pages of ids + ceil(${mails}/${GMAIL_BATCH}) batches of heads + ceil(${saved}/${GMAIL_BATCH}) batches of contents`,
  }),
};

/** Looking `mails` up and writing `saved` of them. Files ride in the same requests. */
export function salesforceMinimum(run: RunSize): Minimum {
  return {
    requests: Math.ceil(run.mails / RECORDS_MAX) + Math.ceil(run.saved / RECORDS_MAX),
    formula: `ceil(${run.mails}/${RECORDS_MAX}) look-ups + ceil(${run.saved}/${RECORDS_MAX}) writes`,
  };
}

/** Nothing moved: one question tells it; Exchange has one for the folder tree and one for what is in the folders. */
export const idleMinimum = {
  exchange: { requests: 2, formula: '1 SyncFolderHierarchy + 1 GetFolder over all folders' },
  office365: { requests: 1, formula: '1 batch with the folder tree and every folder' },
  google: { requests: 1, formula: '1 history.list' },
  salesforce: { requests: 1, formula: '1 request that proves the connection' },
} satisfies Record<MailServiceName | 'salesforce', Minimum>;

/**
 * The most that an idle run may ask, for mail and all three collections: Exchange may have one question more for its calendar, contacts and tasks; Google has one
 * for each of the three beside Gmail's history.
 */
export const idleMax: Readonly<Record<MailServiceName | 'salesforce', number>> = {
  exchange: 3,
  office365: 1,
  google: 4,
  salesforce: 1,
};

/** What the product promises at most, against the minimum. */
export const RATIO_MAX = 1.3;
