// The progress of the assessment, and the recusals of its assessors.

import Type, { type Static } from 'typebox';
import { listConflicts } from '../../db/assessment/conflicts.ts';
import { countSheets } from '../../db/assessment/score-sheets.ts';
import { overseesSheets } from '../../rules/access/access.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { Id, IdParams, Instant, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';

const ProgressSchema = Type.Object({
  id: Id,
  name: Type.String(),
  assigned: Type.Integer(),
  drafting: Type.Integer(),
  vacant: Type.Integer(),
  submitted: Type.Integer(),
  accepted: Type.Integer(),
  void: Type.Integer(),
  overdue: Type.Integer(),
});

const ConflictSchema = Type.Object({
  principalId: Id,
  principalName: Type.String(),
  organisationId: Type.String(),
  organisationName: Type.String(),
  reason: Type.String(),
  declaredAt: Instant,
  declaredBy: Type.String(),
  withdrawn: Nullable(Type.Object({ at: Instant, by: Type.String(), reason: Type.String() })),
});

type Conflict = Static<typeof ConflictSchema>;

export function addAssessmentProgressRoutes(app: App, service: Service): void {
  addProgressRoutes(app, service);
  addConflictRoutes(app, service);
}

const progressPages = pageOf(ProgressSchema, Id, ({ id }: { id: string }) => id);

function addProgressRoutes(app: App, service: Service): void {
  app.get(
    '/v1/campaigns/:id/assessment-progress',
    {
      schema: {
        operationId: 'getAssessmentProgress',
        tags: ['assessments'],
        summary: '组织考评进度 · How far the assessment has come',
        description:
          '按对象或按考评员统计考评表的状态，不含得分。 · Sheets by their state, for each candidate or each assessor; no points.',
        params: IdParams,
        querystring: Type.Object({
          ...progressPages.query,
          by: Type.Enum(['candidate', 'assessor'], { default: 'candidate' }),
          category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        }),
        response: { 200: progressPages.schema },
      },
    },
    async ({ params: { id }, query: { limit, cursor, by, category }, principal }, reply) => {
      const place = await findVisible(service, principal, 'campaign', id);
      if (!overseesSheets(principal, place.path)) {
        const roles = ['county-office', 'county-department', 'city-centre', 'auditor'];
        throw problem('forbidden', { roles });
      }
      const plan = await planOf(service, place);
      const code = category === undefined ? null : (findCategory(plan, category)?.code ?? category);
      const { after = null, limit: rowsMax } = progressPages.turnOf({ limit, cursor });
      const rows = await countSheets(service.pool, by, {
        campaignId: id,
        category: code,
        after,
        limit: rowsMax,
      });
      return progressPages.toJson(reply, limit, rows, (row) => row);
    },
  );
}

const conflictPages = pageOf(
  ConflictSchema,
  Type.Tuple([Id, Type.String()]),
  ({ principalId, organisationId }: Conflict): [string, string] => [principalId, organisationId],
);

function addConflictRoutes(app: App, service: Service): void {
  app.get(
    '/v1/campaigns/:id/conflicts-of-interest',
    {
      schema: {
        operationId: 'listConflictsOfInterest',
        tags: ['assessments'],
        summary: '回避登记 · Declared conflicts of interest',
        description:
          '考评员只见本人的；向活动发送 declare-conflict 登记；登记有误的，由办公室向活动发送 withdraw-conflict 撤销，登记保留。 · An assessor sees their own; declared by sending declare-conflict to the campaign. One declared by mistake is taken back by the office with withdraw-conflict, and stays listed.',
        params: IdParams,
        querystring: Type.Object(conflictPages.query),
        response: { 200: conflictPages.schema },
      },
    },
    async ({ params: { id }, query: { limit, cursor }, principal }, reply) => {
      const place = await findVisible(service, principal, 'campaign', id);
      const rows = await listConflicts(service.pool, {
        campaignId: id,
        principalId: overseesSheets(principal, place.path) ? null : principal.id,
        ...conflictPages.turnOf({ limit, cursor }),
      });
      return conflictPages.toJson(reply, limit, rows, (row) => row);
    },
  );
}
