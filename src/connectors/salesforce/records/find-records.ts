/**
 * Records that are there already: by Lockstep's own key, else by what makes two records the same to a person. A few queries for all wishes together; what
 * SOQL compares loosely is compared again. Vendor page: docs/remote-services/salesforce.md#finding-records.
 */
import { canonicalLine, readSpan, reduceFields } from '../../../model/canonical.ts';
import type { Collection, Fields } from '../../../model/collection.ts';
import type { CrmRecord, RecordWish } from '../../../model/crm-records.ts';
import { emailFields, isFilterable, type ObjectShape, type OrgShape } from '../describe.ts';
import { type Row, readQueries } from '../operations.ts';
import { KEY_FIELD } from '../org.ts';
import { chunkQueries, inList, quoteSoql } from '../soql.ts';
import { hasCompany, isReadable, OBJECT_OF, recordCapabilities, selectionOf } from './columns.ts';
import { instantOf, toRecord } from './read-row.ts';
import type { RecordsContext } from './records-context.ts';

interface Candidate {
  readonly record: CrmRecord;
  readonly createdAt: number;
  /** Contacts: every address. */
  readonly addresses: ReadonlySet<string>;
}

/** One request for up to five queries; 200 wishes need two to six. */
export async function findRecords(
  context: RecordsContext,
  collection: Collection,
  wishes: readonly RecordWish[],
): Promise<readonly (CrmRecord | null)[]> {
  const org = await context.readOrg(false);
  const shape = org.objects.get(OBJECT_OF[collection]);
  if (wishes.length === 0) return [];
  if (shape === undefined || !isReadable(org, collection)) return wishes.map(() => null);
  const userId = await context.readUserId();
  const { fields: specs, externalKey } = recordCapabilities(org)[collection];
  // A text that was cut when it was written is to be found again.
  const reduced = wishes.map((wish) => ({ ...wish, fields: reduceFields(wish.fields, specs) }));
  const addressColumns = collection === 'contacts' ? emailFields(shape) : [];
  const select = `SELECT ${[selectionOf(org, collection), 'CreatedDate', ...addressColumns.filter((name) => name !== 'Email')].join(',')} FROM ${OBJECT_OF[collection]} WHERE `;
  const keys = wishes.flatMap(({ key }) => (key === null || !externalKey ? [] : [key]));
  const queries = [
    ...chunkQueries([...new Set(keys)], (part) => select + inList(KEY_FIELD, part)),
    ...naturalQueries({ org, collection, shape, select, userId, addressColumns }, reduced),
  ];
  const rows = (await readQueries(context.api, queries, 'find-records')).flat();
  const candidates = rows.map((row) => candidateOf(collection, row, userId, addressColumns)).toSorted(byAge);
  return reduced.map((wish) => bestOf(collection, wish, candidates));
}

function candidateOf(
  collection: Collection,
  row: Row,
  userId: string | null,
  addressColumns: readonly string[],
): Candidate {
  const addresses = addressColumns
    .map((name) => String(row[name] ?? '').toLowerCase())
    .filter((one) => one !== '');
  return {
    record: toRecord(collection, row, userId),
    createdAt: instantOf(row.CreatedDate) ?? 0,
    addresses: new Set(addresses),
  };
}

function byAge(one: Candidate, other: Candidate): number {
  return one.createdAt - other.createdAt || (one.record.recordId < other.record.recordId ? -1 : 1);
}

interface Search {
  readonly org: OrgShape;
  readonly collection: Collection;
  readonly shape: ObjectShape;
  /** Up to and with `WHERE`. */
  readonly select: string;
  readonly userId: string | null;
  readonly addressColumns: readonly string[];
}

function naturalQueries(search: Search, wishes: readonly RecordWish[]): readonly string[] {
  const own = `OwnerId = ${quoteSoql(search.userId ?? '')} AND `;
  const { select, shape, collection } = search;
  if (collection === 'events') {
    const starts = wishes.flatMap(({ fields }) => {
      const span = readSpan(fields.time);
      return span === null ? [] : [new Date(span.startAt).toISOString()];
    });
    // By its start alone: a subject may hold white space that only we leave out.
    if (!isFilterable(shape, 'StartDateTime')) return [];
    return chunkQueries(
      [...new Set(starts)],
      (part) => `${select}${own}StartDateTime IN (${part.join(',')})`,
    );
  }
  if (collection === 'tasks') {
    const subjects = [...new Set(wishes.map(({ fields }) => fields.subject ?? ''))];
    const named = subjects.filter((subject) => subject !== '');
    const open = `${own}IsClosed = false AND `;
    return [
      ...chunkQueries(named, (part) => select + open + inList('Subject', part)),
      ...(named.length < subjects.length ? [`${select}${open}Subject = null`] : []),
    ];
  }
  return contactQueries(search, wishes);
}

function contactQueries(
  { org, select, addressColumns }: Search,
  wishes: readonly RecordWish[],
): readonly string[] {
  const addresses = [...new Set(wishes.flatMap((wish) => wish.addresses))];
  const byAddress = chunkQueries(addresses, (part) => {
    const matches = addressColumns.map((name) => inList(name, part)).join(' OR ');
    return `${select}(${matches})`;
  });
  const named = hasCompany(org) ? wishes.filter(({ fields }) => isNamed(fields)) : [];
  const byName = chunkQueries(named, (part) => {
    const lastNames = [...new Set(part.map(({ fields }) => fields.lastName ?? ''))];
    const companies = [...new Set(part.map(({ fields }) => fields.company ?? ''))];
    return `${select}${inList('LastName', lastNames)} AND ${inList('Account.Name', companies)}`;
  });
  return [...(addressColumns.length === 0 ? [] : byAddress), ...byName];
}

/** A name alone says too little: two people of one name are not one person. */
function isNamed({ lastName, company }: Fields): boolean {
  return (lastName ?? '') !== '' && (company ?? '') !== '';
}

/** The first of these that is there: the key's record, that of an address, that of a name. */
function bestOf(
  collection: Collection,
  { key, fields, addresses }: RecordWish,
  candidates: readonly Candidate[],
): CrmRecord | null {
  const live = candidates.filter(({ record }) => !record.isDeleted);
  const first = (is: (candidate: Candidate) => boolean) => live.find(is)?.record;
  const byKey = key === null ? undefined : first(({ record }) => record.key === key);
  if (byKey !== undefined) return byKey;
  // One that carries another key is another meeting or task, however alike.
  const plain = (record: CrmRecord) => record.kind === 'plain' && (record.key === null || key === null);
  if (collection === 'events')
    return (
      first(
        ({ record }) =>
          plain(record) && record.isOwn && isSame(record, fields, ['subject', 'time']) && fields.time !== '',
      ) ?? null
    );
  if (collection === 'tasks')
    return (
      first(
        ({ record }) =>
          plain(record) &&
          record.isOwn &&
          record.fields.status !== 'completed' &&
          isSame(record, fields, ['subject', 'due']),
      ) ?? null
    );
  const byAddress = first((candidate) => addresses.some((address) => candidate.addresses.has(address)));
  if (byAddress !== undefined) return byAddress;
  if (!isNamed(fields)) return null;
  return first(({ record }) => isSame(record, fields, ['firstName', 'lastName', 'company'])) ?? null;
}

function isSame(record: CrmRecord, fields: Fields, names: readonly (keyof Fields)[]): boolean {
  return names.every((name) => fold(record.fields[name]) === fold(fields[name]));
}

function fold(text: string | undefined): string {
  return canonicalLine(text).toLowerCase();
}
