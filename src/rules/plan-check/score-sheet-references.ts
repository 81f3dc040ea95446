// Checks that no schema can make: the parts of a score sheet add up, and every sheet can be scored.

import type { ScoreSheet } from '../plan/plan-schema.ts';

type Fault = { path: string; message: string };
type Items = NonNullable<ScoreSheet['items']>;
type Placed = { at: string; item: Items[number] };

/** The full points of a sheet; bonus items come on top. */
const FULL = 100;

const placed = (items: Items, at: string): Placed[] =>
  items.map((item, index) => ({ at: `${at}/${index}`, item }));

const allItems = ({ items = [], blocks = [] }: ScoreSheet): Placed[] => [
  ...placed(items, '/items'),
  ...blocks.flatMap((block, index) => placed(block.items, `/blocks/${index}/items`)),
];

/** The sentences that a sheet names, each with its pointer from the sheet. */
export const sheetClauses = (sheet: ScoreSheet): { at: string; clause: string }[] => [
  ...allItems(sheet).map(({ at, item: { clause } }) => ({ at: `${at}/clause`, clause })),
  ...(sheet.blocks ?? []).flatMap(({ clause }, index) =>
    clause === undefined ? [] : [{ at: `/blocks/${index}/clause`, clause }],
  ),
];

/** Every fault between the parts of a sheet, each at its JSON pointer from the sheet. */
export function sheetFaults(sheet: ScoreSheet): Fault[] {
  const { items, blocks, step, bonusMax } = sheet;
  if ((items === undefined) === (blocks === undefined)) {
    return [{ path: '', message: 'has either items or blocks' }];
  }
  const all = allItems(sheet);
  const faults = [
    ...twice(all.map(({ at, item: { id } }) => ({ path: `${at}/id`, id }))),
    ...twice((blocks ?? []).map(({ id }, index) => ({ path: `/blocks/${index}/id`, id }))),
    ...all.flatMap((one) => itemFaults(one, step)),
    ...(items === undefined ? [] : partFaults('/items', items, FULL)),
    ...(blocks ?? []).flatMap((block, index) =>
      partFaults(`/blocks/${index}/items`, block.items, block.points),
    ),
  ];
  const total = (blocks ?? []).reduce((sum, { points }) => sum + points, 0);
  if (blocks !== undefined && total !== FULL) {
    faults.push({ path: '/blocks', message: `make ${total} points, not ${FULL}` });
  }
  const bonus = all.find(({ item }) => item.bonus);
  if (bonus !== undefined && bonusMax === undefined) {
    faults.push({ path: `${bonus.at}/bonus`, message: 'a sheet with bonus items states bonusMax' });
  }
  if (bonus === undefined && bonusMax !== undefined) {
    faults.push({ path: '/bonusMax', message: 'the sheet has no bonus item' });
  }
  return faults;
}

function itemFaults({ at, item: { points, bonus, mayNotApply } }: Placed, step = 0.01): Fault[] {
  const faults: Fault[] = [];
  if (Math.round(points * 100) % Math.round(step * 100) !== 0) {
    faults.push({ path: `${at}/points`, message: `is no multiple of the step of ${step}` });
  }
  if (bonus && mayNotApply) {
    const message = 'a bonus item is never missed: leave it without points';
    faults.push({ path: `${at}/mayNotApply`, message });
  }
  return faults;
}

/** The items of a part make its points, and one always applies: nothing cannot be scaled to a whole. */
function partFaults(path: string, items: Items, points: number): Fault[] {
  const regular = items.filter(({ bonus }) => !bonus);
  const total = regular.reduce((sum, item) => sum + item.points, 0);
  const faults: Fault[] = [];
  if (total !== points) faults.push({ path, message: `make ${total} points, not ${points}` });
  if (regular.every(({ mayNotApply }) => mayNotApply)) {
    faults.push({ path, message: 'at least one item always applies' });
  }
  return faults;
}

const twice = (named: readonly { path: string; id: string }[]): Fault[] =>
  named.flatMap(({ path, id }, index) =>
    named.findIndex((other) => other.id === id) < index
      ? [{ path, message: 'is named twice' }]
      : [],
  );
