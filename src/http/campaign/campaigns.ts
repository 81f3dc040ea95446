// Campaigns: they are drafted from a plan and led through its phases by events.

import { createHash } from 'node:crypto';
import Type from 'typebox';
import type { CampaignRow } from '../../db/campaign/campaigns.ts';
import { findCampaign, findSettling, listCampaigns } from '../../db/campaign/campaigns.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import { listOwed } from '../../db/kernel/obligations.ts';
import { findPlan } from '../../db/plan/plans.ts';
import { readsOf } from '../../db/tables.ts';
import type { Entropy } from '../../entropy.ts';
import { readableReaches, readsAsAssessor } from '../../rules/access/access.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { idempotencyKey } from '../kernel/conventions.ts';
import { pageOf } from '../kernel/pages.ts';
import { fault } from '../kernel/problems.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import { AnswerSchema, Id, Instant, Written } from '../kernel/subject-schemas.ts';
import { seenByAllConcerned } from '../kernel/subject-visibility.ts';
import { planOf, unknownCategory } from '../kernel/visibility.ts';
import { campaignEvents } from './campaign-payloads.ts';
import {
  CampaignSchema,
  CampaignSummarySchema,
  campaignSummaryToJson,
  campaignToJson,
} from './campaign-views.ts';

export const campaignResource: SubjectResource = {
  words: { zh: '活动', en: 'the campaign' },
  operations: {
    'phase-change': { zh: '阶段变更', en: 'phase change' },
    'policy-change': { zh: '政策调整', en: 'change of policy' },
    'merit-selection': { zh: '择优', en: 'selection by merit' },
    'public-notice': { zh: '公示', en: 'public notice' },
    'final-decision': { zh: '决定', en: 'decision' },
    recusal: { zh: '回避', en: 'recusal' },
  },
  ...seenByAllConcerned,
  addRoutes: addCampaignRoutes,
};

function addCampaignRoutes(app: App, service: Service): void {
  addDraftingRoutes(app, service);
  addListRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'campaigns',
    name: 'Campaign',
    zh: '活动',
    en: 'a campaign',
    machine: 'campaign',
    events: campaignEvents,
    one: {
      summary: '一个活动 · One campaign',
      description:
        '阶段、各阶段的期限、例外申请和择优结果；settling 为阶段变更的传达进度。 · Phase, windows, override and selections; settling is how far a phase change has come.',
      schema: CampaignSchema,
      read: async (_, id) => {
        const reads = readsOf(service.pool);
        const row = await findCampaign(reads, id);
        const [owed, settling] = await Promise.all([
          listOwed(reads, id, id),
          findSettling(reads, id),
        ]);
        return row && campaignToJson(row, owed, settling);
      },
    },
    // The log says who was ranked where and who stays away, which people who only assess must not see.
    veil: async (principal, { path }) => {
      const isVeiled = readsAsAssessor(principal, path);
      return () => isVeiled;
    },
    complete: async (event, place) => {
      if (event.type === 'declare-conflict') await assertOrganisation(service, event);
      const named = MAKES_ROW.has(event.type) ? { ...event, id: service.entropy.newId() } : event;
      if (!('category' in event)) return named;
      const category = findCategory(await planOf(service, place), String(event.category));
      if (category === undefined) throw unknownCategory();
      return { ...named, category: category.code };
    },
  });
}

// These events leave a ranking or a record behind, whose id the server gives.
const MAKES_ROW = new Set(['rank-candidates', 'select-by-merit', 'move-up', 'record-veto']);

/** A recusal names the organisation that it concerns. */
async function assertOrganisation({ pool }: Service, event: { [name: string]: unknown }) {
  if ((await findOrganisation(pool, String(event.organisationId))) !== undefined) return;
  throw fault('organisationId', '没有这一单位', 'is no organisation');
}

/**
 * The id of a new campaign. A repeat must find its answer in the campaign's own partition, so with a
 * key the id follows from the caller and the key. UUID version 8 leaves the bits to us (RFC 9562).
 */
function newCampaignId(entropy: Entropy, principalId: string, key: string | undefined): string {
  if (key === undefined) return entropy.newId();
  const digest = createHash('sha256').update(`campaign\n${principalId}\n${key}`).digest('hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const [a, b, c] = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(13, 16)];
  return `${a}-${b}-8${c}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

function addDraftingRoutes(app: App, service: Service): void {
  app.post(
    '/v1/campaigns',
    {
      config: { problems: ['not-found'] },
      schema: {
        operationId: 'draftCampaign',
        tags: ['campaigns'],
        summary: '起草活动 · Draft a campaign',
        description:
          '按已印发的方案起草；不写版本即用最新版。 · From a published plan; its latest version unless one is given.',
        body: Type.Object({
          planId: Type.String({ minLength: 1, maxLength: 100, examples: ['my-county-2027'] }),
          planVersion: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
          name: Type.Optional(Written(300)),
        }),
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { planId, name } = request.body;
      const plan = await findPlan(service.pool, planId, request.body.planVersion ?? null);
      if (plan === undefined) {
        throw fault('planId', '没有这一方案', 'is no published plan');
      }
      const id = newCampaignId(service.entropy, request.principal.id, idempotencyKey(request));
      return performCommand(service, request, reply, {
        campaignId: id,
        subjectId: id,
        planId,
        planVersion: plan.version,
        create: {
          machine: 'campaign',
          planId,
          planVersion: plan.version,
          name: name ?? plan.body.activity ?? plan.title,
        },
        event: { type: 'draft' },
      });
    },
  );
}

const pages = pageOf(
  CampaignSummarySchema,
  Type.Tuple([Instant, Id]),
  ({ createdAt, id }: CampaignRow): [string, string] => [createdAt, id],
);

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/campaigns',
    {
      schema: {
        operationId: 'listCampaigns',
        tags: ['campaigns'],
        summary: '活动列表 · Campaigns',
        description: '与您的管辖范围有关的活动，新的在前。 · Those that concern your places.',
        querystring: Type.Object({
          ...pages.query,
          state: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, state }, principal }, reply) => {
      const rows = await listCampaigns(readsOf(service.pool), {
        reaches: readableReaches(principal),
        state,
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, campaignSummaryToJson);
    },
  );
}
