// An assessor's own sheets as one list: the filled-in workbook is saved or handed in (R61).

import Type from 'typebox';
import type { OwnSheetRow } from '../../db/conformance/import-lists.ts';
import { listOwnSheets } from '../../db/conformance/import-lists.ts';
import { sheetForm } from '../../rules/assessment/score-sheets.ts';
import type { FilledSheet, OwnSheet } from '../../rules/list/scores.ts';
import { checkScores } from '../../rules/list/scores.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { App } from '../kernel/app.ts';
import { assertRole } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id } from '../kernel/subject-schemas.ts';
import { readList } from '../kernel/threads.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import type { CellsOf, RowCommand } from './import-commands.ts';
import { carryOutRows, IMPORT_COMMANDS_MAX } from './import-commands.ts';
import { addImportRoutes } from './imports.ts';

export function addScoreImportRoutes(app: App, service: Service): void {
  addImportRoutes(app, service, {
    name: 'scores',
    operationId: 'importScores',
    zh: '本人的考评得分',
    en: 'your own scores',
    description: {
      zh: '每份考评表每项一行，表头：考评表编号（sheetId），或评价环节、轮次、类别、申报对象、单位；考评项目（item）、得分（points）、不适用理由（notApplicable）、备注（remark）。只收本人的考评表；得分和不适用理由均为空即不改动。默认存为草稿，submit=true 即提交，缺项逐格指出。表样见 /v1/imports/scores.xlsx。',
      more: `一次至多 ${IMPORT_COMMANDS_MAX} 份。`,
      en: 'A row for each item of each of your own sheets. Saved as drafts, or handed in with submit=true.',
    },
    filters: {
      campaignId: Id,
      submit: Type.Optional(
        Type.Boolean({ description: 'true：提交；否则存为草稿 · Hands them in' }),
      ),
    },
    problems: ['not-found'],
    steps: async (request, { campaignId, submit = false }) => {
      const { principal } = request;
      assertRole(principal, ['assessor']);
      const place = await findVisible(service, principal, 'campaign', campaignId);
      const plan = await planOf(service, place);
      const table = await readList(service, request, 'scores');
      return {
        list: submit ? 'scores-submitted' : 'scores',
        campaignId,
        check: async (tx) => {
          const rows = await listOwnSheets(tx, campaignId, principal.id);
          const sheets = rows.map((row) => ownSheet(plan, row));
          const { filled, faults } = checkScores(table, { plan, sheets, submits: submit });
          const tooMany = filled[IMPORT_COMMANDS_MAX];
          if (tooMany !== undefined) {
            const zh = `一次至多 ${IMPORT_COMMANDS_MAX} 份考评表，请分批导入`;
            const en = `at most ${IMPORT_COMMANDS_MAX} sheets at once`;
            faults.push(table.fault(tooMany.row, 'sheetId', { zh, en }));
          }
          // Each revision grows with every change of its sheet; sheets given away no longer count.
          const changes = rows.reduce((sum, { revision }) => sum + revision, 0);
          const revision = { sheets: `${rows.length} ${changes}` };
          return { table, faults, revision, ready: filled };
        },
        carryOut: async (tx, filled) => {
          const type = submit ? 'submit' : 'save-draft';
          const rows = filled.map((sheet) => commandOf(type, sheet));
          const batch = { service, tx, plan, campaignId, principal, table, rows };
          const carried = await carryOutRows({ ...batch, cellsOf: cellsOf(filled) });
          const updated = rows.length;
          const counts = { rows: table.rows.length, created: 0, updated, unchanged: 0 };
          return { ...carried, counts };
        },
      };
    },
  });
}

/** The sheet with the items it was begun with, in the plan's words. */
export function ownSheet(plan: Plan, { context, revision: _, ...row }: OwnSheetRow): OwnSheet {
  const category = plan.categories.find(({ code }) => code === row.category);
  const form = category === undefined ? undefined : sheetForm(category, context.stream);
  const words = new Map(form?.items.map(({ id, text }) => [id, text]));
  const names = new Map(form?.blocks.map(({ id, name }) => [id, name]));
  return {
    ...row,
    stream: context.stream,
    stepCenti: context.stepCenti,
    items: context.items.map((item) => ({
      ...item,
      text: words.get(item.id) ?? item.id,
      blockName: item.block === undefined ? null : (names.get(item.block) ?? item.block),
    })),
  };
}

const commandOf = (
  type: 'save-draft' | 'submit',
  { row, sheetId, candidateId, points, notApplicable, remarks }: FilledSheet,
): RowCommand => ({
  row,
  command: {
    subjectId: sheetId,
    parentId: candidateId,
    event: {
      type,
      points,
      ...(notApplicable.length > 0 ? { notApplicable } : {}),
      ...(remarks.length > 0 ? { remark: remarks.join('；') } : {}),
    },
  },
});

const OF_THE_POINTS = new Set(['points-fit-the-scheme', 'may-be-left-out', 'every-item-scored']);

/** A requirement about items is reported at their points, where the list has a row for them. */
const cellsOf =
  (filled: readonly FilledSheet[]): CellsOf =>
  (index, measured) => {
    const sheet = filled[index];
    const whole = { row: sheet?.row ?? 1, column: 'sheetId' };
    if (!OF_THE_POINTS.has(measured?.name ?? '') || !Array.isArray(measured?.actual))
      return [whole];
    return measured.actual.map((item) => {
      const row = sheet?.rowOf.get(String(item));
      return row === undefined ? { ...whole, column: 'item' } : { row, column: 'points' };
    });
  };
