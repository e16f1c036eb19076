/**
 * `npm run coverage`: the line coverage of src by all tests, a project after another, then the sum of them, which it writes to docs/results.md.
 * `-- --project api` runs one project and keeps what it ran in `coverage/api.json`; `-- --merge` adds up what is kept; `-- --unrun 20` names the files that
 * leave most lines unrun. A project with paths behind it runs these files only and keeps nothing, or with `--add` adds them to what is kept of the project.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { madeWith, writeResults } from '../results-section.ts';
import {
  addHits,
  asPartial,
  hitsByFile,
  mergePartials,
  type Partial,
  ROOT,
  type Statements,
} from './line-hits.ts';
import { buildCountedPages, readPageHits } from './page-hits.ts';
import { AIM, countRooms, mostUnrun, percent, roomLine, roomTable } from './rooms.ts';

/** Every project of vitest.config.ts that runs the product; `tidy` reads files only. */
const projects = ['unit', 'contract', 'api', 'database', 'peers', 'faults', 'simulation', 'e2e'] as const;
const kept = join(ROOT, 'coverage');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    project: { type: 'string', multiple: true, default: [] },
    merge: { type: 'boolean', default: false },
    add: { type: 'boolean', default: false },
    unrun: { type: 'string', default: '0' },
  },
});

/** Runs a project's tests and says what they ran. A failed test does not lose the rest. */
async function countProject(project: string, paths: readonly string[]): Promise<Partial> {
  const hasPages = project === 'e2e';
  if (hasPages) buildCountedPages();
  const folder = join(kept, `${project}-run`);
  const flags = ['--coverage.enabled', `--coverage.reportsDirectory=${folder}`];
  const { status } = spawnSync('vitest', ['run', '--project', project, ...flags, ...paths], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const report = join(folder, 'coverage-final.json');
  if (!existsSync(report)) throw new Error(`project ${project} left no count`);
  const byFile = hitsByFile(JSON.parse(readFileSync(report, 'utf8')) as Statements);
  rmSync(folder, { recursive: true, force: true });
  const pages = hasPages ? await readPageHits() : new Map();
  for (const [file, hits] of byFile) byFile.set(file, addHits(hits, pages.get(file)));
  return asPartial({ project, failed: status !== 0, inPart: paths.length > 0 }, byFile);
}

const fileOf = (project: string) => join(kept, `${project}.json`);

function readKept(): readonly Partial[] {
  return projects
    .map(fileOf)
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Partial);
}

/** Keeps a whole project, or adds some of its files to what ran of it before. */
function keep(partial: Partial): void {
  if (partial.inPart && !values.add) return;
  const before = partial.inPart ? readKept().filter(({ project }) => project === partial.project) : [];
  const { byFile } = mergePartials([...before, partial]);
  const failed = [...before, partial].some((one) => one.failed);
  writeFileSync(fileOf(partial.project), JSON.stringify(asPartial({ ...partial, failed }, byFile)));
}

/** What a reader must know about the runs behind the figures. */
function remarks(partials: readonly Partial[], changed: ReadonlyMap<string, number>): readonly string[] {
  const missing = projects.filter((project) => !partials.some((one) => one.project === project));
  const failed = partials.filter((one) => one.failed).map((one) => one.project);
  const inPart = partials.filter((one) => one.inPart).map((one) => one.project);
  return [
    `Projects: ${partials.map((one) => one.project).join(', ')}.`,
    ...(missing.length === 0 ? [] : [`Not counted: ${missing.join(', ')}.`]),
    ...(inPart.length === 0 ? [] : [`Only some files of: ${inPart.join(', ')}.`]),
    ...(failed.length === 0 ? [] : [`With failed tests: ${failed.join(', ')}.`]),
    ...[...changed].map(
      ([project, count]) => `Files changed since ${project} ran, and left out of it: ${count}.`,
    ),
  ];
}

function print(partials: readonly Partial[]): ReturnType<typeof mergePartials> {
  const merged = mergePartials(partials);
  console.log(`\n${countRooms(merged.byFile).map(roomLine).join('\n')}`);
  console.log(remarks(partials, merged.changed).join(' '));
  for (const { file, lines } of mostUnrun(merged.byFile, Number(values.unrun)))
    console.log(`${String(lines.length).padStart(5)} ${file}: ${lines.join(' ')}`);
  return merged;
}

async function writeSection(partials: readonly Partial[]): Promise<void> {
  const merged = print(partials);
  const rooms = countRooms(merged.byFile);
  const below = rooms.filter((room) => Number(percent(room)) < AIM).map((room) => room.name);
  const unrun = mostUnrun(merged.byFile, 10).map(({ file, lines }) => `${file} (${lines.length})`);
  await writeResults(
    'coverage',
    [
      '## Line coverage of src',
      '',
      `${madeWith(null)} By \`npm run coverage\`; seeds are fixed in the tests.`,
      ...remarks(partials, merged.changed),
      `A line counts when a statement begins on it. The aim is ${AIM} % of src. ${below.length === 0 ? 'No room is below.' : `Below: ${below.join(', ')}.`}`,
      '',
      roomTable(rooms),
      '',
      'Most lines that no test runs:',
      '',
      ...unrun.map((line) => `- ${line}`),
    ].join('\n'),
  );
}

mkdirSync(kept, { recursive: true });
const asked = values.project.length > 0 ? values.project : values.merge ? [] : projects;
let isRed = false;
for (const project of asked) {
  const partial = await countProject(project, positionals);
  isRed ||= partial.failed;
  keep(partial);
  print([partial]);
}
if (values.project.length === 0) await writeSection(readKept());
process.exitCode = isRed ? 1 : 0;
