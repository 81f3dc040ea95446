// Schemas of the events that may be sent to a score sheet.

import type { Static } from 'typebox';
import Type from 'typebox';
import type { ScoreSheetEvent } from '../../../machines/assessment/events.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { Id, Written } from '../kernel/subject-schemas.ts';

const Points = Type.Array(
  Type.Object({
    item: Type.String({ minLength: 1, maxLength: 120 }),
    points: Type.Number({
      minimum: 0,
      maximum: 100,
      description: '得分，最多两位小数 · Points, to the hundredth',
    }),
  }),
  { maxItems: 100, examples: [[{ item: 'worker.duties', points: 31.5 }]] },
);
const NotApplicable = Type.Array(
  Type.Object({ item: Type.String({ minLength: 1, maxLength: 120 }), reason: Written() }),
  {
    maxItems: 100,
    description:
      '不适用的项目及理由；只限方案注明可不适用的 · Items that do not apply and why, of those the plan lets not apply',
    examples: [[{ item: 'worker.duties', reason: '该职工当年未承担站点管理' }]],
  },
);
const scored = { notApplicable: Type.Optional(NotApplicable) };
const remark = { remark: Type.Optional(Written()) };
const reason = { reason: Written() };

export const scoreSheetEvents = [
  Type.Object({ type: Type.Literal('save-draft'), points: Points, ...scored, ...remark }),
  Type.Object({
    type: Type.Literal('submit'),
    points: Type.Optional(Points),
    ...scored,
    ...remark,
  }),
  Type.Object({ type: Type.Literal('declare-conflict'), ...reason }),
  Type.Object({ type: Type.Literal('recuse'), ...reason }),
  Type.Object({ type: Type.Literal('reassign'), assessorId: Id, ...reason }),
  Type.Object({ type: Type.Literal('send-back'), ...reason }),
  Type.Object({ type: Type.Literal('accept'), ...remark }),
  Type.Object({ type: Type.Literal('void'), ...reason }),
  Type.Object(
    {
      type: Type.Literal('propose-correction'),
      points: Type.Optional(Points),
      ...scored,
      ...reason,
    },
    {
      description:
        '更正笔误，只写改动的项目；另一人确认后生效，择优以前可以办理 · A slip put right: only the items that change; another confirms it, until the selection',
    },
  ),
  Type.Object({ type: Type.Literal('decline-correction'), ...reason }),
  Type.Object({ type: Type.Literal('confirm-correction'), ...remark }),
] as const;

type Sent = Static<(typeof scoreSheetEvents)[number]>;
type Known = Exclude<ScoreSheetEvent, { type: 'assign' | 'recalculate-deadline' }>;

export const scoreSheetEventsFit: Fit<Sent, Known> = true;
