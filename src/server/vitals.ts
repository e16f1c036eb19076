/**
 * Whether this process lives and may be sent work. Live: its loops turn. Ready: it is not being stopped and reaches its database. Orchestrators restart what
 * does not live and send nobody to what is not ready.
 */
import { type Clock, type Instant, MINUTE, SECOND } from '../model/clock.ts';
import { type Database, databaseAnswers } from '../store/database.ts';
import { systemClock } from './system-clock.ts';

export type Readiness = 'ok' | 'draining' | 'no-database';

export interface Vitals {
  /** From now on nobody is to be sent here. */
  drain(): void;
  /** A worker's last sign of life counts from now on. */
  watch(lastSignAt: () => Instant): void;
  /** False: a loop of the worker has stood still for minutes, and only a restart helps. */
  isLive(): boolean;
  /** Never rejects, and waits for the database two seconds at most. */
  readiness(): Promise<Readiness>;
}

/** Longer than any statement and connection may take, several times over. */
export const STUCK_MS = 5 * MINUTE;
const ANSWER_MS = 2 * SECOND;

export function createVitals({ db, clock }: { readonly db: Database; readonly clock: Clock }): Vitals {
  let isDraining = false;
  const signs: (() => Instant)[] = [];
  return {
    drain() {
      isDraining = true;
    },
    watch(lastSignAt) {
      signs.push(lastSignAt);
    },
    isLive: () => signs.every((lastSignAt) => clock.now() - lastSignAt() < STUCK_MS),
    async readiness() {
      if (isDraining) return 'draining';
      const timer = new AbortController();
      // Whoever probes waits in real time.
      const late = systemClock.sleep(ANSWER_MS, timer.signal).then(
        () => false,
        () => false,
      );
      const answers = await Promise.race([databaseAnswers(db), late]);
      timer.abort();
      return answers ? 'ok' : 'no-database';
    },
  };
}
