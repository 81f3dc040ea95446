// Organisations and sites as lists: the rows are checked one by one, then applied in one transaction.

import { lockConcerned } from '../../command/conformance/denials.ts';
import {
  foundOrganisations,
  foundSites,
  renamedSites,
  renameOrganisations,
} from '../../command/county/directory.ts';
import { newOrganisationIds } from '../../db/county/organisation-ids.ts';
import { findOrganisationsCoded, lockDirectory } from '../../db/county/organisations.ts';
import type { Site } from '../../db/county/sites.ts';
import { recordAs } from '../../db/county/sites.ts';
import {
  directoryRevision,
  findSitesNamed,
  lockSitesNamed,
  NO_CAMPAIGN,
} from '../../db/list/imports.ts';
import { checkOrganisations, ORGANISATION_COLUMNS } from '../../rules/list/organisations.ts';
import { checkSites, SITE_COLUMNS } from '../../rules/list/sites.ts';
import type { Table } from '../../rules/list/table.ts';
import { recordFacts } from '../county/site-changes.ts';
import { MAY_ADD_SITES, MAY_RECORD_FACTS } from '../county/sites.ts';
import type { App } from '../kernel/app.ts';
import { assertRole, hasRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { readList } from '../kernel/threads.ts';
import { addImportRoutes } from './imports.ts';

const listed = (columns: readonly { headers: readonly string[] }[]): string =>
  columns.map(({ headers: [zh = '', ...others] }) => `${zh}（${others[0]}）`).join('、');

const valuesOf = ({ rows }: Table, ...names: string[]): string[] => [
  ...new Set(rows.flatMap(({ cells }) => names.map((name) => cells[name] ?? ''))),
];

export function addDirectoryImportRoutes(app: App, service: Service): void {
  addOrganisationImport(app, service);
  addSiteImport(app, service);
}

function addOrganisationImport(app: App, service: Service): void {
  addImportRoutes(app, service, {
    name: 'organisations',
    operationId: 'importOrganisations',
    zh: '单位',
    en: 'organisations',
    description: {
      zh: `表头：${listed(ORGANISATION_COLUMNS)}。已有代码只改名称。`,
      en: 'A known code is renamed only.',
    },
    filters: {},
    steps: async (request) => {
      const { principal } = request;
      assertRole(principal, ['administrator']);
      const table = await readList(service, request, 'organisations');
      return {
        list: 'organisations',
        campaignId: NO_CAMPAIGN,
        check: async (tx, applies) => {
          const directory = applies ? await lockDirectory(tx) : await directoryRevision(tx);
          const existing = await findOrganisationsCoded(tx, valuesOf(table, 'code', 'parentCode'));
          const fresh = valuesOf(table, 'code').filter((code) => !existing.has(code));
          const ids = await newOrganisationIds(tx, fresh, service.entropy.newId);
          const mayAdminister = (path: string) => hasRoleAt(principal, ['administrator'], path);
          const ready = checkOrganisations(table, existing, ids, mayAdminister);
          const { faults, warnings } = ready;
          return { table, faults, warnings, revision: { directory }, ready };
        },
        apply: async (tx, { creates, renames, unchanged }) => {
          const told = creates.length > 0 ? await foundOrganisations(tx, creates) : [];
          if (renames.length > 0) told.push(...(await renameOrganisations(tx, renames)));
          const counts = { created: creates.length, updated: renames.length, unchanged };
          return { counts: { rows: table.rows.length, ...counts }, told };
        },
      };
    },
  });
}

function addSiteImport(app: App, service: Service): void {
  addImportRoutes(app, service, {
    name: 'sites',
    operationId: 'importSites',
    zh: '站点及其情况',
    en: 'sites and facts',
    description: {
      zh: `表头：${listed(SITE_COLUMNS)}，另可用 facts.名称。已有站点只需代码，空单元格不改动原值。`,
      en: 'A known site needs its code only; an empty cell changes nothing.',
    },
    filters: {},
    steps: async (request) => {
      const { principal } = request;
      assertRole(principal, [...MAY_ADD_SITES, ...MAY_RECORD_FACTS]);
      const table = await readList(service, request, 'sites');
      return {
        list: 'sites',
        campaignId: NO_CAMPAIGN,
        check: async (tx, applies) => {
          const directory = applies ? await lockDirectory(tx) : await directoryRevision(tx);
          const organisations = await findOrganisationsCoded(tx, valuesOf(table, 'organisation'));
          const organisationIds = [...organisations.values()].map(({ id }) => id);
          const check = (sites: readonly Site[]) =>
            checkSites(table, {
              organisations,
              sites,
              mayAdd: (path) => hasRoleAt(principal, MAY_ADD_SITES, path),
              mayRecord: (path) => hasRoleAt(principal, MAY_RECORD_FACTS, path),
            });
          const seen = await findSitesNamed(tx, valuesOf(table, 'id'), organisationIds);
          const held = applies
            ? await lockConcerned(tx, service.cache, check(seen).updates)
            : new Set<string>();
          const sites = applies
            ? await lockSitesNamed(tx, valuesOf(table, 'id'), organisationIds)
            : seen;
          const ready = { ...check(sites), held };
          // Each revision grows with every change of its site, and no site is ever deleted.
          const changes = sites.reduce((sum, site) => sum + site.revision, 0);
          const revision = { directory, sites: changes };
          return { table, faults: ready.faults, revision, ready };
        },
        apply: async (tx, { creates, updates, renames, unchanged, held }) => {
          await recordAs(tx, principal.id);
          const told = creates.length > 0 ? await foundSites(tx, creates) : [];
          const recording = { tx, held };
          if (updates.length > 0) await recordFacts(service, recording, principal, updates);
          const counts = { created: creates.length, updated: updates.length, unchanged };
          told.push(...renamedSites(renames));
          return { counts: { rows: table.rows.length, ...counts }, told };
        },
      };
    },
  });
}
