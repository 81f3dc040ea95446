// The shape of a procedure: which steps it has, in which order, under which names. What keeps this shape
// compiles, and each of its steps knows of the one before all that it asks.

import { ENDS } from '../../../machines/procedure/phases.ts';
import type {
  Procedure,
  ProcedureStep,
  StepKind,
  VerdictSet,
} from '../../../machines/procedure/procedure.ts';
import type { Text } from '../plan/fault.ts';

/**
 * `path` is `''` for the whole procedure, `/3` for its fourth stage as the procedure lists it, and
 * `/stages/3/steps/0` for a part of that stage.
 */
export type ShapeFault = { path: string; message: Text };

type At = { stage: number; step: number; of: ProcedureStep };

/** Every fault of the shape. Pure. */
export const shapeFaults = (procedure: Procedure): ShapeFault[] => [
  ...stageFaults(procedure),
  ...countFaults(procedure),
  ...orderFaults(procedure),
  ...verdictFaults(procedure),
  ...markFaults(procedure),
];

const stepsOf = ({ stages }: Procedure): At[] =>
  stages.flatMap(({ steps }, stage) => steps.map((of, step) => ({ stage, step, of })));

const pathOf = ({ stage, step }: Pick<At, 'stage' | 'step'>): string =>
  `/stages/${stage}/steps/${step}`;

const told = (path: string, zh: string, en: string): ShapeFault => ({ path, message: { zh, en } });

/** States beside the stages, which every procedure has. */
const RESERVED: readonly string[] = [
  'unregistered',
  'conferred',
  'not-selected',
  'not-created',
  'lapsed',
  'withdrawn',
  'disqualified',
  'revoked',
  ...ENDS,
];

/** The states that each kind of step brings into its stage. */
const STATES: { readonly [Kind in StepKind]: readonly string[] } = {
  plan: ['planning', 'plan-review'],
  mobilize: ['mobilizing'],
  acknowledge: ['acknowledging'],
  create: ['entering', 'creating', 'declared'],
  'self-check': ['self-checking', 'rectifying-findings'],
  gather: ['gathering'],
  apply: ['evaluating'],
  review: [
    'under-review',
    'correcting',
    'meeting-requirements',
    'deferred',
    'failed',
    'reconsidering',
  ],
  select: ['accepted', 'in-reserve'],
  notice: ['awaiting-notice', 'public-notice', 'objection-hold'],
  submit: ['cleared', 'submission-proposed'],
  confer: ['confirmable', 'conferral-proposed', 'awaiting-decision'],
};

function stageFaults(procedure: Procedure): ShapeFault[] {
  const { stages, chain } = procedure;
  return stages.flatMap((stage, index) => {
    const { code, rest = 'waiting', steps } = stage;
    const faults: ShapeFault[] = [];
    const before = stages.slice(0, index).findIndex((one) => one.code === code);
    if (RESERVED.includes(code)) {
      faults.push(
        told(`/stages/${index}/code`, `${code} 不能用作环节代码`, `${code} is no code for a stage`),
      );
    }
    if (before >= 0) {
      faults.push(
        told(
          `/${index}`,
          `环节代码 ${code} 在本程序的第 ${before + 1} 个环节已经用过`,
          `stage ${before + 1} of this procedure has the code ${code} already`,
        ),
      );
    }
    for (const [at, { step }] of steps.entries()) {
      if (steps.findIndex((one) => one.step === step) === at) continue;
      faults.push(
        told(
          pathOf({ stage: index, step: at }),
          `同一环节中步骤“${step}”只能有一个`,
          `a stage has each kind of step once; ${step} comes again`,
        ),
      );
    }
    if (waitsAt(procedure, index) && steps.some(({ step }) => STATES[step].includes(rest))) {
      faults.push(
        told(
          `/stages/${index}/rest`,
          `“${rest}”是本环节一个步骤自己的状态，等待时须另起名称`,
          `${rest} is a state of a step of this stage; the wait needs another name`,
        ),
      );
    }
    return [...faults, ...phaseFaults(stages, chain, index)];
  });
}

/** The link of the chain in which the phase opens, from 0. */
const opening = ({ links }: Procedure['chain'], phase: string): number =>
  links.findIndex(({ opens }) => opens.includes(phase));

/** The link of the chain in which the phase closes, from 0. */
const closing = ({ links }: Procedure['chain'], phase: string): number =>
  links.findIndex(({ closes }) => closes.includes(phase));

/** Whether the next stage is in a phase that opens later. */
export function waitsAt(
  { stages, chain }: Pick<Procedure, 'stages' | 'chain'>,
  index: number,
): boolean {
  const [stage, next] = [stages[index], stages[index + 1]];
  return (
    stage !== undefined && next !== undefined && opening(chain, next.in) > opening(chain, stage.in)
  );
}

/** Whoever comes through the earlier stages in their phases comes in time for this one. */
function phaseFaults(
  stages: Procedure['stages'],
  chain: Procedure['chain'],
  index: number,
): ShapeFault[] {
  const stage = stages[index];
  if (stage === undefined) return [];
  const at = opening(chain, stage.in);
  const earlier = stages.slice(0, index).map(({ in: phase }) => phase);
  const isBefore =
    earlier.some((phase) => opening(chain, phase) > at) ||
    earlier.some((phase) => closing(chain, phase) > closing(chain, stage.in));
  if (isBefore) {
    return [
      told(
        `/${index}`,
        `所在阶段 ${stage.in} 比前面环节所在的阶段先开始或者先结束`,
        `is in ${stage.in}, which begins or ends before the phase of a stage before it`,
      ),
    ];
  }
  if (stage.steps.length > 0 || waitsAt({ stages, chain }, index)) return [];
  return [
    told(
      `/${index}`,
      '环节没有步骤，又不等待以后的阶段，无事可做',
      'a stage without steps waits for the phase of the next one, which is no later',
    ),
  ];
}

