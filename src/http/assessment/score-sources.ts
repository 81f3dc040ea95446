// The stored ballots and submissions: a score is recomputed from these alone.

import type { ScoreSheetContext } from '../../../machines/assessment/events.ts';
import { measureSheet } from '../../../machines/assessment/sheet-score.ts';
import type { BallotRoundContext } from '../../../machines/ballot/events.ts';
import type { ByStream } from '../../../machines/candidate/scoring.ts';
import { recount } from '../../command/ballot/ballot-facts.ts';
import { findSubmissions, listScoreSheets } from '../../db/assessment/score-sheets.ts';
import { countBallots, listBallotRounds } from '../../db/ballot/ballots.ts';
import type { Place } from '../../db/kernel/places.ts';
import { readsOf } from '../../db/tables.ts';
import type { ScoreRules, SheetWithItems } from '../../rules/assessment/score-derivation.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { passMarkOf } from '../../rules/plan/streams.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import type { Service } from '../kernel/service.ts';
import { contextOf } from '../kernel/subject-schemas.ts';

/** The most sheets that are given out for one candidate. */
const MANY_SHEETS = 1000;

/** A plan has at most ten streams, and a stream one valid round. */
const MANY_ROUNDS = 10;

type RoundSource = { roundId: string; scoreCenti: number | null; hash: string };

/** The valid round of each stream about the candidate, counted again from its ballots. */
export async function roundSources(
  service: Service,
  plan: Plan,
  { campaignId, path }: Place,
  candidateId: string,
): Promise<ByStream<RoundSource>> {
  const reads = readsOf(beyondReach(service, 'scores'));
  const asked = {
    reaches: [path],
    recusal: null,
    campaignId,
    candidateId,
    state: 'valid',
    limit: MANY_ROUNDS,
  };
  const sources: { [stream: string]: RoundSource } = {};
  for (const round of await listBallotRounds(reads, asked)) {
    const context = contextOf<BallotRoundContext>(round);
    const ballots = await countBallots(reads, campaignId, round.id, context.generation);
    const { scoreCenti, hash } = recount(plan, context, ballots);
    sources[context.stream] = { roundId: round.id, scoreCenti, hash };
  }
  return sources;
}

/** By stream the last submission of each accepted or submitted sheet, its total reckoned anew from its lines. */
export async function sheetSources(
  service: Service,
  campaignId: string,
  candidateId: string,
): Promise<ByStream<SheetWithItems[]>> {
  const asked = { campaignId, candidateId, limit: MANY_SHEETS };
  const pool = beyondReach(service, 'scores');
  const rows = await listScoreSheets(readsOf(pool), asked);
  const standing = rows.filter(({ stage }) => stage === 'submitted' || stage === 'accepted');
  const ids = standing.map(({ id }) => id);
  // Submissions come in order of their numbers, so the last one of a sheet stands.
  const last = new Map(
    (await findSubmissions(pool, campaignId, ids)).map((row) => [row.sheetId, row]),
  );
  const sources: { [stream: string]: SheetWithItems[] } = {};
  for (const { id, round, stream, context } of standing) {
    const row = last.get(id);
    if (row === undefined) continue;
    const { assessorId, points, notApplicable } = row;
    const score = measureSheet(contextOf<ScoreSheetContext>({ context }), row);
    const sheet = { sheetId: id, by: assessorId, round, pointsCenti: score.totalCenti };
    sources[stream] = [...(sources[stream] ?? []), { ...sheet, points, notApplicable, score }];
  }
  return sources;
}

export const scoreRulesOf = ({ policies }: Plan): ScoreRules => ({
  trim: policies.assessmentTrim.value,
  streamWeights: policies.streamWeights.value,
  passMark: passMarkOf(policies),
});
