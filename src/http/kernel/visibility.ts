// What a caller may know of: their places and, of the campaign, what it means for their places.

import { findOrganisation } from '../../db/county/organisations.ts';
import type { Place } from '../../db/kernel/places.ts';
import { findPlace } from '../../db/kernel/places.ts';
import { isKeptFrom } from '../../db/kernel/recusal.ts';
import type { Principal } from '../../rules/access/access.ts';
import { isOpenTo, mayRead, readableReaches, rolesFor } from '../../rules/access/access.ts';
import type { Plan } from '../../rules/plan-check/plan.ts';
import { assertSheetVisible } from '../assessment/sheet-visibility.ts';
import { forbidden } from './outcomes.ts';
import { problem } from './problems.ts';
import { recusalOf } from './recusal.ts';
import type { Service } from './service.ts';

/** A campaign is known to everybody it concerns: above, at and below the place that leads it. */
export const mayKnowCampaign = (principal: Principal, path: string): boolean =>
  mayRead(principal, path) || readableReaches(principal).some((reach) => reach.startsWith(path));

/** The place of a subject the caller may know of. Throws 404 for every other. */
export async function findVisible(
  service: Service,
  principal: Principal,
  machine: Place['machine'],
  id: string,
): Promise<Place> {
  const place = await findPlace(service.pool, id);
  // A draw is published: whoever its campaign concerns may check it.
  const known = machine === 'campaign' || machine === 'draw' ? mayKnowCampaign : mayRead;
  if (place?.machine !== machine || !known(principal, place.path)) throw problem('not-found');
  if (machine === 'score-sheet') await assertSheetVisible(service, principal, place, id);
  else if (known === mayRead) await assertNotRecused(service, principal, place.campaignId, id);
  return place;
}

/**
 * 回避 (R61): who sees a candidate only because they assess does not see one they must not assess,
 * nor what is about it. Throws 404, as for everything that is not theirs to know.
 */
export async function assertNotRecused(
  service: Service,
  principal: Principal,
  campaignId: string,
  subjectId: string,
): Promise<void> {
  const recusal = await recusalOf(service, principal);
  if (await isKeptFrom(service.pool, recusal, campaignId, subjectId)) throw problem('not-found');
}

/**
 * A campaign is known below the place that leads it, but led only from there. Throws 403 with the
 * roles that this event asks for.
 */
export function assertMayLead(
  principal: Principal,
  { machine, path }: Place,
  eventType: string,
): void {
  if ((machine !== 'campaign' && machine !== 'draw') || mayRead(principal, path)) return;
  const nobody = { applicants: [], confirmedBy: null, selfCheckedBy: null, responsible: [] };
  const led = { machine, path, stage: '', ...nobody };
  if (machine === 'draw' && isOpenTo(principal, led, eventType)) return;
  throw forbidden(rolesFor(led, eventType));
}

/** The place of the campaign that something visible belongs to. */
export async function placeOfCampaign({ pool }: Service, campaignId: string): Promise<Place> {
  const place = await findPlace(pool, campaignId);
  if (place === undefined) throw new Error(`no campaign ${campaignId}`);
  return place;
}

/** The frozen plan of a campaign. */
export async function planOf(
  { pool, cache }: Service,
  { planId, planVersion }: Pick<Place, 'planId' | 'planVersion'>,
): Promise<Plan> {
  const plan = await cache.plan(pool, planId, planVersion);
  if (plan === null) throw new Error(`no plan ${planId}@${planVersion}`);
  return plan;
}

/** The path below which a filter looks; nothing lies below an organisation that is not there. */
export async function pathOf({ pool }: Service, organisationId: string): Promise<string> {
  return (await findOrganisation(pool, organisationId))?.path ?? `//${organisationId}`;
}
