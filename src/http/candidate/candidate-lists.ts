// Lists of candidates by filter and place; every candidate listed stands in the campaign's phase.

import Type from 'typebox';
import { catchUpCandidates } from '../../command/kernel/catch-up.ts';
import { findSettling } from '../../db/campaign/campaigns.ts';
import type { CandidateFilter, CandidateRow } from '../../db/candidate/candidates.ts';
import { listCandidates } from '../../db/candidate/candidates.ts';
import { readsOf } from '../../db/tables.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import type { App } from '../kernel/app.ts';
import { encodeCursor, pageOf, pageToJson } from '../kernel/pages.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Nullable, OrganisationId } from '../kernel/subject-schemas.ts';
import { filtersOf, findVisible, placeOfCampaign, planOf } from '../kernel/visibility.ts';
import { CandidateSummarySchema, candidateSummaryToJson } from './candidate-views.ts';

/** The filters of the list of candidates and of its workbook. */
export const candidateFilters = {
  campaignId: Type.Optional(Id),
  category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  stage: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  state: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  status: Type.Optional(Type.Enum(['active', 'done'])),
  organisationId: Type.Optional(OrganisationId),
  overdue: Type.Optional(Type.Boolean()),
};
const positionOf = ({ campaignId, id }: CandidateRow): [string, string] => [campaignId, id];
const pages = pageOf(CandidateSummarySchema, Type.Tuple([Id, Id]), positionOf);
const NIL = '00000000-0000-0000-0000-000000000000';

export function addCandidateListRoutes(app: App, service: Service): void {
  const reads = readsOf(service.pool);
  app.get(
    '/v1/candidates',
    {
      config: { problems: ['not-found'] },
      schema: {
        operationId: 'listCandidates',
        tags: ['candidates'],
        summary: '申报对象列表 · Candidates',
        description:
          '管辖范围内的申报对象；organisationId 包括其下级。阶段变更正在传达时 settling 给出进度，列出的对象都已是新阶段。 · Those within your reach. While a phase change is under way settling tells its progress; whoever is listed has been told.',
        querystring: Type.Object({ ...pages.query, ...candidateFilters }),
        response: {
          200: Type.Object({
            ...pages.schema.properties,
            settling: Nullable(Type.Object({ done: Type.Integer(), total: Type.Integer() })),
          }),
        },
      },
    },
    async ({ query, principal }, reply) => {
      const { limit, cursor, ...filters } = query;
      const { campaignId } = filters;
      const place =
        campaignId === undefined
          ? null
          : await findVisible(service, principal, 'campaign', campaignId);
      const plan = place === null ? null : await planOf(service, place);
      const category = plan && filters.category ? findCategory(plan, filters.category) : undefined;
      const found = await listSettled(service, {
        ...(await filtersOf(service, principal, filters)),
        category: category?.code ?? filters.category,
        after: pages.turnOf({ limit, cursor }).after,
        limit,
      });
      const items = await Promise.all(found.rows.map((row) => rowToJson(service, row)));
      const next = found.next === null ? null : encodeCursor(found.next);
      const settling = campaignId === undefined ? null : await findSettling(reads, campaignId);
      return { ...pageToJson(reply, items, next), settling };
    },
  );
}

async function rowToJson(service: Service, row: CandidateRow) {
  const place = await placeOfCampaign(service, row.campaignId);
  return candidateSummaryToJson(await planOf(service, place), row);
}

const CATCH_UP_ROUNDS_MAX = 5;

/**
 * A page of candidates that all stand in the present phase. Candidates that a phase change has not
 * reached are brought up to it first; where too many are behind, the page ends before them.
 */
export async function listSettled(
  { pool, performer }: Service,
  filter: CandidateFilter,
): Promise<{ rows: CandidateRow[]; next: [string, string] | null }> {
  const reads = readsOf(pool);
  const positionOf = (row: CandidateRow | undefined): [string, string] =>
    row === undefined ? [...(filter.after ?? [NIL, NIL])] : [row.campaignId, row.id];
  for (let round = 1; ; round += 1) {
    const listed = await listCandidates(reads, { ...filter, limit: filter.limit + 1 });
    const rows = listed.slice(0, filter.limit);
    const firstBehind = rows.findIndex(({ behind }) => behind);
    if (firstBehind === -1) {
      return { rows, next: listed.length > rows.length ? positionOf(rows.at(-1)) : null };
    }
    if (round > CATCH_UP_ROUNDS_MAX) {
      const settled = rows.slice(0, firstBehind);
      return { rows: settled, next: positionOf(settled.at(-1)) };
    }
    const behind = Map.groupBy(
      rows.filter((row) => row.behind),
      ({ campaignId }) => campaignId,
    );
    for (const [campaignId, group] of behind) {
      await catchUpCandidates(
        pool,
        performer,
        campaignId,
        group.map(({ id }) => id),
      );
    }
  }
}
