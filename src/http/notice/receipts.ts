// The receipt of a notice (签收, R2) and its log. It is signed through the notice.

import Type from 'typebox';
import type { ReceiptContext } from '../../../machines/notice/receipt.v1.ts';
import { listEvents } from '../../db/kernel/events.ts';
import { findReceipt } from '../../db/notice/receipts.ts';
import { readsOf } from '../../db/tables.ts';
import type { App } from '../kernel/app.ts';
import { setRevision } from '../kernel/conventions.ts';
import { problem } from '../kernel/problems.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { eventPages } from '../kernel/subject-routes.ts';
import {
  contextOf,
  DeadlineSchema,
  deadlinesOf,
  eventToJson,
  Id,
  IdParams,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
} from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { findVisibleNotice } from './notices.ts';

const ReceiptSchema = Type.Object({
  ...subjectFields,
  noticeId: Id,
  clause: Type.String(),
  title: Type.String(),
  generation: Type.Integer({ description: '第几次限期 · Which time limit this is' }),
  dueAt: Nullable(Instant),
  signedBy: Nullable(Type.String()),
  signedAt: Nullable(Instant),
  deadlines: Type.Array(DeadlineSchema),
});

export const receiptResource: SubjectResource = {
  words: { zh: '通知签收', en: 'the receipt' },
  ...seenAtItsPlace,
  addRoutes: addReceiptRoutes,
};

function addReceiptRoutes(app: App, service: Service): void {
  addOneRoutes(app, service);
  addLogRoutes(app, service);
}

function addOneRoutes(app: App, service: Service): void {
  const reads = readsOf(service.pool);
  app.get(
    '/v1/notices/:id/receipt',
    {
      schema: {
        operationId: 'getReceipt',
        tags: ['notices'],
        summary: '签收情况 · The receipt of a notice',
        description:
          '须签收的通知才有；签收请向通知发送 sign。 · Of a notice that asks for one; sign it by sending sign to the notice.',
        params: IdParams,
        response: { 200: ReceiptSchema },
      },
    },
    async ({ params: { id }, principal }, reply) => {
      const { campaignId } = await findVisibleNotice(service, principal, id);
      const row = await findReceipt(reads, campaignId, id);
      if (row === undefined) throw problem('not-found');
      const { noticeId, clause, title, deadline, generation, signedBy, signedAt } =
        contextOf<ReceiptContext>(row);
      setRevision(reply, row.revision);
      return {
        ...subjectToJson('receipt', row),
        noticeId,
        clause,
        title,
        generation,
        dueAt: deadline?.dueAt ?? null,
        signedBy,
        signedAt,
        deadlines: await deadlinesOf(reads, campaignId, id),
      };
    },
  );
}

function addLogRoutes(app: App, service: Service): void {
  app.get(
    '/v1/notices/:id/receipt/events',
    {
      schema: {
        operationId: 'listReceiptEvents',
        tags: ['notices'],
        summary: '签收的事件记录 · The log of a receipt',
        description:
          '只增不改，逐条以散列相连；重放即得现状。 · Append-only and chained by hashes; replayed it gives the present state.',
        params: IdParams,
        querystring: Type.Object(eventPages.query),
        response: { 200: eventPages.schema },
      },
    },
    async ({ params: { id }, query: { limit, cursor }, principal }, reply) => {
      const { campaignId, path } = await findVisibleNotice(service, principal, id);
      const { after = 0, limit: rowsMax } = eventPages.turnOf({ limit, cursor });
      const filter = { campaignId, subjectId: id, after, limit: rowsMax };
      const rows = await listEvents(readsOf(service.pool), filter);
      if (rows.length === 0 && after === 0) throw problem('not-found');
      return eventPages.toJson(reply, limit, rows, (row) => eventToJson(principal, path, row));
    },
  );
}
