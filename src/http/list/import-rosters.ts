// The campaign's roster of sites as a list, which becomes one amend-roster event with its reason (R12).

import { hash } from 'node:crypto';
import { findRoster } from '../../db/conformance/import-lists.ts';
import { listSitesUnder } from '../../db/county/sites.ts';
import { checkRoster, ROSTER_CHANGES_MAX } from '../../rules/list/rosters.ts';
import type { App } from '../kernel/app.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Written } from '../kernel/subject-schemas.ts';
import { readList } from '../kernel/threads.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import type { CellsOf } from './import-commands.ts';
import { carryOutRows } from './import-commands.ts';
import { addImportRoutes } from './imports.ts';

export function addRosterImportRoutes(app: App, service: Service): void {
  addImportRoutes(app, service, {
    name: 'rosters',
    operationId: 'importRoster',
    zh: '站点名册',
    en: 'the roster of sites',
    description: {
      zh: `表头：站点代码（siteId）、站点名称（可不填，填则核对）、单位、变动（增列、减列）。没有“变动”一列时，名单即调整后的全部名册，未列的站点减列。即一次 amend-roster，须说明理由；增列、减列各至多 ${ROSTER_CHANGES_MAX} 个。`,
      en: 'One amend-roster with its reason. Without the column of changes the list is the whole roster as it is to be.',
    },
    filters: { campaignId: Id, reason: Written(500) },
    problems: ['not-found'],
    steps: async (request, { campaignId, reason }) => {
      const { principal } = request;
      const place = await findVisible(service, principal, 'campaign', campaignId);
      assertRoleAt(principal, ['county-office'], place.path);
      const plan = await planOf(service, place);
      const table = await readList(service, request, 'rosters');
      return {
        list: 'rosters',
        campaignId,
        check: async (tx) => {
          const { version, sites: listed } = await findRoster(tx, campaignId);
          const sites = await listSitesUnder(tx, place.path);
          const { faults, ...ready } = checkRoster(table, {
            sites: new Map(sites.map(({ id, name }) => [id, name])),
            roster: new Set(listed.map(({ siteId }) => siteId)),
          });
          const revision = { roster: version, reason: hash('sha256', reason, 'base64url') };
          return { table, faults, revision, ready };
        },
        carryOut: async (tx, { add, remove, kept, rowOf }) => {
          const event = { type: 'amend-roster', add, remove, reason };
          const rows = [{ row: 2, command: { subjectId: campaignId, event } }];
          const batch = { service, tx, plan, campaignId, principal, table, rows };
          const carried = await carryOutRows({ ...batch, cellsOf: cellsOf(rowOf) });
          const counts = { created: add.length, removed: remove.length, unchanged: kept };
          return { ...carried, counts: { rows: table.rows.length, updated: 0, ...counts } };
        },
      };
    },
  });
}

const cellsOf =
  (rowOf: ReadonlyMap<string, number>): CellsOf =>
  (_, measured) => {
    const named = Array.isArray(measured?.actual) ? measured.actual : [];
    const rows = named.flatMap((id) => rowOf.get(String(id)) ?? []);
    return (rows.length > 0 ? rows : [2]).map((row) => ({ row, column: 'id' }));
  };
