// Rules of every inspection (R58, R59, R72), of a candidate or of a site without one.

import type { By } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { atLeast, none } from '../kit/requirement.ts';

type InspectionKind = 'FIELD_VISIT' | 'RANDOM' | 'SCHEDULED' | 'UNSCHEDULED';

export type InspectionPayload = {
  id: string;
  kind: InspectionKind;
  occurredOn: string;
  inspectors: readonly string[];
  findings: readonly string[];
  conforms?: boolean;
  /** R37: the site is clean, and its equipment is in order. */
  inGoodOrder?: boolean;
  /** The draw behind a random inspection. */
  drawId?: string;
};

export type InspectionFacts = {
  inspection: {
    /** The plan demands a draw for random inspections. */
    drawRequired: boolean;
    /** The unit that the named draw drew; null when it drew none. */
    drawn: { unitId: string; inspectors: readonly string[] } | null;
    criteria: readonly string[];
  };
};

type Inspected = InspectionPayload & { type: string; by: By; facts: Partial<InspectionFacts> };
type Rule = Requirement<unknown, Inspected>;

const COUNTYS: readonly InspectionKind[] = ['FIELD_VISIT', 'RANDOM'];

/** The county visits and draws (R58), the township supervises (R72); they never mix (Q17). */
const byTheCounty: Rule = {
  name: 'made-by-the-county',
  clause: 'R58',
  modality: 'M',
  zh: '实地察看、随机抽查由{county-office}组织；{township}开展的是定期、不定期督查',
  en: 'field visits and random inspections are made by {county-office}; a {township} supervises',
  asksInput: true,
  measure: (_, { kind, by }) => ({
    actual: [...by.roles],
    required: COUNTYS.includes(kind) ? ['county-office'] : [],
    met: !COUNTYS.includes(kind) || by.roles.includes('county-office'),
  }),
};

const followsFromADraw: Rule = {
  name: 'follows-from-a-draw',
  clause: 'R58',
  modality: 'M',
  zh: '随机抽查的单位须由已揭晓的抽签抽中',
  en: 'a random inspection inspects a unit that a revealed draw has drawn',
  asksInput: true,
  measure: (_, event) => {
    const { drawRequired, drawn } = factOf(event, 'inspection');
    return {
      actual: event.drawId ?? null,
      required: 'drawId',
      met: event.kind !== 'RANDOM' || drawn !== null || (!drawRequired && !event.drawId),
    };
  },
};

const byTheDrawnInspectors: Rule = {
  name: 'by-the-drawn-inspectors',
  clause: 'R58',
  modality: 'M',
  zh: '随机抽查由抽中的检查人进行',
  en: 'a random inspection is made by the inspectors that were drawn',
  asksInput: true,
  measure: (_, event) => {
    const drawn = event.kind === 'RANDOM' ? factOf(event, 'inspection').drawn : null;
    const actual = [...(event.inspectors ?? [])].sort();
    const required = drawn === null ? actual : [...drawn.inspectors].sort();
    return { actual, required, met: actual.join('\n') === required.join('\n') };
  },
};

/** R37: cleanliness is a finding about a site, so there has to be one. */
export const orderIsOfASite: Requirement<{ siteId: string | null }, Inspected> = {
  name: 'order-is-of-a-site',
  clause: 'R58',
  modality: 'M',
  zh: '环境卫生和设备摆放只对{site}认定',
  en: 'whether it is clean and in order is found of a {site}',
  asksInput: true,
  measure: ({ siteId }, { inGoodOrder }) => ({
    actual: siteId,
    required: 'siteId',
    met: inGoodOrder === undefined || siteId !== null,
  }),
};

export const inspectionRules = [byTheCounty, followsFromADraw, byTheDrawnInspectors] as const;

/** Fields of an inspection's record beside its findings. */
export const reportOf = (event: Inspected) => ({
  ...(event.inGoodOrder === undefined ? {} : { inGoodOrder: event.inGoodOrder }),
  drawId: event.drawId ?? null,
  unitId: event.kind === 'RANDOM' ? (factOf(event, 'inspection').drawn?.unitId ?? null) : null,
  /** Q17: the office that made the inspection. */
  office: event.by.roles.includes('county-office') ? 'county-office' : 'township-office',
});

type Ordering = Inspected & {
  triggers: readonly string[];
  criteria?: readonly string[];
  rectificationDays?: number;
  responsiblePerson?: string;
  openFacts?: readonly string[];
  openRecords?: readonly string[];
};

/** One of the four triggers of R59 or an unmet criterion leads to an order by itself. */
export const opensOrder = (event: { readonly [name: string]: unknown }): boolean =>
  [event.triggers, event.criteria].some((named) => Array.isArray(named) && named.length > 0);

/** R59: a criticised and ordered body learns what is wrong. */
export const triggersNameFindings: Requirement<unknown, Ordering> = {
  name: 'triggers-name-findings',
  clause: 'R59',
  modality: 'M',
  zh: '通报和限期整改须写明问题',
  en: 'a circular and an order say what was found',
  asksInput: true,
  measure: (_, event) => atLeast((event.findings ?? []).length, opensOrder(event) ? 1 : 0),
};

/** A time limit, a responsible person and fields to correct make sense only with an order. */
export const orderTermsNeedOrder: Requirement<unknown, Ordering> = {
  name: 'order-terms-need-an-order',
  clause: 'R59',
  modality: 'M',
  zh: '写明整改期限、责任人或可更正内容的，须同时写明所列情形或未达标的条款',
  en: 'a time limit, a responsible person and fields to correct come with a trigger or a criterion',
  asksInput: true,
  measure: (_, event) => {
    const terms = [
      ...(event.rectificationDays === undefined ? [] : ['rectificationDays']),
      ...(event.responsiblePerson === undefined ? [] : ['responsiblePerson']),
      ...((event.openFacts ?? []).length === 0 ? [] : ['openFacts']),
      ...((event.openRecords ?? []).length === 0 ? [] : ['openRecords']),
    ];
    return { actual: terms, required: [], met: terms.length === 0 || opensOrder(event) };
  },
};

/** A finding names a criterion of the category and invents none. */
export const criteriaAreKnown: Requirement<unknown, Ordering> = {
  name: 'criteria-are-known',
  clause: 'R57',
  modality: 'M',
  zh: '未达标的条款须是该类别的标准',
  en: 'the criteria found unmet are those of the category',
  asksInput: true,
  measure: (_, event) => {
    const unknown = (event.criteria ?? []).filter(
      (id) => !factOf(event, 'inspection').criteria.includes(id),
    );
    return { ...none(unknown.length), actual: unknown };
  },
};
