// Schemas of the events that may be sent to an objection.

import type { Static } from 'typebox';
import Type from 'typebox';
import type { ObjectionEvent } from '../../../machines/objection/events.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { Day, Id, Written } from '../kernel/subject-schemas.ts';

const reason = { reason: Written() };
const rejection = {
  reason: Type.String({
    ...Written(),
    description: '异议人凭查询码可以看到 · Told to whoever asks with the receipt',
  }),
};
const investigator = {
  investigatorId: Type.String({
    ...Id,
    description: '与该对象没有回避关系的人员 · Somebody without a conflict of interest',
  }),
};

export const objectionEvents = [
  Type.Object({ type: Type.Literal('receive') }),
  Type.Object({ type: Type.Literal('propose-rejection'), ...rejection }),
  Type.Object({ type: Type.Literal('confirm-rejection') }),
  Type.Object({ type: Type.Literal('admit'), ...investigator }),
  Type.Object({ type: Type.Literal('not-admit'), ...reason }),
  Type.Object({ type: Type.Literal('reassign'), ...investigator, ...reason }),
  Type.Object({ type: Type.Literal('recuse'), ...reason }),
  Type.Object({ type: Type.Literal('withdraw-recusal'), ...investigator, ...reason }),
  Type.Object({ type: Type.Literal('report'), findings: Written(4000) }),
  Type.Object({ type: Type.Literal('return-report'), ...reason }),
  Type.Object({ type: Type.Literal('uphold'), ...reason }),
  Type.Object({ type: Type.Literal('dismiss'), ...reason }),
  Type.Object({
    type: Type.Literal('reply'),
    channel: Written(100),
    occurredOn: Day,
    content: Written(),
  }),
] as const;

type Sent = Static<(typeof objectionEvents)[number]>;
type Known = Exclude<ObjectionEvent, { type: 'lodge' | 'raise' | 'recalculate-deadline' }>;

export const objectionEventsFit: Fit<Sent, Known> = true;
