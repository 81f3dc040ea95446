// The answers about a score sheet.

import Type, { type Static } from 'typebox';
import type { ScoreSheetContext } from '../../../machines/assessment/events.ts';
import type { ScoreSheetRow, SubmissionRow } from '../../db/assessment/score-sheets.ts';
import { sheetScheme } from '../../rules/assessment/score-sheets.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
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
      }),
    ),
  }),
  draft: Nullable(
    Type.Object(
      { points: Points, remark: Nullable(Type.String()) },
      { description: '仅考评员本人和审计员可见 · Only its assessor and the auditor see it' },
    ),
  ),
  submitted: Type.Array(
    Type.Object({
      number: Type.Integer(),
      assessorId: Id,
      points: Points,
      total: Type.Number(),
      remark: Nullable(Type.String()),
      submittedAt: Instant,
    }),
    { description: '历次提交，不可更改 · Each submission as it was; none is ever changed' },
  ),
});

export function sheetSummaryToJson(row: ScoreSheetRow): Static<typeof SheetSummarySchema> {
  const context = contextOf<ScoreSheetContext>(row);
  const { candidateId, candidateName, category, round, assessorId, assessorName, dueAt } = row;
  const { colour, level } = row;
  const { generation, submissions, reason } = context;
  return {
    ...subjectToJson('score-sheet', row),
    ...{ candidateId, candidateName, category, round, assessorId, assessorName, generation },
    ...{ dueAt, colour, level, submissions, reason },
  };
}

const pointsToJson = (points: { readonly [item: string]: number }) =>
  Object.entries(points).map(([item, centi]) => ({ item, points: centi / 100 }));

export function sheetToJson(
  plan: Plan,
  row: ScoreSheetRow,
  submissions: readonly SubmissionRow[],
  shown: SheetShown,
): Static<typeof SheetSchema> {
  const { items, points, remark } = contextOf<ScoreSheetContext>(row);
  const category = plan.categories.find(({ code }) => code === row.category);
  const scheme = category === undefined ? undefined : sheetScheme(category);
  const lines = new Map(scheme?.items.map((item) => [item.id, item]));
  return {
    ...sheetSummaryToJson(row),
    scheme: {
      provenance: scheme?.provenance ?? { kind: 'default' },
      // The maxima stay those the sheet was begun with, whatever the plan says now.
      items: items.map(({ id, maximumCenti }) => ({
        id,
        maximum: maximumCenti / 100,
        clause: lines.get(id)?.clause ?? null,
        text: lines.get(id)?.text ?? id,
        english: lines.get(id)?.english ?? id,
        external: lines.get(id)?.external ?? null,
      })),
    },
    draft: shown === 'draft' ? { points: pointsToJson(points), remark } : null,
    submitted:
      shown === 'none'
        ? []
        : submissions.map(({ sheetId: _, points: given, totalCenti, ...submission }) => ({
            ...submission,
            points: pointsToJson(given),
            total: totalCenti / 100,
          })),
  };
}
