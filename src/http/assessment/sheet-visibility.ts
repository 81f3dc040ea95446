// Who sees which sheet, and what of it: nobody another's before their own is handed in (blind).

import type { SheetStanding } from '../../db/assessment/score-sheets.ts';
import { findSheetStanding, hasOpenSheetOf } from '../../db/assessment/score-sheets.ts';
import type { Place } from '../../db/kernel/places.ts';
import type { Principal } from '../../rules/access/access.ts';
import { holds, overseesSheets, readsAsAssessor } from '../../rules/access/access.ts';
import type { ScoresShown } from '../candidate/candidate-views.ts';
import { problem } from '../kernel/problems.ts';
import { staysAway } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';

/** `draft` all there is; `submitted` what was handed in; `none` that it is there. */
export type SheetShown = 'draft' | 'submitted' | 'none';

const isIn = ({ stage }: SheetStanding): boolean => stage === 'submitted' || stage === 'accepted';

/**
 * What the caller is told of a sheet: its assessor and the auditor everything, those who oversee
 * what was submitted, and so other assessors of the same candidate; null when not even that it is
 * there. Whoever owes a sheet of the same candidate and round is told of no other's points, whatever
 * else they are, unless the plan says so.
 */
function sheetShown(
  principal: Principal,
  path: string,
  sheet: SheetStanding,
  blind: boolean,
): SheetShown | null {
  if (sheet.assessorId === principal.id) return 'draft';
  if (holds(principal, 'auditor') && overseesSheets(principal, path)) return 'draft';
  const handedIn: SheetShown = blind && sheet.callerOwes ? 'none' : 'submitted';
  if (overseesSheets(principal, path)) return handedIn;
  const isPeer = sheet.callerHasSubmitted || (!blind && sheet.callerOwes);
  return isPeer && isIn(sheet) ? handedIn : null;
}

async function isBlind(
  { pool, cache }: Service,
  { planId, planVersion }: Pick<Place, 'planId' | 'planVersion'>,
): Promise<boolean> {
  const plan = await cache.plan(pool, planId, planVersion);
  return plan?.policies.assessmentBlind.value ?? true;
}

/** What the caller is told of this sheet. Throws 404 when they are not to know of it. */
export async function assertSheetVisible(
  service: Service,
  principal: Principal,
  place: Place,
  id: string,
): Promise<SheetShown> {
  const { campaignId, path } = place;
  const sheet = await findSheetStanding(service.pool, campaignId, id, principal.id);
  if (sheet === undefined) throw problem('not-found');
  const shown = sheetShown(principal, path, sheet, await isBlind(service, place));
  if (shown === null) throw problem('not-found');
  const isAssessors = sheet.assessorId === principal.id || !overseesSheets(principal, path);
  if (isAssessors) {
    const organisationId = sheet.candidateOrganisationId;
    const where = { campaignId, organisationId, path: sheet.candidatePath };
    if (await staysAway(service, principal, where)) throw problem('not-found');
  }
  return shown;
}

/** What the log of a sheet keeps to itself: drafts, but for whoever wrote them and the auditor. */
export const veilDrafts =
  (service: Service) => async (principal: Principal, place: Place, id: string) => {
    const shown = await assertSheetVisible(service, principal, place, id);
    return (type: string): boolean =>
      (shown !== 'draft' && type === 'save-draft') || (shown === 'none' && type === 'submit');
  };

/** What of a candidate's scores the caller is told. */
export async function scoresShown(
  { pool }: Service,
  principal: Principal,
  { campaignId, path }: Place,
  candidateId: string,
): Promise<ScoresShown> {
  const oversees = overseesSheets(principal, path);
  if (oversees && holds(principal, 'auditor')) return 'all';
  if (holds(principal, 'assessor')) {
    if (await hasOpenSheetOf(pool, campaignId, candidateId, principal.id)) return 'none';
    if (readsAsAssessor(principal, path)) return 'none';
  }
  return oversees ? 'all' : 'composite';
}

const SHEET_EVENTS = new Set(['record-assessment', 'retract-assessment']);

/** In a candidate's log the points of single sheets are told only to those who see them. */
export const veilScores =
  (service: Service) => async (principal: Principal, place: Place, id: string) => {
    const shown = await scoresShown(service, principal, place, id);
    return (type: string): boolean => shown !== 'all' && SHEET_EVENTS.has(type);
  };
