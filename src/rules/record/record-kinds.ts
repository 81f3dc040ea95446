// Every kind of record there is: those the rules know, and those a plan adds (Q14: lists that end
// with 等 are open). An unknown kind is refused, because nothing would ever count it; what nobody
// foresaw is recorded as `other`, with a name, and stands in the archives.

import type { TSchema } from 'typebox';
import Type from 'typebox';
import type { Criterion, Plan } from '../plan/plan-schema.ts';
import type { RecordKind } from './record-kind.ts';
import { RESULT_KINDS } from './result-record-kinds.ts';
import { UNIT_KINDS } from './unit-record-kinds.ts';

export const RECORD_KINDS: readonly RecordKind[] = [...UNIT_KINDS, ...RESULT_KINDS];

const known = new Map(RECORD_KINDS.map((kind) => [kind.code, kind]));

export const builtInKind = (code: string): RecordKind | undefined => known.get(code);

/** The kind of this code in this plan; undefined when nobody knows it. */
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
 * The sentence a record rests on: that of the criterion of its candidate's own category that counts
 * it (a case is R13 at the county, R17 at the township, R25 in the village), else that of its kind.
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

/** What `detail` of a kind must be; of a plan's own kind simple values under any name. */
export const detailSchema = ({ fields }: RecordKind): TSchema =>
  fields === null ? FREE : Type.Object({ ...fields }, { additionalProperties: false });

/** What a showcase case is known by: its title without spaces and punctuation, whatever the form. */
export const identityOf = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{P}\p{S}]/gu, '');
