// Schemas of a simulation's request and answer.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { SIMULATED_CANDIDATES_MAX, SIMULATED_EVENTS_MAX } from '../../command/what-if/simulate.ts';
import { ROLES } from '../../rules/plan/schema-terms.ts';
import { RequirementSchema } from '../kernel/requirements.ts';
import { Instant, Nullable, OrganisationId } from '../kernel/subject-schemas.ts';

const By = Type.Unsafe<string | { role: Role; organisationId: string; name?: string }>({
  description:
    '谁办理：写姓名则视为具有一切角色（默认 office）；写角色和单位则按真实权限办理，无权即 forbidden · Who does it: a name holds every role, which is the default; a role at an organisation may do what it may in reality',
  type: ['string', 'object'],
  minLength: 1,
  maxLength: 60,
  required: ['role', 'organisationId'],
  properties: {
    role: Type.Enum([...ROLES]),
    organisationId: OrganisationId,
    name: Type.String({ minLength: 1, maxLength: 60 }),
  },
  examples: ['office', { role: 'township-committee', organisationId: 'u5s0kq9c2m1t' }],
});
const Key = Type.String({ minLength: 1, maxLength: 120 });
export const AskedSchema = Type.Object(
  {
    version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
    issuedAt: Type.Optional(Instant),
    registeredAt: Type.Optional(Instant),
    until: Type.Optional(Instant),
    phases: Type.Optional(
      Type.Enum(['never', 'on-time'], {
        description:
          'never：无人转阶段（默认）；on-time：每阶段首日 9 时以两人例外转入 · Whether the county enters each phase on its first day, by an override of two',
      }),
    ),
    candidates: Type.Optional(
      Type.Array(
        Type.Object({
          key: Type.Optional(Key),
          category: Type.String({ minLength: 1, maxLength: 60 }),
          organisationId: OrganisationId,
          personName: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          siteId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        }),
        {
          maxItems: SIMULATED_CANDIDATES_MAX,
          description:
            '不写则每类每个单位一个，个人、家庭每类一个 · Left out: one for each unit of each category, one person or household for each',
        },
      ),
    ),
    script: Type.Optional(
      Type.Array(
        Type.Object({
          at: Instant,
          subject: Type.String({ minLength: 1, maxLength: 200 }),
          event: Type.Object(
            { type: Type.String({ minLength: 1, maxLength: 60 }) },
            { additionalProperties: true },
          ),
          by: Type.Optional(By),
        }),
        {
          maxItems: SIMULATED_EVENTS_MAX,
          description:
            'subject：campaign、候选对象的 key，或 key/rectification 等；event 与 POST …/events 的内容相同（assess-evidence 的 id 可写材料种类，指最近一份） · campaign, a key, or key/machine for the last that hangs on it; the event as POST …/events takes it (the id of assess-evidence may be a kind: the last record of it)',
        },
      ),
    ),
  },
  { examples: [{ phases: 'on-time' }] },
);
export type Asked = Static<typeof AskedSchema>;

const Clause = { clause: Type.String() };
export const SimulationSchema = Type.Object({
  planId: Type.String(),
  version: Type.Integer(),
  issuedAt: Instant,
  registeredAt: Instant,
  until: Instant,
  stoppedAt: Nullable(Instant),
  findings: Type.Array(
    Type.Object({ path: Type.String(), code: Type.String(), zh: Type.String(), en: Type.String() }),
    { description: '方案允许而值得再看的 · Allowed, and worth a second look' },
  ),
  outcomes: Type.Array(
    Type.Object({
      at: Instant,
      subject: Type.String(),
      event: Type.String(),
      outcome: Type.String({
        examples: ['done', 'refused', 'out-of-state', 'forbidden', 'invalid', 'unknown-subject'],
      }),
      unmet: Type.Array(RequirementSchema, {
        description: '未满足的条件，与真实拒绝时相同 · As a real refusal says it',
      }),
      roles: Type.Array(Type.String(), { description: 'forbidden：须由谁办理 · Whose it is' }),
      accepts: Type.Array(Type.String(), {
        description: 'out-of-state：当时可接受的事件 · What that state takes',
      }),
      faults: Type.Array(
        Type.Object({ path: Type.String(), zh: Type.String(), en: Type.String() }),
        { description: 'invalid：所指不存在之处 · What it speaks of that is not there' },
      ),
    }),
    { description: '脚本每一步的结果 · What became of each scripted event' },
  ),
  notices: Type.Array(
    Type.Object({
      ...Clause,
      at: Instant,
      template: Type.String(),
      kind: Type.String(),
      title: Type.String(),
      level: Nullable(Type.String()),
      subject: Type.String(),
      organisationId: Type.String(),
      role: Type.String(),
    }),
  ),
  deadlines: Type.Array(
    Type.Object({
      ...Clause,
      subject: Type.String(),
      kind: Type.String(),
      generation: Type.Integer(),
      organisationId: Type.String(),
      role: Type.String(),
      openedAt: Instant,
      dueAt: Instant,
      provisional: Type.Boolean(),
      level: Type.String(),
      closedAt: Nullable(Instant),
    }),
  ),
  days: Type.Array(
    Type.Object({
      date: Type.String({ format: 'date' }),
      role: Type.String(),
      due: Type.Integer(),
      notices: Type.Integer(),
      dueSoon: Type.Integer(),
      overdue: Type.Integer(),
      escalated: Type.Integer(),
    }),
    { description: '每日每个角色的工作量 · Workload per day and role' },
  ),
  deadEnds: Type.Array(
    Type.Object({
      category: Nullable(Type.String()),
      machine: Type.String(),
      stage: Type.String(),
      state: Type.String(),
      subjects: Type.Integer(),
    }),
    {
      description:
        '到结束时仍未有结果的对象所处的状态 · States in which somebody still stands at the end',
    },
  ),
  subjects: Type.Array(
    Type.Object({
      key: Type.String(),
      machine: Type.String(),
      category: Nullable(Type.String()),
      stage: Type.String(),
      state: Type.String(),
      status: Type.String(),
    }),
  ),
});
