// Assignments and scores as lists (R61): filled in as workbooks, told by cell, applied wholly or not at all.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderXlsx } from '../../src/documents/xlsx.ts';
import { XLSX_TYPE } from '../../src/http/kernel/downloads.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerWorker,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG } from '../support/service.ts';
import { readList } from '../support/sheets.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let township: Person;
const assessors: Person[] = [];
const workers: string[] = [];

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  await registerTownship(cast, campaignId);
  for (const name of ['王军', '李兰', '赵强']) {
    workers.push(await registerWorker(cast, campaignId, name));
  }
  await overridePhases(service, cast, campaignId);
  for (let count = 0; count < 3; count += 1) assessors.push(await service.person('assessor'));
  township = await service.person(['assessor', PENG]);
});
afterAll(() => service.close());

const at = <One>(list: readonly One[], index: number): One => {
  const found = list[index];
  if (found === undefined) throw new Error(`nothing at ${index}`);
  return found;
};
type Told = { status: number; body: Record<string, never> & { [name: string]: unknown } };
async function send(
  person: Person,
  list: string,
  query: string,
  payload: string | Buffer,
): Promise<Told> {
  const answer = await service.app.inject({
    method: 'POST',
    url: `/v1/imports/${list}?campaignId=${campaignId}&${query}`,
    headers: {
      authorization: `Bearer ${person.key}`,
      'content-type': typeof payload === 'string' ? 'text/csv' : XLSX_TYPE,
    },
    payload,
  });
  return { status: answer.statusCode, body: answer.json() };
}
const download = async (person: Person, list: string) => {
  const { rawPayload, statusCode } = await service.app.inject({
    method: 'GET',
    url: `/v1/imports/${list}.xlsx?campaignId=${campaignId}`,
    headers: { authorization: `Bearer ${person.key}` },
  });
  return { status: statusCode, rows: statusCode === 200 ? await readList(rawPayload) : [] };
};
const bookOf = (rows: readonly (readonly unknown[])[]): Promise<Buffer> => {
  const [header = [], ...body] = rows;
  return renderXlsx({
    name: '表',
    columns: header.map((title) => ({ title: String(title), width: 10 })),
    rows: body.map((row) =>
      row.map((cell) => (cell instanceof Date ? { day: cell.toISOString().slice(0, 10) } : cell)),
    ) as never,
  });
};
const cells = ({ body }: Told) =>
  (body.errors as unknown as { cell: string; clause: string | null; message: string }[]).map(
    ({ cell, clause, message }) => [cell, clause, message],
  );
const apply = async (person: Person, list: string, payload: string | Buffer, query = '') => {
  const dry = await send(person, list, `${query}dryRun=true`, payload);
  expect(cells(dry)).toEqual([]);
  return send(person, list, `${query}planToken=${dry.body.planToken}`, payload);
};
const count = async (table: string): Promise<number> =>
  (await service.pool.query(`select 1 from ${table}`)).rowCount ?? 0;

