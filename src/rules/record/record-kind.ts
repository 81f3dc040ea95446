// A kind of record: its name, its clause, its ledger, its fields and its requirements.

import type { TSchema } from 'typebox';
import Type from 'typebox';
import type { Subject } from '../../../machines/candidate/subject.ts';
import type { Who } from '../../../machines/kit/access.ts';
import type { RecordLedger } from '../plan/record-ledgers.ts';

export type RecordKind = {
  code: string;
  zh: string;
  en: string;
  /** The rule that the kind rests on; a plan's own kind names a sentence of the plan. */
  clause: string;
  ledger: RecordLedger;
  /** The fields of `detail`; null where any are allowed (a plan's own kind). */
  fields: { readonly [name: string]: TSchema } | null;
  /** The roles that may record the kind; by default all that record. */
  by?: readonly Who[];
  /** The candidates that have such records; by default all. */
  of?: readonly Subject[];
  /** The record is about sites, the named ones or the candidate's own. */
  sites?: true;
  /** The record names the form of the event in `form`. */
  form?: true;
  /** One stands at a time; another names the one that it replaces. */
  single?: true;
  /** A photo or a document must be attached. */
  file?: true;
  /** The policy of working days within which a matter of this kind must be solved. */
  life?: 'issueWorkingDays' | 'faultWorkingDays' | 'feedbackWorkingDays' | 'problemWorkingDays';
  /** A reviewer finds the impact and the promotion scope. */
  assessed?: true;
};

/** The kind of record that states that nothing of a duty arose. */
export const NONE_AROSE = 'none-arose';

/** What a reviewer determines of an assessed record, and the applicant never claims (R13). */
export const DETERMINED = {
  impact: ['LIMITED', 'NOTABLE', 'MAJOR'],
  promotionScope: ['NONE', 'VILLAGEWIDE', 'TOWNSHIPWIDE', 'COUNTYWIDE', 'CITYWIDE'],
} as const;

/** The status of a record with a life, as criteria ask for it. */
export const MATTER_STATUSES = ['OPEN', 'RESOLVED'] as const;

export const Text = (maxLength = 500) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
export const Texts = (maxItems = 100, maxLength = 200) =>
  Type.Array(Text(maxLength), { minItems: 1, maxItems });
export const People = Type.Integer({ minimum: 1, maximum: 1_000_000 });
export const Figure = Type.Number({ minimum: 0, maximum: 1e12 });
export const DayText = Type.String({ format: 'date' });
export const optional = Type.Optional;

/** All roles that record, with the county office (R8, R58, R74). */
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
