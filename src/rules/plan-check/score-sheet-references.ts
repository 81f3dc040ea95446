// Checks that no schema can make: the parts of a score sheet add up, and every sheet can be scored.

import { type Fault, fault } from '../plan/fault.ts';
import type { ScoreSheet } from '../plan/plan-schema.ts';
import { type Clauses, provenanceFaults, unknownClause } from './clause-references.ts';
import type { Sound } from './shape.ts';

type Item = Sound<NonNullable<ScoreSheet['items']>[number]>;
type Placed = { at: string; item: Item };

/** The full points of a sheet; bonus items come on top. */
const FULL = 100;

const placed = (items: readonly (Item | undefined)[], at: string): Placed[] =>
  items.flatMap((item, index) => (item === undefined ? [] : [{ at: `${at}/${index}`, item }]));

/** Every fault of a sheet and between its parts; `path` is the pointer of the sheet. */
export function sheetFaults(sheet: Sound<ScoreSheet>, clauses: Clauses, path: string): Fault[] {
  const { items, blocks = [], provenance } = sheet;
  const all = [
    ...placed(items ?? [], `${path}/items`),
    ...blocks.flatMap((block, index) =>
      placed(block?.items ?? [], `${path}/blocks/${index}/items`),
    ),
  ];
  const cited = [
    ...all.map(({ at, item: { clause } }) => ({ at, clause })),
    ...blocks.map((block, index) => ({ at: `${path}/blocks/${index}`, clause: block?.clause })),
  ];
  return [
    ...provenanceFaults(provenance, clauses, `${path}/provenance`),
    ...cited.flatMap(({ at, clause }) => unknownClause(clauses, clause, `${at}/clause`)),
    ...twice(all.map(({ at, item: { id } }) => ({ path: `${at}/id`, id }))),
    ...twice(blocks.map((block, index) => ({ path: `${path}/blocks/${index}/id`, id: block?.id }))),
    ...all.flatMap((one) => itemFaults(one, sheet.step)),
    ...formFaults(sheet, path),
    ...(items === undefined ? [] : partFaults(`${path}/items`, items, FULL)),
    ...blocks.flatMap((block, index) =>
      partFaults(`${path}/blocks/${index}/items`, block?.items ?? [], block?.points),
    ),
    ...bonusFaults(all, sheet, path),
  ];
}

/** A sheet has either items or blocks, and the blocks make the full points. */
function formFaults(sheet: Sound<ScoreSheet>, path: string): Fault[] {
  if (Object.hasOwn(sheet, 'items') === Object.hasOwn(sheet, 'blocks')) {
    return [fault(path, 'items 和 blocks 写且只写其一', 'has either items or blocks')];
  }
  const total = sumOf((sheet.blocks ?? []).map((block) => block?.points));
  return sheet.blocks === undefined || total === null || total === FULL
    ? []
    : [sumFault(`${path}/blocks`, total, FULL)];
}

function bonusFaults(all: readonly Placed[], sheet: Sound<ScoreSheet>, path: string): Fault[] {
  const bonus = all.find(({ item }) => item.bonus);
  const isBounded = Object.hasOwn(sheet, 'bonusMax');
  if (bonus !== undefined && !isBounded) {
    const [zh, en] = ['有加分项的，须写明 bonusMax', 'a sheet with bonus items states bonusMax'];
    return [fault(`${bonus.at}/bonus`, zh, en)];
  }
  return bonus === undefined && isBounded
    ? [fault(`${path}/bonusMax`, '没有加分项', 'the sheet has no bonus item')]
    : [];
}

function itemFaults({ at, item: { points, bonus, mayNotApply } }: Placed, step = 0.01): Fault[] {
  const faults: Fault[] = [];
  if (points !== undefined && Math.round(points * 100) % Math.round(step * 100) !== 0) {
    const [zh, en] = [`不是 ${step} 分的整数倍`, `is no multiple of the step of ${step}`];
    faults.push(fault(`${at}/points`, zh, en));
  }
  if (bonus && mayNotApply) {
    faults.push(
      fault(
        `${at}/mayNotApply`,
        '加分项不存在不适用，不得分即可',
        'a bonus item is never missed: leave it without points',
      ),
    );
  }
  return faults;
}

/** The items of a part make its points, and one always applies: nothing cannot be scaled to a whole. */
function partFaults(
  path: string,
  items: readonly (Item | undefined)[],
  points: number | undefined,
): Fault[] {
  const regular = items.filter((item) => !item?.bonus);
  const total = sumOf(regular.map((item) => item?.points));
  if (total === null || points === undefined) return [];
  return [
    ...(total === points ? [] : [sumFault(path, total, points)]),
    ...(regular.every((item) => item?.mayNotApply)
      ? [fault(path, '至少有一项始终适用', 'at least one item always applies')]
      : []),
  ];
}

/** The sum of what is all known; else null. */
const sumOf = (points: readonly (number | undefined)[]): number | null =>
  points.reduce<number | null>(
    (sum, one) => (sum === null || one === undefined ? null : sum + one),
    0,
  );

const sumFault = (path: string, total: number, points: number): Fault =>
  fault(path, `合计 ${total} 分，应为 ${points} 分`, `make ${total} points, not ${points}`);

const twice = (named: readonly { path: string; id: string | undefined }[]): Fault[] =>
  named.flatMap(({ path, id }, index) =>
    id !== undefined && named.findIndex((other) => other.id === id) < index
      ? [fault(path, `${id} 重复`, 'is named twice')]
      : [],
  );
