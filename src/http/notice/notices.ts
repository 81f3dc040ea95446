// The inbox of an organisation: its notices, unread first, and their receipts (签收, R2).

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { findPlace } from '../../db/kernel/places.ts';
import { isKeptFrom } from '../../db/kernel/recusal.ts';
import type { Inboxes, NoticeRow } from '../../db/notice/notices.ts';
import { findNotice, isOfOwnSheet, listNotices, updateRead } from '../../db/notice/notices.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import { BUSINESS_BLIND } from '../../rules/access/access.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { oneOfBy } from '../kernel/conventions.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import { recusalOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import {
  Id,
  IdParams,
  Instant,
  Nullable,
  OrganisationId,
  Written,
} from '../kernel/subject-schemas.ts';

const NoticeSchema = Type.Object({
  id: Id,
  campaignId: Id,
  subjectId: Id,
  template: Type.String(),
  kind: Type.String(),
  clause: Type.String(),
  title: Type.String(),
  body: Type.String(),
  organisationId: Type.String(),
  issuedAt: Instant,
  obligationKind: Nullable(Type.String()),
  obligationGeneration: Nullable(Type.Integer()),
  level: Nullable(Type.String()),
  receiptRequired: Type.Boolean(),
  receivedAt: Nullable(Instant),
  receivedBy: Nullable(Type.String()),
  readAt: Nullable(Instant),
  readBy: Nullable(Type.String()),
});

const noticeToJson = ({ path: _, ...row }: NoticeRow): Static<typeof NoticeSchema> => row;

const OVERSEERS: readonly Role[] = ['county-office', 'city-centre', 'auditor'];

/** The organisations whose notices a principal reads: their own and, for overseers, all within reach. */
export async function inboxesOf(service: Service, principal: Principal): Promise<Inboxes> {
  const { grants } = principal;
  const held = (wanted: (role: Role) => boolean): string[] =>
    grants.filter(({ role }) => wanted(role)).map(({ organisationId }) => organisationId);
  return {
    organisationIds: held((role) => role !== 'assessor' && !BUSINESS_BLIND.includes(role)),
    assessedIds: held((role) => role === 'assessor'),
    assessorId: principal.id,
    reaches: grants.filter(({ role }) => OVERSEERS.includes(role)).map(({ reach }) => reach),
    recusal: await recusalOf(service, principal),
  };
}

const isOwn = ({ grants }: Principal, { organisationId }: NoticeRow): boolean =>
  grants.some(
    (grant) => grant.organisationId === organisationId && !BUSINESS_BLIND.includes(grant.role),
  );

export async function findVisibleNotice(
  service: Service,
  principal: Principal,
  id: string,
): Promise<NoticeRow> {
  const notice = await findNotice(readsOf(service.pool), id);
  if (notice === undefined) throw problem('not-found');
  const { organisationIds, assessedIds, reaches, recusal } = await inboxesOf(service, principal);
  if (organisationIds.includes(notice.organisationId)) return notice;
  if (reaches.some((reach) => notice.path.startsWith(reach))) return notice;
  const isTold =
    (await isOfOwnSheet(service.pool, notice, principal.id)) ??
    assessedIds.includes(notice.organisationId);
  if (!isTold) throw problem('not-found');
  const { campaignId, subjectId } = notice;
  if (await isKeptFrom(service.pool, recusal, campaignId, subjectId)) throw problem('not-found');
  return notice;
}

export function addNoticeRoutes(app: App, service: Service): void {
  addListRoutes(app, service);
  addOneRoutes(app, service);
  addEventRoutes(app, service);
}

/** The filters of the inbox and of its workbook. */
export const noticeFilters = {
  campaignId: Type.Optional(Id),
  organisationId: Type.Optional(OrganisationId),
  subjectId: Type.Optional(Id),
  kind: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  unread: Type.Optional(Type.Boolean()),
};

const pages = pageOf(
  NoticeSchema,
  Type.Tuple([Type.Boolean(), Id]),
  ({ readAt, id }: NoticeRow): [boolean, string] => [readAt !== null, id],
);

function addListRoutes(app: App, service: Service): void {
  const { pool } = service;
  app.get(
    '/v1/notices',
    {
      schema: {
        operationId: 'listNotices',
        tags: ['notices'],
        summary: '收件箱 · The inbox',
        description:
          '发给本单位的通知，未读在前，再按新旧；县级主办单位、市级主办单位和审计员还可看管辖范围内各单位的，考评员还可看本人考评表的。 · What was addressed to your organisations, unread first, then the newest; overseers also see those of the places below, an assessor those about their own sheets.',
        querystring: Type.Object({
          ...pages.query,
          ...noticeFilters,
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters }, principal }, reply) => {
      const rows = await listNotices(readsOf(pool), {
        ...filters,
        inboxes: await inboxesOf(service, principal),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, noticeToJson);
    },
  );
}

function addOneRoutes(app: App, service: Service): void {
  app.get(
    '/v1/notices/:id',
    {
      schema: {
        operationId: 'getNotice',
        tags: ['notices'],
        summary: '一份通知 · One notice',
        description:
          '读取不等于已读或签收：请发送 read 或 sign。 · Getting it neither reads nor signs it.',
        params: IdParams,
        response: { 200: NoticeSchema },
      },
    },
    async ({ params: { id }, principal }) =>
      noticeToJson(await findVisibleNotice(service, principal, id)),
  );
}

function addEventRoutes(app: App, service: Service): void {
  app.post(
    '/v1/notices/:id/events',
    {
      config: { problems: ['out-of-state'] },
      schema: {
        operationId: 'sendNoticeEvent',
        tags: ['notices'],
        summary: '标为已读或签收 · Read or sign a notice',
        description:
          'read：收件单位的人已读，首次为准；sign：须签收的通知由收件单位签收。 · read marks it for its addressee; sign is the receipt that some notices ask for.',
        params: IdParams,
        body: oneOfBy('type', [
          Type.Object({ type: Type.Literal('read') }),
          Type.Object({ type: Type.Literal('sign'), signatory: Written(100) }),
        ]),
        response: { 200: NoticeSchema },
      },
    },
    async (request, reply) => {
      const { principal, params, body } = request;
      const notice = await findVisibleNotice(service, principal, params.id);
      if (body.type === 'sign') {
        const receipt = await findPlace(service.pool, notice.id);
        if (receipt === undefined) throw needsNoReceipt();
        await performCommand(service, request, reply, {
          ...receipt,
          subjectId: notice.id,
          event: body,
        });
        reply.removeHeader('etag');
      } else {
        if (!isOwn(principal, notice)) throw notTheAddressee();
        await performAct(service, request, reply, async (tx) => {
          await updateRead(tx, notice.campaignId, notice.id, principal.id);
          return { status: 200, body: {} };
        });
      }
      return noticeToJson(await findVisibleNotice(service, principal, params.id));
    },
  );
}

const needsNoReceipt = () =>
  problem('out-of-state', {
    detail: { zh: '这份通知不需要签收。', en: 'This notice asks for no receipt.' },
    accepts: ['read'],
  });

const notTheAddressee = () =>
  problem('forbidden', {
    detail: {
      zh: '只有收件单位的人可以标为已读。',
      en: 'Only somebody of the organisation addressed marks it as read.',
    },
  });
