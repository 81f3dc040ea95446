// Totals of a campaign within the reader's places.

import Type from 'typebox';
import { countCandidates, countStanding, findSettling } from '../../db/campaign/campaigns.ts';
import { readsOf } from '../../db/tables.ts';
import { QuotaSchema } from '../../rules/plan/quota-schema.ts';
import type { App } from '../kernel/app.ts';
import { readingOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { Id, IdParams, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';

const Counts = Type.Record(Type.String(), Type.Integer());

const SummarySchema = Type.Object({
  id: Id,
  candidates: Type.Integer(),
  byCategory: Type.Array(
    Type.Object({
      category: Type.String(),
      categoryName: Type.String(),
      quota: QuotaSchema,
      candidates: Type.Integer(),
      byStage: Counts,
      byState: Counts,
    }),
  ),
  byStage: Counts,
  byState: Counts,
  rectifications: Type.Object({
    open: Type.Integer(),
    overdue: Type.Integer(),
    closed: Type.Integer(),
  }),
  overdueObligations: Type.Integer(),
  notices: Type.Object({ unread: Type.Integer(), awaitingReceipt: Type.Integer() }),
  settling: Nullable(Type.Object({ done: Type.Integer(), total: Type.Integer() })),
});

type Counted = { count: number; stage: string; state: string };

const add = (rows: readonly Counted[], by: 'stage' | 'state'): { [name: string]: number } => {
  const sums: { [name: string]: number } = {};
  for (const row of rows) sums[row[by]] = (sums[row[by]] ?? 0) + row.count;
  return sums;
};
const total = (rows: readonly Counted[]): number => rows.reduce((sum, row) => sum + row.count, 0);

export function addCampaignSummaryRoutes(app: App, service: Service): void {
  const reads = readsOf(service.pool);
  app.get(
    '/v1/campaigns/:id/summary',
    {
      schema: {
        operationId: 'getCampaignSummary',
        tags: ['campaigns'],
        summary: '活动概况 · What a campaign adds up to',
        description:
          '管辖范围内按类别、阶段、状态的数目，限期整改、逾期和未读通知。 · Counts by category, stage and state within your reach; orders, overdue and unread.',
        params: IdParams,
        response: { 200: SummarySchema },
      },
    },
    async ({ params: { id }, principal }) => {
      const place = await findVisible(service, principal, 'campaign', id);
      const plan = await planOf(service, place);
      const reading = await readingOf(service, principal);
      const [counts, standing, settling] = await Promise.all([
        countCandidates(reads, id, reading),
        countStanding(reads, id, reading),
        findSettling(reads, id),
      ]);
      return {
        id,
        candidates: total(counts),
        byCategory: plan.categories.map(({ code, name, quota }) => {
          const own = counts.filter(({ category }) => category === code);
          return {
            category: code,
            categoryName: name,
            quota,
            candidates: total(own),
            byStage: add(own, 'stage'),
            byState: add(own, 'state'),
          };
        }),
        byStage: add(counts, 'stage'),
        byState: add(counts, 'state'),
        rectifications: {
          open: standing.openRectifications,
          overdue: standing.overdueRectifications,
          closed: standing.closedRectifications,
        },
        overdueObligations: standing.overdueObligations,
        notices: { unread: standing.unreadNotices, awaitingReceipt: standing.receiptsAwaited },
        settling,
      };
    },
  );
}
