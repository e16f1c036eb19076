/**
 * The REST resources of Salesforce that Lockstep uses, one function each, with Salesforce's own names. They send and read; what to
 * send, in what order and what to make of refusals is decided by their callers.
 */
import { z } from 'zod';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { requestFailure, type VendorError } from './failures.ts';
import { encodeSoql } from './soql.ts';
import { readVendorErrors, type Wire } from './wire.ts';

/** A wire and the version in its paths. */
export interface Api {
  readonly wire: Wire;
  /** `v62.0`. */
  readonly version: string;
}

/** Limits of the resources; docs/remote-services/salesforce.md#limits. */
export const COLLECTION_RECORDS_MAX = 200;

export const COMPOSITE_QUERIES_MAX = 5;
export const GRAPH_NODES_MAX = 500;
export const GRAPHS_MAX = 75;
/** Pages of 2,000 rows that one query follows at most. */
const QUERY_PAGES_MAX = 50;

export type Row = Readonly<Record<string, unknown>>;

/** `/services/data/v62.0`. */
function basePath(api: Api): string {
  return `/services/data/${api.version}`;
}

/** Lists the resources of the version: the cheapest call that proves a user's token. docs/remote-services/salesforce.md#resources */
export async function readResources(api: Api): Promise<void> {
  await api.wire.call({ method: 'GET', path: basePath(api), operation: 'resources' });
}

export interface CompositeRequest {
  readonly referenceId: string;
  /** Below the version's path, such as `/sobjects/Task/describe`. */
  readonly path: string;
  /** GET unless told. */
  readonly method?: 'POST' | 'PATCH';
  /** `@{...}` anywhere in it is read as a reference to another subrequest's answer. */
  readonly body?: unknown;
  readonly httpHeaders?: Readonly<Record<string, string>>;
}

export interface CompositeAnswer {
  readonly referenceId: string;
  readonly status: number;
  readonly body: unknown;
  readonly lastModified: string | null;
}

