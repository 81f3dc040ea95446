// The duties of each unit by the end of each phase, and how far they are done: the phase change is
// measured by the same.

import Type from 'typebox';
import { listTallies } from '../../db/record/duties.ts';
import { clauseIn } from '../../rules/plan/citations.ts';
import { measureDuties, unitsToldTo } from '../../rules/record/duties.ts';
import type { App } from '../kernel/app.ts';
import { recusalOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { Day, Id, IdParams, Nullable, OrganisationId } from '../kernel/subject-schemas.ts';
import { findVisible, pathOf, planOf } from '../kernel/visibility.ts';

const DutySchema = Type.Object({
  organisationId: Type.String(),
  organisationName: Type.String(),
  id: Type.String(),
  clause: Type.String(),
  modality: Type.String(),
  phase: Type.String({ description: '该阶段结束前 · By the end of this phase' }),
  by: Type.String({ description: '由谁履行 · The role that owes it' }),
  kind: Type.String({ description: '以哪类材料或检查履行 · Kind of record or inspection' }),
  zh: Type.String(),
  en: Type.String(),
  actual: Type.Integer(),
  required: Type.Integer(),
  met: Type.Boolean(),
  stated: Nullable(
    Type.Object(
      { by: Type.String(), on: Day },
      {
        description:
          '由谁、何时据实写明没有发生；有记录的为空 · Who stated that none arose, and when; null where records are counted',
      },
    ),
  ),
});

export function addDutyRoutes(app: App, service: Service): void {
  app.get(
    '/v1/campaigns/:id/duties',
    {
      schema: {
        operationId: 'listDuties',
        tags: ['ledgers'],
        summary: '各单位应做未做 · What each unit owes and has done',
        description:
          '管辖范围内各乡镇和县：每项要求的条款、由谁履行、现状和要求。必须（M、E）而未做的，阶段不能转换。 · Of each township and the county within your reach: clause, role, actual and required. What must be done (M, E) and is not holds the phase change.',
        params: IdParams,
        querystring: Type.Object({
          under: Type.Optional(OrganisationId),
          met: Type.Optional(Type.Boolean()),
        }),
        response: { 200: Type.Object({ campaignId: Id, items: Type.Array(DutySchema) }) },
      },
    },
    async ({ params: { id }, query: { under, met }, principal }) => {
      const place = await findVisible(service, principal, 'campaign', id);
      const plan = await planOf(service, place);
      const below = under === undefined ? place.path : await pathOf(service, under);
      const path = below.startsWith(place.path) ? below : `//${below}`;
      const { units, tallies } = await listTallies(service.pool, id, path);
      const recusal = await recusalOf(service, principal);
      const items = measureDuties(plan, unitsToldTo({ principal, recusal }, id, units), tallies)
        .filter((duty) => met === undefined || duty.met === met)
        .map(({ unit, isHeldElsewhere: _, ...duty }) => ({
          organisationId: unit.id,
          organisationName: unit.name,
          ...duty,
          clause: clauseIn(plan, duty.clause),
        }));
      return { campaignId: id, items };
    },
  );
}
