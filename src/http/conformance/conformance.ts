// Conformance (达标) now and at past instants: of places, of the roster's sites, and of one site.

import Type, { type Static } from 'typebox';
import {
  listConformanceChanges,
  listRollUps,
  listRosterSites,
  listSiteFactChanges,
} from '../../db/conformance/conformance-reads.ts';
import { findSite } from '../../db/county/sites.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead } from '../../rules/access/access.ts';
import { keptFrom } from '../../rules/access/recusal.ts';
import { allConform, countedKinds, sumOf } from '../../rules/conformance/conformance.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import { readingOf, recusalOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { Id, IdParams, Instant, Nullable, OrganisationId } from '../kernel/subject-schemas.ts';
import { findVisible, pathOf, planOf } from '../kernel/visibility.ts';

const asOf = Type.Optional(
  Type.String({
    format: 'date-time',
    description: '某一时刻的情况，不写即现在 · As it stood then',
  }),
);
const under = Type.Optional(OrganisationId);
const FOREVER = '2100-12-31T00:00:00Z';

const PlaceSchema = Type.Object({
  organisationId: Type.String(),
  name: Type.String(),
  level: Type.String({ description: 'county、township、village、base' }),
  total: Type.Integer({ description: '计入的站点 · Sites that count here (Q6)' }),
  conforming: Type.Integer(),
  conforms: Type.Boolean({ description: '全部达标，且至少有一个 · All of them, and there is one' }),
  changedAt: Instant,
});

const MemberSchema = Type.Object({
  siteId: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  path: Type.String(),
  conforms: Type.Boolean(),
  assessedOn: Nullable(Type.String()),
  source: Nullable(Type.String()),
  clause: Nullable(Type.String()),
  criteria: Type.Array(Type.String(), { description: '不符合的标准 · Criteria that fail' }),
});

export function addConformanceRoutes(app: App, service: Service): void {
  addPlaceRoutes(app, service);
  addRosterRoutes(app, service);
  addSiteHistoryRoutes(app, service);
}

const placePages = pageOf(
  PlaceSchema,
  Type.String(),
  ({ codePath }: { codePath: string }) => codePath,
);

function addPlaceRoutes(app: App, service: Service): void {
  app.get(
    '/v1/campaigns/:id/conformance',
    {
      schema: {
        operationId: 'listConformance',
        tags: ['conformance'],
        summary: '站点达标逐级汇总 · Conformance by place',
        description:
          '县、乡镇、村和基地的站点总数与达标数，与每次变化同一事务写入；conforms 可只看全部达标或者未全部达标的。 · Kept in the transaction of every change; at any past instant with asOf.',
        params: IdParams,
        querystring: Type.Object({
          ...placePages.query,
          asOf,
          under,
          conforms: Type.Optional(Type.Boolean()),
        }),
        response: { 200: placePages.schema },
      },
    },
    async ({ params: { id }, query, principal }, reply) => {
      const place = await findVisible(service, principal, 'campaign', id);
      const { policies } = await planOf(service, place);
      const { after = null, limit } = placePages.turnOf(query);
      const rows = await listRollUps(service.pool, {
        campaignId: id,
        asOf: query.asOf ?? FOREVER,
        under: query.under === undefined ? place.path : await pathOf(service, query.under),
        ...(await readingOf(service, principal)),
        after,
        limit,
        conforms: query.conforms ?? null,
        countyCountsBases: policies.countyRosterIncludesBases.value,
      });
      return placePages.toJson(reply, query.limit, rows, ({ counts, codePath: _, ...row }) => {
        const sum = sumOf(counts, countedKinds(policies, row.level));
        return { ...row, ...sum, conforms: allConform(sum) };
      });
    },
  );
}

/** The filters of the roster and of its workbook. */
export const rosterFilters = { asOf, under, conforms: Type.Optional(Type.Boolean()) };

type RosterFilters = Static<ReturnType<typeof Type.Object<typeof rosterFilters>>>;

/** The part of a campaign's roster this principal may read. Throws 404 when they may not know of it. */
export async function membersWithin(
  service: Service,
  principal: Principal,
  { campaignId, asOf: at, under: organisationId, conforms }: RosterFilters & { campaignId: string },
  turn: { after: string | null; limit: number },
) {
  const place = await findVisible(service, principal, 'campaign', campaignId);
  return listRosterSites(service.pool, {
    campaignId,
    asOf: at ?? FOREVER,
    under: organisationId === undefined ? place.path : await pathOf(service, organisationId),
    ...(await readingOf(service, principal)),
    conforms: conforms ?? null,
    ...turn,
  });
}

