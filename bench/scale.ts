/**
 * `npm run bench:scale [-- --part N]`: a simulated day of a million mailboxes on the scheduling code, and the lease path on a real PostgreSQL beside it.
 * Prints both and writes them to docs/results.md; counts first, and no time is asserted.
 */
import { parseArgs } from 'node:util';
import { HOUR } from '../src/model/clock.ts';
import { writeResults } from './results-section.ts';
import { type LeasePath, measureLeasePath } from './scale/lease-path.ts';
import { type Measures, windowNames } from './scale/measures.ts';
import { partOf, type Scenario, wholeDay } from './scale/scenario.ts';
import { simulate } from './scale/simulate.ts';

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(wholeDay.seed) },
    rows: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '60' },
    'no-write': { type: 'boolean', default: false },
  },
});

const seconds = (ms: number) => (ms / 1_000).toFixed(ms < 10_000 ? 2 : 0);
const table = (head: string, rows: readonly string[]) => [head, head.replace(/[^|]+/g, ' --- '), ...rows, ''];

const LATE_GOAL_MS = 60_000;

function dayOf(scenario: Scenario): string[] {
  const cpuBefore = process.cpuUsage();
  const { measures, population } = simulate(scenario);
  const cpu = process.cpuUsage(cpuBefore);
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  const p99 = population.sizes
    .map((_, at) => measures.byOrganization.percentile(at, 0.99))
    .sort((one, other) => one - other);
  const middle = p99[Math.floor(p99.length / 2)] ?? 0;
  return [
    '## Scale: a simulated day',
    '',
    `${scenario.mailboxes} mailboxes of ${scenario.organizations} organizations (the largest has ${Math.max(...population.sizes)}) on ${scenario.workers} workers of`,
    `${scenario.runsAtOnce} runs at once, ${scenario.hours} hours, seed ${scenario.seed}. Everything is due at once at the start; from hour ${scenario.outage.from / HOUR} to ${scenario.outage.to / HOUR} the place of 40 % of`,
    `the mailboxes is away (an hour each: ${scenario.outage.troubles.join(', ')}); ${scenario.kills.workers} workers are killed every ${scenario.kills.everyMs / 60_000} minutes. Lateness is from due to begun.`,
    `It took ${((cpu.user + cpu.system) / 1e6).toFixed(0)} s of CPU and ${memory} MiB.`,
    '',
    ...table('| goal | | |', goalRows(measures)),
    ...table('| window | mailboxes | runs | late: p50 | p99 | worst |', latenessRows(measures)),
    `Organizations, p99 in the calm hours: best ${seconds(p99[0] ?? 0)} s, middle ${seconds(middle)} s, worst ${seconds(p99.at(-1) ?? 0)} s. Imports, which come after fresh mail: p99 ${seconds(measures.backFill.percentile(0, 0.99))} s.`,
    `Taken over from killed workers: ${measures.takeOvers.count(0)} runs, the last one ${seconds(measures.takeOvers.max(0))} s after the kill.`,
    '',
    ...table('| starts per second | most (in 10 s) | mean | ratio |', herdRows(measures, scenario)),
    `Leases: ${measures.leases} (${(measures.leases / (scenario.hours * 3_600)).toFixed(0)} a second). For each lease ${(measures.claims / measures.leases).toFixed(2)} claiming statements (${measures.emptyClaims} of ${measures.claims} found nothing),`,
    `1 row claimed, 1 row given back, ${(measures.renewedRows / measures.leases).toFixed(2)} rows renewed in ${(measures.renewals / measures.leases).toFixed(3)} statements.`,
    '',
  ];
}

/** p99 of a running system; the beginning, at which a million are due in the same instant, can only be as fast as the workers are many. */
function goalRows({ wholeDay }: Measures): readonly string[] {
  const running = wholeDay.percentile(1, 0.99);
  const all = `${wholeDay.count(1)} runs; with the beginning, at which everybody is due at once, ${seconds(wholeDay.percentile(0, 0.99))} s of ${wholeDay.count(0)} runs`;
  return [
    `| p99 of lateness under ${seconds(LATE_GOAL_MS)} s | ${seconds(running)} s (${all}) | ${running < LATE_GOAL_MS ? 'met' : 'missed'} |`,
  ];
}

function latenessRows(measures: Measures): readonly string[] {
  return windowNames.flatMap((window) =>
    (['failing', 'others'] as const).map((which) => {
      const group = measures.groupOf(window, which);
      const { lateness } = measures;
      const who = which === 'failing' ? 'at the place that fails' : 'elsewhere';
      return `| ${window} | ${who} | ${lateness.count(group)} | ${seconds(lateness.percentile(group, 0.5))} s | ${seconds(lateness.percentile(group, 0.99))} s | ${seconds(lateness.max(group))} s |`;
    }),
  );
}

function herdRows(measures: Measures, { outage, hours }: Scenario): readonly string[] {
  const spans: readonly (readonly [string, number, number])[] = [
    ['first hour', 0, HOUR],
    ['third hour', 2 * HOUR, 3 * HOUR],
    ['hour before the outage', outage.from - HOUR, outage.from],
    ['hour after the outage', outage.to, outage.to + HOUR],
    ['last hour', (hours - 1) * HOUR, hours * HOUR],
  ];
  return spans.map(([name, from, to]) => {
    const { most, mean } = measures.herd(from, to);
    return `| ${name} | ${most.toFixed(1)} | ${mean.toFixed(1)} | ${(most / mean).toFixed(2)} |`;
  });
}

function leasesOf(path: LeasePath): string[] {
  return [
    '## Scale: the lease path on PostgreSQL',
    '',
    `${path.mailboxes} rows of schedules (${path.tableMib} MiB with indexes), fsync on, clients beside it on the same machine; a million mailboxes need 556 leases a second.`,
    '',
    ...table('| | counted |', [
      `| leases claimed and given back | ${path.leases} in ${path.seconds.toFixed(0)} s: ${(path.leases / path.seconds).toFixed(0)} a second |`,
      `| transactions for a lease | ${((path.leases + path.claims) / path.leases).toFixed(2)} |`,
      `| rows written for a lease | 2, ${(100 * path.hotShare).toFixed(0)} % of them without touching an index |`,
      `| dead rows afterwards | ${path.deadRows} |`,
    ]),
    ...table(
      '| a claim of twenty | claimed | buffers | indexes |',
      path.explained.map((one) => `| ${one.what} | ${one.claimed} | ${one.buffers} | ${one.indexes} |`),
    ),
  ];
}

async function main(): Promise<void> {
  const scenario = { ...partOf(wholeDay, Number(values.part)), seed: Number(values.seed) };
  process.stdout.write(`seed ${scenario.seed}\n\n`);
  const leases = leasesOf(
    await measureLeasePath({ mailboxes: Number(values.rows), loops: 8, seconds: Number(values.seconds) }),
  );
  process.stdout.write(`${leases.join('\n')}\n`);
  const day = dayOf(scenario);
  process.stdout.write(`${day.join('\n')}\n`);
  if (!values['no-write']) await writeResults('scale', [...day, ...leases].join('\n'));
}

await main();
