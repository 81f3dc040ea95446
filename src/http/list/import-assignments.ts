// Assignments of assessors as a list: each row gives out a score sheet, all of them or none (R61).

import { hash } from 'node:crypto';
import { findAssessors } from '../../db/assessment/assessors.ts';
import { listNamedCandidates } from '../../db/conformance/import-lists.ts';
import type { AssignedRow } from '../../rules/list/assignments.ts';
import { checkAssignments } from '../../rules/list/assignments.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { newSheet } from '../assessment/assessments.ts';
import type { App } from '../kernel/app.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id } from '../kernel/subject-schemas.ts';
import { readList } from '../kernel/threads.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import type { CellsOf, RowCommand } from './import-commands.ts';
import { carryOutRows, IMPORT_COMMANDS_MAX, tooManyRows } from './import-commands.ts';
import { addImportRoutes } from './imports.ts';

/** These refusals are about the candidate; every other one is about the assessor. */
const OF_THE_CANDIDATE = new Set(['candidate-under-evaluation']);

export function addAssignmentImportRoutes(app: App, service: Service): void {
  addImportRoutes(app, service, {
    name: 'assignments',
    operationId: 'importAssignments',
    zh: '考评指派',
    en: 'assignments',
    description: {
      zh: '表头：对象编号（candidateId），或类别、申报对象、单位；考评员（assessor，姓名或编号，不填则跳过该行）、评价环节（stream，方案只有一个时可不填）、轮次（round，默认 1）。回避关系和重复指派逐格指出。',
      more: `一次至多 ${IMPORT_COMMANDS_MAX} 行；表样见 /v1/imports/assignments.xlsx。`,
      en: 'By the county office. Conflicts of interest and double assignments are told by cell; a row without an assessor is passed over.',
    },
    filters: { campaignId: Id },
    problems: ['not-found'],
    steps: async (request, { campaignId }) => {
      const { principal } = request;
      const place = await findVisible(service, principal, 'campaign', campaignId);
      assertRoleAt(principal, ['county-office'], place.path);
      const plan = await planOf(service, place);
      const table = await readList(service, request, 'assignments');
      return {
        list: 'assignments',
        campaignId,
        check: async (tx) => {
          const candidates = await listNamedCandidates(tx, campaignId);
          const assessors = await findAssessors(tx, campaignId, null);
          const { faults, ...ready } = checkAssignments(table, { plan, candidates, assessors });
          const tooMany = tooManyRows(table, 'assessor');
          // Giving out the sheets finds any other change and reports it by cell.
          const revision = {
            candidates: hashOf(candidates.map(({ candidateId, name }) => [candidateId, name])),
            assessors: hashOf(assessors.map(({ id, name, load }) => [id, name, load])),
          };
          return { table, faults: tooMany ? [tooMany] : faults, revision, ready };
        },
        carryOut: async (tx, { assigned, unchanged }) => {
          const pool = [...new Set(assigned.map(({ assessorId }) => assessorId))];
          const { newId } = service.entropy;
          const rows = assigned.map((row) =>
            commandOf(plan, place.organisationId, row, { pool, sheetId: newId() }),
          );
          const cellsOf: CellsOf = (index, measured) => {
            const about = OF_THE_CANDIDATE.has(measured?.name ?? '');
            const column = about ? 'candidate' : 'assessor';
            return [{ row: assigned[index]?.row ?? 1, column }];
          };
          const batch = { service, tx, plan, campaignId, principal, table, rows, cellsOf };
          const counts = { rows: table.rows.length, created: rows.length, updated: 0, unchanged };
          return { ...(await carryOutRows(batch)), counts };
        },
      };
    },
  });
}

const hashOf = (value: unknown): string => hash('sha256', canonicalJson(value), 'base64url');

function commandOf(
  plan: Plan,
  countyId: string,
  assigned: AssignedRow,
  { pool, sheetId }: { pool: string[]; sheetId: string },
): RowCommand {
  const { row, candidateId, category, assessorId, stream, round } = assigned;
  const candidate = { id: candidateId, category };
  return {
    row,
    command: {
      subjectId: sheetId,
      create: newSheet(plan, countyId, candidate, { sheetId, stream, round, pool }),
      event: { type: 'assign', assessorId },
    },
  };
}
