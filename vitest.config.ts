import { defineConfig } from 'vitest/config';

if (!('Temporal' in globalThis)) {
  throw new Error('The tests need Node.js 26, which npm test finds in node_modules: run npm test.');
}

// What stands above the database needs the one server of the run; what stands below does not wait
// for it.
const BELOW_THE_DATABASE = ['test/machines/**', 'test/rules/**', 'test/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // PostgreSQL and the runner itself want their share of the two cores of the smallest machine.
    maxWorkers: 2,
    // Files of one worker share what they import: nothing here replaces a module or leaves a global
    // changed, and each file has a database of its own. Imports were two fifths of a file's CPU time.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // The last thing an interrupted test may do is to stop the servers it started.
    teardownTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: BELOW_THE_DATABASE.map((folder) =>
            folder.endsWith('.ts') ? folder : `${folder}/*.test.ts`,
          ),
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['test/**/*.test.ts'],
          exclude: BELOW_THE_DATABASE,
          globalSetup: ['test/support/server.ts'],
        },
      },
    ],
  },
});
