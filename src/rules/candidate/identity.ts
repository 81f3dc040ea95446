// Compares two registrations to find one person in two places (R63). The service stores no identity
// numbers. The registering unit may hand in a digest made with a secret of its own (HMAC-SHA-256),
// so that nobody can guess the numbers back from a leaked database. A household is known by its householder.

import type { Subject } from '../../../machines/candidate/subject.ts';
import { isSameName } from './personal-name.ts';

export type Identity = { name: string; birthYear: number | null; digest: string | null };

/** What an identity stands as: the person themselves, or the household of which they are the householder. */
export type StandsAs = { category: string; subject: Subject };

/**
 * True where one of the two could be the other told again. A person is looked for in every category, a
 * household in its own; whoever stands as a person may well be a householder besides.
 */
export const comparable = (a: StandsAs, b: StandsAs): boolean =>
  a.subject === b.subject && (a.subject !== 'household' || a.category === b.category);

/** `same` is one person, `alike` is one name that nothing tells apart. */
export function likeness(a: Identity, b: Identity): 'same' | 'alike' | 'different' {
  if (a.digest !== null && b.digest !== null) return a.digest === b.digest ? 'same' : 'different';
  if (!isSameName(a.name, b.name)) return 'different';
  if (a.birthYear === null || b.birthYear === null) return 'alike';
  return a.birthYear === b.birthYear ? 'same' : 'different';
}
