// Rules that a plan may ask at a step, by name; a plan that lists none asks none. What a step asks by
// itself is integrity: two officers, an own body, the standstill during objections, time limits.

import { signatureScanned, signed } from '../application/application-requirements.ts';
import {
  activityHeld,
  consultationBeforeAdoption,
  everySiteReached,
  formsOfMobilization,
  implementationPlan,
  noOpenRectification,
  noUndecidedRegression,
  workPlan,
} from '../candidate/requirements.ts';

const FOR_DECISIONS = {
  'no-open-rectification': noOpenRectification,
  'no-undecided-regression': noUndecidedRegression,
} as const;

/** The rules by the kind of step at which a plan may list them. */
export const CANDIDATE_RULES = {
  plan: {
    'implementation-plan': implementationPlan,
    'work-plan': workPlan,
    'consultation-before-adoption': consultationBeforeAdoption,
  },
  mobilize: {
    'forms-of-mobilization': formsOfMobilization,
    'every-site-reached': everySiteReached,
  },
  create: { 'activity-held': activityHeld },
  apply: { signed, 'signature-scanned': signatureScanned },
  submit: FOR_DECISIONS,
  confer: FOR_DECISIONS,
} as const;

export type RuledStep = keyof typeof CANDIDATE_RULES;

export type RuleOf<Kind extends RuledStep> = keyof (typeof CANDIDATE_RULES)[Kind];

/** The requirements that a step lists, in the order of the plan. */
export const rulesOf = <Kind extends RuledStep>(
  kind: Kind,
  rules: readonly RuleOf<Kind>[] = [],
): (typeof CANDIDATE_RULES)[Kind][RuleOf<Kind>][] =>
  rules.map((name) => CANDIDATE_RULES[kind][name]);
