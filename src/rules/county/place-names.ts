// What people call a place in a list: names of villages repeat within a county, so that a village is told with its
// township, and by its own name, not by that of its committee.

import type { Organisation } from '../access/addressees.ts';
import { settlementName } from './divisions.ts';

type Named = Pick<Organisation, 'kind' | 'name'>;

/** 甲村村委会 → 甲镇甲村; a village's body and site have the township before them, others their own name. */
export function placeName({ kind, name }: Named, above: readonly Named[]): string {
  if (kind === 'VILLAGE') return withTownship(settlementName(name), above);
  return kind === 'VILLAGE_PARTY_ORGANIZATION' ? withTownship(name, above) : name;
}

/** With the township before it, unless it bears it already, so that no two of a county are called the same. */
export const withTownship = (name: string, above: readonly Named[]): string => {
  const township = townshipIn(above);
  return name.startsWith(township) ? name : `${township}${name}`;
};

const townshipIn = (above: readonly Named[]): string =>
  above.find(({ kind }) => kind === 'TOWNSHIP')?.name ?? '';
