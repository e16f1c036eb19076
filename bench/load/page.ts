/** The load's figures as a section of `docs/results.md`: per run and per thing that changed, beside the goals. It measures nothing. */
import { bytes, round } from '../report.ts';
import { madeWith } from '../results-section.ts';
import type { Phase } from './phase.ts';

const IDLE_CPU_MS = 5;
const MEMORY_BYTES = 512 * 2 ** 20;

export function loadPage(
  phases: readonly Phase[],
  { mailboxes, seed }: { readonly mailboxes: number; readonly seed: number },
): string {
  const idle = phases.filter(({ name }) => name === 'idle');
  const idleCpu = average(idle, ({ product, runs }) => product.cpuMs / runs);
  const busy = phases.filter(({ changed }) => changed > 0);
  const perChange = average(busy, ({ product, runs, changed }) => (product.cpuMs - runs * idleCpu) / changed);
  const peak = Math.max(...phases.map(({ product }) => product.rssPeakBytes));
  const goal = (met: boolean) => (met ? 'met' : 'missed');
  return [
    `## Load: ${mailboxes} mailboxes in one process`,
    '',
    madeWith(seed),
    '',
    'One product process with 20 runs at once and 10 connections to PostgreSQL; simulators in another process, TLS, 50 ms before each answer. A third of the mailboxes is on',
    'each service; each has 10 mails, and 2 events, 2 contacts and 2 tasks on either side. *Changed*: 3 new mails and one thing of each collection on either side in two',
    'mailboxes of a hundred. Between rounds both clocks leap 31 minutes, so that tokens run out as in life. CPU is all of the process: the worker, the lists of what is due, renewals.',
    '',
    '| goal | | |',
    '| --- | --- | --- |',
    `| CPU of an idle run below ${IDLE_CPU_MS} ms | ${idleCpu.toFixed(1)} ms | ${goal(idleCpu < IDLE_CPU_MS)} |`,
    `| peak memory below ${bytes(MEMORY_BYTES)} | ${bytes(peak)} | ${goal(peak < MEMORY_BYTES)} |`,
    '',
    `CPU for each thing that changed, beyond the idle run: ${perChange.toFixed(1)} ms.`,
    '',
    `| round | ${phases.map(({ name }) => name).join(' | ')} |`,
    `| --- | ${phases.map(() => '---').join(' | ')} |`,
    ...lines(phases),
  ].join('\n');
}

function lines(phases: readonly Phase[]): readonly string[] {
  const line = (what: string, of: (phase: Phase) => string) =>
    `| ${what} | ${phases.map((phase) => of(phase)).join(' | ')} |`;
  const all = ({ requests }: Phase) =>
    requests.exchange + requests.office365 + requests.google + requests.salesforce;
  return [
    line('runs / failed so far', ({ runs, failed }) => `${runs} / ${failed}`),
    line('seconds', ({ seconds }) => seconds.toFixed(1)),
    line('CPU per run, ms', ({ product, runs }) => (product.cpuMs / runs).toFixed(1)),
    line('event loop late by, 50 / 99 % / worst, ms', ({ product }) =>
      [product.delayP50Ms, product.delayP99Ms, product.delayMaxMs].map((ms) => ms.toFixed(0)).join(' / '),
    ),
    line('requests per run', (phase) => (all(phase) / phase.runs).toFixed(2)),
    line('of them to Exchange / Office 365 / Google, per mailbox there', ({ requests, runs }) =>
      [requests.exchange, requests.office365, requests.google]
        .map((count) => ((count * 3) / runs).toFixed(2))
        .join(' / '),
    ),
    line('of them to Salesforce', ({ requests, runs }) => (requests.salesforce / runs).toFixed(2)),
    line('bytes per run', (phase) => bytes(phase.bytes / phase.runs)),
    line('SQL statements / transactions per run', ({ product: { sql }, runs }) =>
      [sql.statements, sql.transactions]
        .map((count) => round(Math.round((count / runs) * 10) / 10))
        .join(' / '),
    ),
    line('heap with buffers, most', ({ product }) => bytes(product.heapPeakBytes)),
    line('resident, most so far', ({ product }) => bytes(product.rssPeakBytes)),
  ];
}

function average(phases: readonly Phase[], of: (phase: Phase) => number): number {
  return phases.reduce((sum, phase) => sum + of(phase), 0) / Math.max(1, phases.length);
}
