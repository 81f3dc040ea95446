// The range of scores a candidate can still reach while ballots and sheets are missing (R61).

import Type from 'typebox';
import { listScoreSheets } from '../../db/assessment/score-sheets.ts';
import { findCandidate } from '../../db/candidate/candidates.ts';
import type { Place } from '../../db/kernel/places.ts';
import { readsOf } from '../../db/tables.ts';
import type { Bounds, Gathered } from '../../rules/assessment/outcome-bounds.ts';
import { compositeBounds, streamBounds } from '../../rules/assessment/outcome-bounds.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { weighs } from '../../rules/plan/streams.ts';
import { procedureOf } from '../../rules/procedure/procedures.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { Id, IdParams } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { roundSources, scoreRulesOf, sheetSources } from './score-sources.ts';
import { scoresShown } from './sheet-visibility.ts';

const BoundsSchema = Type.Object({ least: Type.Number(), most: Type.Number() });

const OutcomeBoundsSchema = Type.Object({
  candidateId: Id,
  streams: Type.Record(Type.String(), BoundsSchema),
  composite: BoundsSchema,
  missing: Type.Object({ ballotRounds: Type.Array(Type.String()), sheets: Type.Integer() }),
  passMark: Type.Number(),
  outcome: Type.Enum(['certain', 'impossible', 'open']),
});

/** The most sheets that are given out for one candidate. */
const MANY_SHEETS = 1000;

export function addCandidateOutcomeRoutes(app: App, service: Service): void {
  const reads = readsOf(service.pool);
  app.get(
    '/v1/candidates/:id/outcome-bounds',
    {
      config: { problems: ['forbidden'] },
      schema: {
        operationId: 'getCandidateOutcomeBounds',
        tags: ['candidates'],
        summary: '得分的可能范围 · What it can still come to',
        description:
          '未有有效评议或考评表未齐时的最低和最高综合得分，与合格线比较；以已指派的和至少须有的考评表为限。未提交本人考评表者不得查看。 · The least and the most composite while a valid round or sheets are missing, against the pass mark; of the sheets assigned or needed at least. Not for who is yet to judge.',
        params: IdParams,
        response: { 200: OutcomeBoundsSchema },
      },
    },
    async ({ params: { id }, principal }) => {
      const place = await findVisible(service, principal, 'candidate', id);
      if ((await scoresShown(service, principal, place, id)) === 'none') {
        throw problem('forbidden', { roles: ['county-office', 'city-centre', 'auditor'] });
      }
      const plan = await planOf(service, place);
      const candidate = await findCandidate(reads, place.campaignId, id);
      if (candidate === undefined) throw problem('not-found');
      const rules = scoreRulesOf(plan);
      const streams = streamBounds(
        plan,
        candidate.category,
        await gatheredOf(service, plan, place, candidate),
      );
      const composite = compositeBounds(streams, rules.streamWeights);
      const weighing = streams.filter(({ stream }) => weighs(plan.policies, stream));
      return {
        candidateId: id,
        streams: Object.fromEntries(
          streams.map(({ stream, bounds }) => [stream, inPoints(bounds)]),
        ),
        composite: inPoints(composite),
        missing: {
          ballotRounds: weighing.flatMap((one) => (one.missingRound ? [one.stream] : [])),
          sheets: streams.reduce((sum, { owed, unassigned }) => sum + owed + unassigned, 0),
        },
        passMark: rules.passMark,
        outcome: outcomeOf(composite, rules.passMark * 100),
      };
    },
  );
}

const inPoints = ({ minCenti, maxCenti }: Bounds) => ({
  least: minCenti / 100,
  most: maxCenti / 100,
});

const outcomeOf = ({ minCenti, maxCenti }: Bounds, passMarkCenti: number) => {
  if (minCenti >= passMarkCenti) return 'certain' as const;
  return maxCenti < passMarkCenti ? ('impossible' as const) : ('open' as const);
};

/** What is in and what is owed, reckoned anew from ballots and submissions. */
async function gatheredOf(
  service: Service,
  plan: Plan,
  place: Place,
  { id: candidateId, category }: { id: string; category: string },
): Promise<Gathered> {
  const { campaignId } = place;
  const asked = { campaignId, candidateId, stage: 'open', limit: MANY_SHEETS };
  const owed = await listScoreSheets(readsOf(service.pool), asked);
  const sheets = await sheetSources(service, campaignId, candidateId);
  const rounds = Object.entries(await roundSources(service, plan, place, candidateId));
  const figures = rounds.flatMap(([stream, { scoreCenti }]) =>
    scoreCenti === null ? [] : [[stream, scoreCenti] as const],
  );
  const { streams } = procedureOf(plan, category);
  return { streams, figures: Object.fromEntries(figures), sheets, owed };
}
