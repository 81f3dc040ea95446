// Draws: they are published, moved by events, and recomputed for anybody who asks (docs/draw.md).

import Type, { type Static } from 'typebox';
import type { DrawContext } from '../../../machines/draw/events.ts';
import { sha256 } from '../../command/draw/draws.ts';
import type { DrawRow } from '../../db/draw/draws.ts';
import { findDraw, listDraws, listPredecessors } from '../../db/draw/draws.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import { readableReaches } from '../../rules/access/access.ts';
import { ALGORITHM } from '../../rules/draw/draw.ts';
import type { PublishedDraw } from '../../rules/draw/draw-verification.ts';
import { verifyDraw } from '../../rules/draw/draw-verification.ts';
import type { App } from '../kernel/app.ts';
import { Ordinal, pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import {
  contextOf,
  DeadlineSchema,
  deadlinesOf,
  Id,
  IdParams,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
} from '../kernel/subject-schemas.ts';
import { seenByAllConcerned } from '../kernel/subject-visibility.ts';
import { findVisible } from '../kernel/visibility.ts';
import { drawEvents } from './draw-payloads.ts';

export const drawResource: SubjectResource = {
  words: { zh: '抽查', en: 'the draw' },
  ...seenByAllConcerned,
  addRoutes: addDrawRoutes,
};

function addDrawRoutes(app: App, service: Service): void {
  addListRoutes(app, service);
  addVerificationRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'draws',
    name: 'Draw',
    zh: '抽签',
    en: 'a draw',
    machine: 'draw',
    events: drawEvents,
    one: {
      summary: '一次抽签 · One draw',
      description:
        '公布的全部数据；抽中的单位、种子在揭晓时间之前不存在。可用 scripts/verify-draw.ts 独立核验。 · All that is published; units and seed do not exist before the reveal. scripts/verify-draw.ts checks it without this service.',
      schema: DrawSchema,
      read: async ({ campaignId }, id) => {
        const reads = readsOf(service.pool);
        const row = await findDraw(reads, campaignId, id);
        if (row === undefined) return undefined;
        const { contributions, units, ...published } = publishedOf(row);
        return {
          ...summaryToJson(row),
          ...published,
          algorithm: ALGORITHM,
          predecessors: await listPredecessors(service.pool, campaignId, id),
          contributions: [...contributions],
          recusals: [...contextOf<DrawContext>(row).recusals],
          units: units === null ? null : [...units],
          deadlines: await deadlinesOf(reads, campaignId, id),
        };
      },
    },
  });
}

const Hash = Type.String({ description: 'SHA-256' });

const DrawSummarySchema = Type.Object({
  ...subjectFields,
  round: Type.Integer(),
  title: Type.String(),
  snapshotHash: Hash,
  ruleHash: Hash,
  serviceCommitment: Hash,
  unitCount: Type.Integer(),
  inspectorCount: Type.Integer(),
  parties: Type.Array(Type.String()),
  revealAt: Instant,
  revealed: Type.Boolean(),
  resultHash: Nullable(Hash),
  reason: Nullable(Type.String({ description: '撤销的原因 · Why it was cancelled' })),
  publishedAt: Nullable(Instant),
  cancelledAt: Nullable(Instant),
  repeats: Type.Array(Type.Integer(), {
    description: '本轮所重抽的各轮 · The rounds that this one draws again',
  }),
  repeatReason: Nullable(Type.String({ description: '重抽的理由 · Why it is drawn again' })),
});

const PredecessorSchema = Type.Object(
  {
    id: Id,
    round: Type.Integer(),
    publishedAt: Nullable(Instant),
    cancelledAt: Nullable(Instant),
    cancelledBy: Type.Array(Type.Object({ id: Id, name: Type.String() })),
    reason: Nullable(Type.String()),
  },
  {
    description:
      '此前同一范围未抽成的各轮：何时公布，何时、由谁、因何撤销；cancelledAt 为 null 的未按时公布 · Draws before it over the same kind of units that came to nothing: cancelled when, by whom and why; null when it was not published in time',
  },
);

