/**
 * `npm run bench`: counts requests, statements, bytes, CPU and memory of the product against the simulated services, with the theoretical minimum
 * beside each. Asserts nothing; `test/contract/request-counts.test.ts` does.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type MailServiceName, mailServiceNames } from '../sandbox/cast.ts';
import { makeReport, printSection, type Section, writeMarkdown } from './report.ts';
import { measureFirstRun } from './scenarios/first-run.ts';
import { measureMemory } from './scenarios/memory.ts';

const HELP = `node bench/run.ts [--quick] [--service NAME] [--seed N] [--json FILE] [--markdown FILE]

  --quick          a tenth of the mails
  --service NAME   exchange, office365 or google alone
  --seed N         another draw of mails (1 unless told)
  --json FILE      also writes the figures as JSON
  --markdown FILE  also writes them as a page (docs/results.md)
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    service: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    markdown: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const services = mailServiceNames.filter((name) => values.service === undefined || name === values.service);

if (values.help || services.length === 0) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  const seed = Number(values.seed);
  process.stdout.write(`seed ${seed}\n\n`);
  const sections: Section[] = [];
  for (const service of services) {
    for await (const section of measure(service, seed)) {
      sections.push(section);
      process.stdout.write(`${printSection(section)}\n`);
    }
  }
  const report = makeReport(sections, new Date());
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.markdown !== undefined) await writeFile(values.markdown, writeMarkdown(report));
}

async function* measure(service: MailServiceName, seed: number): AsyncGenerator<Section> {
  const part = values.quick ? 10 : 1;
  for (const kind of ['all', 'mix', 'files'] as const)
    yield* await measureFirstRun(service, kind, 10_000 / part, seed);
  const sizes = [1_000, 10_000, 30_000].map((mails) => mails / part);
  yield await measureMemory(service, sizes, seed);
}
