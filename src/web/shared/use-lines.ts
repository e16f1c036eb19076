/** One long question at a time for a component: its progress, its end, and a way to stop it. Leaving the component stops it too. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../../api-schema/problem.ts';
import { problemOf } from './api-problem.ts';
import { type Progress, readLines } from './read-lines.ts';
import { useCsrfToken } from './signed-in-user.ts';

export type LinesState<Result> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking'; readonly progress: Progress | null }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'refused'; readonly problem: Problem };

export interface Lines<Result> {
  readonly state: LinesState<Result>;
  /** Asks anew; what was under way is stopped. */
  readonly ask: (path: string, body: unknown, onDone?: (result: Result) => void) => void;
  readonly cancel: () => void;
}

export function useLines<Result>(): Lines<Result> {
  const csrfToken = useCsrfToken();
  const [state, setState] = useState<LinesState<Result>>({ kind: 'idle' });
  const current = useRef<AbortController | null>(null);
  const cancel = useCallback(() => {
    current.current?.abort();
    current.current = null;
    setState({ kind: 'idle' });
  }, []);
  useEffect(() => () => current.current?.abort(), []);
  const ask = useCallback(
    (path: string, body: unknown, onDone?: (result: Result) => void) => {
      current.current?.abort();
      const mine = new AbortController();
      current.current = mine;
      // Whatever comes of a question that was stopped belongs to nobody.
      const show = (next: LinesState<Result>) => {
        if (current.current === mine) setState(next);
      };
      show({ kind: 'asking', progress: null });
      readLines<Result>(
        { path, body, csrfToken },
        (progress) => show({ kind: 'asking', progress }),
        mine.signal,
      ).then(
        (result) => {
          if (current.current === mine) onDone?.(result);
          show({ kind: 'done', result });
        },
        (error: unknown) => show({ kind: 'refused', problem: problemOf(error) }),
      );
    },
    [csrfToken],
  );
  return { state, ask, cancel };
}
