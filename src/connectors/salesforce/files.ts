/**
 * Attachments as Files: which are missing on records that exist already, and how one becomes a ContentVersion. Files are compared by title and size; a
 * record never gets the same one twice. Vendor page: docs/remote-services/salesforce.md#files.
 */
import type { Attachment } from '../../model/email.ts';
import type { RecordId } from '../../model/ids.ts';
import { type Api, type Row, readQueries } from './operations.ts';
import { chunkQueries, inList } from './soql.ts';
import { cleanText, cutText } from './text.ts';

const TITLE_LENGTH_MAX = 255;
const PATH_LENGTH_MAX = 500;

/** The record of a file, without its bytes. `recordId` may be a reference inside a graph. */
export function toContentVersion(attachment: Attachment, recordId: string): Row {
  return {
    Title: titleOf(attachment),
    PathOnClient: pathOf(attachment),
    FirstPublishLocationId: recordId,
  };
}

/** The name without its extension, which Salesforce adds again when a file is downloaded. */
function titleOf(attachment: Attachment): string {
  const path = pathOf(attachment);
  const dot = path.lastIndexOf('.');
  return cutText(dot > 0 ? path.slice(0, dot) : path, TITLE_LENGTH_MAX);
}

/** A file name without folders; Salesforce takes type and extension from it. */
function pathOf({ name }: Attachment): string {
  const base = cleanText(name).split(/[/\\]/).at(-1)?.trim() ?? '';
  if (base === '') return 'attachment';
  if (base.length <= PATH_LENGTH_MAX) return base;
  const dot = base.lastIndexOf('.');
  const extension = dot > 0 && base.length - dot <= 12 ? base.slice(dot) : '';
  return cutText(base, PATH_LENGTH_MAX - extension.length) + extension;
}

/** Those attachments that a record lacks. Two of equal title and size are two files, and two are kept. */
export function missingFiles(
  attachments: readonly Attachment[],
  present: readonly FileMark[],
): readonly Attachment[] {
  const counts = new Map<string, number>();
  for (const mark of present) counts.set(markOf(mark), (counts.get(markOf(mark)) ?? 0) + 1);
  return attachments.filter((attachment) => {
    const mark = markOf({ title: titleOf(attachment), sizeBytes: attachment.bytes.length });
    const left = counts.get(mark) ?? 0;
    if (left > 0) counts.set(mark, left - 1);
    return left === 0;
  });
}

export interface FileMark {
  readonly title: string;
  readonly sizeBytes: number;
}

function markOf(mark: FileMark): string {
  return `${mark.sizeBytes} ${mark.title}`;
}

/** The files that hang on records, by record id. docs/remote-services/salesforce.md#content-document-link */
export async function readFileMarks(
  api: Api,
  recordIds: readonly RecordId[],
): Promise<ReadonlyMap<RecordId, readonly FileMark[]>> {
  const marks = new Map<RecordId, FileMark[]>();
  const queries = chunkQueries(
    [...new Set(recordIds)],
    (part) =>
      `SELECT LinkedEntityId,ContentDocument.Title,ContentDocument.ContentSize FROM ContentDocumentLink WHERE ${inList('LinkedEntityId', part)}`,
  );
  for (const row of (await readQueries(api, queries, 'files')).flat()) {
    const document = row.ContentDocument as { Title?: unknown; ContentSize?: unknown } | null | undefined;
    const recordId = row.LinkedEntityId as RecordId;
    const list = marks.get(recordId) ?? [];
    list.push({ title: String(document?.Title ?? ''), sizeBytes: Number(document?.ContentSize ?? -1) });
    marks.set(recordId, list);
  }
  return marks;
}
