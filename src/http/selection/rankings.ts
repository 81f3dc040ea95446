// Rankings of the merit selection (R63), with their derivation, verification and what-if questions.

import { hash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { EARLIER_APPLICATION } from '../../../machines/selection/ranking.ts';
import { supposeRanking } from '../../command/what-if/what-if-ranking.ts';
import type { RankingRow } from '../../db/selection/rankings.ts';
import { findNames, findRanking, listRankings } from '../../db/selection/rankings.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead, readsAsAssessor } from '../../rules/access/access.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { CapsSchema, PRIORITY_CLASSES, QuotaSchema } from '../../rules/plan/quota-schema.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import type { RankingBody } from '../../rules/selection/ranking.ts';
import { differences, type Hypothesis, recomputes } from '../../rules/selection/ranking.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { pageOf } from '../kernel/pages.ts';
import { fault, problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { Day, Id, IdParams, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, placeOfCampaign, planOf, unknownCategory } from '../kernel/visibility.ts';
import {
  DerivationSchema,
  PlacedSchema,
  RankingSchema,
  RankingSummarySchema,
  rankingSummaryToJson,
  rankingToJson,
  resultToJson,
} from './ranking-views.ts';

export function addRankingRoutes(app: App, service: Service): void {
  addListRoutes(app, service);
  addOneRoutes(app, service);
  addVerificationRoutes(app, service);
  addSupposingRoutes(app, service);
}

/**
 * Only the campaign's leaders may read comparisons; the ranked learn their own place, and people who
 * only assess compare nobody (盲评, 回避).
 */
const leads = (principal: Principal, path: string): boolean =>
  mayRead(principal, path) && !readsAsAssessor(principal, path);

async function placeToLead(service: Service, principal: Principal, campaignId: string) {
  const place = await findVisible(service, principal, 'campaign', campaignId);
  if (!leads(principal, place.path)) throw problem('not-found');
  return place;
}

async function readable(service: Service, principal: Principal, id: string): Promise<RankingRow> {
  const row = await findRanking(readsOf(service.pool), id);
  if (row === undefined) throw problem('not-found');
  const { path } = await placeOfCampaign(service, row.campaignId);
  if (!leads(principal, path)) throw problem('not-found');
  return row;
}

async function namesIn({ pool }: Service, campaignId: string, ids: readonly string[]) {
  const rows = await findNames(readsOf(pool), campaignId, ids);
  return new Map(rows.map(({ id, name, organisationName }) => [id, { name, organisationName }]));
}

const pages = pageOf(RankingSummarySchema, Id, ({ id }: { id: string }) => id);

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/campaigns/:id/rankings',
    {
      schema: {
        operationId: 'listRankings',
        tags: ['rankings'],
        summary: '择优排名列表 · Rankings of a campaign',
        description:
          '每次试排、择优和递补各留一份，不可更改，新的在前。 · One for each ranking tried, each selection and each move up; never changed, the newest first.',
        params: IdParams,
        querystring: Type.Object({
          ...pages.query,
          category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          kind: Type.Optional(Type.Enum(['ranking', 'selection', 'move-up'])),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ params: { id }, query: { limit, cursor, ...filters }, principal }, reply) => {
      await placeToLead(service, principal, id);
      const rows = await listRankings(readsOf(service.pool), {
        ...filters,
        campaignId: id,
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, rankingSummaryToJson);
    },
  );
}

function addOneRoutes(app: App, service: Service): void {
  app.get(
    '/v1/rankings/:id',
    {
      schema: {
        operationId: 'getRanking',
        tags: ['rankings'],
        summary: '一份择优排名 · One ranking',
        description:
          '名次、入选、差额和逐步推导，连同其依据和散列。 · Places, selected, reserves and the derivation, with what it was made of and its hash.',
        params: IdParams,
        response: { 200: RankingSchema },
      },
    },
    async ({ params: { id }, principal }) => {
      const row = await readable(service, principal, id);
      const { result } = JSON.parse(row.body) as RankingBody;
      const ids = result.placed.map(({ candidateId }) => candidateId);
      return rankingToJson(row, await namesIn(service, row.campaignId, ids));
    },
  );
}

const Verification = Type.Object({
  id: Id,
  sha256: Type.String(),
  hashMatches: Type.Boolean({ description: '原文的散列与所存一致 · The text has the stored hash' }),
  recomputes: Type.Boolean({
    description: '由原文中的依据重新推算，结果一致 · Its own input comes to the same result again',
  }),
});

function addVerificationRoutes(app: App, service: Service): void {
  app.get(
    '/v1/rankings/:id/verify',
    {
      schema: {
        operationId: 'verifyRanking',
        tags: ['rankings'],
        summary: '核对一份择优排名 · Verify a ranking',
        description:
          '重新推算并核对散列。 · Computed anew from what it was made of, and its hash taken again.',
        params: IdParams,
        response: { 200: Verification },
      },
    },
    async ({ params: { id }, principal }) => {
      const { sha256, body } = await readable(service, principal, id);
      return {
        id,
        sha256,
        hashMatches: hash('sha256', body, 'hex') === sha256,
        recomputes: recomputes(JSON.parse(body) as RankingBody),
      };
    },
  );
}

const Percent = Type.Integer({ minimum: 0, maximum: 100 });
const Count = Type.Integer({ minimum: 0, maximum: 100_000 });
const Supposition = Type.Object({
  category: Type.String({ minLength: 1, maxLength: 100 }),
  streamWeights: Type.Optional(
    Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]{0,29}$' }), Percent, {
      maxProperties: 10,
      description: '各环节权重，合计 100 · The weights of all streams make 100',
      examples: [{ mass: 50, assessment: 50 }],
    }),
  ),
  passMark: Type.Optional(Percent),
  quota: Type.Optional(Type.Union([Count, QuotaSchema])),
  caps: Type.Optional(CapsSchema),
  classMinima: Type.Optional(
    Type.Array(Type.Object({ priorityClass: Type.Enum([...PRIORITY_CLASSES]), min: Count }), {
      maxItems: 5,
    }),
  ),
  tieChain: Type.Optional(
    Type.Array(Type.String({ maxLength: 30 }), {
      maxItems: 11,
      uniqueItems: true,
      description: '环节代码或 earlier-application · Streams, or earlier-application',
      examples: [['assessment', 'mass']],
    }),
  ),
  reserves: Type.Optional(Count),
  vetoFrom: Type.Optional(Nullable(Day)),
});
const Standing = Type.Object({ rank: Nullable(Type.Integer()), outcome: Type.String() });
const Supposed = Type.Object({
  category: Type.String(),
  rule: Type.Object({}, { additionalProperties: true }),
  placed: Type.Array(PlacedSchema),
  undecided: Type.Array(Type.Array(Id)),
  derivation: DerivationSchema,
  changes: Type.Array(Type.Object({ candidateId: Id, from: Standing, to: Standing }), {
    description: '与现行办法相比的变化 · What would change',
  }),
});

