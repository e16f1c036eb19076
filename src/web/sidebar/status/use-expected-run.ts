/**
 * Between *Sync now* (or an activation) and the moment a worker takes the mailbox up, no run is under way yet: the page then asks
 * often, until a run shows or a minute has passed. It says nothing to the API itself.
 */
import { useCallback, useState } from 'react';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { useAfter } from '../../shared/use-after.ts';

const PATIENCE_MS = 60_000;

export interface ExpectedRun {
  readonly isExpected: boolean;
  /** A run was asked for; `mailbox` is as it was before it. */
  readonly expect: (mailbox: MailboxView | null) => void;
  /** What the mailbox is now. */
  readonly settle: (mailbox: MailboxView | null) => void;
}

/** Whether a run that was asked for has not shown yet. */
export function useExpectedRun(): ExpectedRun {
  const [before, setBefore] = useState<{ readonly runId: string | null } | null>(null);
  const giveUp = useCallback(() => setBefore(null), []);
  useAfter(before === null ? null : PATIENCE_MS, giveUp);
  const expect = useCallback(
    (mailbox: MailboxView | null) => setBefore({ runId: mailbox?.lastRun?.id ?? null }),
    [],
  );
  const settle = useCallback((mailbox: MailboxView | null) => {
    setBefore((known) => {
      if (known === null || mailbox === null) return known;
      return mailbox.running || (mailbox.lastRun?.id ?? null) !== known.runId ? null : known;
    });
  }, []);
  return { isExpected: before !== null, expect, settle };
}
