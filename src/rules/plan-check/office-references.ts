// The roles of a category: whoever applies, confirms or checks holds an office over such a candidate.

import { officesOver } from '../access/offices.ts';
import { type Fault, unknownName } from '../plan/fault.ts';
import type { Category } from '../plan/plan-schema.ts';
import type { Sound } from './shape.ts';

const NO_OFFICE = {
  zh: '对这类对象不任职的角色',
  en: 'a role that holds no office over such a candidate:',
};

/** A role without an office at the candidate's place or above it could never do what it is named for. */
export function officeFaults({ subject, applicants = [] }: Sound<Category>, path: string): Fault[] {
  if (subject === undefined) return [];
  const offices: readonly string[] = officesOver(subject);
  const named: [string, string | undefined][] = [
    ...applicants.map((role, at): [string, typeof role] => [`${path}/applicants/${at}`, role]),
  ];
  return named.flatMap(([at, role]) =>
    role === undefined || offices.includes(role) ? [] : [unknownName(at, NO_OFFICE, role, offices)],
  );
}
