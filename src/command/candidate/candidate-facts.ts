// The facts of a candidate: those of its plan, of its meetings, and of other candidates of its name.

import type { CandidateFacts } from '../../../machines/candidate/events.ts';
import { countReach } from '../../db/candidate/candidate-facts.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { passMarkOf } from '../../rules/plan/streams.ts';
import { dueOn } from '../../rules/time/deadlines.ts';
import type { FactLoader, Place, SourcesOf } from '../kernel/facts.ts';
import { loadCriterionFacts } from './criteria-facts.ts';
import { loadSuccession } from './going-on.ts';
import { loadNamesakes } from './identity-facts.ts';

const loadReach: FactLoader<'reach'> = async ({ tx, campaignId }, wants) => {
  const paths = wants('reach').map(({ draft }) => draft.path);
  const reached = await countReach(tx, campaignId, paths);
  return { reach: ({ draft }) => reached.get(draft.path) ?? { sites: 0, reached: 0 } };
};

export const candidateFacts: SourcesOf<
  'reach' | 'policies' | 'priorityClasses' | 'criteria' | 'namesakes' | 'succession'
> = {
  reach: loadReach,
  policies: { atHand: ({ plan }) => policiesOf(plan) },
  priorityClasses: {
    atHand: ({ plan }, { draft }) =>
      plan.categories.find(({ code }) => code === draft.category)?.priorityClasses ?? [],
  },
  criteria: loadCriterionFacts,
  namesakes: loadNamesakes,
  succession: loadSuccession,
};

const policiesOf = ({ policies }: Plan): CandidateFacts['policies'] => ({
  passMark: passMarkOf(policies),
  streamWeights: policies.streamWeights.value,
  streamGates: policies.streamGates?.value ?? {},
  assessmentTrim: policies.assessmentTrim.value,
  assessmentSheetsMin: policies.assessmentSheetsMin.value,
  mobilizationFormsMin: policies.mobilizationFormsMin.value,
  openRectificationBlocks: policies.openRectificationBlocks.value,
  signatureScanRequired: policies.signatureScanRequired?.value ?? false,
});

/** The ends of the phases for which a candidate waits. */
export const candidateWindows = ({
  plan,
  reference: { calendar },
}: Place): CandidateFacts['windows'] =>
  Object.fromEntries(plan.phases.map(({ code, end }) => [code, dueOn(plan, calendar, end)]));
