// Organisations, sites and calendars: each function changes rows and answers what the administrative log is
// told of it. Whoever calls them tells it in the same transaction.

import type { CalendarVersion, CalendarYear } from '../../db/county/calendars.ts';
import { insertCalendarYear, updateConfirmedYear } from '../../db/county/calendars.ts';
import { insertActs } from '../../db/county/organisation-lives.ts';
import { insertOrganisations } from '../../db/county/organisations.ts';
import type { NewSite, Site } from '../../db/county/sites.ts';
import { insertSites } from '../../db/county/sites.ts';
import { partsOf } from '../../db/kernel/parts.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import type { AdministrativeAct } from '../kernel/administrative-log.ts';
import { FROM_TODAY, planRenaming, type Renaming, rename, renamedAct } from './renaming.ts';

/** The day it was founded, why, and the document that rests on; a database begins without them. */
export type Foundation = { day: string; reason: string | null; document: string | null };

/** Founds organisations, parents before children. */
export async function foundOrganisations(
  tx: Tx,
  organisations: readonly Organisation[],
  foundation: Foundation | null = null,
): Promise<AdministrativeAct[]> {
  for (const part of partsOf(organisations)) await insertOrganisations(tx, part);
  if (foundation !== null) await keepFoundations(tx, organisations, foundation);
  return organisations.map(({ id, path, code, parentId, kind, name }) => ({
    kind: 'organisation-founded',
    subject: { kind: 'organisation', id },
    path,
    after: { code, parentId, kind, name, ...(foundation ?? {}) },
  }));
}

async function keepFoundations(
  tx: Tx,
  organisations: readonly Organisation[],
  foundation: Foundation,
): Promise<void> {
  const nothing = { successorIds: [], beforeCode: null, beforeParentId: null };
  for (const part of partsOf(organisations)) {
    const acts = part.map(({ id }) => ({ organisationId: id, ...foundation, ...nothing }));
    await insertActs(
      tx,
      acts.map((one) => ({ ...one, act: 'founded' as const })),
    );
  }
}

/** Renames organisations as a list says, from today on; what bears their names follows. */
export const renameOrganisations = async (
  tx: Tx,
  renamings: readonly Renaming[],
): Promise<AdministrativeAct[]> => rename(tx, await planRenaming(tx, renamings), FROM_TODAY);

/** Founds sites. What is recorded of them is business, and no part of this log. */
export async function foundSites(tx: Tx, sites: readonly NewSite[]): Promise<AdministrativeAct[]> {
  for (const part of partsOf(sites)) await insertSites(tx, part);
  return sites.map(({ id, path, organisationId, kind, name }) => ({
    kind: 'site-founded',
    subject: { kind: 'site', id },
    path,
    after: { organisationId, kind, name },
  }));
}

/** What is told of sites that are written under another name than they had. */
export const renamedSites = (
  renamings: readonly (Pick<Site, 'id' | 'path' | 'name'> & { before: string })[],
): AdministrativeAct[] => renamings.map((one) => renamedAct('site', one));

const versionAct = (
  kind: 'calendar-proposed' | 'calendar-confirmed',
  { revision, ...year }: CalendarYear & { revision: number },
  path: string,
): AdministrativeAct => {
  const { version, source, daysOff, makeUpWorkdays } = year;
  return {
    kind,
    subject: { kind: 'calendar_year', id: `${year.year}/${revision}` },
    path,
    after: { version, source, daysOff, makeUpWorkdays },
  };
};

/** Proposes a version of a year; `path` is that of the topmost organisation, whose the calendar is. */
export async function proposeCalendarYear(
  tx: Tx,
  year: CalendarYear,
  by: string,
  path: string,
): Promise<{ revision: number; told: AdministrativeAct[] }> {
  const revision = await insertCalendarYear(tx, year, by);
  return { revision, told: [versionAct('calendar-proposed', { ...year, revision }, path)] };
}

/** Puts a proposed version in force. */
export async function confirmCalendarYear(
  tx: Tx,
  proposed: Pick<CalendarVersion, keyof CalendarYear | 'revision'>,
  by: string,
  path: string,
): Promise<AdministrativeAct[]> {
  await updateConfirmedYear(tx, proposed.year, proposed.revision, by);
  return [versionAct('calendar-confirmed', proposed, path)];
}

/** Brings in a year in force, as the service does with what is shipped. */
export async function bringInCalendarYear(
  tx: Tx,
  year: CalendarYear,
  path: string,
): Promise<AdministrativeAct[]> {
  const { revision, told } = await proposeCalendarYear(tx, year, 'system', path);
  return [...told, ...(await confirmCalendarYear(tx, { ...year, revision }, 'system', path))];
}
