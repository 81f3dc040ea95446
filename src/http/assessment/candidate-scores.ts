// The composite score of a candidate with every step, so that anybody can recompute it (R61).

import { hash } from 'node:crypto';
import Type from 'typebox';
import type { CandidateContext } from '../../../machines/candidate/events.ts';
import { STREAM_KINDS, type StreamKind } from '../../../machines/procedure/procedure.ts';
import { findCandidate } from '../../db/candidate/candidates.ts';
import { readsOf } from '../../db/tables.ts';
import type { ScoreDerivation } from '../../rules/assessment/score-derivation.ts';
import { deriveScore } from '../../rules/assessment/score-derivation.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import { procedureOf } from '../../rules/procedure/procedures.ts';
import type { ScoresShown } from '../candidate/candidate-views.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { contextOf, Id, IdParams, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { sheetScoreFields, sheetScoreToJson } from './score-sheet-views.ts';
import { roundSources, scoreRulesOf, sheetSources } from './score-sources.ts';
import { scoresShown } from './sheet-visibility.ts';

const Points = Nullable(Type.Number());

const StreamSchema = Type.Object({
  kind: Type.Enum([...STREAM_KINDS]),
  points: Points,
  roundId: Nullable(Id),
  hash: Nullable(Type.String({ description: '计票结果的摘要 · Hash of the round’s result' })),
  sheets: Type.Array(
    Type.Object({
      sheetId: Id,
      assessorId: Id,
      round: Type.Integer(),
      points: Type.Number(),
      ...sheetScoreFields,
      use: Type.Enum(['counted', 'lowest', 'highest', 'earlier-round']),
    }),
  ),
  itemMeans: Type.Array(Type.Object({ item: Type.String(), points: Type.Number() })),
});

const ScoreSchema = Type.Object({
  candidateId: Id,
  told: Type.Enum(['all', 'composite', 'none'], {
    description: '未提交本人考评表者看不到得分 · Who is yet to judge is told no scores',
  }),
  rules: Type.Object({
    streamWeights: Type.Record(Type.String(), Type.Integer(), {
      description: '各环节权重 · The weight of each stream',
    }),
    trim: Type.Object({ drop: Type.Integer(), from: Type.Integer() }),
    passMark: Type.Number(),
  }),
  streams: Type.Record(Type.String(), StreamSchema, {
    description: '各环节得分，以方案的代码为名 · The streams that the category gathers',
  }),
  composite: Points,
  announced: Nullable(Type.Number({ description: '记录在案的得分 · The score on record' })),
  agrees: Nullable(Type.Boolean()),
  reachesPassMark: Nullable(Type.Boolean()),
  hash: Nullable(
    Type.String({
      description:
        '全部计算依据的规范 JSON 的 SHA-256 · SHA-256 of the canonical JSON of all it uses',
    }),
  ),
});

export function addCandidateScoreRoutes(app: App, service: Service): void {
  const reads = readsOf(service.pool);
  app.get(
    '/v1/candidates/:id/score',
    {
      schema: {
        operationId: 'getCandidateScore',
        tags: ['candidates'],
        summary: '综合得分的计算过程 · How the composite score comes about',
        description:
          '由选票和历次提交的考评表重新计算，并与记录在案的得分比较；见不到考评表的人只见合计。 · Worked out anew from ballots and submissions, and compared with the score on record; who sees no sheets sees what they come to.',
        params: IdParams,
        response: { 200: ScoreSchema },
      },
    },
    async ({ params: { id }, principal }) => {
      const place = await findVisible(service, principal, 'candidate', id);
      const plan = await planOf(service, place);
      const shown = await scoresShown(service, principal, place, id);
      const rounds = await roundSources(service, plan, place, id);
      const sheets = await sheetSources(service, place.campaignId, id);
      const row = await findCandidate(reads, place.campaignId, id);
      if (row === undefined) throw problem('not-found');
      const rules = scoreRulesOf(plan);
      const scores = Object.entries(rounds).flatMap(([stream, { scoreCenti }]) =>
        scoreCenti === null ? [] : [[stream, scoreCenti] as const],
      );
      const derived = deriveScore(Object.fromEntries(scores), sheets, rules);
      const gathered = Object.entries(procedureOf(plan, row.category).streams);
      const announcedCenti = contextOf<CandidateContext>(row).compositeCenti;
      return {
        candidateId: id,
        rules,
        streams: Object.fromEntries(
          gathered.map(([code, { kind }]) => [
            code,
            { kind, ...roundToJson(rounds[code]), ...streamToJson(derived, code, kind, shown) },
          ]),
        ),
        ...compositeToJson(derived, announcedCenti, shown),
        reachesPassMark:
          shown === 'none' || derived.compositeCenti === null
            ? null
            : derived.compositeCenti >= rules.passMark * 100,
        hash:
          shown === 'none'
            ? null
            : hash('sha256', canonicalJson({ candidateId: id, rules, rounds, derived }), 'hex'),
      };
    },
  );
}

const points = (centi: number | null): number | null => (centi === null ? null : centi / 100);

const roundToJson = (round: { roundId: string; hash: string } | undefined) => ({
  roundId: round?.roundId ?? null,
  hash: round?.hash ?? null,
});

/** The figure of a round was announced to everybody; what sheets come to is not told to who is yet to judge. */
function streamToJson(
  { figures, sheets: ofStreams }: ScoreDerivation,
  code: string,
  kind: StreamKind,
  shown: ScoresShown,
) {
  const { sheets = [], itemMeans = [] } = (shown === 'all' ? ofStreams[code] : undefined) ?? {};
  return {
    points: kind === 'sheets' && shown === 'none' ? null : points(figures[code] ?? null),
    sheets: sheets.map(({ sheetId, by, round, pointsCenti, score, use }) => ({
      sheetId,
      assessorId: by,
      round,
      points: pointsCenti / 100,
      ...sheetScoreToJson(score),
      use,
    })),
    itemMeans: itemMeans.map(({ item, meanCenti }) => ({ item, points: meanCenti / 100 })),
  };
}

const compositeToJson = (
  { compositeCenti }: ScoreDerivation,
  announcedCenti: number | null,
  shown: ScoresShown,
) => ({
  told: shown,
  composite: shown === 'none' ? null : points(compositeCenti),
  announced: shown === 'none' ? null : points(announcedCenti),
  agrees: shown === 'none' ? null : compositeCenti === announcedCenti,
});
