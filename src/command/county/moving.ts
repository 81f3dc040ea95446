// A unit stands under another parent, or bears another code, from a day on. Its own place and those of all below it are
// written at once; what else lies there follows (place-moves.ts).

import type pg from 'pg';
import { type Held, listHoldings } from '../../db/county/organisation-holdings.ts';
import { insertActs } from '../../db/county/organisation-lives.ts';
import { listAllUnder, updatePlaces } from '../../db/county/organisations.ts';
import { insertPlaceMove } from '../../db/county/place-moves.ts';
import { listSitesUnder, updateSitePaths } from '../../db/county/sites.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { placesAfter } from '../../rules/county/moving.ts';
import type { AdministrativeAct } from '../kernel/administrative-log.ts';
import type { EndingGrounds } from './ending.ts';

export type MovingPlan = { unit: Organisation; moved: Organisation[]; held: Held[] };

/** Where the unit and all below it stand under this parent and with this code; changes nothing. */
export async function planMoving(
  db: pg.Pool | Tx,
  unit: Organisation,
  parent: Organisation,
  code: string,
): Promise<MovingPlan> {
  const below = await listAllUnder(db, unit.path);
  const moved = placesAfter(unit, below, parent, code);
  const held = await listHoldings(
    db,
    below.map(({ id }) => id),
  );
  return { unit, moved, held };
}

/** Moves it and answers what the administrative log is told. Needs the lock of the directory. */
export async function moveOrganisation(
  tx: Tx,
  { unit, moved }: MovingPlan,
  { day, reason, document }: EndingGrounds,
): Promise<AdministrativeAct[]> {
  const [own] = moved;
  if (own === undefined) throw new Error(`${unit.id} is not there`);
  const sites = await listSitesUnder(tx, unit.path);
  await updatePlaces(tx, moved);
  await insertActs(tx, [
    {
      ...{ organisationId: unit.id, act: 'moved', day, successorIds: [], reason, document },
      ...{ beforeCode: unit.code, beforeParentId: unit.parentId },
    },
  ]);
  const placed = new Map(moved.map((one) => [one.id, one.path]));
  const rewritten = sites.map(({ id, organisationId, path }) => ({
    id,
    path: placed.get(organisationId) ?? path,
  }));
  if (own.path !== unit.path) {
    if (sites.length > 0) await updateSitePaths(tx, rewritten);
    await insertPlaceMove(tx, unit.id, unit.path, own.path);
  }
  const { code, parentId } = own;
  return [
    {
      kind: 'organisation-moved',
      subject: { kind: 'organisation', id: unit.id },
      path: own.path,
      before: { code: unit.code, parentId: unit.parentId },
      after: { code, parentId, day, reason, document },
    },
    ...moved.slice(1).map((one) => ({
      kind: 'organisation-moved',
      subject: { kind: 'organisation' as const, id: one.id },
      path: one.path,
      after: { code: one.code, with: unit.id },
    })),
    ...(own.path === unit.path ? [] : rewritten).map(({ id, path }) => ({
      kind: 'site-moved',
      subject: { kind: 'site' as const, id },
      path,
      after: { with: unit.id },
    })),
  ];
}
