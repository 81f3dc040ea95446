// 公示 (R63, R65): everybody may read who is under public notice now. The answer gives name, unit and
// category, and nothing else of a person.

import Type, { type Static } from 'typebox';
import { OFFICES } from '../../../machines/procedure/part.ts';
import { findCheckpointName } from '../../db/audit/checkpoints.ts';
import { findCalendar } from '../../db/county/calendars.ts';
import type { PublishedRow } from '../../db/objection/objections.ts';
import { listPublished } from '../../db/objection/objections.ts';
import type { CheckpointName } from '../../rules/audit/checkpoint.ts';
import { composeDocument, issuerNamed, issuerOf } from '../../rules/document/documents.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import type { Contact } from '../../rules/plan/document-schema.ts';
import { type Effort, effortOf, TRANSACTION_EFFORT } from '../../rules/plan/texts.ts';
import type { Calendar } from '../../rules/time/calendar.ts';
import { firstDayOfNotice } from '../../rules/time/deadlines.ts';
import { CheckpointNameSchema } from '../kernel/anchors.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { pageOf } from '../kernel/pages.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Instant, Nullable } from '../kernel/subject-schemas.ts';
import { planOf } from '../kernel/visibility.ts';
import { type Places, placesOf } from '../list/places.ts';

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
  beginsOn: Type.String({ description: '公示首日 · Its first day' }),
  until: Instant,
  title: Type.String(),
  body: Type.String({ description: '公示原文 · The notice as it is published' }),
  contact: Nullable(
    Type.Object(
      { body: Type.String(), telephone: Type.String(), address: Type.String() },
      { description: '受理异议的机构、电话、地址 · Who takes objections' },
    ),
  ),
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
      const published = {
        effort,
        checkpoint: await findCheckpointName(service.pool),
        calendar: await findCalendar(service.pool),
        places: await placesOf(service, {
          organisations: rows.map(({ organisationId }) => organisationId),
        }),
      };
      return pages.toJson(reply, limit, rows, (row) => publicNoticeToJson(service, published, row));
    },
  );
}

type Published = {
  effort: Effort;
  checkpoint: CheckpointName | null;
  calendar: Calendar;
  places: Places;
};

async function publicNoticeToJson(
  service: Service,
  { effort, checkpoint, calendar, places }: Published,
  row: PublishedRow,
): Promise<Static<typeof PublicNoticeSchema>> {
  const { candidateId, campaignId, campaignName, stage, openedAt, dueAt, office } = row;
  const name = places.subjectOf(row);
  const plan = planFor(await planOf(service, row), row.category);
  const authority = office === OFFICES.city ? 'city' : 'county';
  const issuer = issuerNamed(plan, 'public-notice', authority);
  const beginsOn = firstDayOfNotice(plan, calendar, row.openedAt);
  const { title, body } = composeDocument(
    plan,
    {
      kind: 'public-notice',
      issuer: issuerOf(plan, issuer),
      issuerName: '',
      campaignName,
      subjectName: name,
      category: row.category,
      at: row.openedAt,
      params: { authority, beginsOn, dueAt },
      addressees: [],
      copyTo: [],
    },
    effort,
  );
  const { contact } = issuerOf(plan, issuer);
  const category = plan.categories.find(({ code }) => code === row.category);
  return {
    ...{ candidateId, campaignId, category: row.category, name, stage, openedAt },
    organisationName: places.homeOf(row),
    categoryName: category?.name ?? row.category,
    beginsOn,
    until: dueAt,
    title,
    body: body.map(({ text }) => text).join('\n'),
    contact: contact === undefined ? null : contactToJson(contact),
    checkpoint,
  };
}

const contactToJson = ({ body, telephone, address }: Contact) => ({ body, telephone, address });
