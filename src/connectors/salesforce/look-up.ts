/**
 * Answers `lookUp`: who the addresses belong to, which accounts the domains are, which mails exist already, and what matched accounts have open.
 * It writes queries and chooses between several records by one fixed order; matching rules are not its business.
 */
import { getDomain, getHostname } from 'tldts';
import type { LookUpQuery, LookUpResult, Person } from '../../model/connector.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { EmailKey, RecordId } from '../../model/ids.ts';
import { emailFields, isFilterable, type ObjectName, type OrgShape } from './describe.ts';
import { type Api, type Row, readQueries, tryQueries } from './operations.ts';
import { emailRecordOf, hasKeyField, KEY_FIELD } from './org.ts';
import { chunkQueries, inList, quoteSoqlContaining, soqlName } from './soql.ts';

export interface LookUpContext {
  readonly api: Api;
  readonly org: OrgShape;
  /** Whose records are preferred; null when it is not known. */
  readonly userId: string | null;
}

interface Plan {
  readonly queries: readonly string[];
  readonly read: (rows: readonly Row[]) => void;
  /** Narrower queries, for orgs so large that the first ones time out. */
  readonly narrower?: () => readonly string[];
}

/** One composite request for up to five queries; one more for opportunities or cases, which depend on the accounts found. */
export async function lookUp(context: LookUpContext, query: LookUpQuery): Promise<LookUpResult> {
  const people: Person[] = [];
  const accounts: { domain: string; recordId: RecordId }[] = [];
  const emails: { key: EmailKey; recordId: RecordId }[] = [];
  const plans: Plan[] = [
    planPeople(context, 'Contact', 'contact', query.addresses, people),
    planPeople(context, 'Lead', 'lead', query.addresses, people),
    planPeople(context, 'User', 'internal', query.addresses, people),
    planAccounts(context, query.domains, accounts),
    planEmails(context, query.keys, emails),
  ];
  await runPlans(context, plans);
  const accountIds = [
    ...people.flatMap(({ accountId }) => (accountId === null ? [] : [accountId])),
    ...accounts.map(({ recordId }) => recordId),
  ];
  const related = await findRelated(context, query.relateTo, [...new Set(accountIds)], people);
  return { people, accounts, emails, related };
}

async function runPlans(context: LookUpContext, plans: readonly Plan[]): Promise<void> {
  const results = await tryQueries(
    context.api,
    plans.flatMap(({ queries }) => queries),
    'look-up',
  );
  let at = 0;
  for (const plan of plans) {
    const rows = results.slice(at, at + plan.queries.length);
    at += plan.queries.length;
    plan.read(await settle(context, plan, rows));
  }
}

async function settle(
  context: LookUpContext,
  plan: Plan,
  results: readonly (readonly Row[] | RemoteFailure)[],
): Promise<readonly Row[]> {
  const refusal = results.find((result) => result instanceof RemoteFailure);
  if (refusal === undefined)
    return results.flatMap((result) => (result instanceof RemoteFailure ? [] : result));
  const isTooLarge = TOO_LARGE.has(refusal.failure.vendorCode ?? '');
  if (!isTooLarge || plan.narrower === undefined) throw refusal;
  return (await readQueries(context.api, plan.narrower(), 'look-up')).flat();
}

const TOO_LARGE = new Set(['QUERY_TIMEOUT', 'OPERATION_TOO_LARGE']);

const nothing: Plan = { queries: [], read: () => undefined };

