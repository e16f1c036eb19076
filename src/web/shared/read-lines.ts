/**
 * Answers that take their time (`application/x-ndjson`): lines of progress, then one result or one problem. It gives the lines on as they come and
 * has a limit for each line and for the silence between two.
 */
import type { Problem } from '../../api-schema/problem.ts';
import { openStream } from './api-client.ts';
import { ApiProblem, unreachableProblem, unreadableProblem } from './api-problem.ts';

const LINE_CHARACTERS_MAX = 1_000_000;
const SILENCE_MAX_MS = 120_000;

export interface Progress {
  readonly done: number;
  /** Null while nobody knows how much there will be. */
  readonly total: number | null;
}

interface ProblemLine {
  readonly kind: 'problem';
  readonly problem: Problem;
}

type Line<Result> =
  | ({ readonly kind: 'progress' } & Progress)
  | { readonly kind: 'result'; readonly result: Result };

export interface Question {
  readonly path: string;
  readonly body: unknown;
  readonly csrfToken: string;
}

/** The result at the end. Rejects with `ApiProblem` and nothing else, also when `signal` aborts it. */
export async function readLines<Result>(
  question: Question,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Result> {
  for await (const line of eachLine<Line<Result>>(question, signal)) {
    if (line.kind === 'result') return line.result;
    if (line.kind === 'progress') onProgress({ done: line.done, total: line.total });
  }
  throw new ApiProblem(unreachableProblem);
}

/** The lines as they come, but for a problem, which is thrown: `ApiProblem` and nothing else, also when `signal` aborts it. */
export async function* eachLine<Line extends { readonly kind: string }>(
  question: Question,
  signal: AbortSignal,
): AsyncGenerator<Exclude<Line, { readonly kind: 'problem' }>> {
  const silence = new AbortController();
  const end = AbortSignal.any([signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
  try {
    const response = await openStream(question.path, question.csrfToken, question.body, end);
    for await (const text of linesOf(response)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
      const line = parse<Line | ProblemLine>(text, response.status);
      if (isProblemLine(line)) throw new ApiProblem(line.problem);
      yield line as Exclude<Line, { readonly kind: 'problem' }>;
    }
  } catch (error) {
    throw error instanceof ApiProblem ? error : new ApiProblem(unreachableProblem);
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    const parts = (rest + value).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > LINE_CHARACTERS_MAX) throw new ApiProblem(unreadableProblem(response.status));
    yield* parts.filter((part) => part.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}

function isProblemLine(line: { readonly kind: string }): line is ProblemLine {
  return line.kind === 'problem';
}

function parse<Line>(text: string, status: number): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    throw new ApiProblem(unreadableProblem(status));
  }
}
