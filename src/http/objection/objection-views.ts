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
  clues: Nullable(
    Type.String({
      description:
        '封存；已擦除或到期遗忘的为 null · Sealed; null when there are none or they were forgotten',
    }),
  ),
  lodgedAt: Nullable(
    Type.String({
      ...Instant,
      description:
        '公众未登录提出的时间；接收以前不影响评选 · When the public lodged it; it halts nobody before it is received',
    }),
  ),
  receivedAt: Nullable(Instant),
  investigatorId: Nullable(Type.String()),
  findings: Nullable(Type.String()),
  outcome: Nullable(
    Type.String({ description: 'rejected、not-opened、not-admitted、upheld、dismissed' }),
  ),
  reason: Nullable(Type.String()),
  decidedAt: Nullable(Instant),
  repliedAt: Nullable(Instant),
  reply: Nullable(Type.String({ description: '答复的内容 · What was answered' })),
});
export const ObjectionSchema = Type.Object({
  ...ObjectionSummarySchema.properties,
  deadlines: Type.Array(DeadlineSchema),
});

function summaryToJson(
  row: ObjectionRow,
  objector: Static<typeof ObjectionSummarySchema>['objector'],
  clues: string | null,
): Static<typeof ObjectionSummarySchema> {
  const context = contextOf<ObjectionContext>(row);
  const { candidateId, candidateName, category } = row;
  const { content, lodgedAt, receivedAt, investigatorId, findings, outcome, reason } = context;
  const { decidedAt, repliedAt, reply } = context;
  return {
    ...subjectToJson('objection', row),
    ...{ candidateId, candidateName, category, content, clues, lodgedAt, receivedAt },
    ...{ investigatorId, findings, outcome, reason, decidedAt, repliedAt, reply, objector },
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
    const open = (column: 'name' | 'contact' | 'clues', text: string): string =>
      service.vault.open(objectorAt(row.id, column), text);
    const see = (column: 'name' | 'contact'): string | null => {
      const text = sealed?.[column] ?? null;
      const field = `objector-${column}` as const;
      const isOwn = principalId === principal.id;
      if (text === null || !(isOwn || sightOf(field, roles) !== 'hidden')) return null;
      const plain = open(column, text);
      return isOwn ? plain : shown(field, roles, plain);
    };
    const given = sealed?.clues ?? null;
    const told = summaryToJson(
      row,
      { kind, name: see('name'), contact: see('contact') },
      given === null ? null : open('clues', given),
    );
    return mayRead(principal, row.path) ? told : forObjector(told);
  };
}
