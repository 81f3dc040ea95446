// docs/performance.md is made of parts, each written by the job that measured it.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../docs/performance.md');

/** Puts a part in its place between its marks, or at the end; the other parts stay. */
export async function writePart(name: string, text: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const part = `${begin}\n\n${text.trim()}\n\n${end}`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  const isThere = from !== -1 && to > from;
  const written = isThere
    ? page.slice(0, from) + part + page.slice(to + end.length)
    : `${page.trimEnd()}\n\n${part}\n`;
  await writeFile(PAGE, written);
}
