// Whether missing ballots and sheets can still change the result of a category (R61): which candidates
// are within the quota for certain, which are not, which are open, and what is missing of each.

import Type, { type Static } from 'typebox';
import type { Bounded } from '../../command/what-if/outcome-bounds.ts';
import { boundCategory, hasApplied } from '../../command/what-if/outcome-bounds.ts';
import { overseesSheets } from '../../rules/access/access.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { Id, IdParams, Instant, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';

const Count = Type.Integer();

const MissingSchema = Type.Object({
  ballots: Type.Array(
    Type.Object(
      {
        stream: Type.String(),
        roundId: Nullable(Id),
        form: Nullable(Type.Enum(['secret', 'open'])),
        state: Nullable(Type.String()),
        closesAt: Nullable(Instant),
        onRoll: Count,
        issued: Count,
        unreturned: Nullable(Count),
      },
      {
        description:
          '尚无有效评议；unreturned 为已发未回的票数，开放中的票箱只数张数，不看选择 · No valid round yet; ballots issued and not back are counted, never looked into',
      },
    ),
  ),
  sheets: Type.Array(
    Type.Object({
      sheetId: Id,
      stream: Type.String(),
      round: Count,
      state: Type.String(),
      assessorId: Nullable(Id),
      assessorName: Nullable(Type.String()),
      dueAt: Nullable(Instant),
    }),
  ),
  sheetsUnassigned: Type.Integer({
    description: '至少还须指派的考评表 · Sheets that have yet to be assigned at least',
  }),
});

const ItemSchema = Type.Object({
  candidateId: Id,
  name: Type.String(),
  organisationId: Type.String(),
  organisationName: Type.String(),
  stage: Type.String(),
  state: Type.String(),
  applied: Type.Boolean(),
  least: Type.Number(),
  most: Type.Number(),
  outcome: Type.Enum(['within', 'not-within', 'open'], {
    description: '必在名额内、必不在、未定 · Certainly within the quota, certainly not, or open',
  }),
  because: Type.Enum(
    [
      'pass-mark',
      'veto',
      'quota',
      'township-full',
      'village-full',
      'unit-full',
      'class-full',
      'tie',
    ],
    { description: '由什么决定 · What decides it' },
  ),
  restsOnMissing: Type.Boolean({
    description:
      '未定，且所缺选票或考评表是原因之一 · Open, and what is missing of it or another is a reason',
  }),
  missing: MissingSchema,
});

const OutcomeBoundsSchema = Type.Object({
  campaignId: Id,
  category: Type.String(),
  rankingId: Nullable(
    Type.String({
      format: 'uuid',
      description: '已择优：结果见此排名 · Selected already: this ranking says the result',
    }),
  ),
  rule: Nullable(
    Type.Object({
      passMark: Type.Number(),
      quota: Nullable(Count),
      caps: Type.Array(
        Type.Union([
          Type.Object({ per: Type.Enum(['unit', 'village', 'township']), max: Count }),
          Type.Object({ priorityClass: Type.String(), max: Count }),
        ]),
      ),
      classMinima: Type.Array(Type.Object({ priorityClass: Type.String(), min: Count })),
      vetoFrom: Nullable(Type.String({ format: 'date' })),
    }),
  ),
  missing: Type.Object({ ballotRounds: Count, sheets: Count, sheetsUnassigned: Count }),
  mayChange: Type.Boolean({
    description: '所缺的选票和考评表还能否改变结果 · Whether what is missing can change the result',
  }),
  items: Type.Array(ItemSchema),
});

