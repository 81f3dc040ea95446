// Where organisations stand when one of them moves with all below it.

import type { Organisation } from '../access/addressees.ts';
import { isBody } from './lives.ts';
import { parentFault, pathsBelow } from './organisations.ts';

type Text = { zh: string; en: string };

/**
 * The unit first, then those below it, parents before their children. Its bodies bear its new code with their own
 * suffix; divisions below it keep their codes, which a list of the new year gives them anew.
 */
export function placesAfter(
  unit: Organisation,
  below: readonly Organisation[],
  parent: Organisation,
  code: string,
): Organisation[] {
  const placed = new Map<string, Organisation>();
  const byDepth = below.toSorted((a, b) => a.path.length - b.path.length);
  for (const one of byDepth) {
    const above = one.id === unit.id ? parent : placed.get(one.parentId ?? '');
    const isOwnBody = isBody(one) && one.parentId === unit.id && one.code.startsWith(unit.code);
    const own = {
      id: one.id,
      code:
        one.id === unit.id ? code : isOwnBody ? code + one.code.slice(unit.code.length) : one.code,
    };
    const parentId = one.id === unit.id ? parent.id : one.parentId;
    placed.set(one.id, { ...one, ...own, parentId, ...pathsBelow(above, own) });
  }
  return [...placed.values()];
}

type Moving = {
  unit: Organisation;
  parent: Organisation | undefined;
  code: string;
  /** Whoever bears that code now. */
  coded: Organisation | undefined;
  /** Whether it leaves its county, and something of a campaign lies there. */
  leavesCampaign: boolean;
};

/** The reason why this organisation cannot move so, at this pointer of the request; null when it can. */
export function movingFault(asked: Moving): { path: string; message: Text } | null {
  const { unit, parent, code, coded, leavesCampaign } = asked;
  const at = (path: string, zh: string, en: string) => ({ path, message: { zh, en } });
  if (isBody(unit)) {
    return at('/type', '机构随其所在区划，不单独办理', 'a body shares the life of its division');
  }
  if (unit.parentId === null) {
    return at('/type', '最上级的单位不能划转', 'the topmost organisation does not move');
  }
  if (parent === undefined) {
    return at('/parentId', '没有这个上级单位', 'there is no such parent');
  }
  if (parent.id === unit.parentId && code === unit.code) {
    return at('/parentId', '上级和代码均与现在相同', 'it stands there with that code already');
  }
  const misplaced = parentFault(unit.kind, parent);
  if (misplaced !== null) return { path: '/parentId', message: misplaced };
  if (parent.path.startsWith(unit.path)) {
    return at('/parentId', '不能划到自己之下', 'nothing stands under itself');
  }
  if (coded !== undefined && coded.id !== unit.id) {
    return at('/code', `此代码为${coded.name}所用`, `${coded.name} bears that code`);
  }
  if (!leavesCampaign) return null;
  return at(
    '/parentId',
    '其名下有所在县活动的申报对象，不能划出本县；请先由承继单位办理（merge）',
    'something of a campaign of its county lies there, so it does not leave it: merge it instead',
  );
}
