/**
 * `/composite` and `/composite/batch`: several calls in one, with references between them and all-or-none. Collections
 * and graphs have files of their own.
 */
import { type Answer, answer, type Call, methodNotAllowed, requireObject } from './call.ts';
import { ApiError, isJsonObject, type Json, type JsonObject } from './errors.ts';
import { BrokenReference, fillReferences } from './references.ts';

/** Runs one call as the router does, failures as answers. */
export type Dispatch = (call: Call) => Answer;

/** A subrequest of a composite or a node of a graph. */
export interface Subrequest {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body: Json;
  readonly headers: ReadonlyMap<string, string>;
}

const SUBREQUESTS_MAX = 25;
const QUERIES_MAX = 5;

/** Answers `/composite`. */
export function answerComposite(call: Call, dispatch: Dispatch): Answer {
  if (call.method !== 'POST') throw methodNotAllowed(call);
  const body = requireObject(call);
  const requests = readSubrequests(body.compositeRequest);
  const excess = findExcess(requests);
  if (excess !== undefined) return answer(200, { compositeResponse: [excess] });
  return answer(200, {
    compositeResponse: runSubrequests(call, requests, dispatch, body.allOrNone === true).results,
  });
}

/** Runs subrequests in their order; with `allOrNone`, a failure undoes them all. */
export function runSubrequests(
  call: Call,
  requests: readonly Subrequest[],
  dispatch: Dispatch,
  allOrNone: boolean,
): { results: JsonObject[]; failed: boolean } {
  const { journal } = call.actor.organization;
  const mark = journal.mark();
  const known = new Map<string, Json>();
  let failed = false;
  const results = requests.map((request) => {
    const result = allOrNone && failed ? halted() : runOne(call, request, known, dispatch);
    if (result.status >= 400) failed = true;
    else if (!(result.body instanceof Uint8Array)) known.set(request.referenceId, result.body);
    return { request, result };
  });
  const isUndone = allOrNone && failed;
  if (isUndone) journal.rollBack(mark);
  return {
    failed,
    results: results.map(({ request, result }) =>
      toResult(request, isUndone && result.status < 400 ? halted() : result),
    ),
  };
}

/** The answer of a call that was undone or never made because another one failed. */
export function halted(): Answer {
  return answer(400, [
    {
      errorCode: 'PROCESSING_HALTED',
      message: 'The transaction was rolled back since another operation in the same transaction failed.',
    },
  ]);
}

/** Reads a list of subrequests. Fails with 400 for a missing or doubled reference id. */
export function readSubrequests(value: Json | undefined): Subrequest[] {
  if (!Array.isArray(value)) {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'compositeRequest: a list of subrequests is expected');
  }
  const seen = new Set<string>();
  return value.map((entry) => {
    if (!isJsonObject(entry)) throw new ApiError(400, 'JSON_PARSER_ERROR', 'a subrequest is expected');
    const referenceId = String(entry.referenceId ?? '');
    if (!/^[A-Za-z0-9_]+$/.test(referenceId) || seen.has(referenceId)) {
      throw new ApiError(
        400,
        'INVALID_INPUT',
        `Provided referenceId '${referenceId}' is missing, not unique or has illegal characters`,
      );
    }
    seen.add(referenceId);
    const headers = new Map<string, string>();
    for (const [name, text] of Object.entries(isJsonObject(entry.httpHeaders) ? entry.httpHeaders : {})) {
      headers.set(name.toLowerCase(), String(text));
    }
    return {
      method: String(entry.method ?? 'GET').toUpperCase(),
      url: String(entry.url ?? ''),
      referenceId,
      body: entry.body ?? null,
      headers,
    };
  });
}

