// What a simulation plays unless it is told otherwise: the plan's own days, one candidate for each unit, and
// phases that are entered when they are due. Pure.

import { firstDaysOf } from '../../../machines/procedure/chain.ts';
import { bearsPersonalName, STANDS_AT } from '../../rules/candidate/subject.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { ScriptedEvent, SimulatedCandidate, Simulation } from './simulate.ts';

/** From the issue to thirty days after the last phase; candidates are registered on the first day. */
export function windowOf(plan: Plan): Pick<Simulation, 'issuedAt' | 'registeredAt' | 'until'> {
  const { issueDate } = plan.document;
  const first = plan.phases[0]?.effectiveFrom ?? plan.phases[0]?.start ?? issueDate;
  const end = plan.phases.at(-1)?.end ?? issueDate;
  return {
    issuedAt: at(plan, issueDate, 9),
    registeredAt: at(plan, first < issueDate ? issueDate : first, 10),
    until: at(plan, Temporal.PlainDate.from(end).add({ days: 30 }).toString(), 0),
  };
}

/** The name by which a script calls a candidate that was given none. */
export const keyOf = (
  category: string,
  organisationCode: string,
  personName: string | undefined,
): string =>
  [category, organisationCode, ...(personName === undefined ? [] : [personName])].join(':');

/** One candidate for each unit a category is for; a single person or household, of the first organisation. */
export const oneOfEach = (
  { categories }: Plan,
  organisations: readonly { id: string; code: string; kind: string }[],
): SimulatedCandidate[] =>
  categories.flatMap(({ code: category, subject }) => {
    const units = organisations.filter(({ kind }) => kind === (STANDS_AT[subject] ?? 'VILLAGE'));
    const personName = bearsPersonalName(subject) ? '推演' : null;
    return (personName === null ? units : units.slice(0, 1)).map(({ id, code }) => ({
      key: keyOf(category, code, personName ?? undefined),
      category,
      organisationId: id,
      personName,
      siteId: null,
    }));
  });

/** The county enters each link of the phases on its first morning: one proposes, another approves. */
export const phaseScript = (plan: Plan): ScriptedEvent[] =>
  firstDaysOf(plan.phases)
    .slice(1)
    .flatMap((start): ScriptedEvent[] => {
      const step = (event: ScriptedEvent['event'], by: string): ScriptedEvent => ({
        at: at(plan, start, 9),
        subject: 'campaign',
        event,
        by,
      });
      return [
        step({ type: 'request-override', reason: '推演' }, 'office'),
        step({ type: 'approve-override' }, 'department'),
        step({ type: 'advance-phase' }, 'office'),
      ];
    });

const at = ({ timeZone }: Plan, date: string, hour: number): string =>
  Temporal.PlainDate.from(date)
    .toZonedDateTime({ timeZone, plainTime: { hour } })
    .toInstant()
    .toString();
