// The kinds of record of a plan, and what its criteria count of them: who may record it of whom, and
// which of its fields can be told apart.

import type { TSchema } from 'typebox';
import type { Role, Who } from '../../../machines/kit/access.ts';
import { RECORDERS } from '../access/access.ts';
import { officesOver } from '../access/offices.ts';
import { type Fault, fault, pointer, unknownName } from '../plan/fault.ts';
import type { Category, CriterionTest, Plan } from '../plan/plan-schema.ts';
import { DETERMINED, MATTER_STATUSES, type RecordKind } from '../record/record-kind.ts';
import { builtInKind, RECORD_KINDS } from '../record/record-kinds.ts';
import { type Clauses, unknownClause } from './clause-references.ts';
import type { Sound } from './shape.ts';

/** The plan's own kinds: each code once and none of ours, on a sentence of the plan. */
export const recordKindFaults = ({ recordKinds = [], clauses = {} }: Sound<Plan>): Fault[] =>
  recordKinds.flatMap((kind, index) => {
    const path = `/recordKinds/${index}`;
    const codes = recordKinds.slice(0, index).map((one) => one?.code);
    return [...takenFaults(kind?.code, codes, path), ...clauseFaults(kind?.clause, clauses, path)];
  });

function takenFaults(
  code: string | undefined,
  before: readonly (string | undefined)[],
  path: string,
): Fault[] {
  if (code === undefined) return [];
  const first = before.indexOf(code);
  const [zh, en] =
    first >= 0
      ? [`/recordKinds/${first}`, `/recordKinds/${first}`]
      : builtInKind(code) === undefined
        ? []
        : ['系统自带的材料种类', 'a kind of the service itself'];
  if (zh === undefined) return [];
  return [fault(`${path}/code`, `${code} 已用于${zh}`, `${code} is already taken by ${en}`)];
}

const clauseFaults = (id: string | undefined, clauses: Clauses, path: string): Fault[] =>
  unknownClause(clauses, id, `${path}/clause`);

type Counted = Pick<Sound<CriterionTest>, 'evidence' | 'where'>;
type Subject = Category['subject'];

const NO_KIND = {
  zh: '没有可供这类对象登记的材料种类',
  en: 'no kind that is recorded of such a candidate:',
};

/** A test that counts records of which nobody may ever record one, or that no record can meet. */
export function countedFaults(
  { recordKinds = [] }: Sound<Plan>,
  subject: Subject,
  { evidence, where = {} }: Counted,
  path: string,
): Fault[] {
  if (evidence === undefined) return [];
  const kinds = RECORD_KINDS.filter((kind) => isRecordedOf(kind, subject));
  const own = recordKinds.flatMap((kind) => kind?.code ?? []);
  // A plan's own kind is recorded of everybody, with any fields.
  if (own.includes(evidence)) return [];
  const kind = kinds.find(({ code }) => code === evidence);
  if (kind === undefined) {
    const known = [...own, ...kinds.map(({ code }) => code)];
    return [unknownName(`${path}/evidence`, NO_KIND, evidence, known)];
  }
  return Object.entries(where).flatMap(([attribute, values]) =>
    attributeFaults(kind, attribute, values ?? [], `${path}/where/${pointer(attribute)}`),
  );
}

function isRecordedOf({ of, by = RECORDERS }: RecordKind, subject: Subject): boolean {
  if (of !== undefined && !of.includes(subject)) return false;
  const offices = officesOver(subject);
  return by.some((who) => BESIDE_EVERYBODY.has(who) || offices.includes(who as Role));
}

/** Whoever answers for a candidate or applies for it is at its place. */
const BESIDE_EVERYBODY: ReadonlySet<Who> = new Set(['responsible', 'applicant']);

/** What a record of the kind can be told apart by: each field of text, with its values if they are listed. */
function attributesOf({
  assessed,
  fields,
  life,
}: RecordKind): Map<string, readonly string[] | null> {
  const attributes = new Map<string, readonly string[] | null>(
    assessed ? Object.entries(DETERMINED) : [],
  );
  if (life !== undefined) attributes.set('status', MATTER_STATUSES);
  for (const [name, schema] of Object.entries(fields ?? {})) {
    const { type, enum: values = null } = schema as TSchema & { type?: string; enum?: string[] };
    if (values !== null || type === 'string') attributes.set(name, values);
  }
  return attributes;
}

function attributeFaults(
  kind: RecordKind,
  attribute: string,
  values: readonly (string | undefined)[],
  path: string,
): Fault[] {
  const attributes = attributesOf(kind);
  const allowed = attributes.get(attribute);
  if (allowed === undefined) {
    const what = {
      zh: `${kind.code} 没有可比较的字段`,
      en: `${kind.code} has no field to compare:`,
    };
    return [unknownName(path, what, attribute, [...attributes.keys()])];
  }
  if (allowed === null) return [];
  const what = { zh: `${attribute} 没有这个值`, en: `${attribute} has no value` };
  return values.flatMap((value, at) =>
    value === undefined || allowed.includes(value)
      ? []
      : [unknownName(`${path}/${at}`, what, value, allowed)],
  );
}
