/** Reads what Stryker reports (https://github.com/stryker-mutator/mutation-testing-elements, its report schema) as a score by folder and by file. */

/** The part of the report that is used here. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

export interface Score {
  readonly name: string;
  /** A test failed, or ran on and on. */
  readonly killed: number;
  /** No test saw the change, or none runs the line. */
  readonly alive: number;
}

const KILLED: ReadonlySet<string> = new Set(['Killed', 'Timeout']);
const ALIVE: ReadonlySet<string> = new Set(['Survived', 'NoCoverage']);

/** By file; changes that were ignored or could not be built count nowhere. */
export function scoreFiles({ files }: MutationReport): readonly Score[] {
  return Object.entries(files)
    .map(([name, { mutants }]) => ({
      name,
      killed: mutants.filter(({ status }) => KILLED.has(status)).length,
      alive: mutants.filter(({ status }) => ALIVE.has(status)).length,
    }))
    .filter(({ killed, alive }) => killed + alive > 0)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** By folder, and last the whole. */
export function scoreFolders(scores: readonly Score[]): readonly Score[] {
  const folderOf = ({ name }: Score) => name.slice(0, name.lastIndexOf('/'));
  const folders = [...new Set(scores.map(folderOf))].sort();
  const sum = (name: string, some: readonly Score[]): Score => ({
    name,
    killed: some.reduce((total, { killed }) => total + killed, 0),
    alive: some.reduce((total, { alive }) => total + alive, 0),
  });
  return [
    ...folders.map((folder) =>
      sum(
        folder,
        scores.filter((one) => folderOf(one) === folder),
      ),
    ),
    sum('all', scores),
  ];
}

/** One decimal, rounded down. */
export const killedPercent = ({ killed, alive }: Score) =>
  killed + alive === 0 ? '100.0' : (Math.floor((killed * 1_000) / (killed + alive)) / 10).toFixed(1);

/** The section of the results. */
export function scoreSection(report: MutationReport, madeWith: string, aim: number): string {
  const files = scoreFiles(report);
  const row = (one: Score) =>
    `| ${one.name} | ${one.killed + one.alive} | ${one.killed} | ${killedPercent(one)} % |`;
  const head = ['| | changes | killed | score |', '| --- | --- | --- | --- |'];
  const below = files.filter((one) => Number(killedPercent(one)) < aim);
  return [
    '## Mutation testing of what is decided',
    '',
    `${madeWith} By \`npm run mutation\`: each change to \`src/model\` and \`src/decide\` against the tests that run it.`,
    `A change is killed when a test fails or does not end. The aim is ${aim} %; how to read it stands in [mutation.md](mutation.md).`,
    '',
    ...head,
    ...scoreFolders(files).map(row),
    '',
    ...(below.length === 0
      ? ['No file is below the aim.']
      : ['Files below the aim:', '', ...head, ...below.map(row)]),
  ].join('\n');
}
