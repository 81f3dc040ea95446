// Gives organisations and sites that are founded together their places in the tree.

import type { Organisation } from '../access/addressees.ts';
import { pathsBelow, type SiteKind } from './organisations.ts';

type Made = Pick<Organisation, 'code' | 'kind' | 'name'> & { parentCode: string | null };

/**
 * The organisations of `made` that are not there yet, by code, at their places; parents stand before their children,
 * or are there.
 */
export function placedOrganisations(
  made: readonly Made[],
  existing: ReadonlyMap<string, Organisation>,
  ids: ReadonlyMap<string, string>,
): Map<string, Organisation> {
  const founded = new Map<string, Organisation>();
  for (const { code, parentCode, kind, name } of made) {
    if (existing.has(code)) continue;
    const parent = founded.get(parentCode ?? '') ?? existing.get(parentCode ?? '');
    const own = { id: ids.get(code) ?? '', code };
    const placed = { parentId: parent?.id ?? null, ...pathsBelow(parent, own) };
    founded.set(code, { ...own, ...placed, kind, name });
  }
  return founded;
}

type MadeSite = { code: string; organisationCode: string; kind: SiteKind; name: string };

/** The sites of those organisations, which have no facts yet. */
export const placedSites = (
  sites: readonly MadeSite[],
  founded: ReadonlyMap<string, Organisation>,
) =>
  sites.flatMap(({ code, organisationCode, kind, name }) => {
    const organisation = founded.get(organisationCode);
    if (organisation === undefined) return [];
    const { id: organisationId, path } = organisation;
    return [{ id: code, organisationId, path, kind, name, facts: {} }];
  });
