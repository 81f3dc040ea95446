// Changes of policy take a running campaign to another version of its plan: one officer proposes the
// change, another sees what it would do and approves it.

import Type, { type Static } from 'typebox';
import type { PolicyChangeContext } from '../../../machines/campaign/policy-change.v1.ts';
import { chainOf } from '../../../machines/procedure/chain.ts';
import { nouns } from '../../command/nouns.ts';
import { POLICY_SUBJECTS_MAX, previewPolicy } from '../../command/what-if/policy-preview.ts';
import { findPolicyOperation } from '../../db/campaign/policy-changes.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import { inSnapshot } from '../../db/kernel/connections.ts';
import type { Place } from '../../db/kernel/places.ts';
import type { ReadSubject } from '../../db/kernel/subject-reads.ts';
import { findReadSubject, listSubjects } from '../../db/kernel/subject-reads.ts';
import { findPlan } from '../../db/plan/plans.ts';
import { readsOf } from '../../db/tables.ts';
import { readsAsAssessor } from '../../rules/access/access.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { contentInvalid } from '../county/organisations.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { performCommand } from '../kernel/commands.ts';
import { pageOf } from '../kernel/pages.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import {
  AnswerSchema,
  contextOf,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
  Written,
} from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';

const Reason = { reason: Written() };
const events = [
  Type.Object({
    type: Type.Literal('approve'),
    previewHash: Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 }),
    ...Reason,
  }),
  Type.Object({ type: Type.Literal('decline'), ...Reason }),
  Type.Object({ type: Type.Literal('withdraw'), ...Reason }),
] as const;

const Value = Type.Unknown();
const PreviewSchema = Type.Object({
  hash: Type.String({ description: '批准时须写明 · To be named in the approval' }),
  at: Instant,
  tooMany: Type.Boolean(),
  easier: Type.Integer({
    description: '变得更宽的条款数和判断数 · Differences and guards that would be easier',
  }),
  differences: Type.Array(
    Type.Object({
      path: Type.String(),
      from: Value,
      to: Value,
      effect: Type.Enum(['easier', 'harder', 'other']),
    }),
  ),
  affected: Type.Array(
    Type.Object({
      subjectId: Id,
      machine: Type.String(),
      name: Nullable(Type.String()),
      category: Nullable(Type.String()),
      revision: Type.Integer(),
      fromVersion: Type.Integer(),
      stage: Type.String(),
      state: Type.String(),
      newStage: Type.String(),
      newState: Type.String(),
      misfit: Nullable(
        Type.Enum(['unknown-state', 'waits-otherwise'], {
          description:
            '仍按原程序办理的原因：新程序没有这一状态，或在此等待的不同 · Why it keeps the procedure it has',
        }),
      ),
      deadlines: Type.Array(
        Type.Object({ kind: Type.String(), from: Nullable(Instant), to: Instant }),
      ),
      flips: Type.Array(
        Type.Object({
          event: Type.String(),
          requirement: Type.String(),
          clause: Type.String(),
          from: Value,
          to: Value,
          easier: Type.Boolean(),
        }),
      ),
    }),
  ),
  excluded: Type.Array(
    Type.Object({
      subjectId: Id,
      name: Nullable(Type.String()),
      category: Nullable(Type.String()),
    }),
    {
      description:
        '新版没有其类别，留在原版 · Left where they are: the new version lacks their category',
    },
  ),
});

const SummarySchema = Type.Object({
  ...subjectFields,
  fromVersion: Type.Integer(),
  planVersion: Type.Integer(),
  reason: Nullable(Type.String()),
  proposedBy: Nullable(Type.String()),
  decidedBy: Nullable(Type.String()),
  previewHash: Nullable(Type.String()),
});
const ChangeSchema = Type.Object({
  ...SummarySchema.properties,
  preview: Nullable(PreviewSchema),
  operation: Nullable(
    Type.Object({
      id: Id,
      status: Type.String(),
      total: Type.Integer(),
      done: Type.Integer(),
      refused: Type.Integer(),
    }),
  ),
});

function summaryToJson(row: ReadSubject): Static<typeof SummarySchema> {
  const context = contextOf<PolicyChangeContext>(row);
  const { fromVersion, planVersion, reason, proposedBy, decidedBy, previewHash } = context;
  return {
    ...subjectToJson('policy-change', row),
    fromVersion,
    planVersion,
    reason,
    proposedBy,
    decidedBy,
    previewHash,
  };
}

export const policyChangeResource: SubjectResource = {
  words: { zh: '政策调整', en: 'the change of policy' },
  ...seenAtItsPlace,
  addRoutes: addPolicyChangeRoutes,
};

