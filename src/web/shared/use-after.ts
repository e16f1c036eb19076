/** The page's only timer for something that passes by itself, such as a minute that must be waited. */
import { useEffect } from 'react';

/** Runs `action` once, `ms` after the call in which `ms` was first given or changed; null stops it. Both must be stable. */
export function useAfter(ms: number | null, action: () => void): void {
  useEffect(() => {
    if (ms === null) return undefined;
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  }, [ms, action]);
}
