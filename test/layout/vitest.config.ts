import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

if (!('Temporal' in globalThis)) {
  throw new Error('The pages need Node.js 26, which npm run test:layout finds in node_modules.');
}

// LibreOffice takes a core of its own, so one file at a time. It, poppler and the fonts must be there: nothing is
// skipped where they are not. The documents are those of `npm run rehearse -- --documents artefacts/documents`.
export default defineConfig({
  test: {
    name: 'layout',
    root: join(import.meta.dirname, '../..'),
    include: ['test/layout/*.layout.ts'],
    globalSetup: ['test/support/server.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 150_000,
    teardownTimeout: 30_000,
  },
});
