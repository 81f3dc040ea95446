// Writes the table of docs/units.md from src/rules/county/life-table.ts.

import { readFileSync, writeFileSync } from 'node:fs';
import { LIFE_TABLE } from '../src/rules/county/life-table.ts';
import { ACTS, type Act, HOLDINGS, type Holding } from '../src/rules/county/lives.ts';

export const UNITS = new URL('../docs/units.md', import.meta.url);

const BEGIN = '<!-- lives: written by `npm run docs` from src/rules/county/life-table.ts -->\n';
const END = '<!-- end of lives -->\n';

const ROWS: { readonly [A in Act]: string } = {
  founded: '成立',
  renamed: '更名',
  moved: '划转',
  merged: '并入',
  split: '拆分',
  ended: '终止',
};
const COLUMNS: { readonly [H in Holding]: string } = {
  candidate: '申报对象',
  order: '整改',
  round: '评议',
  sheet: '考评表',
  roster: '名册',
  quota: '名额',
  grant: '授权',
  invitation: '领取码',
  title: '称号',
};

const cell = ({ zh, en }: { zh: string; en: string }): string => `${zh} · ${en}`;

/** The page with its table as the code has it. */
export function unitsPage(): string {
  const page = readFileSync(UNITS, 'utf8');
  const [before = '', after = ''] = [page.split(BEGIN)[0], page.split(END)[1]];
  const table = [
    `| | ${HOLDINGS.map((name) => `${name} ${COLUMNS[name]}`).join(' | ')} |`,
    `|---|${HOLDINGS.map(() => '---|').join('')}`,
    ...ACTS.map(
      (act) =>
        `| **${act}** ${ROWS[act]} | ${HOLDINGS.map((name) => cell(LIFE_TABLE[act][name])).join(' | ')} |`,
    ),
    '',
  ].join('\n');
  return `${before}${BEGIN}${table}${END}${after}`;
}

if (import.meta.main) writeFileSync(UNITS, unitsPage());
