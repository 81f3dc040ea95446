// Writes docs/pictures/<plan>.md for each plan that ships: what `npm run plan -- show` prints.

import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { planLibrary } from '../src/plan-library.ts';
import { pictureOf } from '../src/rules/plan/picture.ts';
import { readPlan } from '../src/rules/plan-check/plan.ts';

const ROOT = new URL('../', import.meta.url);

/** The expected files with their texts; the same plans give the same texts. */
export const planPictures = (): { url: URL; text: string }[] =>
  globSync('plans/*.yaml', { cwd: ROOT })
    .sort()
    .map((path) => {
      const read = readPlan(parse(readFileSync(new URL(path, ROOT), 'utf8')), planLibrary);
      if ('faults' in read) throw new Error(`${path}: ${JSON.stringify(read.faults)}`);
      const url = new URL(`docs/pictures/${read.plan.id}.md`, ROOT);
      return { url, text: `${pictureOf(read.plan, 'zh')}\n` };
    });

if (import.meta.main) {
  mkdirSync(new URL('docs/pictures/', ROOT), { recursive: true });
  for (const { url, text } of planPictures()) writeFileSync(url, text);
}
