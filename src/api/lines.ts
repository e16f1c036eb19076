/**
 * Answers that take their time (`application/x-ndjson`): a line for each step of progress, then one with the result or the problem. Whoever closes the
 * request ends the work. What the lines say stands in `api-schema/life.ts`, `linesOf`.
 */
import { PassThrough, Readable } from 'node:stream';
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
  announceLines(reply);
  return Readable.from(writeLines(ports, signal, work(signal)));
}

/** What work that ends between two of its steps is given: a way to tell how far it is, and a signal that aborts when nobody waits any more. */
export interface Telling {
  readonly onProgress: (done: number, total: number | null) => void;
  readonly stop: AbortSignal;
}

/** As `streamLines`, for work that must not be cut off in the middle of a step: it looks at `stop` itself. */
export function tellLines<Result>(
  ports: Pick<Ports, 'log'>,
  reply: FastifyReply,
  work: (telling: Telling) => Promise<Result>,
): Readable {
  const stream = new PassThrough();
  const gone = new AbortController();
  stream.once('close', () => gone.abort());
  const write = (line: Line<Result>): void => {
    if (!stream.destroyed) stream.write(textOf(line));
  };
  void work({
    onProgress: (done, total) => write({ kind: 'progress', done, total }),
    stop: gone.signal,
  })
    .then(
      (result) => write({ kind: 'result', result }),
      (error: unknown) => write({ kind: 'problem', problem: problemOf(ports, error, gone.signal) }),
    )
    .finally(() => stream.end());
  announceLines(reply);
  return stream;
}

/**
 * Lines of bulk work (`api-schema/admin/common.ts`): each as `work` yields it. Its signal aborts when the request is closed; what is under way is finished,
 * so it looks at the signal between two steps. A fault ends the answer with a problem.
 */
export function bulkLines<Line extends object>(
  ports: Pick<Ports, 'log'>,
  reply: FastifyReply,
  work: (stop: AbortSignal) => AsyncIterable<Line>,
): Readable {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('the request was closed')));
  announceLines(reply);
  return Readable.from(writeBulk(ports, gone.signal, work(gone.signal)));
}

async function* writeBulk<Line extends object>(
  ports: Pick<Ports, 'log'>,
  signal: AbortSignal,
  lines: AsyncIterable<Line>,
): AsyncGenerator<string> {
  try {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  } catch (error) {
    yield textOf<never>({ kind: 'problem', problem: problemOf(ports, error, signal) });
  }
}

function announceLines(reply: FastifyReply): void {
  void reply.type('application/x-ndjson; charset=utf-8');
}

function textOf<Result>(line: Line<Result>): string {
  return `${JSON.stringify(line)}\n`;
}

async function* writeLines<Result>(
  ports: Pick<Ports, 'log'>,
  signal: AbortSignal,
  steps: AsyncGenerator<number, Result>,
): AsyncGenerator<string> {
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return yield textOf<Result>({ kind: 'result', result: step.value });
      yield textOf<Result>({ kind: 'progress', done: step.value, total: null });
    }
  } catch (error) {
    yield textOf<Result>({ kind: 'problem', problem: problemOf(ports, error, signal) });
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
