/**
 * Records to be inserted, and their packing into requests: plain records in collections, records with files or copies in graphs that are all or nothing.
 * Pure but for `sendPack`.
 */
import type { EmailDraft } from '../../model/connector.ts';
import type { Attachment } from '../../model/email.ts';
import type { RecordId } from '../../model/ids.ts';
import { toContentVersion } from './files.ts';
import {
  type Api,
  COLLECTION_RECORDS_MAX,
  GRAPH_NODES_MAX,
  GRAPHS_MAX,
  type GraphNode,
  insertGraphs,
  insertRecords,
  type Row,
  type WriteOutcome,
} from './operations.ts';

/** One mail on its way into Salesforce. */
export interface Write {
  readonly draft: EmailDraft;
  readonly object: 'EmailMessage' | 'Task';
  /** The record first, then its copies; none where only files are added. */
  readonly rows: readonly Row[];
  /** The record that the files are for, where it exists already. */
  readonly parentId: RecordId | null;
  /** Files that go with the record in one graph. */
  readonly files: readonly Attachment[];
  /** Files that follow one by one: too large, or named so that a graph would misread them. */
  readonly lateFiles: readonly Attachment[];
}

/** A request body stays below this; Salesforce takes more, but memory and time-outs do not like it. */
export const REQUEST_BYTES_MAX = 8 * 1024 * 1024;
/** Attachments of one mail that travel in its graph, before base64. */
export const GRAPH_FILE_BYTES_MAX = 4 * 1024 * 1024;
/** Files in one graph: with the record and copies below the 500 nodes of a request. */
const GRAPH_FILES_MAX = 100;

/** A new mail: its record, copies, and files sorted into those that travel with it and those that follow. */
export function toWrite(draft: EmailDraft, object: Write['object'], rows: readonly Row[]): Write {
  // A graph reads "@{...}" anywhere in a body as a reference to another node; there is no way to escape it.
  const mayTravel = !rows.some(holdsReference);
  const { files, lateFiles } = mayTravel
    ? sortFiles(draft.content.attachments)
    : { files: [], lateFiles: draft.content.attachments };
  return { draft, object, rows, parentId: null, files, lateFiles };
}

/** Files for a record that exists already. */
export function toFileWrite(
  draft: EmailDraft,
  parentId: RecordId,
  attachments: readonly Attachment[],
): Write {
  return { draft, object: 'EmailMessage', rows: [], parentId, ...sortFiles(attachments) };
}

function sortFiles(attachments: readonly Attachment[]): Pick<Write, 'files' | 'lateFiles'> {
  const files: Attachment[] = [];
  const lateFiles: Attachment[] = [];
  let bytes = 0;
  for (const file of attachments) {
    const fits = bytes + file.bytes.length <= GRAPH_FILE_BYTES_MAX && files.length < GRAPH_FILES_MAX;
    if (fits && !file.name.includes('@{')) {
      files.push(file);
      bytes += file.bytes.length;
    } else lateFiles.push(file);
  }
  return { files, lateFiles };
}

function holdsReference(row: Row): boolean {
  return Object.values(row).some((value) => typeof value === 'string' && value.includes('@{'));
}

export interface Pack {
  readonly kind: 'collection' | 'graph';
  readonly writes: readonly Write[];
}

/** Packs writes into as few requests as the limits allow. The order inside a kind is kept. */
export function packWrites(writes: readonly Write[]): readonly Pack[] {
  const simple = writes.filter(isSimple);
  const graphs = writes.filter((write) => !isSimple(write));
  const collections = (['EmailMessage', 'Task'] as const).flatMap((object) =>
    group(
      simple.filter((write) => write.object === object),
      (count) => count <= COLLECTION_RECORDS_MAX,
    ),
  );
  return [
    ...collections.map((part): Pack => ({ kind: 'collection', writes: part })),
    ...group(graphs, (count, nodes) => count <= GRAPHS_MAX && nodes <= GRAPH_NODES_MAX).map(
      (part): Pack => ({ kind: 'graph', writes: part }),
    ),
  ];
}

function isSimple(write: Write): boolean {
  return write.rows.length === 1 && write.files.length === 0;
}

function group(
  writes: readonly Write[],
  fits: (count: number, nodes: number) => boolean,
): readonly (readonly Write[])[] {
  const parts: Write[][] = [];
  let part: Write[] = [];
  let bytes = 0;
  let nodes = 0;
  for (const write of writes) {
    const size = bytesOf(write);
    const count = nodesOf(write);
    const isFull = !fits(part.length + 1, nodes + count) || bytes + size > REQUEST_BYTES_MAX;
    if (part.length > 0 && isFull) {
      parts.push(part);
      part = [];
      bytes = 0;
      nodes = 0;
    }
    part.push(write);
    bytes += size;
    nodes += count;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

export function nodesOf(write: Write): number {
  return write.rows.length + write.files.length;
}

/** About what a write takes in a request body. */
export function bytesOf(write: Write): number {
  const rows = write.rows.reduce((sum, row) => sum + Buffer.byteLength(JSON.stringify(row)) + 200, 0);
  return write.files.reduce((sum, file) => sum + Math.ceil(file.bytes.length / 3) * 4 + 600, rows);
}

/** Sends one request; an outcome per write, in order. */
export async function sendPack(api: Api, pack: Pack): Promise<readonly WriteOutcome[]> {
  if (pack.kind === 'graph') return insertGraphs(api, pack.writes.map(toNodes));
  const object = pack.writes[0]?.object ?? 'EmailMessage';
  return insertRecords(
    api,
    object,
    pack.writes.map((write) => write.rows[0] ?? {}),
  );
}

/** The nodes of a mail's graph: the record, its copies, its files published to the record. */
export function toNodes(write: Write, index: number): readonly GraphNode[] {
  const main = `m${index}`;
  const parent = write.parentId ?? `@{${main}.id}`;
  return [
    ...write.rows.map((record, copy) => ({
      object: write.object,
      referenceId: copy === 0 ? main : `${main}c${copy}`,
      record,
    })),
    ...write.files.map((file, at) => ({
      object: 'ContentVersion',
      referenceId: `${main}f${at}`,
      record: {
        ...toContentVersion(file, parent),
        VersionData: Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length).toString(
          'base64',
        ),
      },
    })),
  ];
}