describe('a list of assignments', () => {
  const HEADER = '类别,申报对象,单位,考评员,轮次';
  const row = (name: string, assessor: Person, round = '') =>
    `先进工作者,${name},,${assessor.id},${round}`;

  test('R61: conflicts of interest, double assignments and the unknown are told by cell', async () => {
    const csv = [
      HEADER,
      row('王军', at(assessors, 0)),
      row('李兰', township),
      row('王军', at(assessors, 0)),
      row('无名', at(assessors, 0)),
      '先进工作者,赵强,,没有此人,',
      row('赵强', cast.office),
      row('赵强', at(assessors, 1), '十'),
      '先进懒汉,赵强,,,',
      `先进懒汉,赵强,,${at(assessors, 0).id},`,
    ].join('\n');
    const dry = await send(cast.office, 'assignments', 'dryRun=true', csv);
    expect(cells(dry)).toEqual([
      ['D4', null, '与第 2 行重复：每位考评员对每个对象每个环节每轮一份'],
      ['B5', null, expect.stringContaining('没有这个申报对象')],
      ['D6', null, '没有这个考评员'],
      ['D7', null, '没有这个考评员'],
      ['E8', null, expect.stringContaining('1 至 9')],
      ['A10', null, '方案没有这一类别'],
    ]);
    const other = [HEADER, row('王军', at(assessors, 0)), row('李兰', township)].join('\n');
    const conflict = await send(cast.office, 'assignments', 'dryRun=true', other);
    expect(cells(conflict)).toEqual([
      ['D3', 'R61', '考评人须回避本单位、下级单位和申明回避的单位'],
    ]);
    expect(conflict.body).toMatchObject({ planToken: null, would: null, valid: 1 });
    expect(await count('score_sheet')).toBe(0);
  });

  test('R61: is the county office’s; whoever else sends it is refused', async () => {
    const csv = `${HEADER}\n${row('王军', at(assessors, 0))}`;
    for (const person of [at(assessors, 0), cast.committee, cast.department]) {
      expect((await send(person, 'assignments', 'dryRun=true', csv)).status).toBe(403);
      expect((await download(person, 'assignments')).status).toBe(403);
    }
  });

  test('R61: the form lists whom there is to assess; filled in it is applied at once, all or none', async () => {
    const { rows } = await download(cast.office, 'assignments');
    const [header = [], ...body] = rows;
    expect(body).toHaveLength(3);
    const assessor = header.indexOf('考评员');
    const filled = [0, 1].flatMap((position) =>
      body.map((line) =>
        line.map((cell, column) => (column === assessor ? at(assessors, position).id : cell)),
      ),
    );
    const book = await bookOf([header, ...filled, at(body, 0)]);
    const applied = await apply(cast.office, 'assignments', book);
    expect(applied).toMatchObject({ status: 201, body: { rows: 7, created: 6, unchanged: 1 } });
    expect(await count('score_sheet')).toBe(6);
    const again = await send(cast.office, 'assignments', 'dryRun=true', book);
    expect(cells(again)).toHaveLength(6);
    expect(at(cells(again), 0)).toEqual([
      'E2',
      'R61',
      '每位考评人对每个对象每个环节每轮只打一次分',
    ]);
  });

  test('R61: one refused when it is applied undoes the others', async () => {
    const csv = `${HEADER}\n${row('王军', at(assessors, 2))}\n${row('赵强', at(assessors, 2))}`;
    const { body } = await send(cast.office, 'assignments', 'dryRun=true', csv);
    done(
      await cast.office.post(`/v1/campaigns/${campaignId}/events`, {
        type: 'declare-conflict',
        principalId: at(assessors, 2).id,
        organisationId: unit('610222101-DW'),
        reason: '亲属',
      }),
    );
    const applied = await send(cast.office, 'assignments', `planToken=${body.planToken}`, csv);
    expect(applied).toMatchObject({
      status: 422,
      body: {
        errors: [
          { path: 'D2', clause: 'R61' },
          { path: 'D3', clause: 'R61' },
        ],
        unmet: [{ requirement: 'no-conflict-of-interest', row: 2 }, { row: 3 }],
      },
    });
    expect(await count('score_sheet')).toBe(6);
  });
});

