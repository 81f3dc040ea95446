// The rules of who sees how much of a score sheet: in a blind assessment nobody sees another's sheet
// before handing in their own.

import type { SheetStanding } from '../../db/assessment/score-sheets.ts';
import { findSheetStanding, hasOpenSheetOf } from '../../db/assessment/score-sheets.ts';
import type { Place } from '../../db/kernel/places.ts';
import type { Principal } from '../../rules/access/access.ts';
import { holds, overseesSheets, readsAsAssessor } from '../../rules/access/access.ts';
import type { ScoresShown } from '../candidate/candidate-views.ts';
import { problem } from '../kernel/problems.ts';
import { staysAway } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { planOf } from '../kernel/visibility.ts';

/** `draft` shows everything; `submitted` what was handed in; `none` only that the sheet exists. */
export type SheetShown = 'draft' | 'submitted' | 'none';

const isIn = ({ stage }: SheetStanding): boolean => stage === 'submitted' || stage === 'accepted';

/**
 * How much of a sheet the caller sees; null when they may not even know of it. Its assessor and the
 * auditor see everything; overseers and other assessors of the same candidate see what was submitted.
 * Unless the plan allows it, a caller who owes a sheet of the same candidate and round sees no points
 * of others, whatever other roles they hold.
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

/** How much of this sheet the caller sees. Throws 404 when they may not know of it. */
export async function assertSheetVisible(
  service: Service,
  principal: Principal,
  place: Place,
  id: string,
): Promise<SheetShown> {
  const { campaignId, path } = place;
  const sheet = await findSheetStanding(service.pool, campaignId, id, principal.id);
  if (sheet === undefined) throw problem('not-found');
  const { policies } = await planOf(service, place);
  const shown = sheetShown(principal, path, sheet, policies.assessmentBlind.value);
  if (shown === null) throw problem('not-found');
  const isAssessors = sheet.assessorId === principal.id || !overseesSheets(principal, path);
  if (isAssessors) {
    const organisationId = sheet.candidateOrganisationId;
    const where = { campaignId, organisationId, path: sheet.candidatePath };
    if (await staysAway(service, principal, where)) throw problem('not-found');
  }
  return shown;
}

/** The log of a sheet hides drafts from everybody but their author and the auditor. */
export const veilDrafts =
  (service: Service) => async (principal: Principal, place: Place, id: string) => {
    const shown = await assertSheetVisible(service, principal, place, id);
    return (type: string): boolean =>
      (shown !== 'draft' && type === 'save-draft') || (shown === 'none' && SHOWS_POINTS.has(type));
  };

/** How much of a candidate's scores the caller sees. */
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

const SHOWS_POINTS = new Set(['submit', 'propose-correction']);
const SHEET_EVENTS = new Set(['record-assessment', 'retract-assessment', 'correct-assessment']);

/** A candidate's log shows the points of single sheets only to readers who may see the sheets. */
export const veilScores =
  (service: Service) => async (principal: Principal, place: Place, id: string) => {
    const shown = await scoresShown(service, principal, place, id);
    return (type: string): boolean => shown !== 'all' && SHEET_EVENTS.has(type);
  };
