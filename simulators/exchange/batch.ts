/**
 * Answers a batch: one response message for each thing asked, in the order asked, errors beside successes. An error
 * that stops a batch (a busy or unavailable store) leaves the rest unanswered as ErrorBatchProcessingStopped.
 */
import { ServiceError, SoapFault } from './errors.ts';
import { writeError, writeResponse, writeSuccess } from './wire.ts';
import type { Call } from './world.ts';

const STOPPING = new Set(['ErrorServerBusy', 'ErrorMailboxStoreUnavailable', 'ErrorMailboxMoveInProgress']);

/**
 * Runs `answer` for each of `things`; it gives the content of a success or throws ServiceError. `empty` is what an
 * error message still holds (`<m:Items/>`), as the schema wants it.
 */
export async function answerBatch<Thing>(
  call: Call,
  things: readonly Thing[],
  answer: (thing: Thing, index: number) => Promise<string> | string,
  empty = '',
): Promise<string> {
  const messages: string[] = [];
  let isStopped = false;
  for (const [index, thing] of things.entries()) {
    if (isStopped) {
      messages.push(writeError(call.operation, new ServiceError('ErrorBatchProcessingStopped'), empty));
      continue;
    }
    try {
      checkFault(call, index);
      messages.push(writeSuccess(call.operation, await answer(thing, index)));
    } catch (error) {
      if (!(error instanceof ServiceError) || error instanceof SoapFault) throw error;
      isStopped = STOPPING.has(error.code);
      messages.push(writeError(call.operation, error, empty));
    }
  }
  return writeResponse(call.operation, messages);
}

/** Fails the item that a fault was set for, in the form of a response message. */
function checkFault(call: Call, index: number): void {
  const effect = call.fault?.effect;
  if (effect?.kind === 'partial' && effect.nth === index + 1)
    throw new ServiceError(effect.code, effect.message);
  if (effect?.kind === 'service' && effect.form === 'message')
    throw new ServiceError(effect.code, effect.message);
  if (effect?.kind === 'throttle' && effect.form === 'message') throw busy(effect.backOffMs);
}

/** ErrorServerBusy with the time to stay away. */
export function busy(backOffMs: number): ServiceError {
  return new ServiceError('ErrorServerBusy', undefined, { backOffMs });
}
