// The days of a plan: its issue and its phases.

import { type Fault, fault } from '../plan/fault.ts';
import { PHASE_CODES, type Phase, type Plan } from '../plan/plan-schema.ts';
import { type Clauses, unknownClause } from './clause-references.ts';
import type { Sound } from './shape.ts';

/** The document is issued in the year of its number, before the first phase has ended. */
export function documentFaults({ document, phases }: Sound<Plan>): Fault[] {
  const { issueDate, year } = document ?? {};
  const path = '/document/issueDate';
  if (issueDate === undefined) return [];
  const faults = notADay(issueDate, path);
  if (faults.length > 0) return faults;
  if (year !== undefined && Temporal.PlainDate.from(issueDate).year !== year) {
    faults.push(
      fault(
        path,
        `不在文号的年份 ${year} 年内`,
        `is not of ${year}, the year of the document number`,
      ),
    );
  }
  const first = phases?.[0]?.end;
  if (first !== undefined && issueDate > first) {
    faults.push(
      fault(
        path,
        `晚于第一阶段结束的日期 ${first}`,
        `comes after the first phase has ended on ${first}`,
      ),
    );
  }
  return faults;
}

/** Phases are in order, each of its days is one, and they neither overlap nor leave a gap. */
export const phaseFaults = ({ phases = [], clauses = {} }: Sound<Plan>): Fault[] =>
  phases.flatMap((phase, index) =>
    phase === undefined ? [] : onePhaseFaults(phase, index, phases[index - 1], clauses),
  );

function onePhaseFaults(
  phase: Sound<Phase>,
  index: number,
  before: Sound<Phase> | undefined,
  clauses: Clauses,
): Fault[] {
  const path = `/phases/${index}`;
  const { code, start, end, effectiveFrom } = phase;
  const faults = unknownClause(clauses, phase.clause, `${path}/clause`);
  const say = (at: string, zh: string, en: string) => faults.push(fault(`${path}/${at}`, zh, en));
  const due = PHASE_CODES[index];
  if (code !== undefined && code !== due) {
    say(
      'code',
      `第 ${index + 1} 阶段是 ${due}，不是 ${code}（R46）`,
      `phase ${index + 1} is ${due}, not ${code} (R46)`,
    );
  }
  const days = Object.entries({ start, end, effectiveFrom }).flatMap(([key, day]) =>
    notADay(day, `${path}/${key}`),
  );
  faults.push(...days);
  if (days.length > 0 || start === undefined || end === undefined) return faults;
  if (end < start) {
    say('end', `早于开始的日期 ${start}`, `ends before it starts on ${start}`);
  }
  if (effectiveFrom !== undefined && (effectiveFrom < start || effectiveFrom > end)) {
    say('effectiveFrom', '不在这一阶段之内', 'lies outside the phase');
  }
  if (before?.end === undefined || notADay(before.end, '').length > 0) return faults;
  const next = Temporal.PlainDate.from(before.end).add({ days: 1 }).toString();
  if (start < next) {
    say(
      'start',
      `与前一阶段重叠，前一阶段到 ${before.end} 为止`,
      `overlaps the phase before, which ends ${before.end}`,
    );
  }
  if (start > next) {
    say(
      'start',
      `与前一阶段之间有空档，前一阶段到 ${before.end} 为止`,
      `leaves a gap: the phase before ends ${before.end}`,
    );
  }
  return faults;
}

function notADay(day: string | undefined, path: string): Fault[] {
  if (day === undefined) return [];
  try {
    Temporal.PlainDate.from(day);
    return [];
  } catch {
    return [fault(path, `历法上没有 ${day} 这一天`, `${day} is not a day of the calendar`)];
  }
}
