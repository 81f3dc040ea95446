// The check of a record's fields against its kind; faults are reported at their place.

import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { RecordKind } from '../../rules/record/record-kind.ts';
import { detailSchema, findKind, kindsOf } from '../../rules/record/record-kinds.ts';
import type { Text } from '../kernel/problem-catalog.ts';
import { problem } from '../kernel/problems.ts';
import { type Placed, refusalInEach } from '../kernel/validation.ts';

type Schema = Record<string, unknown>;
const schemas = new WeakMap<RecordKind, Schema>();
function schemaOf(kind: RecordKind): Schema {
  const schema = schemas.get(kind) ?? (detailSchema(kind) as Schema);
  schemas.set(kind, schema);
  return schema;
}

type Sent = { readonly [name: string]: unknown };

/** The reason why there is no record of this kind; null when there is one. */
export function kindFault(plan: Plan, { kind }: Sent): Text | null {
  if (findKind(plan, String(kind)) !== undefined) return null;
  const known = kindsOf(plan).map((one) => one.code);
  return {
    zh: `没有这类材料；可登记：${known.join('、')}`,
    en: `is no kind of record; there are: ${known.join(', ')}`,
  };
}

/** The fields of a record with the schema of its kind; nothing for an unknown kind. */
export function placedDetail(plan: Plan, { kind: code, detail }: Sent, at: string): Placed[] {
  const kind = findKind(plan, String(code));
  return kind === undefined ? [] : [[schemaOf(kind), detail ?? {}, `${at}/detail`]];
}

/** Throws 400 for an unknown kind, and for fields that are not those of the kind. */
export function assertRecordKind(plan: Plan, sent: Sent): void {
  const message = kindFault(plan, sent);
  if (message !== null) throw problem('bad-request', { errors: [{ path: '/body/kind', message }] });
  const refusal = refusalInEach(placedDetail(plan, sent, ''));
  if (refusal !== null) throw refusal;
}
