// Whose office reaches whom: what is decided about a candidate is decided at its place or above it.

import type { Subject } from '../../../machines/candidate/subject.ts';
import type { Role } from '../../../machines/kit/access.ts';

type Office = Exclude<
  Role,
  | 'assessor'
  | 'scheduler'
  | 'integrator'
  | 'operator'
  | 'auditor'
  | 'security-officer'
  | 'administrator'
>;

const COUNTY: readonly Office[] = ['city-centre', 'county-office', 'county-department'];
const TOWNSHIP: readonly Office[] = [...COUNTY, 'township-committee', 'township-office'];
const VILLAGE: readonly Office[] = [...TOWNSHIP, 'village-organisation'];
const BASE: readonly Office[] = [...TOWNSHIP, 'base'];

const OFFICES_OVER: { readonly [Each in Subject]: readonly Office[] } = {
  county: COUNTY,
  township: TOWNSHIP,
  village: VILLAGE,
  base: BASE,
  // The village or community answers for its households.
  household: VILLAGE,
  // A person belongs to any of these bodies.
  person: [...VILLAGE, 'base'],
};

const OFFICES_ABOVE: { readonly [Each in Subject]: readonly Office[] } = {
  county: ['city-centre'],
  township: COUNTY,
  village: TOWNSHIP,
  base: TOWNSHIP,
  household: TOWNSHIP,
  person: TOWNSHIP,
};

/** The roles that decide about such a candidate: nobody judges what their own body answers for. */
export const officesAbove = (subject: Subject): readonly Role[] => OFFICES_ABOVE[subject];

/** The roles that hold an office at the place of such a candidate or above it. */
export const officesOver = (subject: Subject): readonly Role[] => OFFICES_OVER[subject];