const memberPages = pageOf(MemberSchema, Type.String(), ({ siteId }: { siteId: string }) => siteId);

function addRosterRoutes(app: App, service: Service): void {
  app.get(
    '/v1/campaigns/:id/roster',
    {
      schema: {
        operationId: 'listRoster',
        tags: ['conformance'],
        summary: '站点名册及各站点达标情况 · The roster, and how each site stands',
        description:
          '印发时冻结，此后只凭 amend-roster 说明理由调整。conforms=false 即未达标的站点和不符合的标准。 · Frozen when the plan is issued; conforms=false drills down to what fails.',
        params: IdParams,
        querystring: Type.Object({ ...memberPages.query, ...rosterFilters }),
        response: { 200: memberPages.schema },
      },
    },
    async ({ params: { id }, query, principal }, reply) => {
      const { limit, cursor, ...filters } = query;
      const { after = null, ...turn } = memberPages.turnOf({ limit, cursor });
      const rows = await membersWithin(
        service,
        principal,
        { campaignId: id, ...filters },
        { ...turn, after },
      );
      return memberPages.toJson(reply, limit, rows, (row) => row);
    },
  );
}

const SiteParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

const ChangeSchema = Type.Object({
  campaignId: Id,
  revision: Type.Integer(),
  conforms: Type.Boolean(),
  stands: Type.Boolean({
    description: '早于现有认定之日的不推翻现状 · Of an earlier day: overturns nothing',
  }),
  assessedOn: Type.String(),
  at: Instant,
  source: Type.String({ description: 'self-check、inspection、facts' }),
  clause: Type.String(),
  criteria: Type.Array(Type.String()),
  subjectId: Id,
  sequence: Type.Integer(),
  recordedBy: Type.String(),
});

const FactsSchema = Type.Object({
  revision: Type.Integer(),
  at: Instant,
  recordedBy: Nullable(Type.String()),
  facts: Type.Record(Type.String(), Type.Unknown()),
});

/** Throws 404 unless the principal may read this site's facts. */
async function assertSiteVisible(
  service: Service,
  principal: Principal,
  id: string,
): Promise<void> {
  const site = await findSite(service.pool, id);
  if (site === undefined || !mayRead(principal, site.path)) throw problem('not-found');
  const at = { lies: site.path, about: site.path, isCandidate: false };
  if (keptFrom(await recusalOf(service, principal), null, at)) throw problem('not-found');
}

function addSiteHistoryRoutes(app: App, service: Service): void {
  app.get(
    '/v1/sites/:id/conformance',
    {
      schema: {
        operationId: 'listSiteConformance',
        tags: ['conformance'],
        summary: '一个站点的达标历史 · The history of one site',
        description:
          '每次认定一条，注明由哪一事件作出。 · One row an assessment, and the event that said so.',
        params: SiteParams,
        querystring: Type.Object({ campaignId: Type.Optional(Id) }),
        response: { 200: Type.Object({ items: Type.Array(ChangeSchema) }) },
      },
    },
    async ({ params: { id }, query, principal }) => {
      await assertSiteVisible(service, principal, id);
      return { items: await listConformanceChanges(service.pool, id, query.campaignId ?? null) };
    },
  );
  app.get(
    '/v1/sites/:id/facts',
    {
      schema: {
        operationId: 'listSiteFacts',
        tags: ['sites'],
        summary: '站点情况的历史 · What was recorded of a site, and when',
        description:
          '新的在前；写 asOf 即只答那时的情况。 · The newest first; with asOf only as it stood then.',
        params: SiteParams,
        querystring: Type.Object({ asOf }),
        response: { 200: Type.Object({ items: Type.Array(FactsSchema) }) },
      },
    },
    async ({ params: { id }, query, principal }) => {
      await assertSiteVisible(service, principal, id);
      const limit = query.asOf === undefined ? 1000 : 1;
      return { items: await listSiteFactChanges(service.pool, id, query.asOf ?? null, limit) };
    },
  );
}