function addPolicyChangeRoutes(app: App, service: Service): void {
  addProposalRoutes(app, service);
  addReadRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'policy-changes',
    name: 'PolicyChange',
    zh: '政策调整',
    en: 'a change of policy',
    machine: 'policy-change',
    events,
    one: {
      summary: '一次政策调整及其影响 · One change and what it would do',
      description:
        '尚未决定时另告知 preview：逐个对象的新状态、会移动的期限、会改变的判断，以及两版的每一处不同和哪些变宽。 · While it is undecided, who would be moved and how, which guards would answer otherwise, and what becomes easier.',
      schema: ChangeSchema,
      read: async (place, id, principal) => {
        // The preview names every candidate it would move, also those whom an assessor stays away from.
        if (readsAsAssessor(principal, place.path)) return undefined;
        const { pool } = service;
        const row = await findReadSubject(readsOf(pool), 'policy-change', place.campaignId, id);
        if (row === undefined) return undefined;
        const summary = summaryToJson(row);
        return {
          ...summary,
          preview: summary.status === 'active' ? await preview(service, place, summary) : null,
          operation: await findPolicyOperation(pool, place.campaignId, id),
        };
      },
    },
  });
}

/** The chain of the plan's phases, as one text. */
const linksOf = ({ body: { phases } }: { body: Plan }): string =>
  chainOf(phases)
    .links.map(({ code }) => code)
    .join();

function addProposalRoutes(app: App, service: Service): void {
  app.post(
    '/v1/policy-changes',
    {
      config: { problems: ['out-of-state', 'requirements-unmet', 'content-invalid', 'not-found'] },
      schema: {
        operationId: 'proposePolicyChange',
        tags: ['policy-changes'],
        summary: '提请改用方案的另一版 · Propose to go by another version of the plan',
        description: `由县级主办单位提出，县级主管部门另一人查看影响后批准；批准后逐个对象在其日志中改用，补正、公示等已经开始的期限不变。一次至多 ${POLICY_SUBJECTS_MAX} 个对象。 · Proposed by the county office; approved by the department with the hash of what was shown, and then applied in the log of each live subject. Deadlines of their own run as they run.`,
        body: Type.Object({
          campaignId: Id,
          planVersion: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
          ...Reason,
        }),
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { campaignId, planVersion, reason } = request.body;
      const place = await findVisible(service, request.principal, 'campaign', campaignId);
      const plan = await findPlan(service.pool, place.planId, planVersion);
      if (plan === undefined) {
        throw contentInvalid('/body/planVersion', {
          zh: '方案没有这一版',
          en: 'the plan has no such version',
        });
      }
      // The campaign and its candidates stay on their charts, which ask for windows by these codes.
      const issued = await findPlan(service.pool, place.planId, place.planVersion);
      if (issued !== undefined && linksOf(issued) !== linksOf(plan)) {
        throw contentInvalid('/body/planVersion', {
          zh: '这一版的阶段与正在进行的活动不同，不能改用',
          en: 'its phases are not those of the campaign under way, which cannot go by it',
        });
      }
      return performCommand(service, request, reply, {
        ...place,
        subjectId: service.entropy.newId(),
        create: {
          machine: 'policy-change',
          parentId: null,
          organisationId: place.organisationId,
          name: `${plan.id} v${planVersion}`,
          input: { fromVersion: place.planVersion, planVersion },
        },
        event: { type: 'propose', reason },
      });
    },
  );
}

const pages = pageOf(SummarySchema, Id, ({ id }: ReadSubject) => id);

function addReadRoutes(app: App, service: Service): void {
  const { pool } = service;
  app.get(
    '/v1/policy-changes',
    {
      config: { problems: ['not-found'] },
      schema: {
        operationId: 'listPolicyChanges',
        tags: ['policy-changes'],
        summary: '一次活动的政策调整 · Changes of a campaign’s policy',
        description: '新的在前。 · The newest first.',
        querystring: Type.Object({ ...pages.query, campaignId: Id }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, campaignId }, principal }, reply) => {
      await findVisible(service, principal, 'campaign', campaignId);
      const filter = { campaignId, reading: null };
      const turn = pages.turnOf({ limit, cursor });
      const rows = await listSubjects(readsOf(pool), 'policy-change', { ...filter, ...turn });
      return pages.toJson(reply, limit, rows, summaryToJson);
    },
  );
}

async function preview(
  service: Service,
  place: Place,
  { planVersion }: { planVersion: number },
): Promise<Static<typeof PreviewSchema> | null> {
  const { cache } = service;
  const { campaignId } = place;
  const first = await planOf(service, place);
  return inSnapshot(beyondReach(service, 'decisions'), async (tx) => {
    const head = await findCampaignHead(tx, campaignId);
    if (head === undefined) return null;
    const reference = await cache.reference(tx, head);
    const world = { tx, campaignId, reference, at: head.now, sources: nouns.facts };
    const shown = await previewPolicy(world, first, planVersion, true);
    if (shown === null) return null;
    const flips = shown.affected.flatMap((one) => one.flips).filter(({ easier }) => easier);
    const eased = shown.differences.filter(({ effect }) => effect === 'easier');
    return { ...shown, easier: flips.length + eased.length };
  });
}
