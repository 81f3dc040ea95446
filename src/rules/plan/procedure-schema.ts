// The shape of a plan's procedures: stages in order, each with steps of the library.

import Type, { type Static } from 'typebox';
import { TEMPLATES } from '../../../machines/notice/templates.ts';
import type { StepKind } from '../../../machines/procedure/procedure.ts';
import { STEP_KINDS, VERDICT_EFFECTS } from '../../../machines/procedure/procedure.ts';
import { CANDIDATE_RULES } from '../../../machines/procedure/rules.ts';
import { ClauseId, closed, described, RoleSchema, Text } from './schema-terms.ts';

const RULE_NAMES = [
  ...new Set(Object.values(CANDIDATE_RULES).flatMap((rules) => Object.keys(rules))),
];

const named = { pattern: '^[A-Za-z][A-Za-z0-9-]{0,59}$', maxLength: 60 };

const VerdictsSchema = Type.Record(
  Type.String({ pattern: '^\\S{1,40}$' }),
  Type.Object(
    {
      name: Type.Optional(
        described(Text, '名称；结论用语本身是中文的不写 · Its name, where the word is not Chinese'),
      ),
      english: Type.Optional(described(Text, '英文名称 · Its name in English')),
      effect: Type.Enum([...VERDICT_EFFECTS], {
        description:
          '结论的效力：通过、附条件通过、退回补正、暂缓、不通过 · What the verdict does: advance, advance bound by conditions, return, defer, end',
      }),
      until: Type.Optional(
        Type.Enum(['here', 'confer'], {
          description:
            '附条件通过的条件何时落实：本步骤内，或最终确定前 · By when conditions are met: before going on, or before the title is given',
        }),
      ),
    },
    { ...closed, description: '一个结论用语 · One word' },
  ),
  {
    ...closed,
    minProperties: 1,
    maxProperties: 10,
    description: '结论用语，由方案自定 · The words of the verdicts, which are the plan’s own',
  },
);

const Roles = (description: string) =>
  Type.Optional(
    Type.Array(RoleSchema, { minItems: 1, maxItems: 5, uniqueItems: true, description }),
  );
const Streams = (description: string) =>
  Type.Optional(
    Type.Array(Type.String(named), { minItems: 1, maxItems: 10, uniqueItems: true, description }),
  );

/** The fields of a step; STEP_FIELDS says which of them each kind has. */
const StepSchema = Type.Object(
  {
    step: Type.Enum([...STEP_KINDS], {
      description: '步骤，取自步骤库 · The step, of the library',
    }),
    clause: described(ClauseId, '所依据的条款 · The sentence that the step rests on'),
    rules: Type.Optional(
      Type.Array(Type.Enum(RULE_NAMES), {
        maxItems: 10,
        uniqueItems: true,
        description: '本步骤另须符合的规则 · Rules that are asked beside the step’s own',
      }),
    ),
    by: Roles('由谁办理 · Who decides here'),
    confirmedBy: Roles('由谁确认（另一人） · Who confirms, another officer'),
    admittedBy: Roles('由谁准予逾期 · Who admits what is late'),
    to: Roles('报送谁 · To whom it is submitted'),
    streams: Streams('汇集哪些评议、考评 · The streams that are gathered'),
    gathers: Streams('申报的同时汇集哪些 · The streams that are gathered beside the application'),
    passMark: Type.Optional(
      Type.Boolean({ description: '须达到合格线 · The composite score reaches the pass mark' }),
    ),
    told: Type.Optional(
      Type.Enum(Object.keys(TEMPLATES), {
        description: '通过后所发的通知 · The notice that tells of it',
      }),
    ),
    returnClause: Type.Optional(
      described(ClauseId, '退回补正所依据的条款 · The sentence about returns, where it is another'),
    ),
    verdicts: Type.Optional(
      Type.String({ ...named, description: '结论用语，见 verdicts · The set of verdicts' }),
    ),
    onSite: Type.Optional(
      Type.Boolean({ description: '须实地进行并留有记录 · A recorded visit comes first' }),
    ),
    issuer: Type.Optional(
      Type.Enum(['city', 'county'], { description: '由哪一级公示 · The level that issues it' }),
    ),
    authority: Type.Optional(
      Type.Enum(['city', 'county'], {
        description: '由哪一级最终确定 · The level that finally determines',
      }),
    ),
    stated: Type.Optional(
      Type.Literal(false, {
        description:
          '方案没有写明由谁最终确定，因此无人可以确定 · The plan does not say who determines, so nobody may',
      }),
    ),
    override: Type.Optional(
      Type.Boolean({
        description: '经两人可例外放行 · Two officers may let an open order pass',
      }),
    ),
  },
  { ...closed, description: '一个步骤 · One step' },
);

