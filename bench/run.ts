/**
 * `npm run bench`: counts requests, statements, bytes, CPU and memory of the product against the simulated services, with the theoretical minimum
 * beside each. Asserts nothing; `test/contract/request-counts.test.ts` does.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { makeReport, printSection, type Section, writeMarkdown } from './report.ts';
import { measureFirstRun } from './scenarios/first-run.ts';
import { measureMemory } from './scenarios/memory.ts';

const HELP = `node bench/run.ts [--quick] [--seed N] [--json FILE] [--markdown FILE]

  --quick          a tenth of the mails
  --seed N         another draw of mails (1 unless told)
  --json FILE      also writes the figures as JSON
  --markdown FILE  also writes them as a page (docs/results.md)
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    markdown: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  const part = values.quick ? 10 : 1;
  const seed = Number(values.seed);
  process.stdout.write(`seed ${seed}\n\n`);
  const sections: Section[] = [];
  const show = (section: Section) => {
    sections.push(section);
    process.stdout.write(`${printSection(section)}\n`);
  };
  for (const kind of ['all', 'mix', 'files'] as const) {
    for (const section of await measureFirstRun(kind, 10_000 / part, seed)) show(section);
  }
  show(
    await measureMemory(
      [1_000, 10_000, 30_000].map((mails) => mails / part),
      seed,
    ),
  );
  const report = makeReport(sections, new Date());
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.markdown !== undefined) await writeFile(values.markdown, writeMarkdown(report));
}
