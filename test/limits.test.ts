import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const ROW = /^\| `([A-Z_]+)` \| `([^`]+)` \| .+ \| `([^`]+)` \|$/gm;

test('docs/limits.md tells every limit as the source has it', async () => {
  const page = await readFile(join(ROOT, 'docs/limits.md'), 'utf8');
  const rows = [...page.matchAll(ROW)];
  expect(rows.length).toBe(page.split('\n').filter((line) => line.startsWith('| `')).length);
  for (const [, name, value, path] of rows) {
    const source = await readFile(join(ROOT, String(path)), 'utf8');
    expect(source, `${path}: ${name}`).toContain(`const ${name} = ${value};`);
  }
});
