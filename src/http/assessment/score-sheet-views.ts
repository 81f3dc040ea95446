// The answers about a score sheet.

import Type, { type Static } from 'typebox';
import type { ScoreSheetContext } from '../../../machines/assessment/events.ts';
import type { SheetLines, SheetScore } from '../../../machines/assessment/sheet-score.ts';
import { measureSheet } from '../../../machines/assessment/sheet-score.ts';
import type { ScoreSheetRow, SubmissionRow } from '../../db/assessment/score-sheets.ts';
import { sheetForm } from '../../rules/assessment/score-sheets.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { StreamCode } from '../kernel/streams.ts';
import {
  contextOf,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
} from '../kernel/subject-schemas.ts';
import type { SheetShown } from './sheet-visibility.ts';

export const SheetSummarySchema = Type.Object({
  ...subjectFields,
  candidateId: Id,
  candidateName: Type.String(),
  category: Type.String(),
  stream: StreamCode,
  round: Type.Integer(),
  assessorId: Nullable(Id),
  assessorName: Nullable(Type.String()),
  generation: Type.Integer({ description: '第几次限期 · Which time limit this is' }),
  dueAt: Nullable(Instant),
  colour: Type.Enum(['red', 'blue', 'none', 'closed'], {
    description: '逾期红、将到期蓝 · Overdue red, due soon blue',
  }),
  level: Nullable(Type.String({ description: '期限义务的级别 · How far it has been reminded of' })),
  submissions: Type.Integer({ description: '提交过几次 · How often it was submitted' }),
  reason: Nullable(Type.String()),
});

export const OwedSheetSchema = Type.Object({
  ...SheetSummarySchema.properties,
  reminders: Type.Array(
    Type.Object({
      noticeId: Id,
      template: Type.String(),
      level: Nullable(Type.String()),
      title: Type.String(),
      body: Type.String(),
      issuedAt: Instant,
    }),
    { description: '关于这份考评表的提醒和通知，新的在前 · What was told of it, the newest first' },
  ),
});

const Points = Type.Array(Type.Object({ item: Type.String(), points: Type.Number() }));

const NotApplicable = Type.Array(Type.Object({ item: Type.String(), reason: Type.String() }), {
  description: '不适用的项目及理由 · Items that do not apply, and why',
});

/** Of what a sheet's points are made, so that anybody can recompute them. */
export const sheetScoreFields = {
  blocks: Type.Array(
    Type.Object({
      block: Nullable(Type.String({ description: '板块；不分板块时为空 · Null without blocks' })),
      full: Type.Number({ description: '满分 · Full points' }),
      applied: Type.Number({ description: '适用项目的满分 · Full points of what applies' }),
      given: Type.Number({ description: '适用项目的得分 · What was given for these' }),
      points: Type.Number({
        description:
          '得分×满分÷适用满分，四舍五入到百分位 · given × full ÷ applied, half up to the hundredth',
      }),
    }),
  ),
  bonus: Type.Number({ description: '加分，已按上限 · Bonus, up to its limit' }),
};

export const SheetSchema = Type.Object({
  ...SheetSummarySchema.properties,
  scheme: Type.Object({
    provenance: Type.Object({
      kind: Type.String(),
      clause: Type.Optional(Type.String()),
      note: Type.Optional(Type.String()),
    }),
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        maximum: Type.Number(),
        clause: Nullable(Type.String()),
        text: Type.String(),
        english: Type.String(),
        external: Nullable(
          Type.String({
            description:
              '所依据的文件未载入（Q19），内容不作杜撰 · Rests on a document that is not held',
          }),
        ),
        block: Nullable(Type.String()),
        bonus: Type.Boolean({ description: '加分项 · Adds beyond the full points' }),
        mayNotApply: Type.Boolean({ description: '可注明理由标为不适用 · May be left out' }),
      }),
    ),
    blocks: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        english: Type.String(),
        clause: Nullable(Type.String()),
      }),
    ),
    step: Type.Number({ description: '计分单位 · Points are multiples of it' }),
    bonusMax: Type.Number({ description: '加分上限 · The most that bonus items add' }),
  }),
  draft: Nullable(
    Type.Object(
      { points: Points, notApplicable: NotApplicable, remark: Nullable(Type.String()) },
      { description: '仅考评员本人和审计员可见 · Only its assessor and the auditor see it' },
    ),
  ),
  correction: Nullable(
    Type.Object(
      {
        points: Points,
        notApplicable: NotApplicable,
        ...sheetScoreFields,
        total: Type.Number(),
        reason: Type.String(),
        proposedBy: Id,
      },
      { description: '已提出、待另一人确认的更正 · A correction that waits for another officer' },
    ),
  ),
  submitted: Type.Array(
    Type.Object({
      number: Type.Integer(),
      assessorId: Id,
      points: Points,
      notApplicable: NotApplicable,
      ...sheetScoreFields,
      total: Type.Number(),
      remark: Nullable(Type.String()),
      submittedAt: Instant,
    }),
    { description: '历次提交，不可更改 · Each submission as it was; none is ever changed' },
  ),
});

