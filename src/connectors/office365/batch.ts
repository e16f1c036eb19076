/**
 * `$batch`: up to twenty calls in one request, sorted back by their ids. What Graph put off (throttled, failed with what it depended on, left out) is
 * sent once more where the wait is short; what is still put off then ends the call as a whole. https://learn.microsoft.com/graph/json-batching
 */
import { SECOND } from '../../model/clock.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import { type Refusal, readError } from './failures.ts';
import { readRetryAfter } from './retry-after.ts';
import { type GraphCall, immutableIds, type Transport } from './transport.ts';

export const BATCH_MAX = 20;

/** What became of one call of a batch. */
export type BatchAnswer =
  | { readonly ok: true; readonly body: unknown; readonly etag: string | null }
  | { readonly ok: false; readonly status: number; readonly failure: Failure };

/** Longer waits are left to the next run. */
const WAIT_MS_MAX = 10 * SECOND;
const ROUNDS_MAX = 3;
const BODY_BYTES_MAX = 128 * 1024 * 1024;

interface Part {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export interface BatchOptions {
  /** False: what may have been carried out all the same (503, 504, left out) is not sent again and is an answer. Default true. */
  readonly isRepeatable?: boolean;
  /** A call without which the others are worth something: trouble of its service is its answer, and nothing waits for it. */
  isOptional?(index: number): boolean;
}

/** One answer per call, in the order of the calls. Rejects when the trouble is not one call's. */
export async function runBatch(
  transport: Transport,
  operation: string,
  calls: readonly GraphCall[],
  { isRepeatable = true, isOptional = () => false }: BatchOptions = {},
): Promise<readonly BatchAnswer[]> {
  const answers = new Map<number, BatchAnswer>();
  let open = calls.map((_, index) => index);
  let hasRenewed = false;
  for (let round = 1; open.length > 0; round += 1) {
    const parts = await sendAll(transport, operation, calls, open);
    let challenge: Part | null = null;
    let putOff: Refusal | null = null;
    for (const index of open) {
      const part = parts.get(index);
      const call = calls[index];
      if (call === undefined) continue;
      if (part?.status === 401) challenge ??= part;
      else if (isOptional(index) && isTroubled(part))
        // Its own service's wish to be left alone is nothing to the mailbox.
        answers.set(
          index,
          part === undefined ? unanswered() : readAnswer(transport, { ...part, headers: {} }, call),
        );
      else if (!isRepeatable && isTroubled(part))
        answers.set(index, part === undefined ? unanswered() : readAnswer(transport, part, call));
      else if (part === undefined || isPutOff(part)) putOff = longer(putOff, part, transport);
      else answers.set(index, readAnswer(transport, part, call));
    }
    open = open.filter((index) => !answers.has(index));
    if (challenge !== null) {
      if (hasRenewed) transport.end(refusalOf(challenge));
      hasRenewed = true;
      await transport.renew(headerOf(challenge, 'www-authenticate'));
    }
    if (putOff !== null) await waitFor(transport, putOff, round);
  }
  return calls.map((_, index) => answers.get(index) ?? unanswered());
}

async function sendAll(
  transport: Transport,
  operation: string,
  calls: readonly GraphCall[],
  open: readonly number[],
): Promise<ReadonlyMap<number, Part>> {
  const parts = new Map<number, Part>();
  for (let from = 0; from < open.length; from += BATCH_MAX) {
    const indexes = open.slice(from, from + BATCH_MAX);
    const requests = indexes.flatMap((index) => {
      const call = calls[index];
      return call === undefined ? [] : [writeRequest(call, index)];
    });
    const answer = await transport.alone({
      method: 'POST',
      path: '/$batch',
      body: { requests },
      operation,
      scope: 'mailbox',
      bodyBytesMax: BODY_BYTES_MAX,
    });
    for (const [index, part] of readParts(answer)) if (indexes.includes(index)) parts.set(index, part);
  }
  return parts;
}

function writeRequest(call: GraphCall, index: number) {
  return {
    id: String(index + 1),
    method: call.method,
    url: call.path,
    headers: {
      Prefer: immutableIds(call.prefer),
      ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: call.body }),
  };
}

function readParts(answer: unknown): readonly (readonly [number, Part])[] {
  const responses = (answer as { responses?: unknown } | null)?.responses;
  if (!Array.isArray(responses))
    throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }));
  return responses.flatMap((response: unknown) => {
    const { id, status, headers, body } = response as Record<string, unknown>;
    const part = { status: Number(status), headers: (headers ?? {}) as Part['headers'], body };
    return [[Number(id) - 1, part] as const];
  });
}

/** Throttled, or failed only because something else did. 500 is an answer about the one thing that was asked for. */
function isPutOff({ status }: Part): boolean {
  return status === 429 || status === 503 || status === 504 || status === 424;
}

/** Nobody knows whether it was carried out. */
function isTroubled(part: Part | undefined): boolean {
  return part === undefined || part.status === 503 || part.status === 504;
}

function readAnswer(transport: Transport, part: Part, call: GraphCall): BatchAnswer {
  if (part.status >= 200 && part.status < 300)
    return { ok: true, body: part.body, etag: headerOf(part, 'etag') };
  const refusal = refusalOf(part);
  return { ok: false, status: part.status, failure: transport.fail(refusal, call.scope) };
}

function refusalOf(part: Part): Refusal {
  return { status: part.status, retryAfter: headerOf(part, 'retry-after'), ...readError(part.body) };
}

function headerOf({ headers }: Part, name: string): string | null {
  const found = Object.entries(headers).find(([each]) => each.toLowerCase() === name);
  return found === undefined ? null : String(found[1]);
}

const LEFT_OUT: Refusal = { status: 504, code: 'LeftOut', message: '', retryAfter: null };

/** Of several that were put off, the one with the longest wait speaks for all. */
function longer(before: Refusal | null, part: Part | undefined, { clock }: Transport): Refusal {
  const refusal = part === undefined ? LEFT_OUT : refusalOf(part);
  if (before === null) return refusal;
  const waitOf = (one: Refusal) => readRetryAfter(one.retryAfter, clock.now()) ?? -1;
  const isWorse = before.status !== 429 && refusal.status === 429;
  return isWorse || (waitOf(refusal) > waitOf(before) && refusal.status === before.status) ? refusal : before;
}

async function waitFor(transport: Transport, putOff: Refusal, round: number): Promise<void> {
  const { clock } = transport;
  const waitMs = readRetryAfter(putOff.retryAfter, clock.now()) ?? round * SECOND;
  if (round >= ROUNDS_MAX || waitMs > WAIT_MS_MAX) throw new RemoteFailure(transport.fail(putOff, 'mailbox'));
  await transport.sleep(waitMs);
}

function unanswered(): BatchAnswer {
  return { ok: false, status: 0, failure: failure('mailbox.transient', { vendorCode: 'LeftOut' }) };
}
