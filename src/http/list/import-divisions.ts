// Administrative divisions as a list: each new one is founded with the bodies that act for it and, a village,
// with its site.

import Type from 'typebox';
import { foundDivisions } from '../../command/county/divisions.ts';
import { FROM_TODAY, planRenaming, rename } from '../../command/county/renaming.ts';
import { findToday } from '../../db/county/organisation-names.ts';
import { findOrganisationsCoded, lockDirectory } from '../../db/county/organisations.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { directoryRevision, NO_CAMPAIGN } from '../../db/list/imports.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { DIVISION_LEVELS, KIND_OF_LEVEL } from '../../rules/county/divisions.ts';
import {
  checkPresent,
  codesNamed,
  DIVISION_ROWS_MAX,
  type DivisionTree,
  readDivisions,
} from '../../rules/list/divisions.ts';
import { inOrder, type Table } from '../../rules/list/table.ts';
import type { App } from '../kernel/app.ts';
import { assertRole, hasRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { readList } from '../kernel/threads.ts';
import { addImportRoutes } from './imports.ts';

type Existing = ReadonlyMap<string, Organisation>;

const rootFilter = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 30,
    pattern: '^[0-9A-Za-z]+$',
    description: '只取此代码及其以下各行 · Only the row of this code and those below it',
  }),
);

export function addDivisionImportRoutes(app: App, service: Service): void {
  addImportRoutes(app, service, {
    name: 'divisions',
    operationId: 'importDivisions',
    zh: '行政区划',
    en: 'administrative divisions',
    description: {
      zh: `国家统计局公布的统计用区划代码表（代码、城乡分类代码、名称，上级由代码得出），或另有上级代码和级别的表；次序不限，至多 ${DIVISION_ROWS_MAX} 行。新的区划连同其机构和站点一并建立；已有的只改名称，机构随之改名。`,
      en: `The form that the statistics bureau publishes (code, class code, name; parents follow from the code), or with parents and levels; in any order, at most ${DIVISION_ROWS_MAX} rows. A new division is founded with its bodies and its site; a known one is renamed only, its bodies with it.`,
    },
    filters: { root: rootFilter },
    steps: async (request, { root = null }) => {
      const { principal } = request;
      assertRole(principal, ['administrator']);
      const table = await readList(service, request, 'divisions');
      return {
        list: 'divisions',
        campaignId: NO_CAMPAIGN,
        check: async (tx, applies) => {
          const directory = applies ? await lockDirectory(tx) : await directoryRevision(tx);
          const { existing, tree, faults } = await checkList(tx, table, root, (path) =>
            hasRoleAt(principal, ['administrator'], path),
          );
          const revision = { directory, root: root ?? '' };
          return { table, faults, revision, ready: { existing, tree } };
        },
        apply: async (tx, { existing, tree: { divisions } }) => {
          const fresh = divisions.filter(({ code }) => !existing.has(code));
          const founded = await foundDivisions(tx, fresh, {
            existing,
            above: null,
            newLot: service.entropy.newId,
            foundation: { day: await findToday(tx), reason: null, document: null },
          });
          const renamed = divisions.flatMap(({ code, name }) => {
            const present = existing.get(code);
            if (present === undefined || present.name === name) return [];
            return [{ id: present.id, path: present.path, before: present.name, name }];
          });
          const ofNames =
            renamed.length === 0
              ? []
              : await rename(tx, await planRenaming(tx, renamed), FROM_TODAY);
          const told = founded.concat(ofNames);
          const [created, updated] = [fresh.length, renamed.length];
          const unchanged = divisions.length - created - updated;
          return { counts: { rows: table.rows.length, created, updated, unchanged }, told };
        },
      };
    },
  });
}

async function checkList(
  tx: Tx,
  table: Table,
  root: string | null,
  mayAdminister: (path: string) => boolean,
): Promise<{ existing: Existing; tree: DivisionTree; faults: DivisionTree['faults'] }> {
  const existing = await findOrganisationsCoded(tx, codesNamed(table));
  const known = new Map(
    [...existing].flatMap(([code, { kind }]) => {
      const level = DIVISION_LEVELS.find((each) => KIND_OF_LEVEL[each] === kind);
      return level === undefined ? [] : [[code, { level }] as const];
    }),
  );
  const tree = readDivisions(table, { root, known });
  const present = checkPresent(table, tree, existing, mayAdminister);
  return { existing, tree, faults: inOrder([...tree.faults, ...present]) };
}
