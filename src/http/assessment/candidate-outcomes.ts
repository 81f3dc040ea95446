// The range of scores a candidate can still reach while ballots and sheets are missing (R61).

import Type from 'typebox';
import { listScoreSheets } from '../../db/assessment/score-sheets.ts';
import { findCandidate } from '../../db/candidate/candidates.ts';
import type { Place } from '../../db/kernel/places.ts';
import { readsOf } from '../../db/tables.ts';
import type { Bounds } from '../../rules/assessment/outcome-bounds.ts';
import {
  compositeBounds,
  massBounds,
  sheetsMissing,
} from '../../rules/assessment/outcome-bounds.ts';
import { sheetMaxCenti } from '../../rules/assessment/score-sheets.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { weighs } from '../../rules/plan/streams.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { Id, IdParams } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { massSource, scoreRulesOf, sheetSources } from './score-sources.ts';
import { scoresShown } from './sheet-visibility.ts';

const BoundsSchema = Type.Object({ least: Type.Number(), most: Type.Number() });

const OutcomeBoundsSchema = Type.Object({
  candidateId: Id,
  massEvaluation: BoundsSchema,
  assessment: BoundsSchema,
  composite: BoundsSchema,
  missing: Type.Object({ ballotRound: Type.Boolean(), sheets: Type.Integer() }),
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
      const source = await massSource(service, plan, place, id);
      const held = source?.scoreCenti ?? null;
      const mass =
        held === null
          ? massBounds(plan.policies.gradePoints.value)
          : { minCenti: held, maxCenti: held };
      const { missing, bounds } = await assessmentOf(service, plan, place, candidate);
      const rules = scoreRulesOf(plan);
      const composite = compositeBounds({ mass, assessment: bounds }, rules.streamWeights);
      return {
        candidateId: id,
        massEvaluation: inPoints(mass),
        assessment: inPoints(bounds),
        composite: inPoints(composite),
        missing: {
          ballotRound: held === null && weighs(plan.policies, 'mass'),
          sheets: missing,
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

/** The last round alone counts, even while none of its sheets has come in. */
async function assessmentOf(
  service: Service,
  plan: Plan,
  { campaignId }: Place,
  { id: candidateId, category }: { id: string; category: string },
): Promise<{ missing: number; bounds: Bounds }> {
  const asked = { campaignId, candidateId, stage: 'open', limit: MANY_SHEETS };
  const open = await listScoreSheets(readsOf(service.pool), asked);
  const given = await sheetSources(service, campaignId, candidateId);
  const needed = plan.policies.assessmentSheetsMin.value;
  const { owed, unassigned, bounds } = sheetsMissing(
    given,
    open,
    needed,
    scoreRulesOf(plan).trim,
    sheetMaxCenti(plan, category, 'assessment'),
  );
  return { missing: owed + unassigned, bounds };
}
