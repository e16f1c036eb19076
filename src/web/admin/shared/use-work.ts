/**
 * Work on many at once whose answer comes in lines: how far it is, what it had to say about single ones, its end, and a way to stop it. What was done stays
 * done; leaving the component stops it too. The lines' own shape is the asker's.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../api-schema/problem.ts';
import { problemOf, unreachableProblem } from '../../shared/api-problem.ts';
import { eachLine, type Progress } from '../../shared/read-lines.ts';
import { useCsrfToken } from '../../shared/signed-in-user.ts';
import { useAdminRefresh } from './admin-queries.ts';

/** Of the lines about single ones, as many are kept to be shown unless told; all are counted. */
const KEPT_MAX = 1_000;

type AnyLine = { readonly kind: string };
export type EndOf<Line extends AnyLine> = Extract<Line, { readonly kind: 'end' }>;
type SingleOf<Line extends AnyLine> = Exclude<Line, { readonly kind: 'progress' | 'end' }>;

export interface WorkState<Line extends AnyLine> {
  readonly kind: 'idle' | 'under-way' | 'stopped' | 'done' | 'refused';
  readonly progress: Progress | null;
  /** Lines that are neither progress nor the end, the first of them. */
  readonly singles: readonly SingleOf<Line>[];
  readonly singlesTotal: number;
  readonly end: EndOf<Line> | null;
  readonly problem: Problem | null;
}

export interface Work<Line extends AnyLine> {
  readonly state: WorkState<Line>;
  /** `below` /api/admin; a `Blob` goes as it is. What was under way is stopped. */
  readonly start: (below: string, body: unknown) => void;
  readonly stop: () => void;
  readonly reset: () => void;
}

const idle = {
  kind: 'idle',
  progress: null,
  singles: [],
  singlesTotal: 0,
  end: null,
  problem: null,
} as const;

/** `keptMax`: of the lines about single ones, as many are kept. */
export function useWork<Line extends AnyLine>(keptMax = KEPT_MAX): Work<Line> {
  const csrfToken = useCsrfToken();
  const refresh = useAdminRefresh();
  const [state, setState] = useState<WorkState<Line>>(idle);
  const current = useRef<AbortController | null>(null);
  const leave = useCallback(() => {
    current.current?.abort();
    current.current = null;
  }, []);
  useEffect(() => leave, [leave]);
  const start = (below: string, body: unknown) => {
    leave();
    const mine = new AbortController();
    current.current = mine;
    // Whatever comes of work that was stopped belongs to nobody.
    const show = (next: (before: WorkState<Line>) => WorkState<Line>) => {
      if (current.current === mine) setState(next);
    };
    show(() => ({ ...idle, kind: 'under-way' }));
    const read = async () => {
      for await (const line of eachLine<Line>({ path: `/api/admin${below}`, body, csrfToken }, mine.signal)) {
        show((before) => withLine(before, line as Line, keptMax));
        if (line.kind === 'end') return;
      }
      show((before) => ({ ...before, kind: 'refused', problem: unreachableProblem }));
    };
    read()
      .catch((error: unknown) =>
        show((before) => ({ ...before, kind: 'refused', problem: problemOf(error) })),
      )
      .finally(refresh);
  };
  return {
    state,
    start,
    stop: () => {
      leave();
      setState((before) => (before.kind === 'under-way' ? { ...before, kind: 'stopped' } : before));
    },
    reset: () => {
      leave();
      setState(idle);
    },
  };
}

function withLine<Line extends AnyLine>(
  before: WorkState<Line>,
  line: Line,
  keptMax: number,
): WorkState<Line> {
  if (line.kind === 'end') return { ...before, kind: 'done', end: line as EndOf<Line> };
  if (line.kind === 'progress') return { ...before, progress: progressOf(line) };
  const { singles, singlesTotal } = before;
  return {
    ...before,
    singles: singles.length < keptMax ? [...singles, line as SingleOf<Line>] : singles,
    singlesTotal: singlesTotal + 1,
  };
}

/** Some count what is done, some the rows that were read, of which nobody knows how many come. */
function progressOf(
  line: AnyLine & { readonly done?: number; readonly rows?: number; readonly total?: number },
) {
  return { done: line.done ?? line.rows ?? 0, total: line.total ?? null };
}
