// The county of a simulation: its people, its plan, its one campaign.

import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { validatePlan } from '../../src/rules/plan-check/plan.ts';
import { plan as yijun } from '../machines/yijun.ts';
import { unit } from '../support/units.ts';

export const PLAN_ID = 'simulated-2017';
export const COUNTY = unit('610222');
export const PENG = unit('610222101');
const VILLAGE_CODES = ['610222101203', '610222101200', '610222101201'];
export const VILLAGES = VILLAGE_CODES.map(unit);
/** The site of each of these villages. */
export const SITES = VILLAGE_CODES.map((code) => `${code}-S1`);
/** The one campaign of a run. */
export const CAMPAIGN = '015c2350-0000-7000-8000-000000000000';
/** A subject that no machine can move, with a timer that is due, and long work that has one bad item. */
export const POISON = '015c2350-0000-7000-8000-000000000001';
export const POISONED_OPERATION = '015c2350-0000-7000-8000-000000000002';
export const START = '2017-05-20T01:00:00Z';

/** The people: each holds every role everywhere, because the order of events is in question, not access. */
export const PEOPLE = ['zhang', 'li', 'wang', 'qian', 'zhao', 'sun'].map((name, index) => ({
  id: `00000000-0000-8000-8000-00000000000${index + 1}`,
  name,
}));

/** The plan of Yijun, reduced to what a short life can fulfil: no counting of records, quotas that bind. */
function simulatedPlan(version: number): Plan {
  const plan = structuredClone(yijun);
  const own = <Value>(value: Value) => ({
    value,
    provenance: { kind: 'default' as const, note: 'made for simulations' },
  });
  Object.assign(plan, { id: PLAN_ID, version });
  for (const category of plan.categories) {
    category.criteria = category.criteria.filter(
      ({ id, kind }) => kind === 'judgement' || kind === 'attestation' || id === 'village.screen',
    );
    category.quota = category.subject === 'person' ? 1 : 2;
    const isSecret = category.code === 'LEARNING_APPLICATION_PACESETTER';
    category.policies = isSecret ? { ballotForm: own('secret') } : {};
  }
  for (const kind of ['public-notice', 'final-decision'] as const)
    plan.documents.kinds[kind].per = 'candidate';
  Object.assign(plan.policies, {
    mobilizationFormsMin: own(1),
    assessmentSheetsMin: own(1),
    assessmentTrim: own({ drop: 0, from: 1 }),
    ballotStratumMin: own(1),
    surplusNominations: own(1),
    refillAfterSubmission: own(true),
    passMark: own(version === 1 ? 60 : 61),
    ballotForm: own('open'),
    tieChain: own([]),
    onePersonOneCategory: own(false),
  });
  const checked = validatePlan(plan);
  if ('faults' in checked) throw new Error(JSON.stringify(checked.faults));
  return checked.plan;
}

export const simulated = [simulatedPlan(1), simulatedPlan(2)] as const;
