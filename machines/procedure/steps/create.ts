// What is to be created is declared in time and confirmed (R51–R55, Q8); what was not is out.

import type { Owed } from '../../candidate/chart.ts';
import {
  adoptPolicyIn,
  bringDeadlineFor,
  by,
  candidateSetup,
  dueSoon,
  inWindow,
  notify,
  on,
  open,
  overdue,
  settle,
} from '../../candidate/chart.ts';
import { createdTooLate } from '../../candidate/live-events.ts';
import { anotherThanHandedIn, declaredInTime } from '../../candidate/requirements.ts';
import { requires } from '../../kit/requirement.ts';
import type { Entry, Part, Place, Row } from '../part.ts';
import { bringing, stateIn } from '../part.ts';
import type { CreateStep } from '../procedure.ts';
import { rulesOf } from '../rules.ts';

/** Only what was created goes on; the others still count in the roster's denominator (Q8). */
const tooLate = ({ procedure, stage }: Place) => ({
  guard: createdTooLate(procedure.chain, stage.in),
  target: '#candidate.not-created' as const,
  actions: notify('not-created', ['responsible', 'superior']),
});

const creating = (debt: Owed, { rules }: CreateStep, place: Place, next: Entry) =>
  candidateSetup.createStateConfig({
    entry: open(debt),
    exit: settle(debt),
    after: { creationDueSoon: dueSoon(debt), creationWindow: overdue(debt) },
    always: tooLate(place),
    on: {
      'adopt-policy': adoptPolicyIn('creating'),
      'admit-late-declaration': {
        actions: [
          on('admit-late-declaration', ({ event }) => ({ lateAdmittedFor: event.reason })),
          notify(
            'late-declaration-admitted',
            ['responsible'],
            by('admit-late-declaration', ({ event }) => ({ reason: event.reason })),
          ),
        ],
      },
      'declare-created': {
        guard: requires(...rulesOf('create', rules), declaredInTime(debt.clause, debt.due)),
        target: next.target,
        actions: [
          ...bringDeadlineFor(next),
          on('declare-created', ({ event }) => ({ handedInBy: event.by.principalId })),
          notify('creation-declared', ['superior']),
        ],
      },
    },
  });

const declared = (clause: string, place: Place, next: Entry) =>
  candidateSetup.createStateConfig({
    always: tooLate(place),
    on: {
      'confirm-created': {
        guard: requires(anotherThanHandedIn(clause)),
        target: next.target,
        actions: [...bringDeadlineFor(next), notify('creation-confirmed', ['responsible'])],
      },
      'return-declaration': {
        target: 'creating',
        actions: notify(
          'declaration-returned',
          ['responsible'],
          by('return-declaration', ({ event }) => ({ corrections: event.corrections })),
        ),
      },
    },
  });

export function create(step: CreateStep, place: Place, next: Entry): Part {
  const { clause, confirmedBy, admittedBy } = step;
  const debt: Owed = {
    kind: 'creation',
    clause,
    owner: 'responsible',
    due: inWindow(place.stage.in),
  };
  const confirmed: Row[] =
    confirmedBy === undefined
      ? []
      : [
          { event: 'confirm-created', by: confirmedBy, ...bringing(next) },
          { event: 'return-declaration', by: confirmedBy },
        ];
  const isConfirmed = confirmedBy !== undefined;
  return {
    enter: { target: stateIn(place, 'entering') },
    states: {
      // A candidate that comes after the phase was over owes nothing, because it could do nothing.
      entering: candidateSetup.createStateConfig({
        always: [tooLate(place), { target: 'creating' }],
      }),
      creating: creating(debt, step, place, isConfirmed ? { target: 'declared' } : next),
      ...(isConfirmed ? { declared: declared(clause, place, next) } : {}),
    },
    rows: [
      {
        event: 'declare-created',
        by: ['responsible'],
        ...(isConfirmed ? {} : bringing(next)),
      },
      { event: 'admit-late-declaration', by: admittedBy },
      ...confirmed,
    ],
    standing: { step: 'create', office: confirmedBy?.[0] ?? null },
    debts: { creation: debt },
  };
}
