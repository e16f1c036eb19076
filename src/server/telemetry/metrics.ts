/**
 * The Prometheus metrics of one process: every name, label and bucket. Labels take values of closed sets only; whatever else arrives is told as `other`.
 * What the database knows is asked at a scrape (`stored-metrics.ts`). Each is described in docs/metrics.md.
 */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { catalogue } from '../../model/catalogue.ts';
import { collections } from '../../model/collection.ts';
import type { Failure } from '../../model/failure.ts';
import { groupOf, type Telemetry } from '../../model/telemetry.ts';
import { operationWord, type Provider, providers, statusClass } from './provider-operations.ts';
import { createSessionMetrics } from './session-metrics.ts';

/** A request that was answered, or was not. */
export interface RequestSeen {
  readonly provider: Provider;
  readonly operation: string | undefined;
  /** Null: no answer came. */
  readonly status: number | null;
  readonly ms: number;
}

export interface Metrics extends Omit<Telemetry, 'inSpan'> {
  readonly registry: Registry;
  requestEnded(request: RequestSeen): void;
  /** An e-mail to a person left, or did not. */
  mailEnded(outcome: 'sent' | 'failed'): void;
}

const RUN_SECONDS = [0.5, 1, 2, 5, 10, 20, 40, 60, 120, 300, 600, 900];
const REQUEST_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 100];
const WAIT_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
const services: ReadonlySet<string> = new Set(providers);

/** A registry of its own, filled; `processDefaults` adds CPU, memory, event loop and garbage collection of the process. */
export function createMetrics({ processDefaults }: { readonly processDefaults: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (processDefaults) collectDefaultMetrics({ register: registry });
  const runs = new Counter({
    name: 'lockstep_runs_total',
    help: 'Runs that ended, by mail service and outcome.',
    labelNames: ['service', 'outcome'],
    registers,
  });
  const runSeconds = new Histogram({
    name: 'lockstep_run_seconds',
    help: 'How long runs took.',
    labelNames: ['service'],
    buckets: RUN_SECONDS,
    registers,
  });
  const items = new Counter({
    name: 'lockstep_items_total',
    help: 'Items that runs judged, by collection, by which way something was written, and by what became of them.',
    labelNames: ['collection', 'direction', 'group'],
    registers,
  });
  const failures = new Counter({
    name: 'lockstep_failures_total',
    help: 'Runs that failed, by the code of the catalogue (docs/errors.md).',
    labelNames: ['service', 'code'],
    registers,
  });
  const throttles = new Counter({
    name: 'lockstep_throttles_total',
    help: 'Times that a service asked for patience: answers 429 and 503, and runs that ended for it.',
    labelNames: ['provider'],
    registers,
  });
  const leases = createLeaseMetrics(registers);
  const requests = createRequestMetrics(registers);
  const mails = new Counter({
    name: 'lockstep_notices_total',
    help: 'E-mails to people, by whether the mail server took them.',
    labelNames: ['outcome'],
    registers,
  });
  // Zeros from the start: a rate over a counter that appears with its first event misses that event.
  for (const outcome of ['sent', 'failed']) mails.inc({ outcome }, 0);
  for (const provider of providers) throttles.inc({ provider }, 0);
  return {
    registry,
    ...leases,
    ...createSessionMetrics(registers),
    runEnded({ service: name, outcome, startedAt, endedAt, items: judged }) {
      const service = serviceWord(name);
      runs.inc({ service, outcome: outcome.kind });
      runSeconds.observe({ service }, Math.max(0, endedAt - startedAt) / 1000);
      for (const { collection, verdict, count } of judged) {
        const known = collection === 'emails' || collections.includes(collection);
        if (known) items.inc({ collection, ...groupOf(verdict) }, count);
      }
      if (outcome.kind !== 'failed') return;
      failures.inc({ service, code: codeWord(outcome.failure) });
      const provider = outcome.failure.code.startsWith('crm.') ? 'salesforce' : service;
      if (outcome.failure.kind === 'throttled') throttles.inc({ provider });
    },
    requestEnded(request) {
      requests(request);
      if (statusClass(request.status) === 'throttled') throttles.inc({ provider: request.provider });
    },
    mailEnded: (outcome) => mails.inc({ outcome }),
  };
}

function createLeaseMetrics(registers: Registry[]): Pick<Metrics, 'leaseTaken' | 'leaseLost'> {
  const taken = new Counter({
    name: 'lockstep_leases_taken_total',
    help: 'Mailboxes that this worker took.',
    registers,
  });
  const lost = new Counter({
    name: 'lockstep_leases_lost_total',
    help: 'Leases that ended under a run of this worker.',
    registers,
  });
  const waits = new Histogram({
    name: 'lockstep_lease_wait_seconds',
    help: 'How long mailboxes had been due when a worker took them.',
    buckets: WAIT_SECONDS,
    registers,
  });
  return {
    leaseTaken(waitedMs) {
      taken.inc();
      waits.observe(waitedMs / 1000);
    },
    leaseLost: () => lost.inc(),
  };
}

function createRequestMetrics(registers: Registry[]): (request: RequestSeen) => void {
  const requests = new Counter({
    name: 'lockstep_requests_total',
    help: 'Requests to services, by operation and class of status.',
    labelNames: ['provider', 'operation', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'lockstep_request_seconds',
    help: 'From a request to the head of its answer.',
    labelNames: ['provider'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  return ({ provider, operation, status, ms }) => {
    requests.inc({ provider, operation: operationWord(operation), status: statusClass(status) });
    seconds.observe({ provider }, ms / 1000);
  };
}

/** The name of a mail service as it may be told. */
export function serviceWord(name: string): string {
  return services.has(name) ? name : 'other';
}

function codeWord({ code }: Failure): string {
  return code in catalogue ? code : 'other';
}
