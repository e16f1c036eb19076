/**
 * `npm run nightly [-- --whole N --two-way N --from N]`: simulation seeds that nobody has played yet, 20,000 unless told: 5,000 worlds of the whole product and
 * 15,000 of two ways, in parts, two at a time. Prints how far it is, the seeds that break something, and in the end one line with the counts; a whole night is written to
 * docs/results.md.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { madeWith, writeResults } from '../bench/results-section.ts';

const HELP = `npm run nightly [-- --whole N] [-- --two-way N] [-- --from N]

  --whole N     worlds of the whole product (5000)
  --two-way N   worlds of two ways on the in-memory references (15000)
  --from N      the first seed; another one for every day unless told
  --write       puts the counts into docs/results.md, as 20,000 seeds or more do by themselves
`;
/** As many as end within a test's time limit. */
const PART = 100;
const AT_ONCE = 2;
const DAY_MS = 86_400_000;
const SEEDS_A_DAY = 20_000;

const { values } = parseArgs({
  options: {
    whole: { type: 'string', default: '5000' },
    'two-way': { type: 'string', default: '15000' },
    from: { type: 'string', default: String(Math.floor(Date.now() / DAY_MS) * SEEDS_A_DAY) },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface Part {
  readonly kind: 'whole' | 'two-way';
  readonly from: number;
  readonly to: number;
}

const files = {
  whole: 'test/simulation/sync.simulation.test.ts',
  'two-way': 'test/simulation/two-way/two-way.simulation.test.ts',
} as const;

if (values.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  const from = Number(values.from);
  const queue = [
    ...partsOf('whole', from, Number(values.whole)),
    ...partsOf('two-way', from, Number(values['two-way'])),
  ];
  const seeds = Number(values.whole) + Number(values['two-way']);
  process.stdout.write(`nightly: ${seeds} seeds from ${from}\n`);
  const failed: Part[] = [];
  const startedAt = Date.now();
  let done = 0;
  const lane = async () => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      if (!(await play(part))) failed.push(part);
      done += part.to - part.from + 1;
      process.stdout.write(`nightly: ${done} of ${seeds} seeds, ${failed.length} parts with broken ones\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  for (const { kind, from: first, to } of failed)
    process.stdout.write(`broken: ${kind}, somewhere in seeds ${first} to ${to}\n`);
  process.stdout.write(
    `nightly: ${seeds} seeds played, ${failed.length === 0 ? 'none broken' : `${failed.length} parts with broken ones`}\n`,
  );
  if (values.write || seeds >= SEEDS_A_DAY)
    await writeResults('nightly', page(from, failed, Date.now() - startedAt));
  process.exitCode = failed.length === 0 ? 0 : 1;
}

function page(from: number, failed: readonly Part[], ms: number): string {
  const row = (kind: Part['kind'], count: number) => {
    const broken = failed.filter((part) => part.kind === kind);
    const parts = broken.map((part) => `${part.from} to ${part.to}`).join(', ');
    return `| ${kind === 'whole' ? 'the whole product' : 'two ways, on the in-memory references'} | ${count} | ${parts === '' ? 'none' : parts} |`;
  };
  return [
    '## Simulation: a night (`npm run nightly`)',
    '',
    madeWith(from),
    '',
    'Each seed is a world in which people, services, networks and machines misbehave, then calm, then everything that must hold.',
    '',
    '| worlds | seeds | parts with broken ones |',
    '| --- | --- | --- |',
    row('whole', Number(values.whole)),
    row('two-way', Number(values['two-way'])),
    '',
    `Took ${Math.round(ms / 60_000)} minutes.`,
  ].join('\n');
}

function partsOf(kind: Part['kind'], from: number, count: number): readonly Part[] {
  return Array.from({ length: Math.ceil(count / PART) }, (_, at) => ({
    kind,
    from: from + at * PART,
    to: Math.min(from + count, from + (at + 1) * PART) - 1,
  }));
}

/** Whether every seed of the part kept every promise; what its players say of broken ones is passed on. */
function play({ kind, from, to }: Part): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, SIMULATION_SEED: `${from}-${to}` };
    const child = spawn('vitest', ['run', '--project', 'simulation', files[kind]], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      for (const line of text.split('\n')) if (/^seed \d+/.test(line)) process.stdout.write(`${line}\n`);
      resolve(code === 0);
    });
  });
}
