import { defineConfig } from 'vitest/config';

/**
 * One project per kind of test, so that a kind can be run alone (`npx vitest run --project database`) and only the
 * kinds that need a database start one. Files share a process (`isolate: false`): module state would show at once.
 */
const project = (name: string, include: string[], options: Record<string, unknown> = {}) => ({
  test: {
    name,
    include,
    environment: 'node' as const,
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    ...options,
  },
});

const withDatabase = { globalSetup: ['test/support/global-setup.ts'] };

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    maxWorkers: 2,
    // Counted only by `npm run coverage`: also in the processes that tests start, and also of tests of which one fails.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.ts', '**/*.d.ts'],
      reporter: ['json'],
      autoAttachSubprocess: true,
      reportOnFailure: true,
    },
    projects: [
      project('unit', ['{src,simulators,sandbox,bench}/**/*.test.ts']),
      project('tidy', ['test/tidy/**/*.test.ts']),
      project('contract', ['test/contract/**/*.test.ts']),
      project('peers', ['test/peers/**/*.test.ts'], withDatabase),
      project('database', ['test/database/**/*.test.ts'], withDatabase),
      project('simulation', ['test/simulation/**/*.test.ts'], { ...withDatabase, testTimeout: 600_000 }),
      project('faults', ['test/faults/**/*.test.ts'], { ...withDatabase, testTimeout: 300_000 }),
      project('api', ['test/api/**/*.test.ts'], withDatabase),
      project('e2e', ['test/e2e/**/*.test.ts'], { testTimeout: 300_000, hookTimeout: 120_000 }),
    ],
  },
});
