import { stageOf } from '../../../machines/kit/step.ts';
import { candidateReleaseOf } from '../../db/plan/releases.ts';
import { RECORDERS } from '../../rules/access/access.ts';
import { builtInKind } from '../../rules/record/record-kinds.ts';
import type { Noun } from '../kernel/noun.ts';
import { candidateFacts } from './candidate-facts.ts';
import { candidateHandlers } from './going-on.ts';
import { claimsOfCandidate, enrolCandidate, findTwins, newCandidate } from './new-candidate.ts';
import { findSettledChildren } from './settled-children.ts';

/** What decides about a candidate whose unit has ended, or brings it to an end for another reason. */
const ENDS: ReadonlySet<string> = new Set([
  'succeed',
  'end-with-unit',
  'withdraw',
  'reinstate',
  'propose-disqualification',
  'confirm-disqualification',
]);

export const candidate = {
  machines: {
    candidate: {
      begin: newCandidate,
      releaseBy: (plan, { category }) => candidateReleaseOf(plan, category ?? ''),
      claims: claimsOfCandidate,
      enrol: enrolCandidate,
      lays: (draft, type) => stageOf(draft.instance.value) !== 'conferred' && !ENDS.has(type),
      // Some kinds of record are left to certain roles, such as a township's schedule to its office (R70).
      narrow: ({ type, kind }) =>
        type === 'record-evidence' && typeof kind === 'string'
          ? (builtInKind(kind)?.by ?? RECORDERS)
          : undefined,
    },
  },
  facts: candidateFacts,
  handlers: candidateHandlers,
  twins: [findTwins],
  joins: [findSettledChildren],
} satisfies Noun;