const DrawSchema = Type.Object({
  ...DrawSummarySchema.properties,
  predecessors: Type.Array(PredecessorSchema),
  algorithm: Type.String(),
  snapshot: Type.Unknown({ description: '抽签范围和检查人名单 · Population and pool' }),
  rule: Type.Unknown({ description: '抽签规则 · The rule' }),
  contributions: Type.Array(
    Type.Object({
      party: Type.String(),
      commitment: Nullable(Type.String()),
      value: Nullable(Type.String()),
    }),
  ),
  recusals: Type.Array(
    Type.Object({
      inspectorId: Type.String(),
      unitId: Type.String(),
      reason: Type.String(),
      at: Instant,
      declaredBy: Type.String(),
    }),
  ),
  serviceSeed: Nullable(
    Type.String({ description: '揭晓前为 null · Null before the reveal, like all that follows' }),
  ),
  seed: Nullable(Type.String()),
  units: Nullable(Type.Array(Type.Unknown({ description: '抽中的单位和检查人 · What was drawn' }))),
  deadlines: Type.Array(DeadlineSchema),
});

function summaryToJson(row: DrawRow): Static<typeof DrawSummarySchema> {
  const context = contextOf<DrawContext>(row);
  const { round, title, snapshotHash, ruleHash, serviceCommitment, unitCount } = context;
  const { inspectorCount, revealAt, reason, publishedAt, cancelledAt, repeatReason } = context;
  return {
    ...subjectToJson('draw', row),
    ...{ round, title, snapshotHash, ruleHash, serviceCommitment, unitCount, inspectorCount },
    ...{ revealAt, reason, publishedAt, cancelledAt, repeatReason },
    repeats: [...context.repeats],
    parties: [...context.parties],
    revealed: context.result !== null,
    resultHash: context.result?.resultHash ?? null,
  };
}

type FullRow = NonNullable<Awaited<ReturnType<typeof findDraw>>>;

/** The published data of a draw, which anybody may check; the units are null before the reveal. */
function publishedOf(row: FullRow): PublishedDraw {
  const { snapshot, rule } = row;
  const context = contextOf<DrawContext>(row);
  const { result, parties, contributions, recusals } = context;
  return {
    snapshot,
    snapshotHash: context.snapshotHash,
    rule,
    ruleHash: context.ruleHash,
    serviceCommitment: context.serviceCommitment,
    serviceSeed: result?.serviceSeed ?? null,
    contributions: parties.map((party) => {
      const own = contributions.find((one) => one.party === party);
      return { party, commitment: own?.commitment ?? null, value: own?.value ?? null };
    }),
    recusals,
    seed: result?.seed ?? null,
    units: (result?.units as PublishedDraw['units']) ?? null,
    resultHash: result?.resultHash ?? null,
  };
}

async function readDraw(service: Service, principal: Principal, id: string): Promise<FullRow> {
  const { campaignId } = await findVisible(service, principal, 'draw', id);
  const row = await findDraw(readsOf(service.pool), campaignId, id);
  if (row === undefined) throw problem('not-found');
  return row;
}

const pages = pageOf(
  DrawSummarySchema,
  Type.Tuple([Id, Ordinal]),
  ({ campaignId, round }: DrawRow): [string, number] => [campaignId, round],
);

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/draws',
    {
      schema: {
        operationId: 'listDraws',
        tags: ['draws'],
        summary: '抽签列表 · Draws',
        description:
          '与您有关的活动的抽签，按轮次。 · Of the campaigns that concern you, by round.',
        querystring: Type.Object({ ...pages.query, campaignId: Type.Optional(Id) }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, campaignId }, principal }, reply) => {
      const rows = await listDraws(readsOf(service.pool), {
        concerning: readableReaches(principal),
        campaignId,
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, summaryToJson);
    },
  );
}

function addVerificationRoutes(app: App, service: Service): void {
  app.get(
    '/v1/draws/:id/verify',
    {
      schema: {
        operationId: 'verifyDraw',
        tags: ['draws'],
        summary: '核验抽签 · Verify a draw',
        description:
          '由公布的数据逐步重新计算，逐步说明是否一致；揭晓前只核验已公布的部分。 · Recomputes each step from the published data and says whether it is equal; before the reveal only what is published.',
        params: IdParams,
        response: {
          200: Type.Object({
            id: Id,
            algorithm: Type.String(),
            revealed: Type.Boolean(),
            verified: Type.Boolean({ description: '各步均一致 · Every step is equal' }),
            steps: Type.Array(
              Type.Object({
                step: Type.String(),
                published: Nullable(Type.String()),
                recomputed: Nullable(Type.String()),
                equal: Type.Boolean(),
              }),
            ),
          }),
        },
      },
    },
    async ({ params: { id }, principal }) => {
      const published = publishedOf(await readDraw(service, principal, id));
      const steps = verifyDraw(sha256, published);
      return {
        id,
        algorithm: ALGORITHM,
        revealed: published.serviceSeed !== null,
        verified: steps.every(({ equal }) => equal),
        steps,
      };
    },
  );
}
