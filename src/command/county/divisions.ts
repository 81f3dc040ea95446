// Administrative divisions as they are brought in: each with the bodies that act for it and, a village, its site.

import { newOrganisationIds } from '../../db/county/organisation-ids.ts';
import { partsOf } from '../../db/kernel/parts.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import {
  type Division,
  organisationsFromDivisions,
  sitesFromDivisions,
} from '../../rules/county/divisions.ts';
import { placedOrganisations, placedSites } from '../../rules/county/founding.ts';
import type { AdministrativeAct } from '../kernel/administrative-log.ts';
import { type Foundation, foundOrganisations, foundSites } from './directory.ts';

type Existing = ReadonlyMap<string, Organisation>;

type Founding = {
  /** The organisations that are there, by code: of each division its parent, unless it is among them. */
  existing: Existing;
  /** The name of the level above a county that is the topmost, where it is known. */
  above: string | null;
  newLot: () => string;
  /** The day they are founded; null where a database begins with them. */
  foundation?: Foundation | null;
};

/** Founds divisions, parents first, with their bodies and sites; in parts, because a province has 100,000 of them. */
export async function foundDivisions(
  tx: Tx,
  divisions: readonly Division[],
  { existing, above, newLot, foundation = null }: Founding,
): Promise<AdministrativeAct[]> {
  const known = new Map(existing);
  const told: AdministrativeAct[][] = [];
  for (const part of partsOf(divisions)) {
    const made = organisationsFromDivisions(part, above);
    const codes = made.map(({ code }) => code);
    const ids = await newOrganisationIds(tx, codes, newLot);
    const founded = placedOrganisations(made, known, ids);
    for (const [code, organisation] of founded) known.set(code, organisation);
    told.push(await foundOrganisations(tx, [...founded.values()], foundation));
    told.push(await foundSites(tx, placedSites(sitesFromDivisions(part), founded)));
  }
  return told.flat();
}
