/**
 * Quotas as data: what each method costs, and the pace that keeps one mailbox within an API's units of a sliding minute. A wait that the
 * service asked for is remembered here too, so that nothing is sent meanwhile. Vendor page: docs/remote-services/google.md#quota.
 */
import { type AbortSignalLike, type Clock, type Instant, MINUTE, SECOND } from '../../model/clock.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';

/**
 * Units by method. https://developers.google.com/workspace/gmail/api/reference/quota
 * Of the other APIs each call counts one, but a patch of an event three (https://developers.google.com/workspace/calendar/api/v3/reference/events/patch),
 * and People counts reads (90) and writes (60) apart, here as one sum.
 */
export const UNITS = {
  getProfile: 1,
  'history.list': 2,
  'labels.list': 1,
  'labels.create': 5,
  'messages.list': 5,
  'messages.get': 5,
  'messages.modify': 5,
  'settings.sendAs.list': 1,
  watch: 100,
  stop: 50,
  'events.list': 1,
  'events.instances': 1,
  'events.get': 1,
  'events.insert': 1,
  'events.patch': 3,
  'connections.list': 2,
  'people.getBatchGet': 2,
  'people.createContact': 3,
  'people.batchCreateContacts': 3,
  'people.updateContact': 3,
  'contactGroups.list': 2,
  'contactGroups.create': 3,
  'contactGroups.members.modify': 3,
  'tasks.list': 1,
  'tasks.get': 1,
  'tasks.insert': 1,
  'tasks.patch': 1,
} as const;

export type Method = keyof typeof UNITS;

/** Units of one mailbox in a minute, of the APIs whose quota nobody configures. */
export const UNITS_PER_MINUTE = { calendar: 600, people: 180, tasks: 600 } as const;

/** Where the service only says that it was too much: half of its sliding minute. */
export const WAIT_UNTOLD_MS = 30 * SECOND;
/** No own wait of a run is longer; above it the run ends as throttled. */
const WAIT_MS_MAX = 2 * MINUTE;

export interface Pace {
  /** Waits until there is room for the units and takes them. Rejects as throttled while the service wants to be left alone. */
  spend(units: number, signal?: AbortSignalLike): Promise<void>;
  /** The service asked to be left alone for so long. */
  silence(ms: number): void;
}

export function createPace(clock: Clock, unitsPerMinute: number): Pace {
  const spent: { at: Instant; units: number }[] = [];
  let silentUntil = 0;
  let line: Promise<void> = Promise.resolve();

  const checkSilence = (): void => {
    const leftMs = silentUntil - clock.now();
    if (leftMs > 0)
      throw new RemoteFailure(failure('mailbox.throttled', { retryAfterMs: leftMs, vendorCode: 'SILENCE' }));
  };
  /** How long until there is room; more units than a whole minute has go when the minute is empty. */
  const waitMs = (units: number): number => {
    const now = clock.now();
    while (spent[0] !== undefined && spent[0].at <= now - MINUTE) spent.shift();
    let over = spent.reduce((sum, one) => sum + one.units, 0) + units - unitsPerMinute;
    for (const one of spent) {
      if (over <= 0) return 0;
      over -= one.units;
      if (over <= 0) return one.at + MINUTE - now;
    }
    return over <= 0 || spent.length === 0 ? 0 : (spent.at(-1)?.at ?? now) + MINUTE - now;
  };
  const take = async (units: number, signal: AbortSignalLike | undefined): Promise<void> => {
    const startedAt = clock.now();
    for (;;) {
      checkSilence();
      const ms = waitMs(units);
      if (ms <= 0) break;
      if (clock.now() - startedAt + ms > WAIT_MS_MAX)
        throw new RemoteFailure(failure('mailbox.throttled', { retryAfterMs: ms, vendorCode: 'PACE' }));
      await clock.sleep(ms, signal);
    }
    spent.push({ at: clock.now(), units });
  };
  return {
    spend(units, signal) {
      const mine = line.then(() => take(units, signal));
      line = mine.catch(() => undefined);
      return mine;
    },
    silence(ms) {
      silentUntil = Math.max(silentUntil, clock.now() + ms);
    },
  };
}
