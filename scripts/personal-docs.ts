// Writes the table of personal fields in docs/security.md from machines/personal.ts.

import { readFileSync, writeFileSync } from 'node:fs';
import { PERSONAL_FACTS, PERSONAL_FIELDS } from '../machines/personal.ts';

export const SECURITY = new URL('../docs/security.md', import.meta.url);

const BEGIN = '<!-- personal fields: written by `npm run docs` from machines/personal.ts -->\n';
const END = '<!-- end of personal fields -->\n';

const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

function personalTable(): string {
  const fields = Object.entries(PERSONAL_FIELDS).flatMap(([machine, events]) => {
    // Events with the same fields share a line.
    const byFields = Map.groupBy(Object.entries(events), ([, paths]) => code(paths));
    return [...byFields].map(
      ([paths, same]) => `| ${machine} | ${code(same.map(([type]) => type))} | ${paths} |`,
    );
  });
  const facts = Object.entries(PERSONAL_FACTS).map(
    ([name, paths]) => `| any | the fact \`${name}\` | ${code(paths)} |`,
  );
  return ['| machine | events | fields |', '|---|---|---|', ...fields, ...facts, ''].join('\n');
}

/** The page with its table as the code has it. */
export function securityPage(): string {
  const page = readFileSync(SECURITY, 'utf8');
  const [before = '', after = ''] = [page.split(BEGIN)[0], page.split(END)[1]];
  return `${before}${BEGIN}${personalTable()}${END}${after}`;
}

if (import.meta.main) writeFileSync(SECURITY, securityPage());
