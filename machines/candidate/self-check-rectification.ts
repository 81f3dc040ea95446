// Stage 3, 自查整改 (R56–R59): each created site is checked against every criterion and put right. A
// township's self-check is no inspection by the county (Q17).

import type { EventOf } from '../kit/event.ts';
import { given, requires, when } from '../kit/requirement.ts';
import { localDate } from '../kit/time.ts';
import {
  adoptPolicyIn,
  candidateSetup,
  dueSoon,
  notify,
  on,
  open,
  overdue,
  owed,
  say,
  sayOn,
  settle,
} from './chart.ts';
import {
  everyCriterion,
  everyCriterionChecked,
  findingIsOpen,
  findingsHaveOwners,
  findingsRectified,
  measuredCriteriaAgree,
  rectifiedForReal,
} from './criterion-requirements.ts';
import type { CandidateContext, CandidateEvent } from './events.ts';
import { phaseHasCome, whileLive } from './live-events.ts';

type SelfCheck = EventOf<CandidateEvent, 'submit-self-check'>;
type Rectified = EventOf<CandidateEvent, 'confirm-finding-rectified'>;

const shortcomings = (event: SelfCheck): string[] =>
  (event.results ?? []).filter(({ met }) => !met).map(({ criterion }) => criterion);

const keepResults = on('submit-self-check', ({ event }) => ({
  openFindings: shortcomings(event),
  selfCheckedAt: event.at,
}));

const storeSelfCheck = sayOn('submit-self-check', 'store-record', ({ context, event }) => ({
  ledger: 'self-check',
  id: event.id,
  kind: context.category,
  clause: 'R57',
  body: { results: event.results, checkedBy: event.by.principalId },
}));

const assessSite = (conforms: boolean) =>
  say('assess-sites', ({ context, event }) => ({
    assessments:
      context.siteId === null
        ? []
        : [
            {
              siteId: context.siteId,
              conforms,
              assessedOn: localDate(event.at),
              source: 'self-check',
              clause: 'R57',
              criteria: conforms ? [] : context.openFindings,
            },
          ],
  }));

const strike = on('confirm-finding-rectified', ({ context, event }) => ({
  openFindings: context.openFindings.filter((id) => id !== event.criterion),
  findingsRectified: [...context.findingsRectified, event.criterion],
}));

const isLast = ({ openFindings }: CandidateContext, { criterion }: Rectified): boolean =>
  openFindings.every((id) => id === criterion);

export const selfCheckRectification = candidateSetup.createStateConfig({
  initial: 'entering',
  on: whileLive,
  states: {
    entering: {
      always: [
        {
          guard: given(
            'somebody checks it',
            ({ route }: CandidateContext) => route.selfCheckedBy !== 'none',
          ),
          target: 'self-checking',
        },
        { target: 'exempt' },
      ],
    },
    'self-checking': {
      entry: open(owed.selfCheck),
      exit: settle(owed.selfCheck),
      after: {
        selfCheckDueSoon: dueSoon(owed.selfCheck),
        selfCheckWindow: overdue(owed.selfCheck),
      },
      on: {
        'adopt-policy': adoptPolicyIn('self-checking'),
        'submit-self-check': [
          {
            guard: when(
              (_: CandidateContext, event: SelfCheck) => shortcomings(event).length > 0,
              everyCriterionChecked,
              findingsHaveOwners,
              measuredCriteriaAgree,
            ),
            target: 'rectifying-findings',
            actions: [
              keepResults,
              storeSelfCheck,
              assessSite(false),
              notify('self-check-found-shortcomings', ['responsible'], ({ context }) => ({
                findings: context.openFindings,
              })),
            ],
          },
          {
            guard: requires(everyCriterionChecked, findingsHaveOwners, measuredCriteriaAgree),
            target: 'self-checked',
            actions: [keepResults, storeSelfCheck, assessSite(true)],
          },
        ],
      },
    },
    'rectifying-findings': {
      entry: open(owed.findings),
      exit: settle(owed.findings),
      after: { selfCheckDueSoon: dueSoon(owed.findings), selfCheckWindow: overdue(owed.findings) },
      on: {
        'adopt-policy': adoptPolicyIn('rectifying-findings'),
        'confirm-finding-rectified': [
          {
            guard: when(isLast, findingIsOpen, rectifiedForReal),
            target: 'self-checked',
            actions: [strike, assessSite(true)],
          },
          { guard: requires(findingIsOpen, rectifiedForReal), actions: strike },
        ],
        // The guard makes the refusal name the clauses that are not met; the state alone would not.
        apply: { guard: requires(findingsRectified, everyCriterion) },
      },
    },
    exempt: {
      always: { guard: phaseHasCome('evaluation'), target: '#candidate.evaluation' },
    },
    'self-checked': {
      always: { guard: phaseHasCome('evaluation'), target: '#candidate.evaluation' },
    },
  },
});
