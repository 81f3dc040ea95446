// The days of a plan: its issue and its phases.

import { CAMPAIGN_RULES } from '../../../machines/campaign/gates.ts';
import { type Fault, fault } from '../plan/fault.ts';
import type { Phase, Plan } from '../plan/plan-schema.ts';
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

/** States of every campaign, and its ends. */
const RESERVED = ['unregistered', 'draft', 'concluded', 'cancelled'];

/**
 * Phases have codes of their own and stand in the order in which they begin; they may overlap, and a day on
 * which none is open belongs to the one before. Gates rest on somebody's word.
 */
export function phaseFaults({ phases = [], clauses = {}, cites = {} }: Sound<Plan>): Fault[] {
  const codes = phases.map((phase) => phase?.code);
  return phases.flatMap((phase, index) =>
    phase === undefined
      ? []
      : [
          ...codeFaults(codes, index),
          ...onePhaseFaults(phase, index, phases[index - 1], clauses),
          ...gateFaults(phase, cites, `/phases/${index}/leave`),
        ],
  );
}

function codeFaults(codes: readonly (string | undefined)[], index: number): Fault[] {
  const code = codes[index];
  const path = `/phases/${index}/code`;
  if (code === undefined) return [];
  if (RESERVED.includes(code)) {
    return [fault(path, `${code} 不能用作阶段代码`, `${code} is no code for a phase`)];
  }
  const first = codes.indexOf(code);
  if (first === index) return [];
  const at = `/phases/${first}/code`;
  return [fault(path, `${code} 已用于 ${at}`, `${code} is already taken by ${at}`)];
}

/** A gate holds a phase up, so somebody has to have asked for it: a sentence of the plan, or its county. */
const gateFaults = (
  { leave = [] }: Sound<Phase>,
  cites: NonNullable<Sound<Plan>['cites']>,
  path: string,
): Fault[] =>
  leave.flatMap((name, index) => {
    const gate = name === undefined ? undefined : CAMPAIGN_RULES[name]('');
    if (typeof gate !== 'object' || cites[gate.clause]?.kind !== 'default') return [];
    return [
      fault(
        `${path}/${index}`,
        `${name} 没有依据：须在 /cites/${gate.clause} 写明方案的条款，或者由谁决定`,
        `${name} rests on nobody's word: say in /cites/${gate.clause} who asks for it`,
      ),
    ];
  });

function onePhaseFaults(
  phase: Sound<Phase>,
  index: number,
  before: Sound<Phase> | undefined,
  clauses: Clauses,
): Fault[] {
  const path = `/phases/${index}`;
  const { start, end, effectiveFrom } = phase;
  const faults = unknownClause(clauses, phase.clause, `${path}/clause`);
  const say = (at: string, zh: string, en: string) => faults.push(fault(`${path}/${at}`, zh, en));
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
  if (before?.start === undefined || notADay(before.start, '').length > 0) return faults;
  if (start < before.start) {
    say(
      'start',
      `早于前一阶段开始的日期 ${before.start}：各阶段按开始的先后排列（R46）`,
      `begins before the phase above it, which begins on ${before.start} (R46)`,
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
