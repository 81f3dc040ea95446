// A plan as a page to look at, Markdown with Mermaid: its phases on a calendar, the way of each category, and who
// acts in it, in the plan's own words. Pure.

import type { ProcedureStep, Stage, StepKind } from '../../../machines/procedure/procedure.ts';
import { procedureNamed } from '../procedure/procedures.ts';
import { verdictInWords } from '../words/states.ts';
import { cite } from './citations.ts';
import type { Text } from './fault.ts';
import type { Plan } from './plan-schema.ts';
import { rolesInWords } from './titles.ts';

export type Language = keyof Text;

const STEPS: { readonly [Kind in StepKind]: Text } = {
  plan: { zh: '制定方案', en: 'plan' },
  mobilize: { zh: '动员', en: 'mobilize' },
  acknowledge: { zh: '知悉', en: 'acknowledge' },
  create: { zh: '创建', en: 'create' },
  'self-check': { zh: '自查', en: 'self-check' },
  gather: { zh: '评议考评', en: 'gather scores' },
  apply: { zh: '申报', en: 'apply' },
  review: { zh: '验收', en: 'review' },
  select: { zh: '择优', en: 'select on merit' },
  notice: { zh: '公示', en: 'public notice' },
  submit: { zh: '报送', en: 'submit' },
  confer: { zh: '最终确定', en: 'determine finally' },
};

const WORDS = {
  phases: { zh: '阶段', en: 'Phases' },
  ways: { zh: '各类别的程序', en: 'The way of each category' },
  step: { zh: '步骤', en: 'step' },
  phase: { zh: '阶段', en: 'phase' },
  who: { zh: '由谁办理', en: 'who acts' },
  clause: { zh: '依据', en: 'basis' },
  own: { zh: '申报对象自己的组织', en: 'the candidate’s own body' },
  ranking: { zh: '按排名', en: 'by the ranking' },
  confirmed: { zh: '确认：', en: 'confirmed by ' },
  number: { zh: '文号', en: 'Number' },
  between: { zh: '、', en: ', ' },
};

/** The page of a plan, as `npm run plan -- show` prints it. */
export function pictureOf(plan: Plan, language: Language): string {
  const { issuerCode, year, serial } = plan.document;
  const word = (name: keyof typeof WORDS): string => WORDS[name][language];
  const ways = Map.groupBy(plan.categories, ({ procedure }) => procedure);
  return [
    `# ${plan.title}`,
    `\`${plan.id}\` · ${word('number')} ${issuerCode}〔${year}〕${serial}号`,
    `## ${word('phases')}`,
    mermaid(calendarOf(plan)),
    `## ${word('ways')}`,
    ...[...ways].flatMap(([name, categories]) => {
      const { stages } = procedureNamed(plan, name);
      const applicants = [...new Set(categories.flatMap((category) => category.applicants))];
      const told = { plan, language, applicants: rolesInWords(plan, applicants)[language] };
      return [
        `### ${categories.map((category) => category.name).join(word('between'))}`,
        mermaid(wayOf(stages, told)),
        tableOf(stages, told),
      ];
    }),
  ].join('\n\n');
}

const mermaid = (lines: readonly string[]): string => ['```mermaid', ...lines, '```'].join('\n');

/** Mermaid ends the name of a task at these. */
const taskName = (text: string): string => text.replaceAll(/[:;#,]/g, ' ').trim();

/** Mermaid ends a label at a quote. */
const label = (...lines: readonly string[]): string =>
  `"${lines.map((line) => line.replaceAll(/["#;<>]/g, ' ').trim()).join('<br/>')}"`;

function calendarOf({ phases }: Plan): string[] {
  return [
    'gantt',
    '  dateFormat YYYY-MM-DD',
    '  axisFormat %m-%d',
    '  inclusiveEndDates',
    ...phases.map(
      ({ name, start, effectiveFrom = start, end }) =>
        `  ${taskName(name)} : ${effectiveFrom}, ${end}`,
    ),
  ];
}

type Told = { plan: Plan; language: Language; applicants: string };

/** Stages in their order, each with its steps and whoever acts; an empty one only waits. */
function wayOf(stages: readonly Stage[], told: Told): string[] {
  const boxes = stages.flatMap(({ in: phase, steps }, at) => [
    `  subgraph p${at}[${label(phaseName(told.plan, phase))}]`,
    ...steps.map(
      (step, place) => `    s${at}_${place}[${label(stepName(step, told), actorOf(step, told))}]`,
    ),
    ...(steps.length > 0 ? [] : [`    s${at}_0([${label('…')}])`]),
    '  end',
  ]);
  const nodes = stages.flatMap(({ steps }, at) =>
    (steps.length > 0 ? steps : [null]).map((_, place) => `s${at}_${place}`),
  );
  return ['flowchart LR', ...boxes, `  ${nodes.join(' --> ')}`];
}

const phaseName = ({ phases }: Plan, code: string): string =>
  phases.find((phase) => phase.code === code)?.name ?? code;

/** A review is told with the plan's words for its verdicts. */
const stepName = (step: ProcedureStep, { plan, language }: Told): string => {
  const name = STEPS[step.step][language];
  if (step.step !== 'review') return name;
  const words = Object.keys(step.verdicts).map(
    (word) => verdictInWords(plan, word)?.[language] ?? word,
  );
  return words.length === 0 ? name : `${name}: ${words.join(' / ')}`;
};

function actorOf(step: ProcedureStep, { plan, language, applicants }: Told): string {
  const roles = (names: readonly string[]): string => rolesInWords(plan, names)[language];
  const confirmed = (names: readonly string[] | undefined): string =>
    names === undefined ? '' : ` → ${WORDS.confirmed[language]}${roles(names)}`;
  switch (step.step) {
    case 'apply':
      return applicants;
    case 'mobilize':
    case 'acknowledge':
      return WORDS.own[language];
    case 'create':
      return WORDS.own[language] + confirmed(step.confirmedBy);
    case 'plan':
      return `${WORDS.own[language]} → ${roles(step.by)}`;
    case 'select':
      return WORDS.ranking[language];
    case 'notice':
      return plan.documents.issuers[step.issuer]?.name ?? step.issuer;
    case 'submit':
      return `${roles(step.by)}${confirmed(step.confirmedBy)} → ${roles(step.to)}`;
    default:
      return roles(step.by);
  }
}

function tableOf(stages: readonly Stage[], told: Told): string {
  const { plan, language } = told;
  const rows = stages.flatMap(({ in: phase, steps }) =>
    steps.map((step) => {
      const { clause, quote, provenance } = cite(plan, step.clause);
      const basis = quote === null ? (provenance?.note ?? '') : `${clause} ${quote}`;
      return [phaseName(plan, phase), stepName(step, told), actorOf(step, told), basis];
    }),
  );
  const head = (['phase', 'step', 'who', 'clause'] as const).map((name) => WORDS[name][language]);
  return [head, head.map(() => '---'), ...rows]
    .map(
      (cells) =>
        `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
    )
    .join('\n');
}
