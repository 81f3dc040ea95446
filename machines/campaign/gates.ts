// Gates of a phase: what a plan may ask of its townships and its county before the phase closes. A plan
// lists those that it asks by their names.

import { factOf } from '../kit/event.ts';
import type { Measure } from '../kit/requirement.ts';
import { allOf, atLeast, lacking, none } from '../kit/requirement.ts';
import type { CampaignContext, CampaignEvent, CampaignFacts } from './events.ts';
import type { Rule } from './requirements.ts';
import { unlessOverridden } from './requirements.ts';

/** A gate measures one thing, or each duty of recording that is owed by the end of the phase. */
export type Gate = Rule | ((context: CampaignContext, event: CampaignEvent) => Rule[]);

type Texts = { name: string; clause: string; zh: string; en: string };
type Supervision = NonNullable<CampaignFacts['supervision']>;

const gate = (texts: Texts, measure: (event: CampaignEvent) => Measure) => (): Gate =>
  unlessOverridden({ ...texts, modality: 'M', measure: (_, event) => measure(event) });

const duty = (texts: Texts, measure: (duties: CampaignFacts['duties']) => Measure) =>
  gate(texts, (event) => {
    const duties = factOf(event, 'duties');
    return lacking(measure(duties), duties.missing?.[texts.name]);
  });

/** R72: both kinds of supervision must occur; the refusal names the townships that lack one. */
const supervised = (
  name: string,
  zh: string,
  en: string,
  lacking: (supervision: Supervision) => readonly string[],
) =>
  gate({ name, clause: 'R72', zh, en }, (event) => {
    const supervision = factOf(event, 'supervision');
    const actual = supervision === null ? [] : lacking(supervision);
    return { actual, required: [], met: actual.length === 0 };
  });

/** Duties of recording by the end of this phase; each refusal names the units that lack it. */
const recordedDuties =
  (phase: string): Gate =>
  (_, event) =>
    factOf(event, 'duties')
      .owed.filter((owed) => owed.phase === phase)
      .map(({ id, clause, modality, zh, en, lacking }) =>
        unlessOverridden({
          name: id,
          clause,
          modality,
          zh,
          en,
          measure: () => ({ actual: lacking, required: [], met: lacking.length === 0 }),
        }),
      );

/** The gates by name, each for the phase that closes. */
export const CAMPAIGN_RULES = {
  'every-township-has-a-plan': duty(
    {
      name: 'every-township-has-a-plan',
      clause: 'R48',
      zh: '各{township}均已在征求意见的基础上制定实施方案并获同意',
      en: 'every {township} has a consulted and approved plan',
    },
    ({ townshipsPlanned, townships }) => allOf(townshipsPlanned, townships),
  ),
  'every-township-mobilized': duty(
    {
      name: 'every-township-mobilized',
      clause: 'R49',
      zh: '各{township}均已将要求贯彻落实到每个{site}',
      en: 'every {township} has carried the demands to each {site}',
    },
    ({ townshipsMobilized, townships }) => allOf(townshipsMobilized, townships),
  ),
  'every-township-held-activities': duty(
    {
      name: 'every-township-held-activities',
      clause: 'R53',
      zh: '各{township}均已组织开展学用活动',
      en: 'every {township} has held learning and application activities',
    },
    ({ townshipsActive, townships }) => allOf(townshipsActive, townships),
  ),
  'no-undecided-declaration': duty(
    {
      name: 'no-undecided-declaration',
      clause: 'R57',
      zh: '已申报创建的{entrant}均已确认或退回',
      en: 'every declared {entrant} has been confirmed or returned',
    },
    ({ undecidedDeclarations }) => none(undecidedDeclarations),
  ),
  'every-created-site-self-checked': duty(
    {
      name: 'every-created-site-self-checked',
      clause: 'R57',
      zh: '已创建的{entrant}均已自查',
      en: 'every created {entrant} has been self-checked',
    },
    ({ selfChecked, created }) => ({
      actual: selfChecked,
      required: created,
      met: selfChecked === created,
    }),
  ),
  'field-visits-made': duty(
    {
      name: 'field-visits-made',
      clause: 'R58',
      zh: '{county-office}已深入基层实地察看',
      en: '{county-office} has been to see for itself in the field',
    },
    ({ fieldVisits }) => atLeast(fieldVisits, 1),
  ),
  'random-inspections-made': duty(
    {
      name: 'random-inspections-made',
      clause: 'R58',
      zh: '{county-office}已随机抽查',
      en: '{county-office} has made random inspections',
    },
    ({ randomInspections }) => atLeast(randomInspections, 1),
  ),
  'recorded-duties': recordedDuties,
  'every-township-supervised-on-schedule': supervised(
    'every-township-supervised-on-schedule',
    '各{township}均已开展定期督查',
    'every {township} has held scheduled supervision',
    ({ withoutScheduled }) => withoutScheduled,
  ),
  'every-township-supervised-off-schedule': supervised(
    'every-township-supervised-off-schedule',
    '各{township}均已开展不定期督查',
    'every {township} has held unscheduled supervision',
    ({ withoutUnscheduled }) => withoutUnscheduled,
  ),
} as const satisfies { [name: string]: (phase: string) => Gate };

export type GateName = keyof typeof CAMPAIGN_RULES;

export const GATE_NAMES = Object.keys(CAMPAIGN_RULES) as GateName[];
