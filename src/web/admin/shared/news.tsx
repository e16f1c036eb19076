/**
 * What happened, told at the edge of the page and read out: `tell` shows it, `say` is for the ear alone. Good news goes by itself; bad news stays until it is
 * put away. Results that belong to a form stand with the form, not here.
 */
import { Button } from '@fluentui/react-components';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { Notice, type Tone } from '../../shared/notice.tsx';
import { useAfter } from '../../shared/use-after.ts';
import css from './news.module.css';

const GOOD_NEWS_MS = 8_000;

export interface Tell {
  readonly tell: (tone: Tone, text: string) => void;
  readonly say: (text: string) => void;
}

const NewsContext = createContext<Tell>({ tell: () => undefined, say: () => undefined });

/** Below `News` only. */
export function useNews(): Tell {
  return useContext(NewsContext);
}

export function News({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<{ readonly tone: Tone; readonly text: string } | null>(null);
  const [said, setSaid] = useState('');
  const close = useCallback(() => setShown(null), []);
  useAfter(shown !== null && shown.tone !== 'bad' ? GOOD_NEWS_MS : null, close);
  const value = useMemo<Tell>(() => ({ tell: (tone, text) => setShown({ tone, text }), say: setSaid }), []);
  return (
    <NewsContext value={value}>
      {children}
      <div role="status" className="visually-hidden">
        {said}
      </div>
      <div role="status" className={css.place}>
        {shown !== null && (
          <Notice tone={shown.tone}>
            <div className={css.line}>
              <p>{shown.text}</p>
              <Button size="small" onClick={close}>
                Close
              </Button>
            </div>
          </Notice>
        )}
      </div>
    </NewsContext>
  );
}