const StageSchema = Type.Object(
  {
    code: Type.String({
      ...named,
      description: '环节代码，存入申报对象的状态 · Its code, stored as the first part of a state',
    }),
    name: Type.Optional(described(Text, '环节名称 · Its name')),
    english: Type.Optional(described(Text, '英文名称 · Its name in English')),
    in: Type.String({ ...named, description: '在方案的哪一阶段进行 · The phase it is in' }),
    rest: Type.Optional(
      Type.String({
        ...named,
        description:
          '等待下一环节所属阶段时的状态，不写为 waiting · The state in which one waits for the phase of the next stage',
      }),
    ),
    steps: Type.Array(StepSchema, {
      maxItems: 12,
      description: '步骤，依次进行；没有步骤的环节只等待 · Its steps in order; none only waits',
    }),
  },
  { ...closed, description: '一个环节 · One stage' },
);

export const VerdictSetsSchema = Type.Record(Type.String(named), VerdictsSchema, {
  ...closed,
  maxProperties: 20,
  description: '各套结论用语，评审步骤按名引用 · Sets of verdicts, which reviews name',
});

export const StagesSchema = Type.Record(Type.String(named), StageSchema, {
  ...closed,
  maxProperties: 100,
  description: '有名称的环节，供几个程序共用 · Stages with names, so that procedures share them',
});

const StatePath = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]*([.][a-z][a-z0-9-]*)?$' });

/** Where candidates go that stand in a state which this version of the plan does not know. */
export const MovesSchema = Type.Record(
  StatePath,
  described(StatePath, '新程序的状态 · A state of the new procedure'),
  {
    ...closed,
    maxProperties: 100,
    description:
      '政策调整时的转移：原状态到新状态（环节.状态）；没有写明的留在原程序 · Moves of a policy change, from a state of the old procedure to one of the new; whoever has none keeps the old',
  },
);

export const ProceduresSchema = Type.Record(
  Type.String(named),
  Type.Array(Type.Union([Type.String(named), StageSchema]), {
    minItems: 1,
    maxItems: 20,
    description: '一个程序：依次的环节，写名称或者就地写 · Its stages in order, named or in place',
  }),
  {
    ...closed,
    minProperties: 1,
    maxProperties: 20,
    description: '程序，类别按名引用 · The procedures, which categories name',
  },
);

export type StageData = Static<typeof StageSchema>;
export type StepData = StageData['steps'][number];
type Field = Exclude<keyof StepData, 'step' | 'clause'>;

/** The fields of each kind of step beside its clause: those it must have and those it may have. */
export const STEP_FIELDS: { readonly [Kind in StepKind]: readonly [must: Field[], may: Field[]] } =
  {
    plan: [['by'], ['rules']],
    mobilize: [[], ['rules']],
    acknowledge: [[], []],
    create: [['admittedBy'], ['confirmedBy', 'rules']],
    'self-check': [['by'], []],
    gather: [['by', 'streams'], []],
    apply: [[], ['gathers', 'passMark', 'told', 'rules']],
    review: [
      ['by', 'verdicts', 'told'],
      ['returnClause', 'onSite'],
    ],
    select: [[], []],
    notice: [['issuer'], []],
    submit: [
      ['by', 'confirmedBy', 'to'],
      ['override', 'rules'],
    ],
    confer: [
      ['by', 'authority'],
      ['stated', 'override', 'rules'],
    ],
  };
