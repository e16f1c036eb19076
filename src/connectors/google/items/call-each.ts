/**
 * Calls with one result each, in the order asked, for APIs that have no batches and for writes that must not overlap. What concerns one item is its
 * result; only trouble of the whole collection rejects.
 */
import type { ItemResult } from '../../../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import { callAll, type PartResult } from '../batch.ts';
import { badItemCode, type Scope } from '../failures.ts';
import type { Call, Transport } from '../transport.ts';

/** Waits that a service asks for and that are longer are left to the next run. */
const TOLD_MS_MAX = 20_000;

/** One call; trouble of the moment is met with one more attempt. Rejects for what is not the item's. */
export async function callOne(transport: Transport, call: Call): Promise<PartResult> {
  try {
    return await callOnce(transport, call);
  } catch (error) {
    if (!isOfTheMoment(error)) throw error;
  }
  await transport.rest();
  try {
    return await callOnce(transport, call);
  } catch (error) {
    if (!isOfTheMoment(error)) throw error;
    // Before the item is blamed, the service is asked something simple; it rejects where it cannot answer that either.
    await transport.call(transport.api.probe);
    return { ok: false, failure: blamedFor(error, call.scope) };
  }
}

/** One call, never repeated here: what it makes would be made twice. Trouble of the moment is a rejection. */
export async function callOnce(transport: Transport, call: Call): Promise<PartResult> {
  try {
    return { ok: true, body: await transport.call(call) };
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.failure.kind !== 'bad-item') throw error;
    return { ok: false, failure: error.failure };
  }
}

/**
 * Makes one thing that the service cannot recognise when it is made again: after trouble of the moment it is looked for before it is made a second time.
 * `null` from `find`: it is not there.
 */
export async function makeOnce<Made>(
  transport: Transport,
  make: () => Promise<Made>,
  find: () => Promise<Made | null>,
): Promise<Made | Failure> {
  try {
    return await make();
  } catch (error) {
    if (!isOfTheMoment(error)) throw error;
  }
  await transport.rest();
  const found = await find();
  if (found !== null) return found;
  try {
    return await make();
  } catch (error) {
    if (!isOfTheMoment(error)) throw error;
    await transport.call(transport.api.probe);
    return blamedFor(error, 'making');
  }
}

function isOfTheMoment(error: unknown): error is RemoteFailure {
  if (!(error instanceof RemoteFailure) || error.failure.kind !== 'transient') return false;
  return (error.failure.retryAfterMs ?? 0) <= TOLD_MS_MAX;
}

function blamedFor({ failure: { vendorCode } }: RemoteFailure, scope: Scope): Failure {
  return failure(badItemCode(scope), vendorCode === undefined ? {} : { vendorCode });
}

/** In batches where there is more than one and the API has batches, else side by side. */
export async function callMany(transport: Transport, calls: readonly Call[]): Promise<readonly PartResult[]> {
  if (calls.length > 1 && transport.api.batchPath !== null) {
    try {
      return await callAll(transport, calls);
    } catch (error) {
      // Whatever stands there has no batches, as Google took away those of several APIs at once in 2020.
      if (!(error instanceof RemoteFailure) || error.failure.code !== 'mailbox.not-found') throw error;
    }
  }
  return Promise.all(calls.map((call) => callOne(transport, call)));
}

export type BadItem = { readonly ok: false; readonly itemId: ItemId; readonly failure: Failure };

export function badItem(itemId: ItemId, told: Failure): BadItem {
  return { ok: false, itemId, failure: told };
}

/** An answer that is no item. */
export const unreadable: Failure = failure('mailbox.item-unreadable', { vendorCode: 'UNEXPECTED_ANSWER' });
export const gone: Failure = failure('mailbox.item-gone', { vendorCode: 'DELETED' });

/** Nothing to write: the version stays. */
export function untouched(itemId: ItemId, version: string): ItemResult<{ itemId: ItemId; version: string }> {
  return { ok: true, value: { itemId, version } };
}
