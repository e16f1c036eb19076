/**
 * What is measured inside the product's process: statements at the `pg` layer, CPU, memory and how late the event loop was. Counting stands
 * between the product and its libraries and changes nothing that it does.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import pg from 'pg';

export interface SqlCount {
  readonly statements: number;
  readonly transactions: number;
  /** Rows that statements returned or wrote, as PostgreSQL reports them. */
  readonly rows: number;
}

export interface Reading {
  readonly sql: SqlCount;
  readonly cpuMs: number;
  /** The most memory that the process ever had (`ru_maxrss`). */
  readonly rssPeakBytes: number;
  /** The most that was in use on the heap at any sample. */
  readonly heapPeakBytes: number;
  /** The same after a collection; null where the process may not collect by itself. */
  readonly livePeakBytes: number | null;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
}

export interface Meters {
  /** Everything since the last reset. */
  read(): Reading;
  reset(): void;
}

const SAMPLE_MS = 50;
const COLLECT_EVERY = 10;

/** Starts measuring. `collects` forces collections while it samples, which costs CPU: for memory only. */
export function startMeters(collects: boolean, sampleMs = SAMPLE_MS): Meters {
  const sql = countStatements();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let heapPeakBytes = 0;
  let livePeakBytes = 0;
  let samples = 0;
  let cpu = process.cpuUsage();
  const sample = () => {
    samples += 1;
    heapPeakBytes = Math.max(heapPeakBytes, heapBytes());
    if (!collects || samples % COLLECT_EVERY !== 0) return;
    globalThis.gc?.();
    livePeakBytes = Math.max(livePeakBytes, heapBytes());
  };
  setInterval(sample, sampleMs).unref();
  return {
    read() {
      const used = process.cpuUsage(cpu);
      return {
        sql: sql.read(),
        cpuMs: (used.user + used.system) / 1_000,
        rssPeakBytes: process.resourceUsage().maxRSS * 1_024,
        heapPeakBytes,
        livePeakBytes: collects ? livePeakBytes : null,
        delayP50Ms: delay.percentile(50) / 1e6,
        delayP99Ms: delay.percentile(99) / 1e6,
        delayMaxMs: delay.max / 1e6,
      };
    },
    reset() {
      sql.reset();
      delay.reset();
      heapPeakBytes = 0;
      livePeakBytes = 0;
      cpu = process.cpuUsage();
    },
  };
}

function heapBytes(): number {
  // `process.memoryUsage` asks the system for the resident size as well, which is a tenth of what an idle run costs.
  const { used_heap_size: used, external_memory: external } = getHeapStatistics();
  return used + external;
}

function countStatements(): { read(): SqlCount; reset(): void } {
  let statements = 0;
  let transactions = 0;
  let rows = 0;
  const prototype = pg.Client.prototype;
  const query: (...args: unknown[]) => unknown = prototype.query;
  const counted = function (this: pg.Client, ...args: unknown[]): unknown {
    const note = (result: pg.QueryResult | undefined) => {
      rows += result?.rowCount ?? 0;
    };
    const given = args[0] as { callback?: (error: unknown, result: pg.QueryResult) => void };
    const { callback } = given;
    if (callback !== undefined)
      given.callback = (error, result) => {
        note(result);
        callback(error, result);
      };
    const answer = query.apply(this, args);
    // A kind of statement that has a name is asked for as an object.
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string }).text;
    if (text !== undefined) {
      if (text.startsWith('begin')) transactions += 1;
      statements += 1;
    }
    if (answer instanceof Promise) answer.then(note, () => undefined);
    return answer;
  };
  Object.assign(prototype, { query: counted });
  return {
    read: () => ({ statements, transactions, rows }),
    reset() {
      statements = 0;
      transactions = 0;
      rows = 0;
    },
  };
}