export function sheetSummaryToJson(row: ScoreSheetRow): Static<typeof SheetSummarySchema> {
  const context = contextOf<ScoreSheetContext>(row);
  const { candidateId, candidateName, category, stream, round, assessorId, assessorName, dueAt } =
    row;
  const { colour, level } = row;
  const { generation, submissions, reason } = context;
  return {
    ...subjectToJson('score-sheet', row),
    ...{ candidateId, candidateName, category, stream, round, assessorId },
    ...{ assessorName, generation },
    ...{ dueAt, colour, level, submissions, reason },
  };
}

const pointsToJson = (points: { readonly [item: string]: number }) =>
  Object.entries(points).map(([item, centi]) => ({ item, points: centi / 100 }));

const linesToJson = ({ points, notApplicable }: SheetLines) => ({
  points: pointsToJson(points),
  notApplicable: Object.entries(notApplicable).map(([item, reason]) => ({ item, reason })),
});

export const sheetScoreToJson = ({ blocks, bonusCenti }: SheetScore) => ({
  blocks: blocks.map(({ block, fullCenti, appliedCenti, givenCenti, centi }) => ({
    block,
    full: fullCenti / 100,
    applied: appliedCenti / 100,
    given: givenCenti / 100,
    points: centi / 100,
  })),
  bonus: bonusCenti / 100,
});

function correctionToJson(context: ScoreSheetContext): Static<typeof SheetSchema>['correction'] {
  const { correction } = context;
  if (correction == null) return null;
  const score = measureSheet(context, correction);
  return {
    ...linesToJson(correction),
    ...sheetScoreToJson(score),
    total: score.totalCenti / 100,
    reason: correction.reason,
    proposedBy: correction.proposedBy,
  };
}

export function sheetToJson(
  plan: Plan,
  row: ScoreSheetRow,
  submissions: readonly SubmissionRow[],
  shown: SheetShown,
): Static<typeof SheetSchema> {
  const context = contextOf<ScoreSheetContext>(row);
  const category = plan.categories.find(({ code }) => code === row.category);
  const scheme = category === undefined ? undefined : sheetForm(category, row.stream);
  const lines = new Map(scheme?.items.map((item) => [item.id, item]));
  return {
    ...sheetSummaryToJson(row),
    scheme: {
      provenance: scheme?.provenance ?? { kind: 'default' },
      // The maxima stay those the sheet was begun with, whatever the plan says now.
      items: context.items.map(({ id, maximumCenti, block, bonus, mayNotApply }) => ({
        id,
        maximum: maximumCenti / 100,
        clause: lines.get(id)?.clause ?? null,
        text: lines.get(id)?.text ?? id,
        english: lines.get(id)?.english ?? id,
        external: lines.get(id)?.external ?? null,
        block: block ?? null,
        bonus: bonus === true,
        mayNotApply: mayNotApply === true,
      })),
      blocks: (scheme?.blocks ?? []).map(({ english, ...block }) => ({
        ...block,
        english: english ?? block.name,
      })),
      step: context.stepCenti / 100,
      bonusMax: context.bonusMaxCenti / 100,
    },
    correction: shown === 'none' ? null : correctionToJson(context),
    draft: shown === 'draft' ? { ...linesToJson(context), remark: context.remark } : null,
    submitted:
      shown === 'none'
        ? []
        : submissions.map(({ sheetId: _, points, notApplicable, totalCenti, ...submission }) => ({
            ...submission,
            ...linesToJson({ points, notApplicable }),
            ...sheetScoreToJson(measureSheet(context, { points, notApplicable })),
            total: totalCenti / 100,
          })),
  };
}
