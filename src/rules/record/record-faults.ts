// Relations between the fields of a record, which no schema can check. Pure.

import type { RecordFault } from '../../../machines/record/record-facts.ts';
import type { Plan } from '../plan/plan-schema.ts';
import type { Calendar } from '../time/calendar.ts';
import { addWorkingDays } from '../time/calendar.ts';
import { NONE_AROSE } from './record-kind.ts';

type Stage = { phase: string; start: string; end: string };
type Detail = Readonly<Record<string, unknown>>;

/** Every relation between the fields of a record that does not hold. */
export function recordFaults(
  plan: Plan,
  kind: string,
  occurredOn: string,
  detail: Detail,
): RecordFault[] {
  switch (kind) {
    case 'township-schedule':
      return Array.isArray(detail.stages) ? scheduleFaults(plan, detail.stages as Stage[]) : [];
    case 'expansion':
      return compare(detail.before, detail.after, (before, after) => after > before, {
        zh: '扩大后的规模大于原有规模',
        en: 'what it was expanded to is more than it was before',
      });
    case 'attendance':
      return compare(detail.attended, detail.held, (attended, held) => attended <= held, {
        zh: '出勤次数不超过学习次数',
        en: 'nobody attended more sessions than were held',
      });
    case 'study-session':
      return compare(detail.present, detail.expected, (present, expected) => present <= expected, {
        zh: '实到人数不超过应到人数',
        en: 'no more were present than were expected',
      });
    case 'administrator-training':
      return yearFaults(detail.year, occurredOn);
    case 'supervision-plan':
      return visitFaults(plan, detail.visits, occurredOn);
    case 'register':
      return detail.register === 'OTHER' && detail.name === undefined
        ? [
            {
              zh: '其他档案须写明名称',
              en: 'another file is named',
              actual: null,
              required: 'name',
            },
          ]
        : [];
    case NONE_AROSE:
      return statementFaults(plan, detail.duty);
    case 'publicity':
      return typeof detail.eventOn === 'string' && detail.eventOn > occurredOn
        ? [
            {
              zh: '报道日期不早于事情发生的日期',
              en: 'nothing is reported before it happened',
              actual: occurredOn,
              required: detail.eventOn,
            },
          ]
        : [];
    default:
      return [];
  }
}

function compare(
  first: unknown,
  second: unknown,
  holds: (first: number, second: number) => boolean,
  texts: { zh: string; en: string },
): RecordFault[] {
  if (typeof first !== 'number' || typeof second !== 'number' || holds(first, second)) return [];
  return [{ ...texts, actual: [first, second], required: texts.zh }];
}

/** R72: planned visits lie ahead and inside the campaign. */
function visitFaults(plan: Plan, visits: unknown, occurredOn: string): RecordFault[] {
  const last = plan.phases.at(-1)?.end ?? occurredOn;
  const days = (Array.isArray(visits) ? visits : []).map(({ dueOn }) => String(dueOn));
  const outside = days.filter((day) => day < occurredOn || day > last);
  if (outside.length === 0) return [];
  const [zh, en] = [
    '督查日期不早于计划之日，不晚于活动结束',
    'a visit is planned for a day of the campaign that is still to come',
  ];
  return [{ zh, en, actual: outside, required: `${occurredOn}/${last}` }];
}

/** That none arose is said of what the plan lets it be said of (noneMayBeStated). */
function statementFaults(plan: Plan, duty: unknown): RecordFault[] {
  const allowed = plan.policies.noneMayBeStated?.value ?? [];
  if (typeof duty !== 'string' || allowed.includes(duty)) return [];
  const [zh, en] = [
    '方案允许据实写明“没有发生”的职责',
    'a duty of which the plan lets it be stated that none arose',
  ];
  return [{ zh, en, actual: duty, required: allowed }];
}

/** R16: training covers a calendar year, so its year is that of its day. */
const yearFaults = (year: unknown, occurredOn: string): RecordFault[] =>
  typeof year !== 'number' || occurredOn.startsWith(`${year}-`)
    ? []
    : [
        {
          zh: '培训年度与培训日期一致',
          en: 'the year of the training is the year it was held in',
          actual: year,
          required: Number(occurredOn.slice(0, 4)),
        },
      ];

/**
 * R70: the stages cover every phase, each inside its phase's window, without a gap but where the plan has one,
 * and none of one phase overlaps another.
 */
function scheduleFaults(plan: Plan, stages: readonly Stage[]): RecordFault[] {
  const sorted = [...stages].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const faults: RecordFault[] = [];
  const say = (zh: string, en: string, actual: string, required: string): void => {
    faults.push({ zh, en, actual, required });
  };
  const codes = plan.phases.map(({ code }) => code);
  for (const { phase } of sorted.filter(({ phase: code }) => !codes.includes(code))) {
    say('日程中的阶段是方案的阶段', 'a stage is of a phase of the plan', phase, codes.join('、'));
  }
  for (const phase of plan.phases) {
    const own = sorted.filter((stage) => stage.phase === phase.code);
    faults.push(...windowFaults(phase, own));
    for (const [index, { start }] of own.entries()) {
      const due = dayAfter(own[index - 1]?.end ?? '2000-01-01');
      if (start < due) say('同一阶段的日程不重叠', 'no two stages of a phase overlap', start, due);
    }
  }
  for (const [index, { start }] of sorted.entries()) {
    const ends = sorted.slice(0, index).map(({ end }) => end);
    const due = dayAfter(ends.sort().at(-1) ?? start);
    const isOpen = plan.phases.some((phase) => phase.start <= due && due <= phase.end);
    if (start > due && isOpen) say('各阶段之间没有空档', 'no gap between the stages', start, due);
  }
  return faults;
}

function windowFaults(
  { code, name, start, end, effectiveFrom }: Plan['phases'][number],
  own: readonly Stage[],
): RecordFault[] {
  const [zh, en] = [`日程包括${name}阶段`, `the schedule has the phase ${code}`];
  if (own.length === 0) return [{ zh, en, actual: '', required: name }];
  const from = effectiveFrom ?? start;
  return own
    .filter((stage) => stage.start < from || stage.end > end || stage.start > stage.end)
    .map((stage) => ({
      zh: `${name}的日程在县定时间内`,
      en: `a stage of ${code} lies inside its window`,
      actual: `${stage.start}/${stage.end}`,
      required: `${from}/${end}`,
    }));
}

const dayAfter = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/** R74: true when reported within the policy's working days; undefined without a day. */
export function isTimely(
  plan: Plan,
  calendar: Calendar,
  occurredOn: string,
  eventOn: unknown,
): boolean | undefined {
  if (typeof eventOn !== 'string') return undefined;
  const days = plan.policies.publicityWorkingDays.value;
  return occurredOn <= addWorkingDays(calendar, eventOn, days).date;
}
