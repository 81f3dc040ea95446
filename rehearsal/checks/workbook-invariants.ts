// Every workbook of a campaign, cell by cell, as a clerk would print it: words, names and days only.

import { readSheet } from 'read-excel-file/node';
import type { Play } from '../kit/play.ts';
import type { Invariant } from './invariants.ts';
import { faultOfCell } from './texts.ts';

const LISTS = [
  'candidates',
  'rectifications',
  'obligations',
  'final-list',
  'roster',
  'inspections',
  'documents',
  'notices',
  'imports/rosters',
];

/** O21: no workbook has a code, an id or an instant in a cell, nor a column of what is known that is empty. */
export async function workbooksAreInWords({ client, cast, campaignId }: Play): Promise<Invariant> {
  const [officer] = cast.officers;
  const query = `campaignId=${campaignId}`;
  const ledgers = (await client.get<{ items: { code: string }[] }>(officer, `/v1/ledgers?${query}`))
    .items;
  const paths = [...LISTS, ...ledgers.map(({ code }) => `ledgers/${code}`)];
  const faults: string[] = [];
  let cells = 0;
  for (const path of paths) {
    const bytes = await client.download(officer, `/v1/${path}.xlsx?${query}`);
    const [header = [], ...rows] = (await readSheet(Buffer.from(bytes))).slice(2);
    for (const [index, row] of rows.entries()) {
      for (const [at, cell] of row.entries()) {
        if (cell === null || typeof cell !== 'string') continue;
        cells += 1;
        if (faultOfCell(cell) !== undefined) {
          faults.push(`${path} ${String(header[at])} ${index + 1}: ${cell.slice(0, 80)}`);
        }
      }
    }
    const how = header.indexOf('方式');
    if (path === 'inspections' && rows.some((row) => row[how] === null)) {
      faults.push('inspections: 方式 is empty');
    }
  }
  return {
    zh: '各类名单和台账的工作簿逐格都是文字、名称和日期，没有代码、编号和时间戳',
    en: 'every cell of every workbook is a word, a name or a day; none is a code, an id or an instant',
    counted: `${paths.length} 个工作簿、${cells} 格`,
    faults: faults.slice(0, 20),
  };
}