const compositeSchema = z.object({
  compositeResponse: z.array(
    z.object({
      referenceId: z.string(),
      httpStatusCode: z.number(),
      body: z.unknown(),
      httpHeaders: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

/** Up to 25 subrequests in one request, one after another, each with its own status. docs/remote-services/salesforce.md#composite */
export async function sendComposite(
  api: Api,
  requests: readonly CompositeRequest[],
  operation: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly CompositeAnswer[]> {
  const body = await api.wire.call({
    method: 'POST',
    path: `${basePath(api)}/composite`,
    operation,
    headers,
    body: JSON.stringify({
      allOrNone: false,
      compositeRequest: requests.map((request) => ({
        method: request.method ?? 'GET',
        url: `${basePath(api)}${request.path}`,
        referenceId: request.referenceId,
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(request.httpHeaders === undefined ? {} : { httpHeaders: request.httpHeaders }),
      })),
    }),
  });
  return parse(compositeSchema, body).compositeResponse.map((answer) => ({
    referenceId: answer.referenceId,
    status: answer.httpStatusCode,
    body: answer.body,
    lastModified: headerOf(answer.httpHeaders, 'last-modified'),
  }));
}

export const pageSchema = z.object({
  records: z.array(z.record(z.string(), z.unknown())),
  done: z.boolean().optional(),
  nextRecordsUrl: z.string().nullish(),
});

/** `queryAll` also gives what lies in the recycle bin. */
export type QueryResource = 'query' | 'queryAll';

/** Runs queries, at most five to a request, and follows their pages; rows per query, in the order asked. Rejects with the first refusal. */
export async function readQueries(
  api: Api,
  queries: readonly string[],
  operation: string,
  resource: QueryResource = 'query',
): Promise<readonly (readonly Row[])[]> {
  const results = await tryQueries(api, queries, operation, resource);
  return results.map((result) => {
    if (result instanceof RemoteFailure) throw result;
    return result;
  });
}

/** As `readQueries`, with what each refused query was refused for in its place. */
export async function tryQueries(
  api: Api,
  queries: readonly string[],
  operation: string,
  resource: QueryResource = 'query',
): Promise<readonly (readonly Row[] | RemoteFailure)[]> {
  const results: (readonly Row[] | RemoteFailure)[] = [];
  for (let start = 0; start < queries.length; start += COMPOSITE_QUERIES_MAX) {
    const part = queries.slice(start, start + COMPOSITE_QUERIES_MAX);
    const answers = await sendComposite(
      api,
      part.map((query, index) => ({ referenceId: `q${index}`, path: `/${resource}?q=${encodeSoql(query)}` })),
      operation,
    );
    for (const [index] of part.entries()) {
      const answer = answers.find(({ referenceId }) => referenceId === `q${index}`);
      const refusal = refusalOf(answer);
      results.push(refusal ?? (await readPages(api, answer?.body, operation)));
    }
  }
  return results;
}

/** The rest of a query's rows. docs/remote-services/salesforce.md#query */
async function readPages(api: Api, first: unknown, operation: string): Promise<readonly Row[]> {
  let page = parse(pageSchema, first);
  const rows: Row[] = [...page.records];
  for (let pages = 1; page.nextRecordsUrl && page.done !== true && pages < QUERY_PAGES_MAX; pages += 1) {
    const body = await api.wire.call({ method: 'GET', path: page.nextRecordsUrl, operation });
    page = parse(pageSchema, body);
    rows.push(...page.records);
  }
  return rows;
}

/** The body of a subrequest that succeeded; rejects with what its status and errors mean. */
export function successBody(answer: CompositeAnswer | undefined): unknown {
  const refusal = refusalOf(answer);
  if (refusal !== null) throw refusal;
  return answer?.body;
}

function refusalOf(answer: CompositeAnswer | undefined): RemoteFailure | null {
  if (answer === undefined)
    return new RemoteFailure(failure('crm.transient', { vendorCode: 'NO_SUBRESPONSE' }));
  if (answer.status >= 200 && answer.status < 300) return null;
  return new RemoteFailure(requestFailure(answer.status, readVendorErrors(answer.body)));
}

const collectionSchema = z.array(
  z.object({ id: z.string().nullish(), success: z.boolean(), errors: z.array(z.unknown()).nullish() }),
);

/** What became of one record: its id, or the errors. */
export type WriteOutcome =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly errors: readonly VendorError[] };

/** Inserts up to 200 records, each by itself. docs/remote-services/salesforce.md#collections */
export async function insertRecords(
  api: Api,
  object: string,
  records: readonly Row[],
): Promise<readonly WriteOutcome[]> {
  const body = await api.wire.call({
    method: 'POST',
    path: `${basePath(api)}/composite/sobjects`,
    operation: 'insert',
    body: JSON.stringify({
      allOrNone: false,
      records: records.map((record) => ({ attributes: { type: object }, ...record })),
    }),
  });
  return readOutcomes(body, records.length);
}

/** The answer of sObject Collections, one outcome per record sent. */
export function readOutcomes(body: unknown, count: number): readonly WriteOutcome[] {
  const results = parse(collectionSchema, body);
  return Array.from({ length: count }, (_, index) => readOutcome(results[index]));
}

function readOutcome(result: z.infer<typeof collectionSchema>[number] | undefined): WriteOutcome {
  if (result?.success && result.id) return { ok: true, id: result.id };
  return { ok: false, errors: (result?.errors ?? []).flatMap((error) => readVendorErrors(error)) };
}

/** Deletes up to 200 records of whichever objects, each by itself; they go to the recycle bin. docs/remote-services/salesforce.md#removing */
export async function deleteRecords(api: Api, ids: readonly string[]): Promise<readonly WriteOutcome[]> {
  if (ids.length === 0) return [];
  const query = `ids=${ids.map(encodeURIComponent).join(',')}&allOrNone=false`;
  const body = await api.wire.call({
    method: 'DELETE',
    path: `${basePath(api)}/composite/sobjects?${query}`,
    operation: 'delete',
  });
  return readOutcomes(body, ids.length);
}

export interface GraphNode {
  readonly object: string;
  readonly referenceId: string;
  readonly record: Row;
}

const graphSchema = z.object({
  graphs: z.array(
    z.object({
      graphId: z.string(),
      isSuccessful: z.boolean(),
      graphResponse: z.object({
        compositeResponse: z.array(
          z.object({ referenceId: z.string(), httpStatusCode: z.number(), body: z.unknown() }),
        ),
      }),
    }),
  ),
});

const createdSchema = z.object({ id: z.string() });

/** Inserts graphs of records, each all or nothing; the outcome is the first node's. docs/remote-services/salesforce.md#graph */
export async function insertGraphs(
  api: Api,
  graphs: readonly (readonly GraphNode[])[],
): Promise<readonly WriteOutcome[]> {
  const body = await api.wire.call({
    method: 'POST',
    path: `${basePath(api)}/composite/graph`,
    operation: 'insert-graph',
    body: JSON.stringify({
      graphs: graphs.map((nodes, index) => ({
        graphId: `g${index}`,
        compositeRequest: nodes.map((node) => ({
          method: 'POST',
          url: `${basePath(api)}/sobjects/${node.object}`,
          referenceId: node.referenceId,
          body: node.record,
        })),
      })),
    }),
  });
  const answers = parse(graphSchema, body).graphs;
  return graphs.map((nodes, index) => {
    const answer = answers.find(({ graphId }) => graphId === `g${index}`);
    const parts = answer?.graphResponse.compositeResponse ?? [];
    const first = createdSchema.safeParse(
      parts.find(({ referenceId }) => referenceId === nodes[0]?.referenceId)?.body,
    );
    if (answer?.isSuccessful && first.success) return { ok: true, id: first.data.id };
    return { ok: false, errors: parts.flatMap((part) => readVendorErrors(part.body)) };
  });
}

/** Inserts one record whose `binary` field is too large for JSON. docs/remote-services/salesforce.md#multipart */
export async function insertWithBinary(
  api: Api,
  object: string,
  record: Row,
  binary: { readonly field: string; readonly bytes: Uint8Array },
  boundary: string,
): Promise<string> {
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="entity_content"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n` +
    `${JSON.stringify(record)}\r\n--${boundary}\r\nContent-Disposition: form-data; name="${binary.field}"; filename="file"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  const body = await api.wire.call({
    method: 'POST',
    path: `${basePath(api)}/sobjects/${object}`,
    operation: 'upload',
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Uint8Array.from(
      Buffer.concat([Buffer.from(head), binary.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    ),
  });
  return parse(createdSchema, body).id;
}

/** Reads a body by its schema; an answer of another shape is trouble of the service's, never a crash of ours. */
export function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new RemoteFailure(failure('crm.transient', { vendorCode: 'UNEXPECTED_ANSWER' }), parsed.error);
}

function headerOf(
  headers: Readonly<Record<string, unknown>> | null | undefined,
  name: string,
): string | null {
  const entry = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return typeof entry?.[1] === 'string' ? entry[1] : null;
}
