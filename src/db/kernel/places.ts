// The place of a subject. A place never changes, so it is remembered once it was found.

import type pg from 'pg';
import type { MachineName } from '../../../machines/catalog.ts';
import { run, statement } from './transaction.ts';

export type Place = {
  campaignId: string;
  machine: MachineName;
  path: string;
  organisationId: string;
  /** The candidate that the subject hangs on; null when it hangs on none. */
  parentId: string | null;
  planId: string;
  planVersion: number;
};

const FIND_PLACE = statement(
  'find-place',
  `
    select s.campaign_id as "campaignId", s.machine, s.path, s.organisation_id as "organisationId",
           s.parent_id as "parentId",
           c.plan_id as "planId", c.plan_version as "planVersion"
      from subject s
      join campaign c on c.campaign_id = s.campaign_id
     where s.id = $1`,
);

const REMEMBERED_MAX = 50_000;
const remembered = new WeakMap<pg.Pool, Map<string, Place>>();

/** The place of this subject; undefined when there is none. */
export async function findPlace(pool: pg.Pool, id: string): Promise<Place | undefined> {
  const places = remembered.get(pool) ?? new Map<string, Place>();
  remembered.set(pool, places);
  const known = places.get(id);
  if (known !== undefined) return known;
  const [place] = await run<Place>(pool, FIND_PLACE, [id]);
  if (place === undefined) return undefined;
  const [oldest] = places.keys();
  if (oldest !== undefined && places.size >= REMEMBERED_MAX) places.delete(oldest);
  places.set(id, place);
  return place;
}
