// What the facts of a site are called that criteria ask for.

import { SITE_FACTS } from '../county/site-facts.ts';
import type { Plan } from '../plan/plan-schema.ts';
import type { Words } from './states.ts';

const ENGLISH: { readonly [fact: string]: string } = {
  mode: 'mode',
  inPartyActivityRoom: 'in the party activity room',
  televisionInches: 'television (inches)',
  projector: 'projector',
  seats: 'seats',
  partyMembers: 'party members',
  postA: 'administrator of post A',
  postB: 'administrator of post B',
  postAAppointedOn: 'day of appointment to post A',
  postBAppointedOn: 'day of appointment to post B',
  networkWorks: 'the network works',
  playbackSmooth: 'programmes play smoothly',
  safetyComplete: 'safety equipment is complete',
  managementRulesPosted: 'management rules posted',
  administratorPosted: 'administrator posted',
  faultProcedurePosted: 'fault procedure posted',
  informationRegisterKept: 'information register kept',
  activityRegisterKept: 'activity register kept',
  discussionBookKept: 'discussion book kept',
  otherArchivesKept: 'other archives kept',
  fixedStudyDay: 'fixed study day',
  inGoodOrder: 'clean and in good order',
  fullTimeAdministrators: 'full-time administrators',
  technicalTutors: 'technical tutors',
};

/** A fact of a site, of the service's or the plan's own; undefined for any other. */
export function factInWords(plan: Plan | null, name: string): Words | undefined {
  const built = SITE_FACTS.find((fact) => fact.name === name);
  if (built !== undefined) return { zh: built.zh, en: ENGLISH[name] ?? '' };
  const own = plan?.siteFacts?.find((fact) => fact.name === name);
  return own && { zh: own.text, en: own.english };
}
