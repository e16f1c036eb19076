/** The service levels of what an administrator reaches: how fresh, how reliable and how complete sync was, against the goals, and what waits now. */
import { DAY, type Instant, MINUTE } from '../model/clock.ts';
import { ageAt, type HeardUsage } from '../model/goals.ts';
import { defaultSettings } from '../model/settings.ts';
import { readUsage } from '../store/api-usage.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { readOrganizationSettings } from '../store/organizations.ts';
import { countStates, sumCompleteness } from '../store/overview-counts.ts';
import { countAgesOfRuns, readOwnQueues, sumRuns } from '../store/service-levels.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

const WINDOWS_HOURS = [24, 168] as const;

export interface LevelWindow {
  readonly hours: number;
  readonly runs: number;
  /** Null: no run ended. */
  readonly successShare: number | null;
  readonly freshnessP50Minutes: number | null;
  readonly freshnessP95Minutes: number | null;
}

export interface ServiceLevels {
  readonly windows: readonly LevelWindow[];
  /** Of the mail of 30 days, as it was checked last; null: not checked. */
  readonly completenessShare: number | null;
  readonly queues: readonly {
    readonly service: string;
    readonly name: string;
    readonly waiting: number;
    readonly oldestMinutes: number;
  }[];
  readonly active: number;
  readonly usage: HeardUsage | null;
  /** The part of the allowance that may be used. */
  readonly shareMax: number;
}

export async function readServiceLevels(ports: Ports, admin: Admin): Promise<ServiceLevels> {
  const now = ports.clock.now();
  return await inOrganization(ports.db, admin.organizationId, async (tx) => {
    const windows: LevelWindow[] = [];
    for (const hours of WINDOWS_HOURS) windows.push(await readWindow(tx, admin, now, hours));
    const complete = await sumCompleteness(tx, admin);
    const queues = await readOwnQueues(tx, admin, now);
    const usage = await readUsage(tx, admin.organizationId);
    const { settings } = await readOrganizationSettings(tx, admin.organizationId);
    return {
      windows,
      completenessShare: complete.expected === 0 ? null : Math.min(1, complete.saved / complete.expected),
      queues: [...ports.mailServices.values()].map(({ service, displayName }) => {
        const queue = queues.find((one) => one.service === service);
        const oldestMinutes = (queue?.oldestMs ?? 0) / MINUTE;
        return { service, name: displayName, waiting: queue?.count ?? 0, oldestMinutes };
      }),
      active: (await countStates(tx, admin)).get('active') ?? 0,
      usage: usage === null || now - usage.heardAt >= DAY ? null : usage,
      shareMax: settings.apiShareMax ?? defaultSettings.apiShareMax,
    };
  });
}

async function readWindow(tx: Tx, admin: Admin, now: Instant, hours: number): Promise<LevelWindow> {
  const { runs, failed } = await sumRuns(tx, admin, { now, hours });
  const ages = await countAgesOfRuns(tx, admin, { now, hours });
  return {
    hours,
    runs,
    successShare: runs === 0 ? null : (runs - failed) / runs,
    freshnessP50Minutes: ageAt(ages, 0.5),
    freshnessP95Minutes: ageAt(ages, 0.95),
  };
}