/** The call a subrequest's url stands for; undefined when it leads out of the REST API. */
export function toCall(
  call: Call,
  method: string,
  url: string,
  body: Json,
  headers: ReadonlyMap<string, string>,
): Call | undefined {
  const parsed = new URL(url, 'https://instance.invalid');
  const found = /^\/?(?:services\/data\/)?v(\d+)\.0\/(.*)$/.exec(parsed.pathname.replace(/^\//, ''));
  if (found === null) return undefined;
  const path = (found[2] ?? '').split('/').map((part) => decodeURIComponent(part));
  return {
    actor: {
      ...call.actor,
      apiVersion: Number(found[1]),
      allowDuplicates:
        call.actor.allowDuplicates ||
        /allowSave=true/i.test(headers.get('sforce-duplicate-rule-header') ?? ''),
    },
    method,
    path: path.at(-1) === '' ? path.slice(0, -1) : path,
    search: parsed.searchParams,
    header: (name) => headers.get(name.toLowerCase()) ?? null,
    body: body ?? undefined,
    parts: new Map(),
  };
}

function runOne(
  call: Call,
  request: Subrequest,
  known: ReadonlyMap<string, Json>,
  dispatch: Dispatch,
): Answer {
  try {
    const url = String(fillReferences(request.url, known));
    const inner = toCall(call, request.method, url, fillReferences(request.body, known), request.headers);
    if (inner === undefined || (inner.path[0] === 'composite' && inner.path[1] !== 'sobjects')) {
      return answer(404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]);
    }
    return dispatch(inner);
  } catch (error) {
    if (!(error instanceof BrokenReference)) throw error;
    return answer(400, [{ errorCode: 'PROCESSING_HALTED', message: error.message }]);
  }
}

function toResult(request: Subrequest, result: Answer): JsonObject {
  const body = result.body instanceof Uint8Array ? Buffer.from(result.body).toString('base64') : result.body;
  return {
    body,
    httpHeaders: { ...result.headers },
    httpStatusCode: result.status,
    referenceId: request.referenceId,
  };
}

/** What a composite beyond its limits is answered with: HTTP 200 and one entry that belongs to no subrequest. */
function findExcess(requests: readonly Subrequest[]): JsonObject | undefined {
  const heavy = requests.filter((request) => /\/(query|queryAll|composite\/sobjects)\b/i.test(request.url));
  const message =
    requests.length > SUBREQUESTS_MAX
      ? `The request can’t contain more than ${SUBREQUESTS_MAX} operations.`
      : heavy.length > QUERIES_MAX
        ? `The request can’t contain more than ${QUERIES_MAX} query or sObject Collections operations.`
        : undefined;
  if (message === undefined) return undefined;
  return {
    body: [{ errorCode: 'LIMIT_EXCEEDED', message }],
    httpHeaders: {},
    httpStatusCode: 400,
    referenceId: null,
  };
}

/** Answers `/composite/batch`: up to 25 independent calls. */
export function answerBatch(call: Call, dispatch: Dispatch): Answer {
  if (call.method !== 'POST') throw methodNotAllowed(call);
  const body = requireObject(call);
  const requests = Array.isArray(body.batchRequests) ? body.batchRequests : [];
  if (requests.length === 0 || requests.length > SUBREQUESTS_MAX) {
    throw new ApiError(400, 'LIMIT_EXCEEDED', `between 1 and ${SUBREQUESTS_MAX} subrequests are expected`);
  }
  let failed = false;
  const results = requests.map((entry): JsonObject => {
    if (failed && body.haltOnError === true) {
      const error = { errorCode: 'BATCH_PROCESSING_HALTED', message: 'Batch processing halted per request' };
      return { statusCode: 412, result: [error] };
    }
    const request = isJsonObject(entry) ? entry : {};
    const inner = toCall(
      call,
      String(request.method ?? 'GET'),
      `/${String(request.url ?? '').replace(/^\//, '')}`,
      request.richInput ?? null,
      new Map(),
    );
    const result =
      inner === undefined || inner.path[0] === 'composite'
        ? answer(404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }])
        : dispatch(inner);
    if (result.status >= 400) failed = true;
    return { statusCode: result.status, result: result.body instanceof Uint8Array ? null : result.body };
  });
  return answer(200, { hasErrors: failed, results });
}
