// The facts and shares that criteria ask for: something records them of such a candidate, in that form.

import type { StreamKind } from '../../../machines/procedure/procedure.ts';
import { SHARES } from '../candidate/criteria.ts';
import { bearsPersonalName } from '../candidate/subject.ts';
import { type FactForm, SITE_FACTS } from '../county/site-facts.ts';
import { type Fault, fault, unknownName } from '../plan/fault.ts';
import type { Category, CriterionTest, Plan } from '../plan/plan-schema.ts';
import { gatheredIn, stepsOfCategory } from './procedure-steps.ts';
import type { Sound } from './shape.ts';

type Test = Pick<
  Sound<CriterionTest>,
  'fact' | 'equals' | 'atLeast' | 'atLeastFact' | 'atLeastPolicy'
>;

/** The facts that can be known of candidates of a category, by name, each with its form. */
export function factsOf(plan: Sound<Plan>, category: Sound<Category>): Map<string, FactForm> {
  const sites = [...SITE_FACTS, ...(plan.siteFacts ?? [])].flatMap((one) =>
    one?.name === undefined || one.form === undefined ? [] : [[one.name, one.form] as const],
  );
  const { ballotStrata } = { ...plan.policies, ...category.policies };
  const strata = ballotStrata?.value?.strata ?? [];
  const known = streamsFor(plan, category).flatMap(([code, kind]): [string, FactForm][] => [
    [`stream.${code}.score`, 'number'],
    ...(kind === 'sheets' ? [] : strata).flatMap((stratum): [string, FactForm][] =>
      stratum?.code === undefined ? [] : [[`stream.${code}.${stratum.code}Score`, 'number']],
    ),
  ]);
  if (mayHaveSite(category)) {
    known.push(...sites.map(([name, form]): [string, FactForm] => [`site.${name}`, form]));
    known.push(['site.bothPostsHeld', 'boolean']);
  }
  if (category.subject === 'base') {
    known.push(...sites.map(([name, form]): [string, FactForm] => [`base.${name}`, form]));
  }
  if (isBoundToSite(category)) known.push(['inspection.inGoodOrder', 'boolean']);
  return new Map(known);
}

/** Nobody has a score of a stream that the procedure does not gather; all, where it is not known. */
function streamsFor(
  plan: Sound<Plan>,
  category: Sound<Category>,
): [code: string, kind: StreamKind | undefined][] {
  const steps = stepsOfCategory(plan, category);
  const gathered = steps?.flatMap((step) => gatheredIn(step).map(({ code }) => code));
  return Object.entries(plan.streams ?? {})
    .filter(([code]) => gathered?.includes(code) ?? true)
    .map(([code, stream]) => [code, stream?.kind]);
}

const mayHaveSite = ({ subject }: Sound<Category>): boolean =>
  subject === 'village' ||
  subject === 'base' ||
  (subject !== undefined && bearsPersonalName(subject));

/** A person or household has a site only where a criterion asks for a fact of it (`standsWithSite`). */
const isBoundToSite = ({ subject, criteria = [] }: Sound<Category>): boolean =>
  subject === 'village' ||
  subject === 'base' ||
  (subject !== undefined &&
    bearsPersonalName(subject) &&
    criteria.some((criterion) =>
      [criterion?.required, ...(criterion?.required?.anyOf ?? [])].some((test) =>
        test?.fact?.startsWith('site.'),
      ),
    ));

const NO_FACT = { zh: '这类对象没有这一事实', en: 'nothing is recorded of such a candidate as' };
const FORMS = {
  number: { zh: '数字', en: 'number' },
  boolean: { zh: '是否', en: 'boolean' },
  text: { zh: '文本', en: 'text' },
  date: { zh: '日期', en: 'date' },
};

/** A fact that nobody can record, or that has another form, would never be met. */
export function factFaults(
  facts: ReadonlyMap<string, FactForm>,
  test: Test,
  path: string,
): Fault[] {
  const { fact: name, atLeastFact } = test;
  const names = [...facts.keys()];
  const unknown = Object.entries({ fact: name, atLeastFact }).flatMap(([key, one]) =>
    one === undefined || facts.has(one)
      ? []
      : [unknownName(`${path}/${key}`, NO_FACT, one, sameSource(names, one))],
  );
  const asked = formAsked(test);
  const misformed = Object.entries({ fact: name, atLeastFact }).flatMap(([key, one]) => {
    const form = facts.get(one ?? '');
    const wanted = key === 'fact' ? asked : 'number';
    if (form === undefined || wanted === undefined || form === wanted) return [];
    const [is, not] = [FORMS[form], FORMS[wanted]];
    return [
      fault(
        `${path}/${key}`,
        `${one} 是${is.zh}，不是${not.zh}`,
        `${one} is a ${is.en}, not a ${not.en}`,
      ),
    ];
  });
  return [...unknown, ...misformed];
}

/** The facts of the same source, if there are any: who misspells one of a site means one of a site. */
function sameSource(names: readonly string[], name: string): readonly string[] {
  const same = names.filter((one) => one.startsWith(`${name.split('.')[0]}.`));
  return same.length > 0 ? same : names;
}

function formAsked({ equals, atLeast, atLeastFact, atLeastPolicy }: Test): FactForm | undefined {
  if (typeof equals === 'boolean') return 'boolean';
  if (typeof equals === 'string') return 'text';
  const isCompared = [atLeast, atLeastFact, atLeastPolicy].some((bound) => bound !== undefined);
  return isCompared ? 'number' : undefined;
}

const NO_SHARE_OF = { zh: '没有这样的汇总', en: 'no share is measured of' };

/** Sites are rolled up for the places they lie in, by one of the facts that are counted. */
export function shareFaults(
  { of, fact: name }: Pick<Sound<CriterionTest>, 'of' | 'fact'>,
  subject: Category['subject'],
  path: string,
): Fault[] {
  if (of === undefined) return [];
  if (subject !== 'township' && subject !== 'county') {
    return [
      fault(
        `${path}/of`,
        '只有 county、township 类别有下属站点可以汇总',
        'sites are rolled up for county and township only',
      ),
    ];
  }
  const shares = Object.hasOwn(SHARES, of) ? SHARES[of] : undefined;
  if (shares === undefined)
    return [unknownName(`${path}/of`, NO_SHARE_OF, of, Object.keys(SHARES))];
  if (name === undefined || Object.hasOwn(shares, name)) return [];
  const what = { zh: `${of} 不按这一事实汇总`, en: `no share of ${of} is measured by` };
  return [unknownName(`${path}/fact`, what, name, Object.keys(shares))];
}
