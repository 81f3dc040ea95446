// The answers about a ranking: the candidates, their places, and the derivation step by step.

import Type, { type Static } from 'typebox';
import type { Placed, Ranking } from '../../../machines/selection/ranking.ts';
import type { RankingRow } from '../../db/selection/rankings.ts';
import type { RankingBody } from '../../rules/selection/ranking.ts';
import { Id, Instant, Nullable } from '../kernel/subject-schemas.ts';

export const PlacedSchema = Type.Object({
  candidateId: Id,
  name: Nullable(Type.String()),
  organisationName: Nullable(Type.String()),
  rank: Nullable(Type.Integer()),
  outcome: Type.String({
    description: 'selected、reserve、passed-over、ineligible、vetoed',
  }),
  because: Type.String({ description: '为何如此 · Why' }),
  separatedBy: Nullable(
    Type.String({ description: '与前一名的差别所在 · What puts it behind the one before' }),
  ),
  reserve: Nullable(Type.Integer({ description: '差额名单中的位次 · Place among the reserves' })),
});
export const DerivationSchema = Type.Array(
  Type.Object({ step: Type.String() }, { additionalProperties: true }),
  { description: '逐步推导 · The derivation, step by step' },
);

export const RankingSummarySchema = Type.Object({
  id: Id,
  campaignId: Id,
  category: Type.String(),
  kind: Type.String({
    description: 'ranking 试排、selection 择优、move-up 递补 · Tried, selected, moved up',
  }),
  basedOn: Nullable(Id),
  sha256: Type.String(),
  madeAt: Instant,
  madeBy: Type.String(),
});
export const RankingSchema = Type.Object({
  ...RankingSummarySchema.properties,
  rule: Type.Object({}, { additionalProperties: true }),
  decision: Nullable(Type.Object({}, { additionalProperties: true })),
  placed: Type.Array(PlacedSchema),
  undecided: Type.Array(Type.Array(Id), {
    description: '须由人决定的并列 · Ties that people have to decide',
  }),
  derivation: DerivationSchema,
  body: Type.String({
    description: '规范化 JSON 原文，sha256 由它算出 · The canonical text the hash is taken of',
  }),
});

type Names = ReadonlyMap<string, { name: string; organisationName: string }>;

const placedToJson = (names: Names, placed: readonly Placed[]): Static<typeof PlacedSchema>[] =>
  placed.map((one) => ({
    ...one,
    name: names.get(one.candidateId)?.name ?? null,
    organisationName: names.get(one.candidateId)?.organisationName ?? null,
  }));

export const rankingSummaryToJson = ({
  body: _,
  ...row
}: RankingRow): Static<typeof RankingSummarySchema> => row;

export function rankingToJson(row: RankingRow, names: Names): Static<typeof RankingSchema> {
  const { input, result } = JSON.parse(row.body) as RankingBody;
  return {
    ...row,
    rule: input.rule,
    decision: input.decision,
    ...resultToJson(result, names),
  };
}

export const resultToJson = ({ placed, undecided, derivation }: Ranking, names: Names) => ({
  placed: placedToJson(names, placed),
  undecided,
  derivation: [...derivation],
});
