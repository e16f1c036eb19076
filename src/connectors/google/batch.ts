/**
 * Many calls in one request, with one result per call in the order asked. Parts that were merely too much at once, or met trouble of the
 * moment, are sent again once. How a batch is written and read is multipart.ts; vendor page: docs/remote-services/google.md#batches.
 */
import { type Failure, failure } from '../../model/failure.ts';
import { NetworkError } from '../http.ts';
import { badItemCode, type Scope } from './failures.ts';
import { readBatch, writeBatch } from './multipart.ts';
import { UNITS } from './quota.ts';
import { type Call, readJson, type Transport } from './transport.ts';

/** Google allows 100 and advises 50. */
export const PARTS_MAX = 50;
/** A wait that a part asks for and that is longer is left to the next run. */
const TOLD_MS_MAX = 20_000;

export type PartResult =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly failure: Failure };

/**
 * Calls at once, `PARTS_MAX` in a request. Rejects only for trouble of the whole mailbox; what concerns one item is its result. An answer
 * that is too long is asked for in halves, down to the one item that is too large.
 */
export async function callAll(transport: Transport, calls: readonly Call[]): Promise<readonly PartResult[]> {
  const results: PartResult[] = [];
  for (let at = 0; at < calls.length; at += PARTS_MAX)
    results.push(...(await callHalving(transport, calls.slice(at, at + PARTS_MAX))));
  return results;
}

async function callHalving(transport: Transport, calls: readonly Call[]): Promise<readonly PartResult[]> {
  try {
    return await callRepeating(transport, calls);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (calls.length === 1)
      return [{ ok: false, failure: failure('mailbox.item-too-large', { vendorCode: error.vendorCode }) }];
    const half = Math.ceil(calls.length / 2);
    return [
      ...(await callHalving(transport, calls.slice(0, half))),
      ...(await callHalving(transport, calls.slice(half))),
    ];
  }
}

async function callRepeating(transport: Transport, calls: readonly Call[]): Promise<readonly PartResult[]> {
  const results = [...(await callOnce(transport, calls))];
  const again = [...results.keys()].filter((index) => isOfTheMoment(results[index]));
  if (again.length > 0) {
    const impatient = again.map((index) => results[index]).find(asksForLongWait);
    if (impatient?.ok === false) throw transport.refused(impatient.failure);
    await transport.rest();
    const repeated = await callOnce(
      transport,
      again.flatMap((index) => calls[index] ?? []),
    );
    for (const [at, index] of again.entries()) results[index] = repeated[at] ?? unanswered;
  }
  const lost = results.filter(isOfTheMoment).length;
  const [only] = results;
  const alone = results.length === 1 && only?.ok === false && only.failure.kind === 'transient';
  const shared = lost === results.length && !(alone && (await answersOthers(transport)));
  return results.map((result, index) => settle(transport, result, shared, calls[index]?.scope ?? 'item'));
}

/** Before the one item asked for is blamed, the mailbox is asked something simple. Rejects where it cannot answer that either. */
async function answersOthers(transport: Transport): Promise<boolean> {
  await transport.call(transport.api.probe);
  return true;
}

const unanswered: PartResult = {
  ok: false,
  failure: failure('mailbox.transient', { vendorCode: 'NO_ANSWER' }),
};

function isOfTheMoment(result: PartResult | undefined): boolean {
  return result?.ok === false && (result.failure.kind === 'throttled' || result.failure.kind === 'transient');
}

function asksForLongWait(result: PartResult | undefined): boolean {
  return result?.ok === false && (result.failure.retryAfterMs ?? 0) > TOLD_MS_MAX;
}

/** Trouble that all parts share is the mailbox's; that of one among others is its message's. */
function settle(transport: Transport, result: PartResult, shared: boolean, scope: Scope): PartResult {
  if (result.ok || result.failure.kind === 'bad-item') return result;
  const { kind, vendorCode } = result.failure;
  if (kind !== 'transient' || shared) throw transport.refused(result.failure);
  return { ok: false, failure: failure(badItemCode(scope), vendorCode === undefined ? {} : { vendorCode }) };
}

async function callOnce(transport: Transport, calls: readonly Call[]): Promise<readonly PartResult[]> {
  if (calls.length === 0) return [];
  const { contentType, body } = writeBatch(
    calls.map((call) => ({
      verb: call.verb,
      path: transport.pathOf(call),
      body: call.body,
      ...(call.headers === undefined ? {} : { headers: call.headers }),
    })),
  );
  const bodyBytesMax = calls[0]?.bodyBytesMax;
  const answer = await transport.send(
    {
      method: 'POST',
      path: transport.api.batchPath ?? '',
      operation: `batch ${calls[0]?.method ?? ''}`,
      headers: { 'content-type': contentType },
      body,
      ...(bodyBytesMax === undefined ? {} : { bodyBytesMax }),
    },
    calls.reduce((sum, { method }) => sum + UNITS[method], 0),
    // Google looks at the token part by part: the whole may be a success of refusals.
    (whole) =>
      whole.status === 401 ||
      readBatch(whole.contentType, whole.text, calls.length).some((part) => part?.status === 401),
  );
  if (answer.status < 200 || answer.status > 299)
    throw transport.refused(transport.failureOf(answer, 'mailbox'));
  const parts = readBatch(answer.contentType, answer.text, calls.length);
  return calls.map((call, index) => {
    const part = parts[index];
    if (part === undefined) return unanswered;
    if (part.status < 200 || part.status > 299)
      return { ok: false, failure: transport.failureOf(part, call.scope) };
    return { ok: true, body: readJson(part.text) };
  });
}
