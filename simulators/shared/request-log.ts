/**
 * What was asked of a simulator: counts by operation, bytes in and out, the last calls. It never keeps content,
 * so that it may be printed anywhere.
 */

/** One call as it ended. `status` is the HTTP status, 0 for a connection that was dropped. */
export interface LoggedCall {
  operation: string;
  user?: string | undefined;
  status: number;
  bytesIn: number;
  bytesOut: number;
  at: number;
  /** The code a service error was answered with, if one was. */
  code?: string | undefined;
}

export interface RequestLog {
  record(call: LoggedCall): void;
  /** Calls by operation name. */
  counts(): Record<string, number>;
  /** All calls, or those of one operation. */
  count(operation?: string): number;
  totals(): { calls: number; bytesIn: number; bytesOut: number };
  /** The last calls, oldest first. */
  recent(): readonly LoggedCall[];
  reset(): void;
}

/** A log that keeps the last `keepMax` calls (1,000 unless told) and counts all. */
export function createRequestLog(keepMax = 1000): RequestLog {
  let counts = new Map<string, number>();
  let recent: LoggedCall[] = [];
  let totals = { calls: 0, bytesIn: 0, bytesOut: 0 };
  return {
    record(call) {
      counts.set(call.operation, (counts.get(call.operation) ?? 0) + 1);
      totals.calls += 1;
      totals.bytesIn += call.bytesIn;
      totals.bytesOut += call.bytesOut;
      recent.push(call);
      if (recent.length > keepMax * 2) recent = recent.slice(-keepMax);
    },
    counts: () => Object.fromEntries(counts),
    count: (operation) => (operation === undefined ? totals.calls : (counts.get(operation) ?? 0)),
    totals: () => ({ ...totals }),
    recent: () => recent.slice(-keepMax),
    reset() {
      counts = new Map();
      recent = [];
      totals = { calls: 0, bytesIn: 0, bytesOut: 0 };
    },
  };
}
