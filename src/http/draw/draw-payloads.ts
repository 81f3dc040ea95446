// Schemas of the events that may be sent to a draw.

import type { Static } from 'typebox';
import Type from 'typebox';
import type { DrawEvent } from '../../../machines/draw/events.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { Id, Written } from '../kernel/subject-schemas.ts';

const remark = { remark: Type.Optional(Written()) };

/** The roles that may contribute to the seed. */
export const Party = Type.Enum(['county-office', 'county-department', 'city-centre', 'auditor']);
const Sha256Hex = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 });

export const drawEvents = [
  Type.Object({ type: Type.Literal('commit-contribution'), party: Party, commitment: Sha256Hex }),
  Type.Object({ type: Type.Literal('publish'), ...remark }),
  Type.Object({ type: Type.Literal('reveal-contribution'), party: Party, value: Sha256Hex }),
  Type.Object({
    type: Type.Literal('declare-recusal'),
    inspectorId: Id,
    unitId: Type.String({ minLength: 1, maxLength: 64 }),
    reason: Written(),
  }),
  Type.Object({
    type: Type.Literal('withdraw-recusal'),
    inspectorId: Id,
    unitId: Type.String({ minLength: 1, maxLength: 64 }),
    reason: Written(),
  }),
  Type.Object({ type: Type.Literal('complete'), ...remark }),
  Type.Object({ type: Type.Literal('cancel'), reason: Written() }),
  Type.Object({ type: Type.Literal('confirm-cancellation'), ...remark }),
] as const;

type Sent = Static<(typeof drawEvents)[number]>;
type Known = Exclude<DrawEvent, { type: 'prepare' | 'recalculate-deadline' }>;

export const drawEventsFit: Fit<Sent, Known> = true;