describe('a list of scores', () => {
  const filledIn = (rows: readonly (readonly unknown[])[], points: (item: number) => unknown) => {
    const [header = [], ...body] = rows;
    const column = header.indexOf('得分');
    const maximum = header.indexOf('满分');
    return [
      header,
      ...body.map((line, index) =>
        line.map((cell, position) =>
          position === column ? (points(index) ?? line[maximum]) : cell,
        ),
      ),
    ];
  };
  const statesOf = async (person: Person): Promise<string[]> => {
    const { rows } = await service.pool.query<{ state: string }>(
      `select s.state from score_sheet t join subject s on s.id = t.id
        where t.assessor_id = $1 order by s.state`,
      [person.id],
    );
    return rows.map(({ state }) => state);
  };

  test('R61: the form holds the own open sheets, a row for each item, and nobody else’s', async () => {
    const { rows } = await download(at(assessors, 0), 'scores');
    const [header = [], ...body] = rows;
    expect(header).toEqual(
      expect.arrayContaining(['考评表编号', '申报对象', '考评内容', '满分', '得分']),
    );
    const sheets = new Set(body.map((line) => line[0]));
    expect(sheets.size).toBe(3);
    const other = await download(at(assessors, 1), 'scores');
    expect(other.rows.slice(1).some((line) => sheets.has(at(line, 0)))).toBe(false);
    expect((await download(cast.office, 'scores')).status).toBe(403);
  });

  test('R61: points out of range, unknown items, doubles and foreign sheets are told by cell', async () => {
    const own = (await download(at(assessors, 0), 'scores')).rows;
    const foreign = (await download(at(assessors, 1), 'scores')).rows;
    const column = at(own, 0).indexOf('得分');
    const letter = String.fromCharCode(65 + column);
    const wrong = filledIn([...own.slice(0, 4), at(own, 1), at(foreign, 1)], (index) =>
      at([101, 1.234, -1, 5, 5], index),
    );
    const dry = await send(at(assessors, 0), 'scores', 'dryRun=true', await bookOf(wrong));
    expect(cells(dry)).toEqual([
      [`${letter}2`, 'R61', expect.stringMatching(/得分应为 0 至 [\d.]+ 的数字，以 0.01 分为单位/)],
      [`${letter}3`, 'R61', expect.stringContaining('得分应为')],
      [`${letter}4`, 'R61', expect.stringContaining('得分应为')],
      ['H5', null, '与第 2 行重复：每项只打一次分'],
      ['A6', 'R61', '考评表只能由被指派的考评人本人填写，您没有这份表'],
    ]);
    const ghost = wrong
      .slice(0, 2)
      .map((line, index) =>
        index === 0 ? line : line.map((cell, position) => (position === 7 ? '没有这项' : cell)),
      );
    expect(
      cells(await send(at(assessors, 0), 'scores', 'dryRun=true', await bookOf(ghost)))[0]?.[0],
    ).toBe('H2');
    for (const person of [cast.office, cast.committee, cast.department]) {
      const book = await bookOf(filledIn(own, () => null));
      expect((await send(person, 'scores', 'dryRun=true', book)).status).toBe(403);
    }
    expect(await statesOf(at(assessors, 0))).toEqual(['assigned', 'assigned', 'assigned']);
  });

  test('R61: what is filled in is saved as drafts, and the form brings them back', async () => {
    const { rows } = await download(at(assessors, 0), 'scores');
    const some = filledIn(rows, (index) => (index % 2 === 0 ? null : ''));
    const applied = await apply(at(assessors, 0), 'scores', await bookOf(some));
    expect(applied).toMatchObject({ status: 201, body: { updated: 3 } });
    expect(await statesOf(at(assessors, 0))).toEqual(['drafting', 'drafting', 'drafting']);
    const again = (await download(at(assessors, 0), 'scores')).rows;
    const points = at(again, 0).indexOf('得分');
    expect(again.slice(1).map((line) => line[points])).toEqual(
      some.slice(1).map((line) => line[points] || null),
    );
  });

  test('R61: handed in, an item without points is told by its cell and no sheet is handed in', async () => {
    const { rows } = await download(at(assessors, 0), 'scores');
    const letter = String.fromCharCode(65 + at(rows, 0).indexOf('得分'));
    const missing = rows
      .slice(1)
      .flatMap((line, index) => (line[at(rows, 0).indexOf('得分')] === null ? [index + 2] : []));
    const book = await bookOf(rows);
    const dry = await send(at(assessors, 0), 'scores', 'submit=true&dryRun=true', book);
    expect(cells(dry)).toEqual(missing.map((row) => [`${letter}${row}`, 'R61', '考评表逐项打分']));
    expect(await count('score_sheet_submission')).toBe(0);
  });

  test('R61: complete, all of them are handed in at once, count, and are changed no more', async () => {
    const { rows } = await download(at(assessors, 0), 'scores');
    const book = await bookOf(filledIn(rows, () => null));
    const applied = await apply(at(assessors, 0), 'scores', book, 'submit=true&');
    expect(applied).toMatchObject({ status: 201, body: { updated: 3 } });
    expect(await statesOf(at(assessors, 0))).toEqual(['submitted', 'submitted', 'submitted']);
    const scores = (await cast.office.get(`/v1/candidates/${at(workers, 0)}`)).body.context.scores;
    expect(scores.streams.assessment.sheets).toMatchObject([{ by: at(assessors, 0).id }]);
    const late = await send(at(assessors, 0), 'scores', 'dryRun=true', book);
    expect(at(cells(late), 0)).toEqual(['A2', 'R61', expect.stringContaining('已经提交')]);
    expect((await download(at(assessors, 0), 'scores')).rows).toHaveLength(1);
  });

  test('R61: a token to save drafts does not hand in, and a sheet changed since makes it stale', async () => {
    const { rows } = await download(at(assessors, 1), 'scores');
    const book = await bookOf(filledIn(rows, () => null));
    const { body } = await send(at(assessors, 1), 'scores', 'dryRun=true', book);
    const other = await send(
      at(assessors, 1),
      'scores',
      `submit=true&planToken=${body.planToken}`,
      book,
    );
    expect(other).toMatchObject({ status: 409, body: { changed: ['list'] } });
    const id = String(at(at(rows, 1), 0));
    const sheet = (await at(assessors, 1).get(`/v1/assessments/${id}`)).body;
    const points = [{ item: sheet.scheme.items[0].id, points: 1 }];
    const event = { type: 'save-draft', points };
    done(await at(assessors, 1).post(`/v1/assessments/${id}/events`, event));
    const stale = await send(at(assessors, 1), 'scores', `planToken=${body.planToken}`, book);
    expect(stale).toMatchObject({ status: 409, body: { changed: ['sheets'] } });
  });
});
