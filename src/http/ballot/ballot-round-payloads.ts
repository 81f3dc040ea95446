// Schemas of the events that may be sent to a ballot round. Slips are printed at an address of their own,
// because that answer is given once and kept nowhere.

import type { Static } from 'typebox';
import Type from 'typebox';
import type { BallotRoundEvent } from '../../../machines/ballot/events.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { Instant, Written } from '../kernel/subject-schemas.ts';

/** A roll is read aloud at one meeting, and each vote rewrites the one row of its urn. */
const ROLL_ENTRIES_MAX = 2000;

export const Entry = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^\\S+$',
  description: '名册编号，册内唯一 · Number on the roll, once in it',
  examples: ['M-001'],
});

export const convening = {
  opensAt: Type.Optional(Instant),
  closesAt: Instant,
  roll: Type.Array(
    Type.Object({
      entry: Entry,
      name: Written(100),
      stratum: Type.String({
        pattern: '^[a-z][a-z-]{0,29}$',
        description: '参评类别，见方案 ballotStrata · Electorate, as the plan names it',
        examples: ['members', 'masses'],
      }),
    }),
    { minItems: 1, maxItems: ROLL_ENTRIES_MAX },
  ),
};

const Ballots = Type.Integer({ minimum: 0, maximum: 10_000_000 });
const Reason = Written();

export const ballotRoundEvents = [
  Type.Object({ type: Type.Literal('reconvene'), ...convening }),
  Type.Object({ type: Type.Literal('open') }),
  Type.Object({ type: Type.Literal('mark-voter'), entry: Entry }),
  Type.Object({ type: Type.Literal('extend'), closesAt: Instant, reason: Reason }),
  Type.Object({ type: Type.Literal('close') }),
  Type.Object({
    type: Type.Literal('enter-count'),
    strata: Type.Array(
      Type.Object({
        stratum: Type.String({ minLength: 1, maxLength: 30 }),
        issued: Ballots,
        returned: Ballots,
        invalid: Ballots,
        abstained: Ballots,
        grades: Type.Record(Type.String({ minLength: 1, maxLength: 20 }), Ballots, {
          maxProperties: 10,
          examples: [{ 好: 60, 较好: 30, 一般: 8, 差: 2 }],
        }),
      }),
      { minItems: 1, maxItems: 6 },
    ),
  }),
  Type.Object({ type: Type.Literal('reject-count'), reason: Reason }),
  Type.Object({ type: Type.Literal('confirm-count'), remark: Type.Optional(Written()) }),
  Type.Object({ type: Type.Literal('void'), reason: Reason }),
  Type.Object({ type: Type.Literal('lapse'), reason: Reason }),
] as const;

type Sent = Static<(typeof ballotRoundEvents)[number]>;
// These events create the round, have an address of their own, or come from the service alone.
type Elsewhere = 'convene' | 'print-slips' | 'recalculate-deadline';
type Known = Exclude<BallotRoundEvent, { type: Elsewhere }>;

export const ballotRoundEventsFit: Fit<Sent, Known> = true;
