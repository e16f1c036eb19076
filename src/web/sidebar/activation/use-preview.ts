/** The counts of a first run for one history window after another; what was counted once is not counted again while the dialog stands. */
import { useEffect, useState } from 'react';
import type { PreviewForm, PreviewView } from '../../../api-schema/life.ts';
import { type LinesState, useLines } from '../../shared/use-lines.ts';

export interface Preview {
  /** Of the chosen window; null until it has been counted. */
  readonly view: PreviewView | null;
  readonly state: LinesState<PreviewView>;
  /** How many mails a window would save, if that is known. */
  readonly countOf: (days: number) => number | null;
  readonly count: () => void;
  readonly cancel: () => void;
}

/** Begins to count as soon as a window is chosen; null: none yet. */
export function usePreview(windowDays: number | null): Preview {
  const { state, ask, cancel } = useLines<PreviewView>();
  const [views, setViews] = useState<ReadonlyMap<number, PreviewView>>(new Map());
  const view = windowDays === null ? null : (views.get(windowDays) ?? null);
  const isKnown = view !== null;
  const count = () => {
    if (windowDays === null) return;
    const form: PreviewForm = { windowDays };
    ask('/api/mailbox/preview', form, (counted) =>
      setViews((known) => new Map(known).set(counted.windowDays, counted)),
    );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another window is a reason to count.
  useEffect(() => {
    if (isKnown) cancel();
    else count();
  }, [windowDays]);
  const countOf = (days: number) => {
    const own = views.get(days);
    if (own !== undefined) return own.up.created;
    for (const known of views.values()) {
      const shorter = known.windows.find((window) => window.days === days);
      if (shorter !== undefined) return shorter.created;
    }
    return null;
  };
  return { view, state, countOf, count, cancel };
}