/** Vendor page: docs/remote-services/salesforce.md#people */
function planPeople(
  context: LookUpContext,
  object: 'Contact' | 'Lead' | 'User',
  kind: Person['kind'],
  addresses: readonly string[],
  into: Person[],
): Plan {
  const shape = context.org.objects.get(object);
  if (shape === undefined || !shape.queryable || addresses.length === 0) return nothing;
  const fields = emailFields(shape);
  if (fields.length === 0) return nothing;
  const select = ['Id', ...EXTRA_FIELDS[object].filter((name) => shape.fields.has(name)), ...fields];
  const guard =
    object === 'Lead' && isFilterable(shape, 'IsConverted')
      ? 'IsConverted = false AND '
      : object === 'User' && isFilterable(shape, 'IsActive')
        ? 'IsActive = true AND '
        : '';
  return {
    queries: chunkQueries(addresses, (part) => {
      const matches = fields.map((field) => inList(field, part)).join(' OR ');
      return `SELECT ${select.map(soqlName).join(',')} FROM ${object} WHERE ${guard}(${matches})`;
    }),
    read: (rows) => {
      const sorted = rows.filter((row) => !isPortalUser(row)).toSorted(byPreference(context.userId));
      for (const address of addresses) {
        const row = sorted.find((candidate) =>
          fields.some((field) => textOf(candidate, field).toLowerCase() === address),
        );
        if (row === undefined) continue;
        into.push({
          kind,
          recordId: textOf(row, 'Id') as RecordId,
          address,
          accountId: (textOf(row, 'AccountId') || null) as RecordId | null,
        });
      }
    },
  };
}

/** A user with a contact is a customer's portal login, not a colleague. */
const EXTRA_FIELDS = {
  Contact: ['AccountId', 'OwnerId', 'CreatedDate'],
  Lead: ['OwnerId', 'CreatedDate'],
  User: ['ContactId', 'CreatedDate'],
} as const;

function isPortalUser(row: Row): boolean {
  return textOf(row, 'ContactId') !== '';
}

/** Vendor page: docs/remote-services/salesforce.md#accounts */
function planAccounts(
  context: LookUpContext,
  domains: readonly string[],
  into: { domain: string; recordId: RecordId }[],
): Plan {
  const shape = context.org.objects.get('Account');
  if (domains.length === 0 || !isFilterable(shape, 'Website')) return nothing;
  const sites = [...new Set(domains.map(siteOf))];
  return {
    queries: chunkQueries(
      sites,
      (part) =>
        `SELECT Id,Website,OwnerId,CreatedDate FROM Account WHERE ${part
          .map((site) => `Website LIKE ${quoteSoqlContaining(site)}`)
          .join(' OR ')}`,
    ),
    // An index helps an exact comparison and not one with a leading wildcard.
    narrower: () =>
      chunkQueries(
        sites,
        (part) =>
          `SELECT Id,Website,OwnerId,CreatedDate FROM Account WHERE ${inList('Website', part.flatMap(spellingsOf))}`,
      ),
    read: (rows) => {
      const sorted = rows.toSorted(byPreference(context.userId));
      for (const domain of domains) {
        const row =
          sorted.find((candidate) => hostOf(textOf(candidate, 'Website')) === domain) ??
          sorted.find((candidate) => siteOf(hostOf(textOf(candidate, 'Website'))) === siteOf(domain));
        if (row !== undefined) into.push({ domain, recordId: textOf(row, 'Id') as RecordId });
      }
    },
  };
}

/** How people write a web address most often. */
function spellingsOf(site: string): readonly string[] {
  const hosts = [site, `www.${site}`];
  return hosts.flatMap((host) => [
    host,
    `http://${host}`,
    `https://${host}`,
    `http://${host}/`,
    `https://${host}/`,
  ]);
}

/** The registrable domain; domains that hand out names to others (`github.io`) count as suffixes. */
function siteOf(host: string): string {
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
}

function hostOf(website: string): string {
  return (getHostname(website.trim()) ?? '').replace(/^www\d*\./, '');
}

