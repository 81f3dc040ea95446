// Incidents are what the worker could not do, which operators retry or dismiss, and what was done past the
// interface, which auditors settle.

import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import type { AdministrativeAct } from '../../command/kernel/administrative-log.ts';
import { giveUp } from '../../command/kernel/operations.ts';
import type { IncidentView } from '../../db/kernel/incident-reads.ts';
import { findIncident, listIncidentEvents, listIncidents } from '../../db/kernel/incident-reads.ts';
import type { Incident } from '../../db/kernel/incidents.ts';
import {
  INCIDENT_LANES,
  INCIDENT_STATUSES,
  lockIncident,
  settleIncidents,
  updateRetrying,
} from '../../db/kernel/incidents.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { performAct } from './administrative-acts.ts';
import type { App } from './app.ts';
import { beyondReach } from './beyond-reach.ts';
import { assertRevision, expectedRevision, setRevision } from './conventions.ts';
import { causeOf, remedyOf, subjectOf } from './incident-texts.ts';
import { pageOf } from './pages.ts';
import type { Text } from './problem-catalog.ts';
import { languageOf, problem } from './problems.ts';
import { assertRole, reachesOf } from './roles.ts';
import type { Service } from './service.ts';
import { Id, Instant, Nullable, Written } from './subject-schemas.ts';

const READERS: readonly Role[] = ['operator', 'auditor'];
/** A log that was tampered with, or what was done past the interface, is no operator's to settle: it may be their own doing. */
const keepersOf = ({ lane }: Pick<Incident, 'lane'>): readonly Role[] =>
  lane === 'audit' || lane === 'administration' ? ['auditor'] : ['operator'];
/** The number of log entries that an incident shows, the last ones. */
const EVENTS_TOLD_MAX = 100;

const IncidentSchema = Type.Object({
  id: Type.Integer(),
  lane: Type.Enum([...INCIDENT_LANES], {
    description:
      'timers 定时器、operations 批量任务、recalculation 期限重算、sweeping 清理、versions 版本、walls 隔墙、audit 日志核验、administration 不经接口的管理、backups 备份校验 · What the service was doing',
  }),
  status: Type.Enum([...INCIDENT_STATUSES], {
    description:
      'retrying 自行再试、open 等待处理、resolved 已解决、dismissed 已搁置 · retrying by itself, open and waiting for you, resolved, dismissed',
  }),
  subject: Type.String({ description: '涉及什么 · What it is about' }),
  cause: Type.String({ description: '原因 · What was wrong' }),
  remedy: Type.String({ description: '如何处理 · What can be done' }),
  code: Type.String(),
  campaignId: Nullable(Id),
  subjectId: Nullable(Id),
  operationId: Nullable(Id),
  attempts: Type.Integer({ description: '失败次数 · Failures so far' }),
  affected: Type.Integer({ description: '涉及的对象数 · Subjects concerned' }),
  notBefore: Nullable(Instant),
  firstAt: Instant,
  lastAt: Instant,
  revision: Type.Integer(),
});
const EventSchema = Type.Object({
  sequence: Type.Integer(),
  type: Type.Enum(['failed', 'parked', 'retried', 'resolved', 'dismissed']),
  at: Instant,
  by: Nullable(Type.String({ description: '姓名；服务自身为 null · Null for the service itself' })),
  reason: Nullable(Type.String()),
  code: Nullable(Type.String()),
  message: Nullable(Type.String()),
});
const WholeSchema = Type.Object({
  ...IncidentSchema.properties,
  events: Type.Array(EventSchema, { description: '最近的在前 · The last ones first' }),
});
const IncidentParams = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2 ** 53 - 1 }) });

function incidentToJson(
  { subjects }: Service,
  request: FastifyRequest,
  incident: IncidentView,
): Static<typeof IncidentSchema> {
  const language = languageOf(request.headers['accept-language']);
  const inWords = ({ zh, en }: Text): string => (language === 'en' ? en : zh);
  const { id, lane, status, code, campaignId, subjectId, operationId } = incident;
  const { attempts, affected, notBefore, firstAt, lastAt, revision } = incident;
  return {
    ...{ id, lane, status, code, campaignId, subjectId, operationId },
    ...{ attempts, affected, notBefore, firstAt, lastAt, revision },
    subject: inWords(subjectOf(incident, subjects)),
    cause: inWords(causeOf(incident)),
    remedy: inWords(remedyOf(incident)),
  };
}

/** An incident with its log, in the reader's language. Throws 404 beyond the principal's reach. */
async function findWholeIncident(
  service: Service,
  request: FastifyRequest,
  db: Service['pool'] | Tx,
  roles: readonly Role[],
  id: number,
): Promise<Static<typeof WholeSchema>> {
  const found = await findIncident(db, reachesOf(request.principal, roles), id);
  if (found === undefined) throw problem('not-found');
  const events = await listIncidentEvents(db, id, EVENTS_TOLD_MAX);
  return {
    ...incidentToJson(service, request, found),
    events: events.map(({ principalId, principalName, ...event }) => ({
      ...event,
      by: principalName ?? principalId,
    })),
  };
}

export function addIncidentRoutes(app: App, service: Service): void {
  addReadRoutes(app, service);
  addRetryRoutes(app, service);
  addDismissalRoutes(app, service);
}

const pages = pageOf(
  IncidentSchema,
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  ({ id }: IncidentView) => id,
);

