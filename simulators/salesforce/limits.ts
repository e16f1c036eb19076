/**
 * The API allocation of an organization: calls of the last 24 hours, counted in hours, and the `/limits` resource.
 * Whether a call counts is decided by the router: a composite counts once.
 */
import type { JsonObject } from './errors.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Calls of the rolling day. */
export interface ApiUsage {
  count(now: number): void;
  used(now: number): number;
  /** Pretends that so many calls were already made in this hour. */
  preset(calls: number, now: number): void;
}

/** Counts nothing yet. */
export function createApiUsage(): ApiUsage {
  const hours = new Map<number, number>();
  const used = (now: number) => {
    const oldest = Math.floor(now / HOUR_MS) - 23;
    let sum = 0;
    for (const [hour, calls] of hours) {
      if (hour < oldest) hours.delete(hour);
      else sum += calls;
    }
    return sum;
  };
  return {
    used,
    count(now) {
      const hour = Math.floor(now / HOUR_MS);
      hours.set(hour, (hours.get(hour) ?? 0) + 1);
    },
    preset(calls, now) {
      hours.clear();
      hours.set(Math.floor(now / HOUR_MS), calls);
    },
  };
}

/** The body of `/limits`, as far as a sync reads it. */
export function toLimits(used: number, max: number): JsonObject {
  const remaining = Math.max(0, max - used);
  const entry = (limit: number, left: number) => ({ Max: limit, Remaining: left });
  return {
    ConcurrentAsyncGetReportInstances: entry(200, 200),
    DailyApiRequests: entry(max, remaining),
    DailyAsyncApexExecutions: entry(250_000, 250_000),
    DailyBulkApiBatches: entry(15_000, 15_000),
    DailyStreamingApiEvents: entry(200_000, 200_000),
    DataStorageMB: entry(10_240, 10_200),
    FileStorageMB: entry(10_240, 10_200),
    HourlyTimeBasedWorkflow: entry(1000, 1000),
    SingleEmail: entry(5000, 5000),
  };
}
