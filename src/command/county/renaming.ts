// An organisation takes another name from a day on, and what bears its name takes it too: the bodies that act for
// it, its sites, and the candidates that stand under it. What was written before keeps the old name.

import type pg from 'pg';
import type { NewNameChange } from '../../db/county/organisation-names.ts';
import {
  countNamedAfter,
  insertNameChanges,
  updateCandidateNames,
} from '../../db/county/organisation-names.ts';
import { findChildren, updateOrganisationNames } from '../../db/county/organisations.ts';
import { findSitesOf, updateSiteNames } from '../../db/county/sites.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { bodyNames, type OrganisationKind } from '../../rules/county/divisions.ts';
import { nameAfter } from '../../rules/county/renaming.ts';
import type { AdministrativeAct } from '../kernel/administrative-log.ts';

export type Renaming = { id: string; path: string; before: string; name: string };
export type Grounds = Pick<NewNameChange, 'validFrom' | 'reason' | 'document'>;

/** As a list says it, which names no grounds. */
export const FROM_TODAY: Grounds = { validFrom: null, reason: null, document: null };

/** What changes with these names; `candidates` is their number in all campaigns. */
export type RenamingPlan = {
  organisations: Renaming[];
  sites: Renaming[];
  candidates: number;
};

/** What takes another name when these organisations do, themselves first; changes nothing. */
export async function planRenaming(
  db: pg.Pool | Tx,
  asked: readonly Renaming[],
): Promise<RenamingPlan> {
  const renamed = new Map(asked.map((one) => [one.id, one]));
  const bodies = (await findChildren(db, [...renamed.keys()])).flatMap((body): Renaming[] => {
    const division = renamed.get(body.parentId ?? '');
    if (division === undefined || renamed.has(body.id) || bodyNames(body.kind) === null) return [];
    return following(division, body, body.kind);
  });
  const sites = (await findSitesOf(db, [...renamed.keys()])).flatMap((site) => {
    const place = renamed.get(site.organisationId);
    return place === undefined ? [] : following(place, site, null);
  });
  const organisations = [...asked, ...bodies];
  return { organisations, sites, candidates: await countNamedAfter(db, organisations) };
}

function following(
  renamed: Renaming,
  { id, path, name: before }: { id: string; path: string; name: string },
  kind: OrganisationKind | null,
): Renaming[] {
  const name = nameAfter(renamed, { kind, name: before });
  return name === before ? [] : [{ id, path, before, name }];
}

/** Gives these names and answers what the administrative log is told. Needs the lock of the directory. */
export async function rename(
  tx: Tx,
  { organisations, sites }: RenamingPlan,
  grounds: Grounds,
): Promise<AdministrativeAct[]> {
  await updateOrganisationNames(tx, organisations);
  await insertNameChanges(
    tx,
    organisations.map(({ id, before, name }) => ({ organisationId: id, before, name, ...grounds })),
  );
  await updateCandidateNames(tx, organisations);
  if (sites.length > 0) await updateSiteNames(tx, sites);
  return [
    ...organisations.map((one) => renamedAct('organisation', one, grounds)),
    ...sites.map((one) => renamedAct('site', one, grounds)),
  ];
}

/** What the log is told of one thing that takes another name. */
export const renamedAct = (
  kind: 'organisation' | 'site',
  { id, path, before, name }: Renaming,
  grounds: Partial<Grounds> = {},
): AdministrativeAct => ({
  kind: `${kind}-renamed`,
  subject: { kind, id },
  path,
  before: { name: before },
  after: { name, ...grounds },
});