function addReadRoutes(app: App, service: Service): void {
  const pool = beyondReach(service, 'incidents');
  app.get(
    '/v1/incidents',
    {
      schema: {
        operationId: 'listIncidents',
        tags: ['incidents'],
        summary: '故障事件 · Incidents',
        description:
          '服务未能办理的事，新的在前；运维员和审计员可见其管辖范围内的；不属于任何活动的由最高一级的看。 · What the service could not do, newest first; for operators and auditors, within their reach; those of no campaign are the topmost organisation’s.',
        querystring: Type.Object({
          ...pages.query,
          status: Type.Optional(Type.Enum([...INCIDENT_STATUSES])),
          lane: Type.Optional(Type.Enum([...INCIDENT_LANES])),
          campaignId: Type.Optional(Id),
        }),
        response: { 200: pages.schema },
      },
    },
    async (request, reply) => {
      assertRole(request.principal, READERS);
      const { limit, cursor, ...filter } = request.query;
      const rows = await listIncidents(pool, {
        ...filter,
        reaches: reachesOf(request.principal, READERS),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, (row) => incidentToJson(service, request, row));
    },
  );

  app.get(
    '/v1/incidents/:id',
    {
      schema: {
        operationId: 'getIncident',
        tags: ['incidents'],
        summary: '一件故障事件及其记录 · One incident and its log',
        description: '记录只增不改。 · The log is append-only.',
        params: IncidentParams,
        response: { 200: WholeSchema },
      },
    },
    async (request, reply) => {
      assertRole(request.principal, READERS);
      const whole = await findWholeIncident(service, request, pool, READERS, request.params.id);
      setRevision(reply, whole.revision);
      return whole;
    },
  );
}

/** Changes an open incident under its lock, and answers it as it is afterwards. */
function change(
  service: Service,
  request: FastifyRequest<{ Params: { id: number } }>,
  reply: FastifyReply,
  may: (incident: Incident) => boolean,
  work: (tx: Tx, incident: IncidentView) => Promise<AdministrativeAct[]>,
): Promise<Static<typeof WholeSchema>> {
  assertRole(request.principal, READERS);
  const { id } = request.params;
  return performAct(service, request, reply, async (tx) => {
    await lockIncident(tx, id);
    // Visibility is checked first, so that a refusal reveals nothing of the incident.
    const incident = await findIncident(tx, reachesOf(request.principal, READERS), id);
    if (incident === undefined) throw problem('not-found');
    assertRole(request.principal, keepersOf(incident));
    assertRevision(expectedRevision(request), incident.revision);
    if (!may(incident)) {
      throw problem('out-of-state', {
        accepts: [],
        detail: {
          zh: `事件已是 ${incident.status}，不能这样处理。`,
          en: `The incident is ${incident.status} and takes this no more.`,
        },
      });
    }
    const told = await work(tx, incident);
    const body = await findWholeIncident(service, request, tx, READERS, id);
    return { status: 200, headers: { etag: `"${body.revision}"` }, body, told };
  });
}

const dismissalOf = (
  { id, lane, item, status, path }: IncidentView,
  reason: string,
): AdministrativeAct => ({
  kind: 'incident-dismissed',
  subject: { kind: 'incident', id: String(id) },
  path,
  before: { lane, item, status },
  after: { lane, item, status: 'dismissed' },
  personal: { reason },
});

const isLive = ({ status }: Incident): boolean => status === 'retrying' || status === 'open';

// A dismissed item of an operation has its outcome; other dismissed items can still be retried.
const mayRetry = (incident: Incident): boolean =>
  incident.lane !== 'versions' &&
  incident.lane !== 'walls' &&
  incident.lane !== 'audit' &&
  incident.lane !== 'administration' &&
  incident.lane !== 'backups' &&
  (isLive(incident) || (incident.status === 'dismissed' && incident.lane !== 'operations'));

function addRetryRoutes(app: App, service: Service): void {
  app.post(
    '/v1/incidents/:id/retry',
    {
      config: { problems: ['out-of-state', 'duplicate'], revisioned: true },
      schema: {
        operationId: 'retryIncident',
        tags: ['incidents'],
        summary: '立即再试 · Try it once more',
        description:
          '仅运维员。由服务随即再试一次，结果见事件记录；仍然失败则再次等待处理。 · Operators only. The service tries it at once, and its log tells how that went; failing again it waits for you again.',
        params: IncidentParams,
        body: Type.Object({}, { examples: [{}] }),
        response: { 200: WholeSchema },
      },
    },
    (request, reply) =>
      change(service, request, reply, mayRetry, async (tx, { id }) => {
        await updateRetrying(tx, id, request.principal.id);
        return [];
      }),
  );
}

function addDismissalRoutes(app: App, service: Service): void {
  app.post(
    '/v1/incidents/:id/dismiss',
    {
      config: { problems: ['out-of-state'], revisioned: true },
      schema: {
        operationId: 'dismissIncident',
        tags: ['incidents'],
        summary: '不再办理 · Let it be',
        description:
          '运维员办理，须写明理由；日志核验、不经接口的管理由审计员查明后办理。何人、为何记入管理日志。批量任务中的该项记为未办成；定时器保留而不触发；期限、文件保持原样。 · By operators, with a reason; by the auditor where a log does not fit or something was done past the interface. Who and why is in the administrative log. An item of an operation counts as refused; a timer stays and does not fire; a deadline or a file stays as it is.',
        params: IncidentParams,
        body: Type.Object(
          { reason: Written() },
          { examples: [{ reason: '该对象已由新的申报代替' }] },
        ),
        response: { 200: WholeSchema },
      },
    },
    (request, reply) => {
      const { reason } = request.body;
      const by = { principalId: request.principal.id, reason };
      return change(
        service,
        request,
        reply,
        (incident) => isLive(incident) && incident.lane !== 'versions',
        async (tx, incident) => {
          await settleIncidents(tx, [incident.id], 'dismissed', by);
          if (incident.lane === 'operations') await giveUp(tx, incident, reason);
          return [dismissalOf(incident, reason)];
        },
      );
    },
  );
}
