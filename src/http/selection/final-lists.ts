// The final list (最终名单, R65): who holds a title, by category, at any instant.

import Type, { type Static } from 'typebox';
import { authorityOf } from '../../../machines/procedure/reading.ts';
import { findCheckpointName } from '../../db/audit/checkpoints.ts';
import type { FinalRow } from '../../db/selection/final-lists.ts';
import { listFinal } from '../../db/selection/final-lists.ts';
import { QuotaSchema } from '../../rules/plan/quota-schema.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import { procedureOf } from '../../rules/procedure/procedures.ts';
import { CheckpointNameSchema } from '../kernel/anchors.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import type { Service } from '../kernel/service.ts';
import { Id, IdParams, Instant, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, planOf, unknownCategory } from '../kernel/visibility.ts';

const Titled = Type.Object({
  candidateId: Id,
  name: Type.String(),
  organisationId: Type.String(),
  organisationName: Type.String(),
  rank: Nullable(Type.Integer({ description: '县级择优名次 · Rank in the merit selection' })),
  conferredAt: Instant,
});
const FinalListSchema = Type.Object({
  campaignId: Id,
  asOf: Nullable(Instant),
  categories: Type.Array(
    Type.Object({
      category: Type.String(),
      name: Type.String(),
      clause: Nullable(Type.String()),
      authority: Nullable(
        Type.String({
          description: 'city 或 county；null 为方案未明确，不能确定 · Null: nobody confers it (Q1)',
        }),
      ),
      quota: QuotaSchema,
      items: Type.Array(Titled),
    }),
  ),
  total: Type.Integer(),
  checkpoint: CheckpointNameSchema,
});

export function addFinalListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/campaigns/:id/final-list',
    {
      schema: {
        operationId: 'getFinalList',
        tags: ['campaigns'],
        summary: '最终确定的名单 · The final list',
        description:
          '按方案的类别顺序；asOf 为任一时刻的名单，撤销的自撤销时起不再列出。 · In the order of the plan’s categories; asOf any instant; a revoked title is gone from then on.',
        params: IdParams,
        querystring: Type.Object({
          asOf: Type.Optional(Instant),
          category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        }),
        response: { 200: FinalListSchema },
      },
    },
    async ({ params: { id }, query: { asOf, category: named }, principal }) => {
      const place = await findVisible(service, principal, 'campaign', id);
      const plan = await planOf(service, place);
      const category = named === undefined ? null : findCategory(plan, named)?.code;
      if (category === undefined) {
        throw unknownCategory('query');
      }
      const rows = await listFinal(beyondReach(service, 'final lists'), id, asOf ?? null, category);
      const wanted = plan.categories.filter(({ code }) => category === null || code === category);
      return {
        campaignId: id,
        asOf: asOf ?? null,
        categories: wanted.map(({ code, name, quota, provenance }) => ({
          category: code,
          name,
          clause: provenance?.clause ?? null,
          authority: authorityOf(procedureOf(plan, code)),
          quota,
          items: rows.filter((row) => row.category === code).map(titledToJson),
        })),
        total: rows.length,
        checkpoint: await findCheckpointName(service.pool, asOf ?? null),
      };
    },
  );
}

function titledToJson(row: FinalRow): Static<typeof Titled> {
  const { candidateId, name, organisationId, organisationName, rank, conferredAt } = row;
  return { candidateId, name, organisationId, organisationName, rank, conferredAt };
}
