// Decisions about sites that ceased to conform after their candidate applied (R12, R15).

import Type, { type Static } from 'typebox';
import type {
  RegressionContext,
  RegressionEvent,
} from '../../../machines/conformance/regression.v1.ts';
import type { ReadSubject } from '../../db/kernel/subject-reads.ts';
import { findReadSubject, listSubjects } from '../../db/kernel/subject-reads.ts';
import { readsOf } from '../../db/tables.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { readingOf } from '../kernel/recusal.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import {
  contextOf,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
  Written,
} from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';

const remark = { remark: Type.Optional(Written()) };

export const regressionEvents = [
  Type.Object({ type: Type.Literal('propose-uphold'), reason: Written() }),
  Type.Object({ type: Type.Literal('decline-uphold'), reason: Written() }),
  Type.Object({ type: Type.Literal('confirm-uphold'), ...remark }),
  Type.Object({ type: Type.Literal('close-with-candidate'), remark: Written() }),
] as const;

type Sent = Static<(typeof regressionEvents)[number]>;
type Known = Exclude<
  RegressionEvent,
  { type: 'raise' | 'regain' | 'candidate-ended' | 'recalculate-deadline' }
>;

export const regressionEventsFit: Fit<Sent, Known> = true;

const RegressionSchema = Type.Object({
  ...subjectFields,
  candidateId: Id,
  siteId: Type.String(),
  siteName: Type.String(),
  lostAt: Instant,
  clause: Type.String(),
  office: Type.String({ description: '由哪一级的角色决定 · The role whose office decides' }),
  dueAt: Nullable(Instant),
  generation: Type.Integer({ description: '第几次限期 · Which time limit this is' }),
  proposedBy: Nullable(Type.String()),
  reason: Nullable(Type.String()),
});

function regressionToJson(row: ReadSubject): Static<typeof RegressionSchema> {
  const context = contextOf<RegressionContext>(row);
  const { deadline, ...said } = context;
  return {
    ...said,
    ...subjectToJson('regression', row),
    dueAt: deadline?.dueAt ?? null,
  };
}

const pages = pageOf(RegressionSchema, Id, ({ id }: ReadSubject) => id);

export const regressionResource: SubjectResource = {
  words: { zh: '不再达标', en: 'the regression' },
  ...seenAtItsPlace,
  addRoutes: addRegressionRoutes,
};

function addRegressionRoutes(app: App, service: Service): void {
  addSubjectRoutes(app, service, {
    path: 'regressions',
    name: 'Regression',
    zh: '站点不再达标的处理',
    en: 'a decision about a site that ceased to conform',
    machine: 'regression',
    events: regressionEvents,
    one: {
      summary: '一项站点不再达标的处理 · One such decision',
      description: '站点、期限、提出人和理由。 · The site, the deadline, who proposed and why.',
      schema: RegressionSchema,
      read: async ({ campaignId }, id) => {
        const row = await findReadSubject(readsOf(service.pool), 'regression', campaignId, id);
        return row && regressionToJson(row);
      },
    },
  });
  app.get(
    '/v1/regressions',
    {
      schema: {
        operationId: 'listRegressions',
        tags: ['regressions'],
        summary: '申报后站点不再达标的处理 · Decisions about sites that ceased to conform',
        description:
          '站点在申报以后不再达标的，须由两名工作人员作出决定；不自动撤销。新的在前。 · Two officers decide, nothing is revoked by itself; the newest first.',
        querystring: Type.Object({ ...pages.query, campaignId: Type.Optional(Id) }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, campaignId }, principal }, reply) => {
      const filter = { campaignId, reading: await readingOf(service, principal) };
      const turn = pages.turnOf({ limit, cursor });
      const rows = await listSubjects(readsOf(service.pool), 'regression', { ...filter, ...turn });
      return pages.toJson(reply, limit, rows, regressionToJson);
    },
  );
}
