// What the plans of campaigns call the categories, sentences and offices that the rows of a list name.

import { inWords } from '../../rules/notice/notice-words.ts';
import { cite } from '../../rules/plan/citations.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { rolesInWords } from '../../rules/plan/titles.ts';
import type { Language } from '../../rules/words/details.ts';
import type { Words } from '../../rules/words/states.ts';
import type { Service } from '../kernel/service.ts';
import { placeOfCampaign, planOf } from '../kernel/visibility.ts';
import type { ListColumn } from './workbooks.ts';

type Plans = ReadonlyMap<string, Plan>;

/** The plans of these rows' campaigns, by campaign. */
export async function plansOf(
  service: Service,
  rows: readonly { campaignId: string }[],
): Promise<Map<string, Plan>> {
  const plans = new Map<string, Plan>();
  for (const id of new Set(rows.map(({ campaignId }) => campaignId))) {
    plans.set(id, await planOf(service, await placeOfCampaign(service, id)));
  }
  return plans;
}

/** What people call the campaign. */
export const activityIn = (plan: Plan): string => plan.activity ?? plan.title;

/** The activity, where all rows are of one. */
export const activityOf = (plans: Plans): string | null => {
  const [only, ...others] = [...plans.values()];
  return only !== undefined && others.length === 0 ? activityIn(only) : null;
};

export function categoryOf(plan: Plan | undefined, code: string): Words {
  const name = plan?.categories.find((one) => one.code === code)?.name ?? '';
  return { zh: name, en: name };
}

/** The part of the document that the sentence stands in, not its number, which the document itself has not. */
export const basisColumn = <Row extends { campaignId: string; clause: string | null }>(
  plans: Plans,
): ListColumn<Row> => ({
  title: { zh: '依据', en: 'Basis' },
  width: 36,
  cell: ({ campaignId, clause }) => basisIn(plans.get(campaignId), clause),
});

export function basisIn(plan: Plan | undefined, clause: string | null): Words | null {
  if (plan === undefined || clause === null) return null;
  const { section, english } = cite(plan, clause);
  return { zh: section, en: english };
}

const OFFICES = { city: 'city-centre', county: 'county-office' } as const;

export const rolesOfAuthority = (plan: Plan, authority: string): Words =>
  rolesInWords(plan, [authority === 'city' ? OFFICES.city : OFFICES.county]);

/** The failings of R59. Their English is the code in words, as no document has one. */
export function triggersIn(plan: Plan | undefined, triggers: unknown, language: Language): string {
  if (plan === undefined || !Array.isArray(triggers)) return '';
  const codes = triggers.map(String);
  if (language === 'en')
    return codes.map((code) => code.toLowerCase().replaceAll('_', ' ')).join('; ');
  return codes.map((code) => String(inWords(plan, 'triggers', code))).join('；');
}
