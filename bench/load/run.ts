/**
 * `npm run bench:load`: many mailboxes in one product process, a third on each service, against simulators in another process that answer over TLS after 50 ms. First run,
 * rounds in which nothing changed, rounds in which two mailboxes in a hundred did. Real time but for the waits between rounds; asserts nothing.
 */
import { parseArgs } from 'node:util';
import { writeResults } from '../results-section.ts';
import { openCompany } from './company.ts';
import { loadPage } from './page.ts';
import type { Phase } from './phase.ts';

const HELP = `node bench/load/run.ts [--mailboxes N] [--seed N] [--profile FOLDER] [--write]

  --mailboxes N     200 unless told; a third on each service
  --seed N          another draw of mails (1 unless told)
  --profile FOLDER  writes a CPU profile of the product's process there
  --write           puts the figures into docs/results.md, as 2,000 mailboxes or more do by themselves
`;

const { values } = parseArgs({
  options: {
    mailboxes: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    profile: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Longer than any service's changes are looked at twice. */
const REST_MS = 31 * 60_000;
const SETTLING_ROUNDS = 2;
const ROUNDS = 2;
/** Two in a hundred. */
const CHANGED_ONE_IN = 50;
const WRITTEN_FROM = 2_000;

if (values.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  const mailboxes = Number(values.mailboxes);
  const seed = Number(values.seed);
  process.stdout.write(`seed ${seed}, ${mailboxes} mailboxes\n`);
  const company = await openCompany({ mailboxes, seed, profile: values.profile ?? null });
  const phases: Phase[] = [];
  const play = async (name: string, make: () => Promise<Phase>) => {
    const phase = await make();
    phases.push({ ...phase, name });
    const { runs, failed, seconds } = phase;
    process.stdout.write(`${name}: ${runs} runs, ${failed} failed, ${seconds.toFixed(1)} s\n`);
  };
  try {
    await play('first run', () => company.work());
    for (let round = 0; round < SETTLING_ROUNDS; round += 1)
      await play('settling', () => company.round({ aheadMs: REST_MS, oneIn: null }));
    for (let round = 0; round < ROUNDS; round += 1)
      await play('idle', () => company.round({ aheadMs: REST_MS, oneIn: null }));
    for (let round = 0; round < ROUNDS; round += 1)
      await play('two in a hundred changed', () =>
        company.round({ aheadMs: REST_MS, oneIn: CHANGED_ONE_IN }),
      );
    const page = loadPage(phases, { mailboxes, seed });
    process.stdout.write(`\n${page}\n`);
    if (values.write || mailboxes >= WRITTEN_FROM) await writeResults('load', page);
  } finally {
    await company.close();
  }
}
