// The place of a subject. It changes with its unit only, so it is remembered for a moment once it was found.

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
  /** The category of the candidate that the subject is or hangs on; null for the others. */
  category: string | null;
  planId: string;
  planVersion: number;
};

// A coalesce might leak, by PostgreSQL's rules: behind the read wall no index would be searched by it.
const FIND_PLACE = statement(
  'find-place',
  `
    select s.campaign_id as "campaignId", s.machine, s.path, s.organisation_id as "organisationId",
           s.parent_id as "parentId", k.category,
           c.plan_id as "planId", c.plan_version as "planVersion"
      from subject s
      join campaign c on c.campaign_id = s.campaign_id
      left join candidate k on k.campaign_id = s.campaign_id and k.id = case when s.parent_id is null then s.id else s.parent_id end
     where s.id = $1`,
);

const REMEMBERED_MAX = 50_000;
/** The longest that another process goes by the place that a subject has left, as with keys that were revoked. */
const REMEMBERED_MS_MAX = 1_000;
type Remembered = { place: Place; sinceMs: number };
let remembered = new WeakMap<pg.Pool, Map<string, Remembered>>();

/** Looks every place up anew, because subjects have been placed elsewhere. */
export function forgetPlaces(): void {
  remembered = new WeakMap();
}

/** The place of this subject; undefined when there is none. */
export async function findPlace(pool: pg.Pool, id: string): Promise<Place | undefined> {
  const places = remembered.get(pool) ?? new Map<string, Remembered>();
  remembered.set(pool, places);
  const known = places.get(id);
  const nowMs = performance.now();
  if (known !== undefined && nowMs - known.sinceMs < REMEMBERED_MS_MAX) return known.place;
  const [place] = await run<Place>(pool, FIND_PLACE, [id]);
  if (place === undefined) return undefined;
  const [oldest] = places.keys();
  if (oldest !== undefined && places.size >= REMEMBERED_MAX) places.delete(oldest);
  places.set(id, { place, sinceMs: nowMs });
  return place;
}
