// The answers about a ballot round: the turnout always, the choices only once it has closed.

import Type, { type Static } from 'typebox';
import type { BallotRoundContext } from '../../../machines/ballot/events.ts';
import { type BallotResult, sumOf } from '../../../machines/ballot/result.ts';
import type { BallotRoundRow } from '../../db/ballot/ballots.ts';
import { StreamCode } from '../kernel/streams.ts';
import {
  contextOf,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
} from '../kernel/subject-schemas.ts';

const Count = Type.Integer();
const ByStratum = Type.Record(Type.String(), Count);
const Points = Nullable(Type.Number({ description: '分 · Points' }));

export const ResultSchema = Type.Object({
  issued: Count,
  returned: Count,
  valid: Nullable(Count),
  invalid: Nullable(Count),
  abstained: Nullable(Count),
  void: Nullable(Type.String({ description: '无效的原因 · Why it does not count' })),
  score: Points,
  strata: Type.Record(Type.String(), Type.Number(), {
    description: '各类参评人员的得分（R39） · The score of each electorate',
  }),
  groups: Type.Array(
    Type.Object({
      strata: Type.Array(Type.String(), {
        description:
          '合并公布的类别：人数过少的一类不单独公布 · Told together: a small stratum is not told alone',
      }),
      issued: Count,
      returned: Count,
      valid: Count,
      invalid: Count,
      abstained: Count,
      grades: ByStratum,
      score: Points,
    }),
  ),
  hash: Type.String({ description: '结果的 SHA-256 · SHA-256 of the result' }),
});

export const BallotRoundSchema = Type.Object({
  ...subjectFields,
  candidateId: Nullable(Id),
  candidateName: Type.String(),
  category: Type.String(),
  stream: StreamCode,
  form: Type.Enum(['secret', 'open'], { description: '无记名或公开 · Secret or open' }),
  leaders: Type.Array(Type.String(), { description: '可以组织的角色 · Roles that may lead it' }),
  generation: Type.Integer({ description: '第几次评议 · Which time they are asked' }),
  opensAt: Nullable(Instant),
  closesAt: Nullable(Instant),
  roll: ByStratum,
  turnout: Type.Object(
    {
      printed: ByStratum,
      issued: ByStratum,
      returned: Nullable(Count),
      unused: Nullable(Count),
    },
    {
      description:
        '印制、发出（名册注记）、收回、未用的票数，截止前后都可见 · Printed, handed out (marked on the roll), come back, unused; always visible',
    },
  ),
  extensions: Type.Array(
    Type.Object({ at: Instant, from: Instant, until: Instant, reason: Type.String() }),
  ),
  countedBy: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  dueAt: Nullable(Instant),
  result: Nullable(ResultSchema),
});

export const resultToJson = ({
  scoreCenti,
  strataCenti,
  groups,
  ...rest
}: BallotResult): Static<typeof ResultSchema> => ({
  ...rest,
  score: pointsOf(scoreCenti),
  strata: Object.fromEntries(
    Object.entries(strataCenti).map(([stratum, centi]) => [stratum, centi / 100]),
  ),
  groups: groups.map(({ scoreCenti: score, strata, grades, ...group }) => ({
    ...group,
    strata: [...strata],
    grades: { ...grades },
    score: pointsOf(score),
  })),
});

const pointsOf = (centi: number | null): number | null => (centi === null ? null : centi / 100);

/** `inUrn` counts the slips in the urn now; null when there is no urn. */
export function ballotRoundToJson(
  row: BallotRoundRow,
  inUrn: number | null,
): Static<typeof BallotRoundSchema> {
  const context = contextOf<BallotRoundContext>(row);
  const handCounted = context.counted?.reduce((total, { returned }) => total + returned, 0) ?? null;
  const awaited = context.result === null && row.state === 'open' && context.form === 'secret';
  const returned = inUrn ?? context.result?.returned ?? handCounted ?? (awaited ? 0 : null);
  const { candidateId, candidateName, category } = row;
  const { stream, form, generation, opensAt, closesAt, countedBy, reason } = context;
  return {
    ...subjectToJson('ballot-round', row),
    ...{
      candidateId,
      candidateName,
      category,
      stream,
      form,
      generation,
      opensAt,
      closesAt,
      countedBy,
    },
    ...{ reason },
    leaders: [...context.leaders],
    roll: { ...context.roll },
    turnout: {
      printed: { ...context.printed },
      issued: { ...context.issued },
      returned,
      unused: form === 'secret' && returned !== null ? sumOf(context.printed) - returned : null,
    },
    extensions: [...context.extensions],
    dueAt: context.deadline?.dueAt ?? null,
    result: context.result === null ? null : resultToJson(context.result),
  };
}
