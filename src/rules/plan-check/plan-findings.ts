// Findings about a plan that deserve a second look; they refuse nothing.

import { authorityOf, isSelfChecked, stepsOfKind } from '../../../machines/procedure/reading.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { procedureOf } from '../procedure/procedures.ts';
import type { Calendar } from '../time/calendar.ts';
import { addWorkingDays, isWorkingDay, workingDaysBetween } from '../time/calendar.ts';

/** `path` is a JSON pointer into the plan. */
type Finding = { path: string; code: string; zh: string; en: string };

/** Windows in holidays, waits that do not fit, categories that lead nowhere. Pure. */
export const planFindings = (plan: Plan, calendar: Calendar): Finding[] => [
  ...windowFindings(plan, calendar),
  ...gapFindings(plan),
  ...waitFindings(plan, calendar),
  ...categoryFindings(plan),
  ...unusedFindings(plan),
];

/** Finds what has a name and is named nowhere, as when a name was changed in one place only. */
function unusedFindings({ categories, procedures, stages = {}, verdicts = {} }: Plan): Finding[] {
  const going = Object.values(procedures).flat();
  const steps = [...Object.values(stages), ...going].flatMap((stage) =>
    typeof stage === 'string' ? [] : stage.steps,
  );
  const named = {
    procedures: categories.map(({ procedure }) => procedure),
    stages: going.filter((stage) => typeof stage === 'string'),
    verdicts: steps.flatMap((step) => step.verdicts ?? []),
  };
  return Object.entries({ procedures, stages, verdicts }).flatMap(([section, entries]) =>
    Object.keys(entries)
      .filter((name) => !named[section as keyof typeof named].includes(name))
      .map((name) => ({
        path: `/${section}/${name}`,
        code: 'unused',
        zh: `没有哪里用到 ${name}`,
        en: `nothing names ${name}`,
      })),
  );
}

function windowFindings({ phases, policies }: Plan, calendar: Calendar): Finding[] {
  return phases.flatMap(({ name, start, end, effectiveFrom }, index): Finding[] => {
    const path = `/phases/${index}`;
    const first = effectiveFrom ?? start;
    const found: Finding[] = [];
    const days = workingDaysBetween(calendar, first, end);
    if (days === 0) {
      found.push({
        path,
        code: 'window-in-holidays',
        zh: `${name}阶段没有一个工作日`,
        en: 'the window has no working day at all',
      });
    }
    const { working, provisional } = isWorkingDay(calendar, end);
    if (!working) {
      found.push({
        path: `${path}/end`,
        code: 'ends-on-a-day-off',
        zh: `${name}阶段在休息日（${end}）结束；方案写明的日期不顺延`,
        en: `ends on a day off; a day the plan itself names does not move`,
      });
    }
    if (provisional) {
      found.push({
        path: `${path}/end`,
        code: 'beyond-the-calendar',
        zh: `${end} 超出已载入的工作日历，按周一至周五推算`,
        en: 'lies beyond the loaded calendar and is reckoned Monday to Friday',
      });
    }
    const soon = addWorkingDays(calendar, end, -policies.dueSoonWorkingDays.value).date;
    if (days > 0 && soon < first) {
      found.push({
        path,
        code: 'reminder-before-the-window',
        zh: `${name}阶段的到期提醒（${soon}）早于阶段开始`,
        en: `its reminder (${soon}) comes before it begins`,
      });
    }
    return found;
  });
}

/** Finds days between two phases on which none is open; the phase before them goes on. */
const gapFindings = ({ phases }: Plan): Finding[] =>
  phases.slice(1).flatMap(({ name, start }, index): Finding[] => {
    const before = phases.slice(0, index + 1);
    const last = before.reduce((end, phase) => (phase.end > end ? phase.end : end), '');
    const due = Temporal.PlainDate.from(last).add({ days: 1 }).toString();
    if (start <= due) return [];
    return [
      {
        path: `/phases/${index + 1}/start`,
        code: 'gap-between-phases',
        zh: `${last} 之后、${start}（${name}）之前没有阶段，前一阶段顺延`,
        en: `no phase is open between ${last} and ${start}: the one before goes on`,
      },
    ];
  });

/** At least so many working days: of seven calendar days at most two are off. */
const workingDaysOfNotice = ({
  publicNoticeDays,
  publicNoticeCounting,
}: Plan['policies']): number =>
  publicNoticeCounting.value.days === 'working'
    ? publicNoticeDays.value
    : Math.floor((publicNoticeDays.value * 5) / 7);

/** Finds categories that cannot come to the end within the last phase. */
function waitFindings({ phases, policies }: Plan, calendar: Calendar): Finding[] {
  const last = phases.at(-1);
  if (last === undefined) return [];
  const available = workingDaysBetween(calendar, last.effectiveFrom ?? last.start, last.end);
  const { correctionWorkingDays, requirementsWorkingDays } = policies;
  const noticeDays = workingDaysOfNotice(policies);
  const ways = [
    ['public-notice', '公示', noticeDays],
    ['correction-and-notice', '退回补正后公示', correctionWorkingDays.value + noticeDays],
    ['requirements-and-notice', '有条件通过后公示', requirementsWorkingDays.value + noticeDays],
  ] as const;
  return ways
    .filter(([, , days]) => days >= available)
    .map(([code, zh, days]) => ({
      path: `/phases/${phases.length - 1}`,
      code: `no-time-for-${code}`,
      zh: `${last.name}阶段只有 ${available} 个工作日，${zh}需要 ${days} 个，最终确定会晚于方案的期限`,
      en: `${available} working days, but this way takes ${days}: the end comes after the window`,
    }));
}

function categoryFindings(plan: Plan): Finding[] {
  const { categories, phases } = plan;
  const found = categories.flatMap(({ name, code, quota }, index): Finding[] => {
    const path = `/categories/${index}`;
    const procedure = procedureOf(plan, code);
    const [creates] = stepsOfKind(procedure, 'create');
    const finding = (at: string, code: string, zh: string, en: string): Finding => ({
      path: `${path}/${at}`,
      code,
      zh: `${name}：${zh}`,
      en,
    });
    return [
      ...(authorityOf(procedure) === null
        ? [
            finding(
              'procedure',
              'no-authority',
              '没有写明由谁最终确定，不能授予',
              'nobody may confer it (Q1)',
            ),
          ]
        : []),
      ...(quota === null
        ? [
            finding(
              'quota',
              'no-quota',
              '没有名额，全部入选',
              'without a quota everybody is selected',
            ),
          ]
        : []),
      ...(creates !== undefined && creates.confirmedBy === undefined
        ? [
            finding(
              'procedure',
              'nobody-confirms',
              '申报即为已创建，无人核实',
              'what is declared is created',
            ),
          ]
        : []),
      ...(creates !== undefined && !isSelfChecked(procedure)
        ? [finding('procedure', 'nobody-checks', '创建后无人自查', 'nobody checks what is created')]
        : []),
    ];
  });
  const plansTownships = categories.some(
    ({ subject, code }) =>
      subject === 'township' && stepsOfKind(procedureOf(plan, code), 'plan').length > 0,
  );
  const isAsked = phases.some(({ leave = [] }) => leave.includes('every-township-has-a-plan'));
  return plansTownships || !isAsked
    ? found
    : [
        ...found,
        {
          path: '/categories',
          code: 'no-township-plans',
          zh: '没有一类对象要求乡镇制定方案：“各乡镇方案均获同意”一项不会满足，转阶段须经例外审批',
          en: 'no township plans: the duty of R48 is never met, and a phase is entered by an override only',
        },
      ];
}