export function addCategoryOutcomeRoutes(app: App, service: Service): void {
  const { cache } = service;
  app.get(
    '/v1/campaigns/:id/outcome-bounds',
    {
      config: { problems: ['forbidden'] },
      schema: {
        operationId: 'getCategoryOutcomeBounds',
        tags: ['rankings'],
        summary: '所缺选票、考评表能否改变结果 · Can what is missing change the result?',
        description:
          '一个类别的每个对象：最低和最高综合得分，必在名额内、必不在或未定，还缺什么。只就所缺的选票和考评表而言：设其余对象都申报并通过、无人退出；退出、落选、一票否决的不占名额；拿不准的说未定。在该类别还欠考评表的人不得查看。 · Of each candidate of a category: least and most, certainly within the quota, certainly not, or open, and what is missing. It speaks of what is missing only: everybody who stands is taken to apply, to be accepted and to stay; whoever has left takes no place; where it is not sure it says open. Not for who still owes a sheet in it.',
        params: IdParams,
        querystring: Type.Object({ category: Type.String({ minLength: 1, maxLength: 100 }) }),
        response: { 200: OutcomeBoundsSchema },
      },
    },
    async ({ params: { id }, query, principal }) => {
      const place = await findVisible(service, principal, 'campaign', id);
      if (!overseesSheets(principal, place.path)) throw notForYou();
      const plan = await planOf(service, place);
      const category = findCategory(plan, query.category)?.code;
      if (category === undefined) throw unknownCategory();
      const asked = { campaignId: id, category, askedBy: principal.id };
      const found = await boundCategory(beyondReach(service, 'decisions'), cache, plan, asked);
      if (found === null) throw problem('not-found');
      if (found.kind === 'owes-a-sheet') throw owesASheet();
      const none = { ballotRounds: 0, sheets: 0, sheetsUnassigned: 0 };
      if (found.kind === 'selected') {
        const { rankingId } = found;
        const nothing = { rule: null, missing: none, mayChange: false, items: [] };
        return { campaignId: id, category, rankingId, ...nothing };
      }
      const { candidates, rule } = found;
      return {
        campaignId: id,
        category,
        rankingId: null,
        rule: {
          passMark: rule.passMarkCenti / 100,
          quota: rule.quota,
          caps: [...rule.caps],
          classMinima: [...rule.classMinima],
          vetoFrom: rule.vetoFrom,
        },
        missing: {
          ballotRounds: sum(candidates, ({ missingRounds }) => missingRounds.length),
          sheets: sum(candidates, ({ owed }) => owed.length),
          sheetsUnassigned: sum(candidates, ({ unassigned }) => unassigned),
        },
        mayChange: candidates.some(({ said }) => said.restsOnMissing),
        items: candidates.map(boundedToJson),
      };
    },
  );
}

const sum = <Item>(items: readonly Item[], part: (item: Item) => number): number =>
  items.reduce((total, item) => total + part(item), 0);

const SAID = { 'certain-in': 'within', 'certain-out': 'not-within', open: 'open' } as const;

function boundedToJson(one: Bounded): Static<typeof ItemSchema> {
  const { row, composite, unassigned, missingRounds, owed, said } = one;
  const noRound = { roundId: null, form: null, state: null, closesAt: null, unreturned: null };
  return {
    candidateId: row.candidateId,
    name: row.name,
    organisationId: row.organisationId,
    organisationName: row.organisationName,
    stage: row.stage,
    state: row.state,
    applied: hasApplied(row),
    least: composite.minCenti / 100,
    most: composite.maxCenti / 100,
    outcome: SAID[said.outcome],
    because: said.because,
    restsOnMissing: said.restsOnMissing,
    missing: {
      ballots: missingRounds.map((stream) => ({
        stream,
        ...(row.rounds[stream] ?? { ...noRound, onRoll: 0, issued: 0 }),
      })) as Static<typeof MissingSchema>['ballots'],
      sheets: [...owed],
      sheetsUnassigned: unassigned,
    },
  };
}

const notForYou = () =>
  problem('forbidden', {
    roles: ['county-office', 'county-department', 'city-centre', 'auditor'],
  });

/** 盲评 (R61): assessors who have yet to judge in the category would judge with the result in mind. */
const owesASheet = () =>
  problem('forbidden', {
    detail: {
      zh: '您在这一类别还有考评表未提交，提交之后方可查看（R61）。',
      en: 'You still owe a sheet in this category: hand it in first (R61).',
    },
    clause: 'R61',
  });

const unknownCategory = () =>
  problem('bad-request', {
    errors: [
      {
        path: '/query/category',
        message: { zh: '方案没有这一类别', en: 'is no category of the plan' },
      },
    ],
  });
