// 公示 (R63, R65): everybody may read who is under public notice now. The answer gives name, unit and
// category, and nothing else of a person.

import Type, { type Static } from 'typebox';
import { findCheckpointName } from '../../db/audit/checkpoints.ts';
import type { PublishedRow } from '../../db/objection/objections.ts';
import { listPublished } from '../../db/objection/objections.ts';
import type { CheckpointName } from '../../rules/audit/checkpoint.ts';
import { renderNotice } from '../../rules/notice/notices.ts';
import { type Effort, effortOf, TRANSACTION_EFFORT } from '../../rules/plan/texts.ts';
import { CheckpointNameSchema } from '../kernel/anchors.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { pageOf } from '../kernel/pages.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Instant } from '../kernel/subject-schemas.ts';
import { planOf } from '../kernel/visibility.ts';

const PublicNoticeSchema = Type.Object({
  candidateId: Id,
  campaignId: Id,
  category: Type.String(),
  categoryName: Type.String(),
  name: Type.String(),
  organisationName: Type.String(),
  stage: Type.String({
    description: '公示所在的环节，由方案命名 · The stage of the notice, as the plan names it',
  }),
  openedAt: Instant,
  until: Instant,
  title: Type.String(),
  body: Type.String({ description: '公示原文 · The notice as it is published' }),
  checkpoint: CheckpointNameSchema,
});

const pages = pageOf(PublicNoticeSchema, Id, ({ candidateId }: PublishedRow) => candidateId);

export function addPublicNoticeRoutes(app: App, service: Service): void {
  app.get(
    '/v1/public-notices',
    {
      config: { public: true },
      schema: {
        operationId: 'listPublicNotices',
        tags: ['public-notices'],
        summary: '正在公示的对象 · Who is under public notice',
        description:
          '无须登录；末日 24 时后不再列出。 · For everybody, without a key; gone from the list at its last midnight.',
        security: [],
        querystring: Type.Object({
          ...pages.query,
          campaignId: Type.Optional(Id),
          category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters } }, reply) => {
      const rows = await listPublished(beyondReach(service, 'public notices'), {
        ...filters,
        ...pages.turnOf({ limit, cursor }),
      });
      // One page may cost no more than one transaction, because anybody can ask for it without a key.
      const effort = effortOf(TRANSACTION_EFFORT);
      const checkpoint = await findCheckpointName(service.pool);
      return pages.toJson(reply, limit, rows, (row) =>
        publicNoticeToJson(service, row, effort, checkpoint),
      );
    },
  );
}

async function publicNoticeToJson(
  service: Service,
  row: PublishedRow,
  effort: Effort,
  checkpoint: CheckpointName | null,
): Promise<Static<typeof PublicNoticeSchema>> {
  const { planId: _, planVersion: __, campaignName, dueAt, ...published } = row;
  const plan = await planOf(service, row);
  const scope = {
    campaignName,
    addressee: '各有关单位和党员群众',
    subjectName: row.name,
    category: row.category,
    at: row.openedAt,
    params: { dueAt, number: null, title: null },
  };
  const { title, body } = renderNotice(plan, 'public-notice-opened', scope, effort);
  const category = plan.categories.find(({ code }) => code === row.category);
  const categoryName = category?.name ?? row.category;
  return { ...published, categoryName, until: dueAt, title, body, checkpoint };
}
