/**
 * The page's only clock: the present, refreshed at a pace the asker chooses. Times of the API are instants in UTC; they are put into
 * the reader's zone by `times.ts`.
 */
import { useEffect, useState } from 'react';

/** The present instant, anew every `everyMs`. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
