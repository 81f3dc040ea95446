// The life of an organisation: it is founded, takes another name, moves, merges, is split and ends. docs/units.md has
// the table of what becomes of all that rests on it.

import { type Organisation, type OrganisationEnd, OWN_BODY } from '../access/addressees.ts';
import { bodyNames } from './divisions.ts';
import { KIND_NAMES } from './organisations.ts';

type Text = { zh: string; en: string };

/** What rests on an organisation, as the table and a dry run tell it. */
export const HOLDINGS = [
  'candidate',
  'order',
  'round',
  'sheet',
  'roster',
  'quota',
  'grant',
  'invitation',
  'title',
] as const;
export type Holding = (typeof HOLDINGS)[number];

export const ACTS = ['founded', 'renamed', 'moved', 'merged', 'split', 'ended'] as const;
export type Act = (typeof ACTS)[number];

/** Successors of each act that ends an organisation. */
const SUCCESSORS = { merged: [1, 1], split: [2, 20], ended: [0, 0] } as const;
export type Ending = keyof typeof SUCCESSORS;

/** The organisations that are ended with a division: the bodies that act for it, which have no life of their own. */
export const isBody = ({ kind }: Pick<Organisation, 'kind'>): boolean => bodyNames(kind) !== null;

type Ends = {
  unit: Organisation;
  /** Those directly under it that stand. */
  children: readonly Organisation[];
  successors: readonly (Organisation | undefined)[];
};

/** The reason why this organisation cannot end so, at this pointer of the request; null when it can. */
export function endingFault(
  act: Ending,
  { unit, children, successors }: Ends,
): { path: string; message: Text } | null {
  const [least, most] = SUCCESSORS[act];
  const at = (path: string, zh: string, en: string) => ({ path, message: { zh, en } });
  if (isBody(unit)) {
    const zh = `${KIND_NAMES[unit.kind]}随其所在区划，不单独办理`;
    return at('/type', zh, `a ${unit.kind} shares the life of its division`);
  }
  if (unit.parentId === null) {
    return at('/type', '最上级的单位不能终止', 'the topmost organisation does not end');
  }
  if (successors.length < least || successors.length > most) {
    return least === 1
      ? at('/successorIds', '合并须写明一个承继单位', 'a merger names one successor')
      : at(
          '/successorIds',
          `拆分须写明 ${least} 至 ${most} 个承继单位`,
          `names ${least} to ${most}`,
        );
  }
  for (const successor of successors) {
    const fault = successorFault(unit, successor);
    if (fault !== null) return { path: '/successorIds', message: fault };
  }
  if (new Set(successors.map((one) => one?.id)).size < successors.length) {
    return at('/successorIds', '承继单位重复', 'names a successor twice');
  }
  const below = children.filter((child) => !isBody(child));
  if (below.length === 0) return null;
  const names = below.map(({ name }) => name);
  return at(
    '/type',
    `其下尚有${names.slice(0, 5).join('、')}${names.length > 5 ? `等 ${names.length} 个单位` : ''}，请先办理`,
    `${names.length} organisations stand under it yet: ${names.slice(0, 5).join(', ')}`,
  );
}

function successorFault(unit: Organisation, successor: Organisation | undefined): Text | null {
  if (successor === undefined) {
    return { zh: '没有这个承继单位', en: 'there is no such successor' };
  }
  if (successor.id === unit.id) {
    return { zh: '单位不能承继自己', en: 'nothing succeeds itself' };
  }
  if (successor.ended) {
    const zh = `${successor.name}也已终止`;
    return { zh, en: `${successor.name} has ended, too` };
  }
  if (successor.kind !== unit.kind) {
    return {
      zh: `承继单位应为${KIND_NAMES[unit.kind]}，${successor.name}是${KIND_NAMES[successor.kind]}`,
      en: `a ${unit.kind} is succeeded by a ${unit.kind}, ${successor.name} is a ${successor.kind}`,
    };
  }
  return null;
}

/**
 * Its counterpart at whoever takes over: that one itself for a division, its body of the same kind for a body, or the
 * body that answers for it, where it has one.
 */
export function counterpartOf(
  one: Organisation,
  heir: Organisation,
  bodies: readonly Organisation[],
): Organisation {
  if (!isBody(one)) return heir;
  const own = bodies.filter((body) => body.parentId === heir.id);
  const alike = own.find(({ kind }) => kind === one.kind);
  return alike ?? own.find(({ kind }) => kind === OWN_BODY[heir.kind]) ?? heir;
}

/** The day as people say it: 2017年8月1日. */
const dayInWords = (day: string): string => {
  const [year, month, date] = day.split('-').map(Number);
  return `${year}年${month}月${date}日`;
};

/** Why nothing new is laid on an organisation that has ended: its name, its day, and who goes on. */
export function endInWords(
  name: string,
  end: Pick<OrganisationEnd, 'on'>,
  successors: readonly string[],
): Text {
  const [zh, en] =
    successors.length === 0
      ? ['没有承继单位', 'without a successor']
      : [`由${successors.join('、')}承继`, `succeeded by ${successors.join(', ')}`];
  return {
    zh: `${name}已于${dayInWords(end.on)}终止，${zh}，不再办理新的事项。`,
    en: `${name} ended on ${end.on}, ${en}: nothing new is laid on it.`,
  };
}
