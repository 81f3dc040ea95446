// What becomes of what rests on an organisation, by what happens to it. docs/units.md shows this table, a dry run
// answers with its row, and test/http/unit-lives.test.ts has a test for each of its cells.

import type { Act, Holding } from './lives.ts';

type Text = { zh: string; en: string };

const NONE: Text = { zh: '没有', en: 'it has none' };
const FOLLOWS: Text = {
  zh: '随单位到新的上级之下，记录不变，管辖随新路径',
  en: 'goes with it: its log stays, who reaches it follows the new place',
};
const BY_FIRST = '首列的承继单位';

const GRANTS = (successor: string, english: string): Text => ({
  zh: `当日收回，并提请改授${successor}，由安全管理员确认`,
  en: `ends that day, and is proposed for ${english}, for a security officer to confirm`,
});
const ORDERS = (successor: string, english: string): Text => ({
  zh: `未办结的由${successor}接着办理，期限不变`,
  en: `an open one goes to ${english}, its deadline stays`,
});
const SHEETS: Text = {
  zh: '随申报对象：继续申报的照评，已评的计入；终止的不再需要',
  en: 'as its candidate: it counts where that goes on, and is wanted no more where that ends',
};
const ROUNDS: Text = {
  zh: '随申报对象：继续申报的照投，名单不变；终止的不再计入',
  en: 'as its candidate: it goes on with the roll it has, or counts no more',
};
const ROSTER: Text = {
  zh: '已冻结的名册不变，该单位的站点仍按冻结时计',
  en: 'a sealed roster keeps whom it was sealed with, and counts them where they stood',
};
const RECOUNTED: Text = {
  zh: '重新计算：继续申报的计入承继单位的限额，终止的不计',
  en: 'is counted again: what goes on counts in the limits of the successor, what ends in none',
};
const TITLE: Text = {
  zh: '属于授予时的单位，作为历史保留',
  en: 'stays with what it was given to, as history',
};

export const LIFE_TABLE: { readonly [A in Act]: { readonly [H in Holding]: Text } } = {
  founded: {
    candidate: { zh: '自成立起可以登记', en: 'may be registered from then on' },
    order: NONE,
    round: NONE,
    sheet: NONE,
    roster: {
      zh: '已冻结的名册没有其站点，可经名册调整列入',
      en: 'a sealed roster does not have its sites; an amendment may add them',
    },
    quota: {
      zh: '此后的择优把它作为单独的单位计限额',
      en: 'selections from then on count it as a place of its own',
    },
    grant: { zh: '可以提请', en: 'may be proposed' },
    invitation: { zh: '可以发领取码', en: 'may be made' },
    title: NONE,
  },
  renamed: {
    candidate: { zh: '以单位名称登记的用新名称', en: 'bears the new name where it bore the old' },
    order: { zh: '照办，此后用新名称', en: 'goes on, under the new name from then on' },
    round: { zh: '照投，此后用新名称', en: 'goes on, under the new name from then on' },
    sheet: { zh: '照评，此后用新名称', en: 'goes on, under the new name from then on' },
    roster: { zh: '不变，站点用新名称', en: 'stays; its sites are told under the new name' },
    quota: { zh: '不变', en: 'stays' },
    grant: { zh: '不变，管辖范围不变', en: 'stays, and reaches what it reached' },
    invitation: { zh: '不变', en: 'stays' },
    title: {
      zh: '不变；已发的文件用原名称',
      en: 'stays; documents that were issued bear the old name',
    },
  },
  moved: {
    candidate: FOLLOWS,
    order: FOLLOWS,
    round: FOLLOWS,
    sheet: FOLLOWS,
    roster: {
      zh: '列入的站点不变，此后计入新的上级',
      en: 'keeps its sites, which count in the new parent from then on',
    },
    quota: {
      zh: '重新计算：计入新的上级的限额',
      en: 'is counted again, in the limits of the new parent',
    },
    grant: {
      zh: '不变；原上级的不再管辖它，新上级的管辖它',
      en: 'stays; those of its old parent reach it no more, those of its new one do',
    },
    invitation: { zh: '不变', en: 'stays' },
    title: {
      zh: '属于该单位，随之到新的上级之下',
      en: 'stays the unit’s, and goes with it',
    },
  },
  merged: {
    candidate: {
      zh: '由县级主办单位决定：由承继单位继续申报（记录一并计入），或随单位终止；决定前不办理新的事项',
      en: 'the county office decides, with a reason: it goes on under the successor with all its records, or ends as the unit did; until then nothing new is laid on it',
    },
    order: ORDERS('承继单位', 'the successor'),
    round: ROUNDS,
    sheet: SHEETS,
    roster: ROSTER,
    quota: RECOUNTED,
    grant: GRANTS('承继单位', 'the successor'),
    invitation: {
      zh: '改授承继单位的仍有效，其余当日作废',
      en: 'stays where a role is proposed at the successor, any other is withdrawn',
    },
    title: TITLE,
  },
  split: {
    candidate: {
      zh: '由县级主办单位决定：由其中一个承继单位继续申报（记录一并计入），或随单位终止；决定前不办理新的事项',
      en: 'the county office decides, with a reason: it goes on under one of the successors with all its records, or ends as the unit did; until then nothing new is laid on it',
    },
    order: ORDERS(BY_FIRST, 'the successor named first'),
    round: ROUNDS,
    sheet: SHEETS,
    roster: ROSTER,
    quota: RECOUNTED,
    grant: GRANTS(BY_FIRST, 'the successor named first'),
    invitation: {
      zh: '改授承继单位的仍有效，其余当日作废',
      en: 'stays where a role is proposed at a successor, any other is withdrawn',
    },
    title: TITLE,
  },
  ended: {
    candidate: {
      zh: '由县级主办单位决定随单位终止；决定前不办理新的事项',
      en: 'ends as the unit did, by a decision of the county office; until then nothing new is laid on it',
    },
    order: ORDERS('上级单位', 'the unit above'),
    round: { zh: '随申报对象终止，不再计入', en: 'ends with its candidate and counts no more' },
    sheet: { zh: '随申报对象终止，不再需要', en: 'ends with its candidate and is wanted no more' },
    roster: ROSTER,
    quota: { zh: '重新计算：不再计入任何限额', en: 'is counted again: it counts in no limit' },
    grant: { zh: '当日收回', en: 'ends that day' },
    invitation: { zh: '当日作废', en: 'is withdrawn that day' },
    title: TITLE,
  },
};
