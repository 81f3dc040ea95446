// What a kind of record is: its name, the sentence it rests on, the ledger it stands in, its fields,
// and what must be true of it before it is taken in.

import type { TSchema } from 'typebox';
import Type from 'typebox';
import type { Who } from '../../../machines/kit/access.ts';
import type { RecordLedger } from '../plan/record-ledgers.ts';

type Subject = 'county' | 'township' | 'village' | 'base' | 'person';

export type RecordKind = {
  code: string;
  zh: string;
  en: string;
  /** The rule it rests on; a plan's own kind names a sentence of the plan. */
  clause: string;
  ledger: RecordLedger;
  /** The fields of `detail`; null where any will do (a plan's own kind). */
  fields: { readonly [name: string]: TSchema } | null;
  /** Who may record it, where that is not everybody who may record at all. */
  by?: readonly Who[];
  /** The candidates of which it is recorded; all of them when nothing is said. */
  of?: readonly Subject[];
  /** It speaks of sites: those named, or the candidate's own. */
  sites?: true;
  /** `form` says in which way it took place. */
  form?: true;
  /** A photo or a document must be attached. */
  file?: true;
  /** It is raised and must be solved: the policy that says within how many working days. */
  life?: 'issueWorkingDays' | 'faultWorkingDays' | 'feedbackWorkingDays' | 'problemWorkingDays';
  /** A reviewer finds its impact and how far it can be promoted. */
  assessed?: true;
};

export const Text = (maxLength = 500) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
export const Texts = (maxItems = 100, maxLength = 200) =>
  Type.Array(Text(maxLength), { minItems: 1, maxItems });
export const People = Type.Integer({ minimum: 1, maximum: 1_000_000 });
export const Figure = Type.Number({ minimum: 0, maximum: 1e12 });
export const DayText = Type.String({ format: 'date' });
export const optional = Type.Optional;

/** Everybody who may record at all, the county office among them (R8, R58, R74). */
export const ALL_RECORDERS: readonly Who[] = [
  'responsible',
  'applicant',
  'township-office',
  'county-office',
  'integrator',
];
export const UNITS: readonly Subject[] = ['county', 'township', 'village', 'base'];
export const PLANNERS: readonly Subject[] = ['county', 'township'];
export const PERSON: readonly Subject[] = ['person'];
