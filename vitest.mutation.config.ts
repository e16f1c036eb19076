import { defineConfig } from 'vitest/config';

/** The tests that mutation testing runs (`npm run mutation`): those that stand beside what is decided, without a database. */
export default defineConfig({
  test: {
    include: ['src/{model,decide}/**/*.test.ts'],
    environment: 'node',
    isolate: false,
    setupFiles: ['test/support/fail-fast.ts'],
    testTimeout: 60_000,
  },
});
