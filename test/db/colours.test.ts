import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Colour, colourOfOrder } from '../../src/db/inspection/colours.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const order = {
  status: 'active',
  context: {
    behindAt: '2017-10-20T04:00:00Z',
    deadline: { dueSoonAt: '2017-10-24T16:00:00Z', dueAt: '2017-10-27T16:00:00Z' },
    progressedAt: null as string | null,
  },
};
const started = { ...order, context: { ...order.context, progressedAt: '2017-10-13T01:00:00Z' } };

/** What the order is coloured at each of these instants. */
async function coloursOf(one: typeof order, instants: readonly string[]): Promise<Colour[]> {
  const { rows } = await database.pool.query<{ colour: Colour }>(
    `select ${colourOfOrder('s', 't.now')} as colour
       from jsonb_to_record($1) as s (status text, context jsonb),
            unnest($2::timestamptz[]) with ordinality as t (now, place) order by t.place`,
    [JSON.stringify(one), instants],
  );
  return rows.map(({ colour }) => colour);
}

describe('R59: the colour of an order', () => {
  test.each<[string, typeof order, string, Colour]>([
    ['with time enough', order, '2017-10-20T03:59:59Z', 'none'],
    ['half its time gone and nothing begun', order, '2017-10-20T04:00:00Z', 'yellow'],
    ['begun, half its time gone', started, '2017-10-20T04:00:00Z', 'none'],
    ['begun, three working days before its end', started, '2017-10-24T16:00:00Z', 'blue'],
    ['not begun, three working days before its end', order, '2017-10-24T16:00:00Z', 'yellow'],
    ['in its last second', started, '2017-10-27T15:59:59Z', 'blue'],
    ['at 24:00 of its last day', started, '2017-10-27T16:00:00Z', 'red'],
    ['closed late', { ...order, status: 'done' }, '2017-12-01T00:00:00Z', 'closed'],
  ])('%s', async (_, one, now, colour) => {
    expect(await coloursOf(one, [now])).toEqual([colour]);
  });

  test.each([
    ['not begun', order, ['none', 'yellow', 'red']],
    ['begun', started, ['none', 'blue', 'red']],
  ])('%s, it never gets better while nothing happens', async (_, one, passed) => {
    const start = Temporal.Instant.from('2017-10-12T00:00:00Z');
    const instants = Array.from({ length: 30 * 24 }, (_, hours) => start.add({ hours }).toString());
    const colours = await coloursOf(one, instants);
    expect(colours.filter((colour, index) => colour !== colours[index - 1])).toEqual(passed);
  });
});
