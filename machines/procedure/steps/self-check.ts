// 自查整改 (R57): the candidate is checked against every criterion and put right. A self-check is no
// inspection by the county (Q17).

import type { Owed } from '../../candidate/chart.ts';
import {
  adoptPolicyIn,
  bringDeadlineFor,
  candidateSetup,
  dueSoon,
  inWindow,
  notify,
  on,
  open,
  overdue,
  say,
  sayOn,
  settle,
} from '../../candidate/chart.ts';
import {
  everyCriterion,
  everyCriterionChecked,
  findingIsOpen,
  findingsHaveOwners,
  findingsRectified,
  measuredCriteriaAgree,
  rectifiedForReal,
} from '../../candidate/criterion-requirements.ts';
import type { CandidateContext, CandidateEvent } from '../../candidate/events.ts';
import type { EventOf } from '../../kit/event.ts';
import { requires, when } from '../../kit/requirement.ts';
import { localDate } from '../../kit/time.ts';
import type { Entry, Part, Place } from '../part.ts';
import { bringing, stateIn } from '../part.ts';
import type { SelfCheckStep } from '../procedure.ts';

type SelfCheck = EventOf<CandidateEvent, 'submit-self-check'>;
type Rectified = EventOf<CandidateEvent, 'confirm-finding-rectified'>;

const shortcomings = (event: SelfCheck): string[] =>
  (event.results ?? []).filter(({ met }) => !met).map(({ criterion }) => criterion);

const keepResults = on('submit-self-check', ({ event }) => ({
  openFindings: shortcomings(event),
  selfCheckedAt: event.at,
}));

const storeSelfCheck = (clause: string) =>
  sayOn('submit-self-check', 'store-record', ({ context, event }) => ({
    ledger: 'self-check',
    id: event.id,
    kind: context.category,
    clause,
    body: { results: event.results, checkedBy: event.by.principalId },
  }));

const assessSite = (clause: string, conforms: boolean) =>
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
              clause,
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

const checking = (debt: Owed, clause: string, next: Entry) =>
  candidateSetup.createStateConfig({
    entry: open(debt),
    exit: settle(debt),
    after: { selfCheckDueSoon: dueSoon(debt), selfCheckWindow: overdue(debt) },
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
            storeSelfCheck(clause),
            assessSite(clause, false),
            notify('self-check-found-shortcomings', ['responsible'], ({ context }) => ({
              findings: context.openFindings,
            })),
          ],
        },
        {
          guard: requires(everyCriterionChecked, findingsHaveOwners, measuredCriteriaAgree),
          target: next.target,
          actions: [
            ...bringDeadlineFor(next),
            keepResults,
            storeSelfCheck(clause),
            assessSite(clause, true),
          ],
        },
      ],
    },
  });

const rectifying = (debt: Owed, clause: string, next: Entry) =>
  candidateSetup.createStateConfig({
    entry: open(debt),
    exit: settle(debt),
    after: { selfCheckDueSoon: dueSoon(debt), selfCheckWindow: overdue(debt) },
    on: {
      'adopt-policy': adoptPolicyIn('rectifying-findings'),
      'confirm-finding-rectified': [
        {
          guard: when(isLast, findingIsOpen, rectifiedForReal),
          target: next.target,
          actions: [...bringDeadlineFor(next), strike, assessSite(clause, true)],
        },
        { guard: requires(findingIsOpen, rectifiedForReal), actions: strike },
      ],
      // The guard makes the refusal name the clauses that are not met; the state alone would not.
      apply: { guard: requires(findingsRectified, everyCriterion(true)) },
    },
  });

export function selfCheck({ clause, by }: SelfCheckStep, place: Place, next: Entry): Part {
  const due = inWindow(place.stage.in);
  const check: Owed = { kind: 'self-check', clause, owner: 'superior', due };
  const findings: Owed = { kind: 'finding-rectification', clause, owner: 'responsible', due };
  return {
    enter: { target: stateIn(place, 'self-checking') },
    states: {
      'self-checking': checking(check, clause, next),
      'rectifying-findings': rectifying(findings, clause, next),
    },
    rows: [
      { event: 'submit-self-check', by, ...bringing(next) },
      { event: 'confirm-finding-rectified', by, ...bringing(next) },
      { event: 'apply', by: ['applicant'] },
    ],
    standing: { step: 'self-check', office: by[0] ?? null },
    debts: { selfCheck: check },
  };
}
