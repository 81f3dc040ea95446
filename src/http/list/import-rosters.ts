// The campaign's roster of sites as a list: one amend-roster with its reason, version by version (R12).

import { hash } from 'node:crypto';
import Type from 'typebox';
import { rosterAtHand } from '../../db/conformance/import-lists.ts';
import { sitesUnder } from '../../db/county/sites.ts';
import { XLSX_UNPACKED_BYTES_MAX } from '../../documents/xlsx-reader.ts';
import type { RosterChange } from '../../rules/list/csv-rosters.ts';
import { checkRoster, ROSTER_CHANGES_MAX, ROSTER_COLUMNS } from '../../rules/list/csv-rosters.ts';
import { requireRoleAt } from '../kernel/entitlement.ts';
import type { App } from '../kernel/instance.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Written } from '../kernel/subject-schemas.ts';
import { readList } from '../kernel/threads.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import type { CellsOf } from './import-commands.ts';
import { carryOutRows } from './import-commands.ts';
import {
  CarriedOutSchema,
  DryRunSchema,
  IMPORT_FORMS,
  IMPORT_STEPS,
  IMPORT_STEPS_ENGLISH,
  IMPORT_TYPES,
  importList,
  importQuery,
} from './imports.ts';

export function addRosterImport(app: App, service: Service): void {
  app.post(
    '/v1/imports/rosters',
    {
      config: { problems: ['not-found', 'plan-token-stale', 'content-invalid'] },
      schema: {
        operationId: 'importRoster',
        tags: ['imports'],
        summary: '导入站点名册 · Import the roster of sites',
        description: `${IMPORT_FORMS}表头：站点代码（siteId）、站点名称（可不填，填则核对）、单位、变动（增列、减列）。没有“变动”一列时，名单即调整后的全部名册，未列的站点减列。即一次 amend-roster，须说明理由；增列、减列各至多 ${ROSTER_CHANGES_MAX} 个。${IMPORT_STEPS} · One amend-roster with its reason. Without the column of changes the list is the whole roster as it is to be. ${IMPORT_STEPS_ENGLISH}`,
        consumes: [...IMPORT_TYPES],
        querystring: Type.Object({
          campaignId: Id,
          reason: Written(500),
          ...importQuery,
        }),
        body: Type.String({ maxLength: XLSX_UNPACKED_BYTES_MAX }),
        response: { 200: DryRunSchema, 201: CarriedOutSchema },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const { campaignId, reason, ...steps } = request.query;
      const place = await findVisible(service, principal, 'campaign', campaignId);
      requireRoleAt(principal, ['county-office'], place.path);
      const plan = await planOf(service, place);
      const table = await readList(service, request, ROSTER_COLUMNS);
      return importList(service, request, reply, steps, {
        list: 'rosters',
        campaignId,
        check: async (tx) => {
          const { version, sites: listed } = await rosterAtHand(tx, campaignId);
          const sites = await sitesUnder(tx, place.path);
          const { faults, ...ready } = checkRoster(table, {
            sites: new Map(sites.map(({ id, name }) => [id, name])),
            roster: new Set(listed.map(({ siteId }) => siteId)),
          });
          return {
            table,
            faults,
            revision: { roster: version, reason: hash('sha256', reason, 'base64url') },
            ready,
          };
        },
        carryOut: async (tx, { add, remove, kept, rowOf }: RosterChange) => {
          const event = { type: 'amend-roster', add, remove, reason };
          const rows = [{ row: 2, command: { subjectId: campaignId, event } }];
          const batch = { service, tx, plan, campaignId, principal, table, rows };
          const told = await carryOutRows({ ...batch, cellsOf: cellsOf(rowOf) });
          const counts = { created: add.length, removed: remove.length, unchanged: kept };
          return { ...told, counts: { rows: table.rows.length, updated: 0, ...counts } };
        },
      });
    },
  );
}

const cellsOf =
  (rowOf: ReadonlyMap<string, number>): CellsOf =>
  (_, measured) => {
    const named = Array.isArray(measured?.actual) ? measured.actual : [];
    const rows = named.flatMap((id) => rowOf.get(String(id)) ?? []);
    return (rows.length > 0 ? rows : [2]).map((row) => ({ row, column: 'id' }));
  };
