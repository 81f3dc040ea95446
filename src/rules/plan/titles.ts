// The words of a plan for its roles, levels and things; what it leaves out has neutral ones.

import {
  inTitles,
  NEUTRAL_TITLES,
  type Title,
  type Titles,
  titleOf,
} from '../../../machines/kit/titles.ts';
import type { Plan } from './plan-schema.ts';

type Named = Pick<Plan, 'titles'> & Partial<Pick<Plan, 'streams'>>;

/**
 * Every title of the plan, and the names of its streams; without one, the neutral words. English is the neutral
 * where it is left out.
 */
export function titlesOf(plan: Named | null): Titles {
  const { roles, levels, things } = plan?.titles ?? {};
  const given = Object.entries({ ...roles, ...levels, ...things });
  const own = given.map(([name, title]): [string, Title] => {
    const english = title.english ?? titleOf(NEUTRAL_TITLES, name)?.english ?? name;
    return [name, { name: title.name, english }];
  });
  const streams = Object.entries(plan?.streams ?? {}).map(
    ([code, { name, english }]): [`stream:${string}`, Title] => [
      `stream:${code}`,
      { name, english: english ?? code },
    ],
  );
  return { ...NEUTRAL_TITLES, ...Object.fromEntries(own), ...Object.fromEntries(streams) };
}

/** A text of the service in the plan's words. */
export const inPlansWords = <Text extends { zh: string; en: string }>(
  plan: Named | null,
  text: Text,
): Text => inTitles(titlesOf(plan), text);

/** A Chinese text of the service, or a note of the base about a rule, in the plan's words. */
export const inChinese = (plan: Named | null, zh: string): string =>
  inPlansWords(plan, { zh, en: '' }).zh;

const OTHERS: { readonly [who: string]: Title } = {
  public: { name: '公众', english: 'the public' },
  anybody: { name: '参加活动的任一角色', english: 'any role in the campaign' },
  system: { name: '本服务', english: 'the service itself' },
};

/** The roles as a sentence names them, in both languages. */
export function rolesInWords(
  plan: Named | null,
  roles: readonly string[],
): { zh: string; en: string } {
  const titles = titlesOf(plan);
  const named = roles.map(
    (role) => titleOf(titles, role) ?? OTHERS[role] ?? { name: role, english: role },
  );
  return {
    zh: named.map(({ name }) => name).join('、'),
    en: named.map(({ english }) => english).join(', '),
  };
}
