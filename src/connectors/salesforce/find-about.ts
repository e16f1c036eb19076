/**
 * Answers `findAbout`: every record that carries an address, or is related to a contact or lead that does. A page is one request for the people and two for
 * a bounded piece of each kind, in the order of ids. Vendor page: docs/remote-services/salesforce.md#about.
 */
import type { AboutPage, AboutRecord } from '../../model/crm-about.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { RecordId } from '../../model/ids.ts';
import { emailFields, isFilterable, type ObjectName, type OrgShape } from './describe.ts';
import { type Api, type Row, readQueries, tryQueries } from './operations.ts';
import { inList, quoteSoql, soqlName } from './soql.ts';

/** Rows of each kind in a page. */
const PAGE_ROWS = 200;
/** Contacts, and leads, of one address. */
const PEOPLE_MAX = 200;

/** One kind of rows: where they are, and which column names the record that is meant. */
interface Stream {
  readonly name: string;
  readonly kind: AboutRecord['kind'];
  readonly object: string;
  readonly column: string;
  /** Null: nothing to ask for. */
  readonly condition: string | null;
}

export async function findAbout(
  { api, org }: { readonly api: Api; readonly org: OrgShape },
  address: string,
  after: string | null,
): Promise<AboutPage> {
  const begun = after === null ? null : readMark(after);
  const people = await readPeople(api, org, address);
  const streams = streamsOf(org, address, people).filter(
    ({ name, condition }) => condition !== null && (begun === null || begun[name] !== undefined),
  );
  const results = await tryQueries(
    api,
    streams.map((stream) => queryOf(stream, begun?.[stream.name] ?? '')),
    'find-about',
  );
  const records: AboutRecord[] = [];
  const next: Record<string, string> = {};
  for (const [at, { name, kind, object, column }] of streams.entries()) {
    const rows = rowsOf(object, results[at]);
    for (const row of rows) {
      const recordId = row[column];
      if (typeof recordId === 'string') records.push({ kind, recordId: recordId as RecordId });
    }
    const last = rows.at(-1)?.Id;
    if (rows.length === PAGE_ROWS && typeof last === 'string') next[name] = last;
  }
  return { records, next: Object.keys(next).length === 0 ? null : JSON.stringify(next) };
}

/** Relations of tasks are there with Shared Activities alone. */
function rowsOf(object: string, result: readonly Row[] | RemoteFailure | undefined): readonly Row[] {
  if (!(result instanceof RemoteFailure)) return result ?? [];
  if (object === 'TaskRelation' && result.failure.vendorCode === 'INVALID_TYPE') return [];
  throw result;
}

function queryOf({ object, column, condition }: Stream, after: string): string {
  const columns = column === 'Id' ? 'Id' : `Id,${column}`;
  const beyond = after === '' ? '' : ` AND Id > ${quoteSoql(after)}`;
  return `SELECT ${columns} FROM ${object} WHERE (${condition})${beyond} ORDER BY Id LIMIT ${PAGE_ROWS}`;
}

function streamsOf(org: OrgShape, address: string, people: readonly string[]): readonly Stream[] {
  const carries = (object: ObjectName, field: string) =>
    isFilterable(org.objects.get(object), field) ? `${field} = ${quoteSoql(address)}` : null;
  const relates = (object: ObjectName | 'TaskRelation', field: string) =>
    people.length === 0 || (object !== 'TaskRelation' && !isFilterable(org.objects.get(object), field))
      ? null
      : inList(field, people);
  const either = (...conditions: readonly (string | null)[]) =>
    conditions.filter((one) => one !== null).join(' OR ') || null;
  const contact = org.objects.get('Contact');
  return [
    stream('senders', 'emails', 'EmailMessage', 'Id', carries('EmailMessage', 'FromAddress')),
    stream(
      ...(['related', 'emails', 'EmailMessageRelation', 'EmailMessageId'] as const),
      either(
        carries('EmailMessageRelation', 'RelationAddress'),
        relates('EmailMessageRelation', 'RelationId'),
      ),
    ),
    stream('tasks', 'tasks', 'Task', 'Id', relates('Task', 'WhoId')),
    stream('tasks-shared', 'tasks', 'TaskRelation', 'TaskId', relates('TaskRelation', 'RelationId')),
    stream('events', 'events', 'Event', 'Id', relates('Event', 'WhoId')),
    stream('invited', 'events', 'EventRelation', 'EventId', relates('EventRelation', 'RelationId')),
    stream(
      ...(['contacts', 'contacts', 'Contact', 'Id'] as const),
      either(
        ...(contact === undefined ? [] : emailFields(contact)).map((field) => carries('Contact', field)),
      ),
    ),
  ];
}

function stream(
  name: string,
  kind: Stream['kind'],
  object: string,
  column: string,
  condition: string | null,
): Stream {
  return { name, kind, object, column, condition };
}

/** Contacts and leads with the address, those of a converted lead among them. */
async function readPeople(api: Api, org: OrgShape, address: string): Promise<readonly string[]> {
  const queries = (['Contact', 'Lead'] as const).flatMap((object) => {
    const shape = org.objects.get(object);
    const fields = shape?.queryable === true ? emailFields(shape) : [];
    if (fields.length === 0) return [];
    const matches = fields.map((field) => `${soqlName(field)} = ${quoteSoql(address)}`).join(' OR ');
    return [`SELECT Id FROM ${object} WHERE ${matches} ORDER BY Id LIMIT ${PEOPLE_MAX}`];
  });
  return (await readQueries(api, queries, 'find-about')).flat().map((row) => String(row.Id));
}

/** Where each kind goes on. */
function readMark(after: string): Readonly<Record<string, string>> {
  try {
    const mark: unknown = JSON.parse(after);
    if (typeof mark === 'object' && mark !== null) return mark as Record<string, string>;
  } catch {
    // Told below.
  }
  throw new RemoteFailure(failure('crm.request-invalid', { vendorCode: 'MARK_UNREADABLE' }));
}
