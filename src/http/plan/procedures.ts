// What a plan states of its campaign and its candidates, as data and as charts.

import Type from 'typebox';
import { definitionOf } from '../../../machines/kit/definition.ts';
import { mermaidOf } from '../../../machines/kit/mermaid.ts';
import { findPlan } from '../../db/plan/plans.ts';
import { campaignReleaseOf, candidateReleaseBy } from '../../db/plan/releases.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { procedureNamed } from '../../rules/procedure/procedures.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';

const PlanId = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 60 });

const ProcedureSchema = Type.Object({
  planId: Type.String(),
  planVersion: Type.Integer(),
  name: Type.String(),
  hash: Type.String({
    description: '内容的散列，对象据此固定 · The hash that subjects are pinned to',
  }),
  library: Type.String({ description: '步骤库的版本 · The library of steps' }),
  stated: Type.Object({}, { additionalProperties: true }),
  definition: Type.Object({}, { additionalProperties: true }),
  mermaid: Type.String({ description: 'stateDiagram-v2' }),
});

/** `campaign` is the chart of the campaign; every other name is that of a procedure. */
const releaseNamed = (plan: Plan, name: string) => {
  if (name === 'campaign') return campaignReleaseOf(plan);
  if (!Object.hasOwn(plan.procedures, name)) throw problem('not-found');
  return candidateReleaseBy(procedureNamed(plan, name));
};

export function addProcedureRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/plans/:id/procedures/:name',
    {
      schema: {
        operationId: 'getProcedure',
        tags: ['plans'],
        summary: '程序 · One procedure',
        description:
          '方案的一个程序：所写的内容、编成的状态图和每一状态的事件；campaign 为活动本身。 · One procedure of the plan: what it says, its chart, and the events of every state; campaign is the campaign itself.',
        params: Type.Object({
          id: PlanId,
          name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{0,59}$' }),
        }),
        querystring: Type.Object({
          version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
        }),
        response: { 200: ProcedureSchema },
      },
    },
    async ({ params, query }) => {
      const found = await findPlan(pool, params.id, query.version ?? null);
      if (found === undefined) throw problem('not-found');
      const release = releaseNamed(found.body, params.name);
      return {
        planId: found.id,
        planVersion: found.version,
        name: params.name,
        hash: release.procedure ?? '',
        library: `${release.name} v${release.version}`,
        stated: release.stated?.body ?? {},
        definition: definitionOf(release),
        mermaid: mermaidOf(release),
      };
    },
  );
}
