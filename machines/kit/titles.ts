// What the roles, levels and things of a campaign are called. The machines speak of them in braces,
// `{county-office}`, and the plan says the words, so that no county is refused in another's language.

import type { Role } from './access.ts';

export const LEVELS = ['city', 'county', 'township', 'village', 'base'] as const;

/** The terminal site that a village or base has, and what is created or appraised. */
export const THINGS = ['site', 'entrant'] as const;

export type Title = { name: string; english: string };

/** The words by role, level, thing and stream (`stream:<code>`). A base is a level and a role of one name. */
export type Titles = {
  readonly [Each in Role | (typeof LEVELS)[number] | (typeof THINGS)[number]]: Title;
} & { readonly [stream: `stream:${string}`]: Title };

/** The words where a plan says none, and where no plan is at hand. */
export const NEUTRAL_TITLES: Titles = {
  'city-centre': { name: '市级主办单位', english: 'the city office' },
  'county-office': { name: '县级主办单位', english: 'the county office' },
  'county-department': { name: '县级主管部门', english: 'the county department' },
  'township-committee': { name: '乡镇（街道）党委', english: 'the township committee' },
  'township-office': { name: '乡镇（街道）经办机构', english: 'the township office' },
  'village-organisation': { name: '村（社区）组织', english: 'the village organisation' },
  assessor: { name: '考评员', english: 'an assessor' },
  scheduler: { name: '调度员', english: 'the scheduler' },
  operator: { name: '运维员', english: 'the operator' },
  'security-officer': { name: '安全管理员', english: 'the security officer' },
  integrator: { name: '对接系统', english: 'a connected system' },
  auditor: { name: '审计员', english: 'the auditor' },
  administrator: { name: '系统管理员', english: 'the administrator' },
  city: { name: '市', english: 'city' },
  county: { name: '县', english: 'county' },
  township: { name: '乡镇（街道）', english: 'township' },
  village: { name: '村（社区）', english: 'village' },
  base: { name: '基地', english: 'base' },
  site: { name: '点位', english: 'site' },
  entrant: { name: '创建对象', english: 'entrant' },
};

/** The title of this name; undefined when it names no role, level, thing or stream. */
export const titleOf = (titles: Titles, name: string): Title | undefined =>
  isTitled(titles, name) ? titles[name] : undefined;

const isTitled = (titles: Titles, name: string): name is keyof Titles =>
  Object.hasOwn(titles, name);

/** The text in both languages with the titles in the place of their names in braces. */
export const inTitles = <Text extends { zh: string; en: string }>(
  titles: Titles,
  text: Text,
): Text => ({
  ...text,
  zh: filled(text.zh, (name) => titleOf(titles, name)?.name),
  en: filled(text.en, (name) => titleOf(titles, name)?.english),
});

// What stands in braces and is no title stays as it is: a criterion is a plan's own text.
const filled = (text: string, titled: (name: string) => string | undefined): string =>
  text.replace(/\{((?:stream:)?[a-z0-9-]+)\}/g, (braced, name: string) => titled(name) ?? braced);
