/**
 * `npm run mutation`: changes `src/model` and `src/decide` in thousands of small ways, sees which of them the tests notice, and writes the score to
 * docs/results.md. Arguments go to Stryker; with any (`-- --mutate src/decide/merge.ts`) nothing is written. Fails below the aim.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type MutationReport, scoreSection } from './mutation-score.ts';
import { madeWith, writeResults } from './results-section.ts';

const root = join(import.meta.dirname, '..');
const report = join(root, 'reports/mutation.json');
const config = JSON.parse(readFileSync(join(root, 'stryker.config.json'), 'utf8')) as {
  readonly thresholds: { readonly break: number };
};

const args = process.argv.slice(2);
rmSync(report, { force: true });
const { status } = spawnSync('stryker', ['run', ...args], { cwd: root, stdio: 'inherit' });
if (args.length === 0 && existsSync(report)) {
  const found = JSON.parse(readFileSync(report, 'utf8')) as MutationReport;
  await writeResults('mutation', scoreSection(found, madeWith(null), config.thresholds.break));
}
process.exitCode = status ?? 1;
