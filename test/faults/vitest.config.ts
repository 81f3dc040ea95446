import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

if (!('Temporal' in globalThis)) {
  throw new Error(
    'The scenarios need Node.js 26, which npm run test:faults finds in node_modules.',
  );
}

// Processes are killed and the one server of the run with them: one scenario at a time.
export default defineConfig({
  test: {
    name: 'faults',
    root: join(import.meta.dirname, '../..'),
    include: ['test/faults/*.faults.ts'],
    globalSetup: ['test/faults/support/setup.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    reporters: ['verbose'],
  },
});