/** Other programs store the Message-ID with its angle brackets, so both spellings are asked for. Vendor page: #message-identifier */
function planEmails(
  context: LookUpContext,
  keys: readonly EmailKey[],
  into: { key: EmailKey; recordId: RecordId }[],
): Plan {
  const isMessage = emailRecordOf(context.org) === 'message';
  const object: ObjectName = isMessage ? 'EmailMessage' : 'Task';
  const shape = context.org.objects.get(object);
  const field = isMessage ? 'MessageIdentifier' : KEY_FIELD;
  if (keys.length === 0 || !isFilterable(shape, field) || (!isMessage && !hasKeyField(shape))) return nothing;
  return {
    queries: chunkQueries(keys, (part) => {
      const spellings = isMessage ? part.flatMap((key) => [key, `<${key}>`]) : part;
      return `SELECT Id,CreatedDate,${field} FROM ${object} WHERE ${inList(field, spellings)}`;
    }),
    read: (rows) => {
      const sorted = rows.toSorted(byPreference(null));
      for (const key of keys) {
        // Comparison in SOQL ignores case; keys do not.
        const row = sorted.find((candidate) => textOf(candidate, field).replace(/^<|>$/g, '') === key);
        if (row !== undefined) into.push({ key, recordId: textOf(row, 'Id') as RecordId });
      }
    },
  };
}

/** The matched accounts' most recent open opportunity or case. Vendor page: docs/remote-services/salesforce.md#related */
async function findRelated(
  context: LookUpContext,
  relateTo: LookUpQuery['relateTo'],
  accountIds: readonly RecordId[],
  people: readonly Person[],
): Promise<ReadonlyMap<RecordId, RecordId>> {
  const related = new Map<RecordId, RecordId>();
  const object = relateTo === 'opportunity' ? 'Opportunity' : relateTo === 'case' ? 'Case' : null;
  if (object === null || accountIds.length === 0) return related;
  const shape = context.org.objects.get(object);
  if (!isFilterable(shape, 'AccountId') || !isFilterable(shape, 'IsClosed')) return related;
  const ofAccounts = chunkQueries(
    accountIds,
    (part) =>
      `SELECT Id,AccountId,OwnerId,LastModifiedDate FROM ${object} WHERE IsClosed = false AND ${inList('AccountId', part)} ORDER BY LastModifiedDate DESC, Id`,
  );
  const contactIds = people.filter(({ kind }) => kind === 'contact').map(({ recordId }) => recordId);
  const roles = context.org.objects.get('OpportunityContactRole');
  const ofContacts =
    object === 'Opportunity' && isFilterable(roles, 'ContactId')
      ? chunkQueries(
          [...new Set(contactIds)],
          (part) =>
            `SELECT OpportunityId FROM OpportunityContactRole WHERE Opportunity.IsClosed = false AND ${inList('ContactId', part)}`,
        )
      : [];
  const results = await readQueries(context.api, [...ofAccounts, ...ofContacts], 'look-up');
  const withRole = new Set(
    results
      .slice(ofAccounts.length)
      .flat()
      .map((row) => textOf(row, 'OpportunityId')),
  );
  const candidates = results
    .slice(0, ofAccounts.length)
    .flat()
    .toSorted(
      (one, other) =>
        Number(withRole.has(textOf(other, 'Id'))) - Number(withRole.has(textOf(one, 'Id'))) ||
        Number(isOwn(other, context.userId)) - Number(isOwn(one, context.userId)) ||
        compare(textOf(other, 'LastModifiedDate'), textOf(one, 'LastModifiedDate')) ||
        compare(textOf(one, 'Id'), textOf(other, 'Id')),
    );
  for (const row of candidates) {
    const accountId = textOf(row, 'AccountId') as RecordId;
    if (!related.has(accountId)) related.set(accountId, textOf(row, 'Id') as RecordId);
  }
  return related;
}

/** The user's own first, then the oldest: the same choice at every run. */
function byPreference(userId: string | null): (one: Row, other: Row) => number {
  return (one, other) =>
    Number(isOwn(other, userId)) - Number(isOwn(one, userId)) ||
    compare(textOf(one, 'CreatedDate'), textOf(other, 'CreatedDate')) ||
    compare(textOf(one, 'Id'), textOf(other, 'Id'));
}

function isOwn(row: Row, userId: string | null): boolean {
  return userId !== null && textOf(row, 'OwnerId') === userId;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function textOf(row: Row, field: string): string {
  const value = row[field];
  return typeof value === 'string' ? value : '';
}