function addSupposingRoutes(app: App, service: Service): void {
  const { cache } = service;
  app.post(
    '/v1/campaigns/:id/rankings/what-if',
    {
      config: { reads: true },
      schema: {
        operationId: 'supposeRanking',
        tags: ['rankings'],
        summary: '假如换一种权重或名额 · What if the weights or quotas were others',
        description:
          '只推算，不改动任何东西；各环节权重之和须为 100。 · Computes and touches nothing; the weights make 100.',
        params: IdParams,
        body: Supposition,
        response: { 200: Supposed },
      },
    },
    async ({ params: { id }, body: { category: named, ...supposition }, principal }) => {
      const place = await placeToLead(service, principal, id);
      const plan = await planOf(service, place);
      const category = findCategory(plan, named)?.code;
      if (category === undefined) throw unknownCategory();
      assertStreams(plan, supposition);
      const found = await supposeRanking(
        beyondReach(service, 'decisions'),
        cache,
        plan,
        { campaignId: id, category },
        supposition as Hypothesis,
      );
      if (found === null) throw problem('not-found');
      const { actual, supposed, rule } = found;
      const ids = supposed.placed.map(({ candidateId }) => candidateId);
      return {
        category,
        rule,
        ...resultToJson(supposed, await namesIn(service, id, ids)),
        changes: differences(actual, supposed),
      };
    },
  );
}

/** The streams of a supposition are those of the plan, and their weights make 100. */
function assertStreams(
  { streams }: Plan,
  { streamWeights = {}, tieChain = [] }: Omit<Static<typeof Supposition>, 'category'>,
): void {
  const known = Object.keys(streams).sort();
  const unknown = (names: readonly string[]) => names.find((name) => !known.includes(name));
  const stream = unknown(Object.keys(streamWeights));
  if (stream !== undefined) {
    const zh = `方案没有这一环节；有：${known.join('、')}`;
    throw fault(`streamWeights/${stream}`, zh, `streams: ${known.join(', ')}`);
  }
  if (unknown(tieChain.filter((name) => name !== EARLIER_APPLICATION)) !== undefined) {
    const all = [...known, EARLIER_APPLICATION];
    throw fault('tieChain', `应为 ${all.join('、')}`, `is of ${all.join(', ')}`);
  }
  const weights = Object.values(streamWeights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.length === 0 || total === 100) return;
  const zh = `各环节权重之和为 ${total}，应为 100`;
  throw fault('streamWeights', zh, `the weights make ${total}, not 100`);
}
