// Schemas that the answers about all subjects share.

import Type, { type Static, type TSchema } from 'typebox';
import type { MachineName } from '../../../machines/catalog.ts';
import { acceptsNow } from '../../../machines/catalog.ts';
import type { EventRow } from '../../db/kernel/events.ts';
import type { ObligationRow } from '../../db/kernel/obligations.ts';
import { listOwed } from '../../db/kernel/obligations.ts';
import type { Reads } from '../../db/tables.ts';
import { type Principal, rolesAt } from '../../rules/access/access.ts';
import { MeasuredSchema, RequirementSchema } from './requirements.ts';

const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
export const Nullable = nullable;

export const Instant = Type.String({ format: 'date-time', examples: ['2017-05-20T01:00:00.000Z'] });
export const Id = Type.String({ format: 'uuid' });
export const IdParams = Type.Object({ id: Id });
export const OrganisationId = Type.String({ minLength: 1, maxLength: 64 });

/** A text that people write: not blank, and no longer than anybody would read. */
export const Written = (maxLength = 2000) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S' });
export const WrittenList = (maxItems = 200) => Type.Array(Written(), { minItems: 1, maxItems });
export const Day = Type.String({ format: 'date', examples: ['2017-05-20'] });

export const DeadlineSchema = Type.Object({
  kind: Type.String(),
  clause: Type.String(),
  generation: Type.Integer(),
  dueAt: Instant,
  level: Type.String(),
  provisional: Type.Boolean({
    description: '超出已载入的工作日历，载入后重算 · Past the loaded calendar; to be recalculated',
  }),
  organisationId: Type.String(),
  overdue: Type.Boolean(),
});

export function deadlineToJson(row: ObligationRow): Static<typeof DeadlineSchema> {
  const { kind, clause, generation, dueAt, level, provisional, organisationId, late } = row;
  return { kind, clause, generation, dueAt, level, provisional, organisationId, overdue: late };
}

/** The filters that lists of what is about candidates share. */
export const aboutFilters = {
  campaignId: Type.Optional(Id),
  candidateId: Type.Optional(Id),
  state: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
};

/** The open deadlines of a subject. */
export const deadlinesOf = async (reads: Reads, campaignId: string, id: string) =>
  (await listOwed(reads, campaignId, id)).map(deadlineToJson);

/** The fields that the answer about every subject has. */
export const subjectFields = {
  id: Id,
  campaignId: Id,
  machine: Type.String({ description: '状态机 · The machine that moves it' }),
  version: Type.Integer({ description: '状态机的版本 · Version of the machine' }),
  stage: Type.String(),
  state: Type.String(),
  status: Type.Union([Type.Literal('active'), Type.Literal('done')]),
  revision: Type.Integer(),
  accepts: Type.Array(Type.String(), {
    description: '当前状态认识的事件 · Events the present state knows',
  }),
  organisationId: Type.String(),
  createdAt: Instant,
  updatedAt: Instant,
};

type Subject = Omit<
  { [Field in keyof typeof subjectFields]: Static<(typeof subjectFields)[Field]> },
  'machine' | 'accepts'
> & {
  procedure?: string | null;
  value: unknown;
  context: { [name: string]: unknown };
};

/** The context of this subject's machine. The cast holds, because no other machine stores it. */
export const contextOf = <Context>({ context }: { context: object }): Context => context as Context;

/** The fields of every subject, from a row that has them among others. */
export function subjectToJson(machine: MachineName, subject: Subject) {
  const { id, campaignId, version, procedure, value, context, stage, state, status } = subject;
  const { revision, organisationId, createdAt, updatedAt } = subject;
  const accepts = acceptsNow({
    machine,
    version,
    procedure: procedure ?? null,
    value,
    context,
    status,
  });
  return {
    ...{ id, campaignId, machine, version, stage, state, status, revision, accepts },
    ...{ organisationId, createdAt, updatedAt },
  };
}

export const AnswerSchema = Type.Object(
  {
    id: Id,
    campaignId: Id,
    machine: Type.String(),
    stage: Type.String(),
    state: Type.String(),
    status: Type.Union([Type.Literal('active'), Type.Literal('done')]),
    revision: Type.Integer(),
    updatedAt: Instant,
    organisationId: Type.String(),
    accepts: Type.Array(Type.String()),
    opened: Type.Array(Type.Object({ kind: Type.String(), id: Type.String() }), {
      description:
        '这一步开出的限期整改、批量任务和记录 · Orders, operations and records this step opened',
    }),
    warnings: Type.Array(RequirementSchema, {
      description: '未达到的优先条件和努力方向 · Preferences and aims that were not met',
    }),
  },
  { description: '事件之后的对象 · The subject after the event' },
);

export const EventSchema = Type.Object({
  sequence: Type.Integer(),
  type: Type.String(),
  at: Instant,
  principalId: Type.String(),
  roles: Type.Array(Type.String()),
  payload: Type.Unknown({ description: '事件内容 · What was said' }),
  facts: Type.Unknown({ description: '当时所知 · What was known' }),
  stage: Type.String(),
  state: Type.String(),
  hash: Type.String({ description: '链上的散列 · Link of the hash chain' }),
  credential: Type.Optional(
    nullable(
      Type.String({
        description:
          '发送者所持密钥的编号，系统自身的为空；只有审计员看得到 · The key it came by, null for the service’s own acts; only the auditor sees it',
      }),
    ),
  ),
  personal: Type.Optional(
    nullable(
      Type.Object(
        {
          digest: Type.String({ description: '链上的散列 · What the link holds of it' }),
          salt: nullable(
            Type.String({
              description: '盐，十六进制；已擦除的为空 · In hexadecimal; null once erased',
            }),
          ),
          part: nullable(
            Type.Record(Type.String(), Type.String(), {
              description:
                '各处的文字，以 JSON 指针为名；日志中该处为“已擦除 · erased” · The texts by their JSON pointers; the log itself says 已擦除 · erased there',
            }),
          ),
        },
        {
          description:
            '单独存放、可以擦除的个人信息，没有的为空；只有审计员看得到 · The personal part, which is kept apart and may be erased, null where there is none; only the auditor sees it',
        },
      ),
    ),
  ),
});

export type EventJson = Static<typeof EventSchema>;

/** An event for this reader of the place: the auditor alone sees the credential and the digests. */
export function eventToJson(
  principal: Principal,
  path: string,
  { credential, personal, ...event }: EventRow,
): EventJson {
  return rolesAt(principal, path).includes('auditor') ? { ...event, credential, personal } : event;
}

export const ActionSchema = Type.Object({
  type: Type.String(),
  permitted: Type.Boolean({
    description:
      '您可以发送，且除随事件提交的内容外各项条件均已满足 · You may send it, and all that does not depend on what you send is met',
  }),
  mayYou: Type.Boolean({ description: '您的角色和管辖范围允许 · Your role and reach allow it' }),
  roles: Type.Array(Type.String()),
  requirements: Type.Array(MeasuredSchema),
  unmet: Type.Array(RequirementSchema, {
    description: '现在即可确定未满足的条件 · What is already known to be unmet',
  }),
});
