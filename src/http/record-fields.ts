// The fields of a record against its kind: unknown kinds and wrong fields are told at their place.

import type { Plan } from '../rules/plan.ts';
import type { RecordKind } from '../rules/record-kind.ts';
import { detailSchema, findKind, kindsOf } from '../rules/record-kinds.ts';
import { problem } from './problems.ts';
import { refusalIn } from './validation.ts';

type Schema = Record<string, unknown>;
const schemas = new WeakMap<RecordKind, Schema>();
function schemaOf(kind: RecordKind): Schema {
  const schema = schemas.get(kind) ?? (detailSchema(kind) as Schema);
  schemas.set(kind, schema);
  return schema;
}

type Sent = { readonly [name: string]: unknown };

/** Throws 400 for a kind nobody knows, and for fields that are not those of the kind. */
export function holdToKind(plan: Plan, { kind: code, detail }: Sent): void {
  const kind = findKind(plan, String(code));
  if (kind === undefined) {
    const known = kindsOf(plan).map((one) => one.code);
    const message = {
      zh: `没有这类材料；可登记：${known.join('、')}`,
      en: `is no kind of record; there are: ${known.join(', ')}`,
    };
    throw problem('bad-request', { errors: [{ path: '/body/kind', message }] });
  }
  const refusal = refusalIn(schemaOf(kind), detail ?? {}, '/detail');
  if (refusal !== null) throw refusal;
}