/** What happens to a candidate once: its debts have one day, its application one number. */
const ONCE: readonly (readonly StepKind[])[] = [
  ['plan'],
  ['mobilize', 'acknowledge'],
  ['create'],
  ['self-check'],
  ['apply'],
  ['select'],
  ['confer'],
];

function countFaults(procedure: Procedure): ShapeFault[] {
  const steps = stepsOf(procedure);
  const again = ONCE.flatMap((kinds) =>
    steps
      .filter(({ of }) => kinds.includes(of.step))
      .slice(1)
      // Within one stage that has been told.
      .filter(
        ({ stage, step, of }) =>
          procedure.stages[stage]?.steps.findIndex((one) => one.step === of.step) === step,
      )
      .map((at) =>
        told(
          pathOf(at),
          `一个程序中${kinds.map((kind) => `“${kind}”`).join('、')}只能有一个`,
          `a procedure has one ${kinds.join(' or ')}; this is another`,
        ),
      ),
  );
  const has = (kind: StepKind) => steps.some(({ of }) => of.step === kind);
  return [
    ...again,
    ...(has('apply')
      ? []
      : [told('', '没有申报（apply）：无人提出申请', 'nobody applies: a step apply is missing')]),
    ...(has('review')
      ? []
      : [
          told(
            '',
            '没有评审（review）：无人对申报作出结论',
            'nobody decides about the application: a step review is missing',
          ),
        ]),
    ...(has('confer')
      ? []
      : [
          told(
            '',
            '没有最终确定（confer）：无人授予',
            'nobody gives the title: a step confer is missing',
          ),
        ]),
  ];
}

/** What comes before the application, and what decides about it. */
const BEFORE: readonly StepKind[] = ['self-check'];
const AFTER: readonly StepKind[] = ['review', 'select', 'submit', 'confer'];

function orderFaults(procedure: Procedure): ShapeFault[] {
  const steps = stepsOf(procedure);
  const kinds = steps.map(({ of }) => of.step);
  const [applied, conferred] = [kinds.indexOf('apply'), kinds.indexOf('confer')];
  return steps.flatMap((at, index) => {
    const { step } = at.of;
    if (applied >= 0 && index < applied && AFTER.includes(step)) {
      return [
        told(
          pathOf(at),
          `“${step}”在申报（apply）之前，还没有申报可以办理`,
          `${step} comes before apply, when there is no application yet`,
        ),
      ];
    }
    if (applied >= 0 && index > applied && BEFORE.includes(step)) {
      return [
        told(
          pathOf(at),
          `“${step}”在申报（apply）之后，而申报须以它为依据`,
          `${step} comes after apply, which rests on it`,
        ),
      ];
    }
    if (conferred >= 0 && index > conferred) {
      return [
        told(
          pathOf(at),
          `“${step}”在最终确定（confer）之后，不会有人到达`,
          `${step} comes after confer, and nobody reaches it`,
        ),
      ];
    }
    return noticeFaults(procedure, at, steps[index - 1]);
  });
}

/** Somebody's event drafts a notice, which may number itself; a phase change and the end of a period lock no register. */
function noticeFaults(procedure: Procedure, at: At, before: At | undefined): ShapeFault[] {
  if (at.of.step !== 'notice') return [];
  const waits = procedure.stages
    .slice(before?.stage ?? 0, at.stage)
    .some((_, index) => waitsAt(procedure, (before?.stage ?? 0) + index));
  if (before !== undefined && before.of.step !== 'notice' && !waits) return [];
  return [
    told(
      pathOf(at),
      '公示的公告须由前一步骤的办理拟出，不能在登记、阶段变更或者另一公示期满时开始',
      'the step before drafts a notice; registration, a phase change and the end of another notice do not',
    ),
  ];
}

/** A score is asked only where something has been gathered by then. */
function markFaults(procedure: Procedure): ShapeFault[] {
  const steps = stepsOf(procedure);
  return steps.flatMap((at, index) => {
    if (at.of.step !== 'apply' || at.of.passMark !== true || at.of.gathers !== undefined) return [];
    if (steps.slice(0, index).some(({ of }) => of.step === 'gather')) return [];
    return [
      told(
        `${pathOf(at)}/passMark`,
        '须达到合格线，而到这一步没有汇集任何评议、考评',
        'asks for a pass mark, but nothing has been gathered by then',
      ),
    ];
  });
}

/** A review lets somebody go on, and its conditions are due at one time. */
function verdictFaults(procedure: Procedure): ShapeFault[] {
  return stepsOf(procedure).flatMap((at) =>
    at.of.step === 'review' ? ofVerdicts(at.of.verdicts, at) : [],
  );
}

function ofVerdicts(verdicts: VerdictSet, at: At): ShapeFault[] {
  const all = Object.values(verdicts);
  const path = `${pathOf(at)}/verdicts`;
  const bound = new Set(
    all.filter(({ effect }) => effect === 'advance-bound').map(({ until = 'here' }) => until),
  );
  return [
    ...(all.some(({ effect }) => effect === 'advance' || effect === 'advance-bound')
      ? []
      : [
          told(path, '这套结论用语中没有一个使人通过', 'no verdict of this set lets anybody go on'),
        ]),
    ...(bound.size > 1
      ? [
          told(
            path,
            '附条件通过的条件须在同一时候落实（until）',
            'conditions are met here or before the conferral, not both (until)',
          ),
        ]
      : []),
  ];
}
