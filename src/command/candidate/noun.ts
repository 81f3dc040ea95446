import { candidateReleaseOf } from '../../db/plan/releases.ts';
import { RECORDERS } from '../../rules/access/access.ts';
import { builtInKind } from '../../rules/record/record-kinds.ts';
import type { Noun } from '../kernel/noun.ts';
import { candidateFacts } from './candidate-facts.ts';
import { claimsOfCandidate, enrolCandidate, findTwins, newCandidate } from './new-candidate.ts';
import { findSettledChildren } from './settled-children.ts';

export const candidate = {
  machines: {
    candidate: {
      begin: newCandidate,
      releaseBy: (plan, { category }) => candidateReleaseOf(plan, category ?? ''),
      claims: claimsOfCandidate,
      enrol: enrolCandidate,
      // Some kinds of record are left to certain roles, such as a township's schedule to its office (R70).
      narrow: ({ type, kind }) =>
        type === 'record-evidence' && typeof kind === 'string'
          ? (builtInKind(kind)?.by ?? RECORDERS)
          : undefined,
    },
  },
  facts: candidateFacts,
  twins: [findTwins],
  joins: [findSettledChildren],
} satisfies Noun;
