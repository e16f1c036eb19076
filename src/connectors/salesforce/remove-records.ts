/**
 * Removes saved mails, and the files on them that nobody else uses. Records go first: a file whose mail could not be removed stays where it is. Everything
 * goes to the recycle bin. Vendor page: docs/remote-services/salesforce.md#removing.
 */
import type { RemovalResult } from '../../model/crm-record-facts.ts';
import type { RecordId } from '../../model/ids.ts';
import { recordFailure, type VendorError } from './failures.ts';
import { type Api, COLLECTION_RECORDS_MAX, deleteRecords, readQueries } from './operations.ts';
import { chunkQueries, inList } from './soql.ts';

/** Removes up to 200 records, in the order asked; `userId` is whose files may go with them. */
export async function removeRecords(
  api: Api,
  userId: string | null,
  recordIds: readonly RecordId[],
): Promise<readonly RemovalResult[]> {
  const distinct = [...new Set(recordIds)].slice(0, COLLECTION_RECORDS_MAX);
  if (distinct.length === 0) return [];
  const files = await findOwnFiles(api, userId, distinct);
  const outcomes = await deleteRecords(api, distinct);
  const removed = new Map<RecordId, RemovalResult>();
  for (const [index, recordId] of distinct.entries()) {
    const outcome = outcomes[index];
    removed.set(
      recordId,
      outcome?.ok === true || isGone(outcome?.errors ?? [])
        ? { ok: true, recordId, files: 0 }
        : { ok: false, recordId, failure: recordFailure(outcome?.errors ?? [], objectOf(recordId)) },
    );
  }
  const isRemoved = (recordId: RecordId) => removed.get(recordId)?.ok === true;
  const orphans = files.filter(({ recordIds: on }) => on.every(isRemoved));
  for (let at = 0; at < orphans.length; at += COLLECTION_RECORDS_MAX) {
    const part = orphans.slice(at, at + COLLECTION_RECORDS_MAX);
    const gone = await deleteRecords(
      api,
      part.map(({ documentId }) => documentId),
    );
    for (const [index, { recordIds: on }] of part.entries()) {
      const [first] = on;
      const result = first === undefined ? undefined : removed.get(first);
      // A file that must stay is no reason to call the removal of its mail a failure.
      if (gone[index]?.ok === true && result?.ok === true)
        removed.set(result.recordId, { ...result, files: result.files + 1 });
    }
  }
  return recordIds.map(
    (recordId) => removed.get(recordId) ?? { ok: false, recordId, failure: recordFailure([], '') },
  );
}

interface OwnFile {
  readonly documentId: string;
  /** The records to be removed that it hangs on. */
  readonly recordIds: readonly RecordId[];
}

/** Files that the user made and that hang on these records and on nothing but their owner besides. */
async function findOwnFiles(
  api: Api,
  userId: string | null,
  recordIds: readonly RecordId[],
): Promise<readonly OwnFile[]> {
  const here = await readQueries(
    api,
    chunkQueries(
      recordIds,
      (part) =>
        `SELECT ContentDocumentId,LinkedEntityId,ContentDocument.CreatedById FROM ContentDocumentLink WHERE ${inList('LinkedEntityId', part)}`,
    ),
    'files',
  );
  const own = here
    .flat()
    .filter((row) => (row.ContentDocument as { CreatedById?: unknown } | null)?.CreatedById === userId)
    .map((row) => String(row.ContentDocumentId));
  const links = await readQueries(
    api,
    chunkQueries(
      [...new Set(own)],
      (part) =>
        `SELECT ContentDocumentId,LinkedEntityId FROM ContentDocumentLink WHERE ${inList('ContentDocumentId', part)}`,
    ),
    'files',
  );
  const going = new Set<string>(recordIds);
  const byDocument = Map.groupBy(links.flat(), (row) => String(row.ContentDocumentId));
  return [...byDocument].flatMap(([documentId, rows]) => {
    const on = rows.map((row) => String(row.LinkedEntityId)).filter((id) => id !== userId);
    return on.every((id) => going.has(id)) ? [{ documentId, recordIds: on as RecordId[] }] : [];
  });
}

/** Said of a record that is in the recycle bin, or beyond it. */
const GONE: ReadonlySet<string> = new Set(['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND']);

export function isGone(errors: readonly VendorError[]): boolean {
  return errors.some(({ code }) => GONE.has(code));
}

function objectOf(recordId: RecordId): string {
  return recordId.startsWith('00T') ? 'Task' : 'EmailMessage';
}
