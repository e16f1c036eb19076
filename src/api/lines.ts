/**
 * Answers that take their time (`application/x-ndjson`): a line for each step of progress, then one with the result or the problem. Whoever closes the
 * request ends the work. What the lines say stands in `api-schema/life.ts`, `linesOf`.
 */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Problem } from '../api-schema/problem.ts';
import type { Ports } from '../commands/ports.ts';
import { describeFault } from '../commands/sync-mailbox.ts';
import { failure, RemoteFailure } from '../model/failure.ts';
import { ApiProblem, apiProblem, failureProblem } from './problems.ts';

type Line<Result> =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number | null }
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'problem'; readonly problem: Problem };

/**
 * The body of such an answer. `work` yields how much is done and returns the result; its signal aborts when the request is closed, or after
 * `msMax`. Faults of ours are logged and told without their text.
 */
export function streamLines<Result>(
  ports: Pick<Ports, 'log'>,
  reply: FastifyReply,
  msMax: number,
  work: (signal: AbortSignal) => AsyncGenerator<number, Result>,
): Readable {
  const closed = new AbortController();
  reply.raw.once('close', () => closed.abort(new Error('the request was closed')));
  const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(msMax)]);
  void reply.type('application/x-ndjson; charset=utf-8').header('cache-control', 'no-store');
  return Readable.from(writeLines(ports, signal, work(signal)));
}

async function* writeLines<Result>(
  ports: Pick<Ports, 'log'>,
  signal: AbortSignal,
  steps: AsyncGenerator<number, Result>,
): AsyncGenerator<string> {
  const text = (line: Line<Result>) => `${JSON.stringify(line)}\n`;
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return yield text({ kind: 'result', result: step.value });
      yield text({ kind: 'progress', done: step.value, total: null });
    }
  } catch (error) {
    yield text({ kind: 'problem', problem: problemOf(ports, error, signal) });
  } finally {
    await steps.return(undefined as Result).catch(() => undefined);
  }
}

function problemOf(ports: Pick<Ports, 'log'>, error: unknown, signal: AbortSignal): Problem {
  if (error instanceof ApiProblem) return error.problem;
  if (error instanceof RemoteFailure) return failureProblem(error.failure);
  if (signal.aborted) return failureProblem(failure('lockstep.interrupted'));
  ports.log('api.fault', describeFault(error));
  return apiProblem('api.internal').problem;
}
