/** *Sync now*: whether it can be asked for, the reason when not, and the asking. One for the page, shared by button and menu. */
import { useCallback, useState } from 'react';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import type { Problem } from '../../../api-schema/problem.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { useSyncNow } from '../../shared/changes.ts';
import { sayTimeOfDay } from '../../shared/times.ts';
import { useAfter } from '../../shared/use-after.ts';
import type { ExpectedRun } from './use-expected-run.ts';

export interface StartSync {
  /** Why it cannot be asked for now, as a sentence; null when it can. */
  readonly hindrance: string | null;
  readonly start: () => void;
  /** Why the last asking was refused, unless it was only too soon. */
  readonly problem: Problem | null;
}

/** Asks for a run at once; too soon is no problem but a hindrance that passes. */
export function useStartSync(mailbox: MailboxView | null, expected: ExpectedRun): StartSync {
  const syncNow = useSyncNow();
  // With how long to wait, so that one timer ends it and no clock has to be compared.
  const [wait, setWait] = useState<{ readonly readyAt: Date; readonly ms: number } | null>(null);
  const endWait = useCallback(() => setWait(null), []);
  useAfter(wait?.ms ?? null, endWait);

  const start = () =>
    syncNow.mutate(undefined, {
      onSuccess: () => expected.expect(mailbox),
      onError: (error) => {
        const seconds = problemOf(error).retryAfterSeconds;
        if (seconds === undefined) return;
        const readyAt = new Date();
        readyAt.setSeconds(readyAt.getSeconds() + seconds);
        setWait({ readyAt, ms: seconds * 1_000 });
      },
    });

  const problem = syncNow.error === null ? null : problemOf(syncNow.error);
  return {
    hindrance: stateHindrance(mailbox, expected, syncNow.isPending) ?? tooSoon(wait?.readyAt ?? null),
    start,
    problem: problem?.retryAfterSeconds === undefined ? problem : null,
  };
}

function tooSoon(readyAt: Date | null): string | null {
  return readyAt === null ? null : `It ran a moment ago. You can sync again at ${sayTimeOfDay(readyAt)}.`;
}

function stateHindrance(
  mailbox: MailboxView | null,
  expected: ExpectedRun,
  isAsking: boolean,
): string | null {
  if (mailbox === null || mailbox.state === 'not-activated' || mailbox.state === 'deactivated') {
    return 'Set up sync first.';
  }
  if (mailbox.state === 'paused') return 'Sync is paused.';
  if (mailbox.running) return 'A sync is under way.';
  if (isAsking || expected.isExpected) return 'The sync starts in a moment.';
  if (mailbox.state === 'authorization-required') return 'Connect your mailbox again first.';
  return null;
}
