/**
 * `npm run bench`: counts requests, statements, bytes, CPU and memory of the product against the simulated services, with the theoretical minimum and the vendors' own
 * clients beside. Asserts nothing; `test/contract/request-counts.test.ts` does.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type MailServiceName, mailServiceNames, serviceWords } from '../sandbox/cast.ts';
import { benchCollections } from './items.ts';
import { printSection, type Section, sectionMarkdown } from './report.ts';
import { madeWith, writeResults } from './results-section.ts';
import { measureFirstRun } from './scenarios/first-run.ts';
import { ITEMS_EACH_WAY, measureItems } from './scenarios/items.ts';
import { measureMemory } from './scenarios/memory.ts';

const HELP = `node bench/run.ts [--part NAME] [--quick] [--service NAME] [--seed N] [--json FILE] [--dry]

  --part NAME      mail or items alone
  --quick          a tenth of the mails and items
  --service NAME   exchange, office365 or google alone
  --seed N         another draw of mails (1 unless told)
  --json FILE      also writes the figures as JSON
  --dry            leaves docs/results.md alone, as --quick does
`;

const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    quick: { type: 'boolean', default: false },
    service: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const PARTS = ['mail', 'items'] as const;
type Part = (typeof PARTS)[number];

const services = mailServiceNames.filter((name) => values.service === undefined || name === values.service);
const parts = PARTS.filter((name) => values.part === undefined || name === values.part);
const share = values.quick ? 10 : 1;

const openings: Readonly<Record<Part, (service: string) => string>> = {
  mail: (service) => `## ${service}: mail

The product runs in a process of its own against the simulated mail services and Salesforce on loopback. Minimums and their reasons are in
\`bench/minimum.ts\`; \`test/contract/request-counts.test.ts\` holds the counts to 1.3 times the minimum.`,
  items: (service) => `## ${service}: events, contacts and tasks

One mailbox and one Salesforce user, one collection at a time, as many things on each side. Minimums and their reasons are in \`bench/minimum-items.ts\`. The
*vendor's client* is googleapis, @microsoft/microsoft-graph-client or ews-javascript-api with jsforce, doing the same work on the same simulators in the
same run as their documentation shows it (\`bench/vendors\`); it keeps its pairs in memory, and knows no conflicts, deletions or crashes. The product's runs
ask for mail as well, the vendor's client does not. *Times ours* above 1: it needs more than the product.`,
};

async function main(): Promise<void> {
  const seed = Number(values.seed);
  process.stdout.write(`seed ${seed}\n\n`);
  const all: Section[] = [];
  for (const service of services)
    for (const part of parts) {
      const sections: Section[] = [];
      for await (const section of measure[part](service, seed)) {
        sections.push(section);
        process.stdout.write(`${printSection(section)}\n`);
      }
      const opening = openings[part](serviceWords[service]);
      const page = [opening, '', madeWith(seed), '', ...sections.map(sectionMarkdown)].join('\n');
      if (!values.quick && !values.dry) await writeResults(`${part}-${service}`, page);
      all.push(...sections);
    }
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ made: madeWith(seed), sections: all }, null, 2)}\n`);
}

const measure: Readonly<Record<Part, (service: MailServiceName, seed: number) => AsyncGenerator<Section>>> = {
  async *mail(service, seed) {
    for (const kind of ['all', 'mix', 'files'] as const)
      yield* await measureFirstRun(service, kind, 10_000 / share, seed);
    const sizes = [1_000, 10_000, 30_000].map((mails) => mails / share);
    yield await measureMemory(service, sizes, seed);
  },
  async *items(service, seed) {
    for (const collection of benchCollections)
      yield* await measureItems(service, collection, ITEMS_EACH_WAY / share, seed);
  },
};

if (values.help || services.length === 0 || parts.length === 0) process.stdout.write(HELP);
else await main();
