// Every kind of record, of the rules and of a plan (Q14: lists that end with 等 are open). An
// unknown kind is refused, because nothing would ever count it; unforeseen records are `other`,
// with a name, and stand in the archives.

import type { TSchema } from 'typebox';
import Type from 'typebox';
import type { Criterion, Plan } from '../plan/plan-schema.ts';
import type { RecordKind } from './record-kind.ts';
import { RESULT_KINDS } from './result-record-kinds.ts';
import { UNIT_KINDS } from './unit-record-kinds.ts';

export const RECORD_KINDS: readonly RecordKind[] = [...UNIT_KINDS, ...RESULT_KINDS];

const known = new Map(RECORD_KINDS.map((kind) => [kind.code, kind]));

export const builtInKind = (code: string): RecordKind | undefined => known.get(code);

/** The kind of this code in this plan; undefined when there is none. */
export function findKind(plan: Plan, code: string): RecordKind | undefined {
  const built = known.get(code);
  if (built !== undefined) return built;
  const own = plan.recordKinds?.find((kind) => kind.code === code);
  if (own === undefined) return undefined;
  const { name: zh, english: en, clause, ledger } = own;
  return { code, zh, en, clause, ledger, fields: null };
}

/** Every kind that may be recorded in a campaign of this plan. */
export const kindsOf = (plan: Plan): RecordKind[] => [
  ...RECORD_KINDS,
  ...(plan.recordKinds ?? []).flatMap(({ code }) => findKind(plan, code) ?? []),
];

/**
 * The clause of a record: that of the criterion of its candidate's category that counts it (a case
 * is R13 at the county, R17 at the township, R25 in the village), otherwise that of its kind.
 */
export function clauseOf(plan: Plan, category: string | null, kind: RecordKind): string {
  return criterionThatCounts(plan, category, kind.code)?.clause ?? kind.clause;
}

/** The first criterion of a category that counts records of this kind. */
export const criterionThatCounts = (
  plan: Plan,
  category: string | null,
  kind: string,
): Criterion | undefined =>
  plan.categories
    .find(({ code }) => code === category)
    ?.criteria.find(({ required }) =>
      [required, ...(required?.anyOf ?? [])].some((test) => test?.evidence === kind),
    );

const FREE = Type.Record(
  Type.String({ minLength: 1, maxLength: 60 }),
  Type.Union([
    Type.String({ maxLength: 2000 }),
    Type.Number(),
    Type.Boolean(),
    Type.Null(),
    Type.Array(Type.String({ maxLength: 2000 }), { maxItems: 200 }),
  ]),
  { maxProperties: 50 },
);

/** The schema of a kind's `detail`; a plan's own kind has simple values under any name. */
export const detailSchema = ({ fields }: RecordKind): TSchema =>
  fields === null ? FREE : Type.Object({ ...fields }, { additionalProperties: false });

/** A title of a showcase case or a name in the form in which it is compared: without spaces and punctuation. */
export const identityOf = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{P}\p{S}]/gu, '');
