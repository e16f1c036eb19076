/** `npm run check`: format and lint, types and layers, unused code. Stops at the first that fails; tests are `npm test`. */
import { spawnSync } from 'node:child_process';

const steps: readonly (readonly [string, ...string[]])[] = [['biome', 'ci', '.'], ['tsc', '-b'], ['knip']];

for (const [tool, ...args] of steps) {
  const { status } = spawnSync(tool, args, { stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`${tool} ${args.join(' ')} failed\n`);
    process.exit(status ?? 1);
  }
}
