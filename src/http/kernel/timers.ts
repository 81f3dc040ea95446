// Timers, and the address by which an external scheduler fires those that are due.

import Type, { type Static } from 'typebox';
import { FIRE_TIMERS_MAX, findNext, fireDueTimers } from '../../command/kernel/timers.ts';
import { listTimers } from '../../db/kernel/timers.ts';
import { readsOf } from '../../db/tables.ts';
import { readableReaches } from '../../rules/access/access.ts';
import type { App } from './app.ts';
import { beyondReach } from './beyond-reach.ts';
import { forbidden } from './outcomes.ts';
import { pageOf } from './pages.ts';
import { recusalOf } from './recusal.ts';
import { reachesOf } from './roles.ts';
import type { Service } from './service.ts';
import { Id, Instant, Nullable } from './subject-schemas.ts';

const LATE_TOLD_MAX = 100;

const TimerSchema = Type.Object({
  campaignId: Id,
  subjectId: Id,
  machine: Type.String(),
  timerId: Type.String(),
  dueAt: Instant,
  due: Type.Boolean({ description: '已到时间而尚未触发 · Due and not yet fired' }),
  held: Type.Boolean({
    description: '触发失败、已搁置，见 /v1/incidents · Failed and set aside, see /v1/incidents',
  }),
});
type Timer = Static<typeof TimerSchema>;
const remaining = {
  remaining: Type.Integer({
    description:
      '已到时间、可以触发而尚未触发的个数，至多计 10000 · Due, not set aside, not yet fired; 10000 are counted',
  }),
  nextDueAt: Nullable(Instant),
};
const FiredSchema = Type.Object({
  fired: Type.Integer(),
  late: Type.Array(
    Type.Object({
      subjectId: Id,
      timerId: Type.String(),
      dueAt: Instant,
      lateMs: Type.Integer(),
    }),
    { description: '最晚的在前，至多 100 个 · The latest first, 100 at most' },
  ),
  maxLateMs: Type.Integer(),
  failed: Type.Integer({
    description:
      '因故障未能触发，已搁置，见 /v1/incidents · Failed and set aside, see /v1/incidents',
  }),
  ...remaining,
});

export function addTimerRoutes(app: App, service: Service): void {
  addListRoutes(app, service);
  addFiringRoutes(app, service);
}

const pages = pageOf(
  TimerSchema,
  Type.Tuple([Instant, Id, Type.String()]),
  ({ dueAt, subjectId, timerId }: Timer): [string, string, string] => [dueAt, subjectId, timerId],
);

function addListRoutes(app: App, service: Service): void {
  const pool = beyondReach(service, 'timers');
  app.get(
    '/v1/timers',
    {
      schema: {
        operationId: 'listTimers',
        tags: ['timers'],
        summary: '定时器 · Timers',
        description:
          '管辖范围内的，先到时间的在前；remaining 和 nextDueAt 也只计管辖范围内的。 · Those within your reach, the nearest first; remaining and nextDueAt are of your reach too.',
        querystring: Type.Object({ ...pages.query, campaignId: Type.Optional(Id) }),
        response: {
          200: Type.Object({ ...pages.schema.properties, ...remaining }),
        },
      },
    },
    async ({ query: { limit, cursor, campaignId }, principal }, reply) => {
      const concerned = readableReaches(principal);
      const reaches = [...concerned, ...reachesOf(principal, ['scheduler'])];
      const rows = await listTimers(readsOf(pool), {
        ...{ reaches, concerned },
        recusal: await recusalOf(service, principal),
        campaignId,
        ...pages.turnOf({ limit, cursor }),
      });
      const { remaining, nextDueAt } = await findNext(pool, reaches);
      return { ...(await pages.toJson(reply, limit, rows, (row) => row)), remaining, nextDueAt };
    },
  );
}

function addFiringRoutes(app: App, { pool, performer }: Service): void {
  app.post(
    '/v1/timers/fire-due',
    {
      // A scheduler's plain POST has no body and needs none.
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        operationId: 'fireDueTimers',
        tags: ['timers'],
        summary: '触发到期的定时器 · Fire what is due',
        description:
          '供外部调度（cron、XXL-JOB、Kubernetes）调用，只触发管辖范围内的；与内置调度并行也安全，每个定时器只触发一次。remaining 大于 0 时请再次调用。 · For a scheduler of your own, within its reach; safe beside the service’s worker, each timer fires once. Call again while remaining is above 0.',
        body: Type.Object({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: FIRE_TIMERS_MAX })),
        }),
        response: { 200: FiredSchema },
      },
    },
    async ({ body: { limit }, principal, log }) => {
      const reaches = reachesOf(principal, ['scheduler']);
      if (reaches.length === 0) throw forbidden(null, ['scheduler']);
      const { fired, failed, maxLateMs, remaining, nextDueAt } = await fireDueTimers(
        pool,
        performer,
        limit,
        reaches,
      );
      for (const { error, id: incident, item, subjectId, attempts } of failed)
        log.warn({ incident, item, subjectId, attempts, cause: String(error) }, 'timer failed');
      return {
        fired: fired.length,
        late: fired.toSorted((a, b) => b.lateMs - a.lateMs).slice(0, LATE_TOLD_MAX),
        maxLateMs,
        failed: failed.length,
        remaining,
        nextDueAt,
      };
    },
  );
}
