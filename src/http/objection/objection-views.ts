// Objections as they are told: their objectors see themselves plain, everybody else as their roles do.

import Type, { type Static } from 'typebox';
import type { ObjectionContext } from '../../../machines/objection/events.ts';
import type { ObjectionRow } from '../../db/objection/objections.ts';
import { findObjectors, objectorAt } from '../../db/objection/objectors.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead, rolesAt } from '../../rules/access/access.ts';
import { shown, sightOf } from '../../rules/access/masked-fields.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import type { Service } from '../kernel/service.ts';
import {
  contextOf,
  DeadlineSchema,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
} from '../kernel/subject-schemas.ts';

export const ObjectionSummarySchema = Type.Object({
  ...subjectFields,
  candidateId: Nullable(Id),
  candidateName: Nullable(Type.String()),
  category: Nullable(Type.String()),
  objector: Type.Object({
    kind: Type.String(),
    name: Nullable(
      Type.String({
        description:
          '本人见全名，受理机关见其姓；查看全名见 POST /v1/unmaskings · Masked but to themselves; see POST /v1/unmaskings',
      }),
    ),
    contact: Nullable(Type.String({ description: '同上 · The same' })),
  }),
  content: Type.String(),
  clues: Nullable(Type.String()),
  receivedAt: Nullable(Instant),
  investigatorId: Nullable(Type.String()),
  findings: Nullable(Type.String()),
  outcome: Nullable(Type.String({ description: 'not-opened、not-admitted、upheld、dismissed' })),
  reason: Nullable(Type.String()),
  decidedAt: Nullable(Instant),
  repliedAt: Nullable(Instant),
});
export const ObjectionSchema = Type.Object({
  ...ObjectionSummarySchema.properties,
  deadlines: Type.Array(DeadlineSchema),
});

function summaryToJson(
  row: ObjectionRow,
  objector: Static<typeof ObjectionSummarySchema>['objector'],
): Static<typeof ObjectionSummarySchema> {
  const context = contextOf<ObjectionContext>(row);
  const { candidateId, candidateName, category } = row;
  const { content, clues, receivedAt, investigatorId, findings, outcome, reason } = context;
  const { decidedAt, repliedAt } = context;
  return {
    ...subjectToJson('objection', row),
    ...{ candidateId, candidateName, category, content, clues, receivedAt, investigatorId },
    ...{ findings, outcome, reason, decidedAt, repliedAt, objector },
  };
}

/** The objector learns the outcome, but neither who investigated nor what was found. */
const forObjector = (objection: Static<typeof ObjectionSummarySchema>) => ({
  ...objection,
  investigatorId: null,
  findings: null,
});

/** Objections as this reader sees them: objectors see themselves plain, all others as their roles do. */
export async function toldTo(
  service: Service,
  principal: Principal,
  rows: readonly ObjectionRow[],
) {
  const objectors = await findObjectors(
    readsOf(beyondReach(service, 'objections')),
    rows.map(({ id }) => id),
  );
  return (row: ObjectionRow): Static<typeof ObjectionSummarySchema> => {
    const { kind, principalId } = contextOf<ObjectionContext>(row).objector;
    const sealed = objectors.get(row.id);
    const roles = rolesAt(principal, row.path);
    const see = (column: 'name' | 'contact'): string | null => {
      const text = sealed?.[column] ?? null;
      const field = `objector-${column}` as const;
      const isOwn = principalId === principal.id;
      if (text === null || !(isOwn || sightOf(field, roles) !== 'hidden')) return null;
      const plain = service.vault.open(objectorAt(row.id, column), text);
      return isOwn ? plain : shown(field, roles, plain);
    };
    const told = summaryToJson(row, { kind, name: see('name'), contact: see('contact') });
    return mayRead(principal, row.path) ? told : forObjector(told);
  };
}
