// What the parts of the plan's schema are made of.

import Type from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';

export const ROLES = [
  'city-centre',
  'county-office',
  'county-department',
  'township-committee',
  'township-office',
  'village-organisation',
  'base',
  'assessor',
  'scheduler',
  'integrator',
  'operator',
  'auditor',
  'security-officer',
  'administrator',
] as const satisfies readonly Role[];

/**
 * The schema with what an author is told of it, 中文 · English. It stands at every field: editors show it
 * (plans/plan.schema.json), and docs/plan-fields.md is made of it.
 */
export const described = <Schema extends Type.TSchema>(
  schema: Schema,
  description: string,
): Schema =>
  Object.defineProperties({} as Schema, {
    ...Object.getOwnPropertyDescriptors(schema),
    description: { value: description, enumerable: true },
  });

export const closed = { additionalProperties: false };
export const Text = Type.String({ minLength: 1, maxLength: 4000 });
export const DAY_PATTERN = '^20[0-9]{2}-[0-9]{2}-[0-9]{2}$';
export const Day = Type.String({ pattern: DAY_PATTERN });
/** A plan may number its sentences freely; R1, R2 … are the numbers of this service's rules. */
export const CLAUSE_PATTERN = '^[A-Z]{1,3}[1-9][0-9]{0,3}$';
export const ClauseId = Type.String({ pattern: CLAUSE_PATTERN });
export const RoleSchema = Type.Enum([...ROLES]);

/** M must · E eligibility · P preference, only ranks · S soft aim, only warns · I information. */
export const ModalitySchema = Type.Enum(['M', 'E', 'P', 'S', 'I'], {
  description:
    'M 必须、E 条件、P 优先（只排序）、S 力求（只提醒）、I 信息；只有 M、E 可以拒绝 · Must, eligibility, preference, soft aim, information; only M and E refuse',
});

export const ProvenanceSchema = Type.Object(
  {
    kind: Type.Enum(['plan', 'superior-document', 'county-decision', 'default'], {
      description:
        '由谁决定：方案原文、上级文件、县级决定，或系统默认（县里另行决定前的理解） · Who decided: the plan’s text, a superior’s document, the county, or nobody yet',
    }),
    clause: Type.Optional(
      described(
        ClauseId,
        '所依据的条款；kind 为 plan 时必填 · The sentence; needed where the plan itself decides',
      ),
    ),
    note: Type.Optional(described(Text, '说明，公文中引用 · In words; documents quote it')),
  },
  { ...closed, description: '由谁、依据什么决定 · Who decided it, and on what it rests' },
);
