// Visibility of subjects: callers know of those at their places and of the campaigns that concern these.

import type { MachineName } from '../../../machines/catalog.ts';
import { accessOf } from '../../../machines/catalog.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import type { Place } from '../../db/kernel/places.ts';
import { findPlace } from '../../db/kernel/places.ts';
import type { Principal } from '../../rules/access/access.ts';
import { isOpenTo, mayRead, rolesFor } from '../../rules/access/access.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { forbidden } from './outcomes.ts';
import { fault, problem } from './problems.ts';
import { readingOf } from './recusal.ts';
import type { Service } from './service.ts';

/** The place of a subject that the caller may know of. Throws 404 for any other. */
export async function findVisible(
  service: Service,
  principal: Principal,
  machine: MachineName,
  id: string,
): Promise<Place> {
  const place = await findPlace(service.pool, id);
  const { isKnownTo, assertVisible } = service.subjects[machine];
  if (place?.machine !== machine || !isKnownTo(principal, place.path)) throw problem('not-found');
  await assertVisible(service, principal, place, id);
  return place;
}

/**
 * A caller who knows of a subject from below may not lead it, except by events open to everybody it
 * concerns. Throws 403 with the roles that this event asks for.
 */
export async function assertMayLead(
  service: Service,
  principal: Principal,
  place: Place,
  eventType: string,
): Promise<void> {
  const { machine, path } = place;
  if (mayRead(principal, path)) return;
  const led = { access: accessOf(machine), path, stage: '', applicants: [], responsible: [] };
  if (isOpenTo(principal, led, eventType)) return;
  throw forbidden(await planOf(service, place), rolesFor(led, eventType));
}

/** The place of the campaign that a visible subject belongs to. */
export async function placeOfCampaign({ pool }: Service, campaignId: string): Promise<Place> {
  const place = await findPlace(pool, campaignId);
  if (place === undefined) throw new Error(`no campaign ${campaignId}`);
  return place;
}

type PlanOfPlace = Pick<Place, 'planId' | 'planVersion'> & { category?: string | null };

/** The frozen plan of a campaign, with the policies that decide about the category of a subject. */
export async function planOf(
  { pool, cache }: Service,
  { planId, planVersion, category = null }: PlanOfPlace,
): Promise<Plan> {
  const plan = await cache.plan(pool, planId, planVersion);
  if (plan === null) throw new Error(`no plan ${planId}@${planVersion}`);
  return planFor(plan, category);
}

/** The problem 400 of a category that the plan does not have. */
export const unknownCategory = (part?: string) =>
  fault('category', '方案没有这一类别', 'is no category of the plan', part);

/** The path that a filter selects below; below an unknown organisation lies nothing. */
export async function pathOf(service: Service, organisationId: string): Promise<string>;
export async function pathOf(
  service: Service,
  organisationId: string | undefined,
): Promise<string | undefined>;
export async function pathOf(
  { pool }: Service,
  organisationId: string | undefined,
): Promise<string | undefined> {
  if (organisationId === undefined) return undefined;
  return (await findOrganisation(pool, organisationId))?.path ?? `//${organisationId}`;
}

/** The filters of a list, within what this principal reads and below the organisation asked for. */
export const filtersOf = async <Filters extends { organisationId?: string | undefined }>(
  service: Service,
  principal: Principal,
  { organisationId, ...filters }: Filters,
) => ({
  ...filters,
  ...(await readingOf(service, principal)),
  under: await pathOf(service, organisationId),
});
