// Terminal sites (站点) and their recorded facts, which criteria are measured by.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { lockConcerned } from '../../command/conformance/denials.ts';
import { foundSites } from '../../command/county/directory.ts';
import type { AdministrativeAct } from '../../command/kernel/administrative-log.ts';
import { findOrganisation, lockDirectory } from '../../db/county/organisations.ts';
import {
  countSites,
  findSite,
  listSites,
  lockSite,
  recordAs,
  type Site,
  type SiteFacts,
} from '../../db/county/sites.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead } from '../../rules/access/access.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import type { Recusal } from '../../rules/access/recusal.ts';
import { keptFrom } from '../../rules/access/recusal.ts';
import { KIND_NAMES, SITE_KINDS, SITE_OF } from '../../rules/county/organisations.ts';
import { factFault } from '../../rules/county/site-facts.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { assertRevision, expectedRevision, setRevision } from '../kernel/conventions.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import { recusalOf } from '../kernel/recusal.ts';
import { assertRoleAt, hasRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import {
  assertStands,
  Code,
  contentInvalid,
  Name,
  NO_SUCH_ORGANISATION,
  placeOf,
} from './organisations.ts';
import { recordFacts } from './site-changes.ts';

const FACTS_MAX = 100;
const FACT_NAME_PATTERN = '^[A-Za-z][A-Za-z0-9]{0,63}$';

const FactValue = Type.Union([Type.String({ maxLength: 500 }), Type.Number(), Type.Boolean()]);
const Facts = Type.Record(Type.String({ pattern: FACT_NAME_PATTERN }), FactValue, {
  maxProperties: FACTS_MAX,
  additionalProperties: false,
  description: '已记录的事实，如 televisionInches · Recorded facts, as televisionInches',
});
const FactsPatch = Type.Record(
  Type.String({ pattern: FACT_NAME_PATTERN }),
  Type.Union([FactValue, Type.Null()]),
  { maxProperties: FACTS_MAX, additionalProperties: false },
);

const SiteSchema = Type.Object({
  id: Type.String(),
  organisationId: Type.String(),
  path: Type.String(),
  kind: Type.Enum([...SITE_KINDS]),
  name: Type.String(),
  facts: Type.Union([Type.Record(Type.String(), FactValue), Type.Null()], {
    description: 'null：无权读取业务数据 · null: business data is not yours to read',
  }),
  revision: Type.Integer(),
  updatedAt: Type.String({ format: 'date-time' }),
});

const NewSiteRequest = Type.Object(
  {
    id: Type.Optional(Code),
    organisationId: Code,
    kind: Type.Enum([...SITE_KINDS]),
    name: Name,
    facts: Type.Optional(Facts),
  },
  { examples: [{ organisationId: 'u5s0kq9c2m1t', kind: 'BASE', name: '苹果产业基地站点' }] },
);

export const MAY_ADD_SITES: readonly Role[] = [
  'administrator',
  'county-office',
  'township-committee',
  'township-office',
];
export const MAY_RECORD_FACTS: readonly Role[] = [
  'county-office',
  'township-office',
  'village-organisation',
  'base',
];

/** The sites within the caller's reach, ordered by id. */
export async function sitesWithin(
  service: Service,
  principal: Principal,
  filters: { organisationId?: string; under?: string },
  { after = null, limit }: Turn,
): Promise<Site[]> {
  const under = await placeOf(service, filters.under, '/query/under');
  const reaches = principal.grants.map(({ reach }) => reach);
  const filter = { organisationId: filters.organisationId ?? null, under };
  return listSites(service.pool, reaches, filter, after, limit);
}

/** The answer about a site; its facts are left out for callers who may not read the place's business. */
export const siteToJson = (
  principal: Principal,
  site: Site,
  recusal: Recusal | null = null,
): Static<typeof SiteSchema> => {
  const at = { lies: site.path, about: site.path, isCandidate: false };
  const isOpen = mayRead(principal, site.path) && !keptFrom(recusal, null, at);
  return { ...site, facts: isOpen ? site.facts : null };
};

const maySee = (principal: Principal, { path }: Site): boolean =>
  mayRead(principal, path) || hasRoleAt(principal, ['administrator'], path);

export function addSiteRoutes(app: App, service: Service): void {
  addSiteReadRoutes(app, service);
  addNewSiteRoutes(app, service);
  addSiteFactRoutes(app, service);
}

function addNewSiteRoutes(app: App, service: Service): void {
  app.post(
    '/v1/sites',
    {
      config: { problems: ['content-invalid', 'duplicate', 'unit-ended'] },
      schema: {
        operationId: 'createSite',
        tags: ['sites'],
        summary: '新增站点 · Add a site',
        description:
          '由县级主办单位、乡镇或系统管理员新增；不给 id 时由服务编号。 · By county offices, townships and administrators; without an id one is given.',
        body: NewSiteRequest,
        response: { 201: SiteSchema },
      },
    },
    async (request, reply) => {
      const answer = await performAct(service, request, reply, async (tx) => {
        await lockDirectory(tx);
        const { id, told } = await addSite(tx, request.principal, request.body);
        const site = (await findSite(tx, id)) as Site;
        const headers = { location: `/v1/sites/${id}` };
        return { status: 201, headers, body: siteToJson(request.principal, site), told };
      });
      setRevision(reply, answer.revision);
      return answer;
    },
  );
}

async function addSite(
  tx: Tx,
  principal: Principal,
  { id, organisationId, kind, name, facts }: Static<typeof NewSiteRequest>,
): Promise<{ id: string; told: AdministrativeAct[] }> {
  const organisation = await findOrganisation(tx, organisationId);
  if (organisation === undefined)
    throw contentInvalid('/body/organisationId', NO_SUCH_ORGANISATION);
  assertRoleAt(principal, MAY_ADD_SITES, organisation.path);
  await assertStands(tx, organisation);
  if (organisation.kind !== SITE_OF[kind]) {
    throw contentInvalid('/body/organisationId', {
      zh: `此类站点应属于${KIND_NAMES[SITE_OF[kind]]}`,
      en: `a site of this kind belongs to a ${SITE_OF[kind]}, not to a ${organisation.kind}`,
    });
  }
  assertFacts(facts ?? {});
  const code = id ?? (await nextSiteCode(tx, organisation));
  if ((await findSite(tx, code)) !== undefined) throw problem('duplicate', { id: code });
  const { path } = organisation;
  await recordAs(tx, principal.id);
  const told = await foundSites(tx, [
    { id: code, organisationId, path, kind, name: name.trim(), facts: facts ?? {} },
  ]);
  return { id: code, told };
}

async function nextSiteCode(tx: Tx, { id, code: above }: Organisation): Promise<string> {
  for (let number = (await countSites(tx, id)) + 1; ; number += 1) {
    const code = `${above}-S${number}`;
    if ((await findSite(tx, code)) === undefined) return code;
  }
}

function addSiteFactRoutes(app: App, service: Service): void {
  app.patch(
    '/v1/sites/:id',
    {
      config: { revisioned: true, problems: ['content-invalid'] },
      schema: {
        operationId: 'recordSiteFacts',
        tags: ['sites'],
        summary: '登记站点情况 · Record facts of a site',
        description:
          '只改写给出的各项，null 为删去；由所属村、基地、乡镇经办机构或县级主办单位登记。 · Changes only what is given, null removes; by its village or base, the township office or the county office.',
        params: Type.Object({ id: Code }),
        body: Type.Object(
          { facts: FactsPatch },
          { examples: [{ facts: { televisionInches: 55, seats: 40, projector: null } }] },
        ),
        response: { 200: SiteSchema },
      },
    },
    async (request, reply) => {
      const answer = await performAct(service, request, reply, async (tx) => {
        const { principal, params, body } = request;
        const seen = await findSite(tx, params.id);
        if (seen === undefined || !maySee(principal, seen)) throw problem('not-found');
        assertRoleAt(principal, MAY_RECORD_FACTS, seen.path);
        const change = (site: Site): Site => ({ ...site, facts: merged(site.facts, body.facts) });
        const held = await lockConcerned(tx, service.cache, [change(seen)]);
        const site = (await lockSite(tx, params.id)) as Site;
        assertRevision(expectedRevision(request), site.revision);
        assertFacts(body.facts);
        await recordFacts(service, { tx, held }, principal, [change(site)]);
        return { status: 200, body: siteToJson(principal, (await findSite(tx, site.id)) as Site) };
      });
      setRevision(reply, answer.revision);
      return answer;
    },
  );
}

// Criteria are measured by these facts: minus three members would meet every one of them.
function assertFacts(facts: Static<typeof FactsPatch>): void {
  for (const [name, value] of Object.entries(facts)) {
    const fault = value === null ? null : factFault(name, value);
    if (fault !== null) throw contentInvalid(`/body/facts/${name}`, fault);
  }
}

function merged(facts: SiteFacts, patch: Static<typeof FactsPatch>): SiteFacts {
  const kept = Object.entries({ ...facts, ...patch }).filter(([, value]) => value !== null);
  if (kept.length > FACTS_MAX) {
    const message = { zh: `至多 ${FACTS_MAX} 项`, en: `at most ${FACTS_MAX} facts` };
    throw contentInvalid('/body/facts', message);
  }
  return Object.fromEntries(kept) as SiteFacts;
}

/** The filters of the list of sites and of its workbook. */
export const siteFilters = { organisationId: Type.Optional(Code), under: Type.Optional(Code) };

const pages = pageOf(SiteSchema, Type.String(), ({ id }: Site) => id);
type Turn = { after?: string | null | undefined; limit: number };

function addSiteReadRoutes(app: App, service: Service): void {
  app.get(
    '/v1/sites',
    {
      schema: {
        operationId: 'listSites',
        tags: ['sites'],
        summary: '站点列表 · Sites',
        description:
          '管辖范围内的站点；可按单位或所在范围筛选。 · Those within reach; by organisation or subtree.',
        querystring: Type.Object({ ...pages.query, ...siteFilters }),
        response: { 200: pages.schema },
      },
    },
    async ({ principal, query }, reply) => {
      const { limit, cursor, ...filters } = query;
      const turn = pages.turnOf({ limit, cursor });
      const rows = await sitesWithin(service, principal, filters, turn);
      const recusal = await recusalOf(service, principal);
      return pages.toJson(reply, limit, rows, (site) => siteToJson(principal, site, recusal));
    },
  );

  app.get(
    '/v1/sites/:id',
    {
      schema: {
        operationId: 'getSite',
        tags: ['sites'],
        summary: '站点 · One site',
        description: '站点及其已登记的情况。 · A site and what is recorded of it.',
        params: Type.Object({ id: Code }),
        response: { 200: SiteSchema },
      },
    },
    async ({ principal, params }, reply) => {
      const site = await findSite(service.pool, params.id);
      if (site === undefined || !maySee(principal, site)) throw problem('not-found');
      setRevision(reply, site.revision);
      return siteToJson(principal, site, await recusalOf(service, principal));
    },
  );
}
