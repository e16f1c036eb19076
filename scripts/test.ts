/**
 * `npm test`: the check, the pages, then all tests. `npm test -- --project unit` passes its arguments on and skips what is not asked for.
 * The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';

const args = process.argv.slice(2);

function run(tool: string, ...rest: string[]): void {
  const { status } = spawnSync(tool, rest, { stdio: 'inherit' });
  if (status === 0) return;
  // A red check is one failure; the closing line says so, for whoever reads only that.
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(status ?? 1);
}

if (args.length === 0) {
  run('npm', 'run', '--silent', 'check');
  run('npm', 'run', '--silent', 'build');
}
process.exit(spawnSync('vitest', ['run', ...args], { stdio: 'inherit' }).status ?? 1);
