// What may be told to an order, as it is sent.

import type { Static } from 'typebox';
import Type from 'typebox';
import type { RectificationEvent } from '../../machines/rectification.v1.ts';
import type { Misfit } from './payload-fit.ts';
import { Day, Written } from './subject-schemas.ts';

export const rectificationEvents = [
  Type.Object({ type: Type.Literal('acknowledge'), remark: Type.Optional(Written()) }),
  Type.Object({
    type: Type.Literal('start'),
    measures: Written(),
    responsiblePerson: Written(100),
  }),
  Type.Object({ type: Type.Literal('submit'), report: Written() }),
  Type.Object({ type: Type.Literal('close'), remark: Written() }),
  Type.Object({ type: Type.Literal('reopen'), reason: Written() }),
  Type.Object({ type: Type.Literal('extend'), until: Day, reason: Written() }),
] as const;

type Sent = Static<(typeof rectificationEvents)[number]>;
type Known = Exclude<RectificationEvent, { type: 'issue' | 'recalculate-deadline' }>;

/** Does not compile while an event of the machine has no schema, or one of another shape. */
export const rectificationEventsFit: [Misfit<Sent, Known>] extends [never]
  ? true
  : Misfit<Sent, Known> = true;
