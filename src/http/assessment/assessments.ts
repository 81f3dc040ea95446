// Score sheets of assessors (组织考评, R61): they are given out one by one, filled in, read and listed.

import Type, { type Static } from 'typebox';
import type { ScoreSheetInput } from '../../../machines/assessment/events.ts';
import type { SheetScheme } from '../../../machines/assessment/sheet-score.ts';
import type { NewSubject } from '../../command/new-subjects.ts';
import type { ScoreSheetRow } from '../../db/assessment/score-sheets.ts';
import {
  findScoreSheet,
  findSubmissions,
  listScoreSheets,
} from '../../db/assessment/score-sheets.ts';
import { findCandidate } from '../../db/candidate/candidates.ts';
import { findDivision } from '../../db/county/organisations.ts';
import { listSheetNotices } from '../../db/notice/notices.ts';
import { readsOf } from '../../db/tables.ts';
import { mayRead } from '../../rules/access/access.ts';
import { sheetScheme } from '../../rules/assessment/score-sheets.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { OF_SHEETS } from '../../rules/plan/streams.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import { recusalOf } from '../kernel/recusal.ts';
import { reachesOf } from '../kernel/roles.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { assertStream, StreamCode } from '../kernel/streams.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import { AnswerSchema, Id, Instant } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { scoreSheetEvents } from './score-sheet-payloads.ts';
import {
  OwedSheetSchema,
  SheetSchema,
  SheetSummarySchema,
  sheetSummaryToJson,
  sheetToJson,
} from './score-sheet-views.ts';
import { assertSheetVisible, veilDrafts } from './sheet-visibility.ts';

export const Round = Type.Integer({
  minimum: 1,
  maximum: 9,
  default: 1,
  description: '考评轮次，只有最后一轮计分 · Only the last round counts',
});

export const scoreSheetResource: SubjectResource = {
  words: { zh: '评分表', en: 'the score sheet' },
  isKnownTo: mayRead,
  assertVisible: assertSheetVisible,
  addRoutes: addAssessmentRoutes,
};

function addAssessmentRoutes(app: App, service: Service): void {
  addAssigningRoutes(app, service);
  addWorklistRoutes(app, service);
  addListRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'assessments',
    name: 'Assessment',
    zh: '考评表',
    en: 'a score sheet',
    machine: 'score-sheet',
    events: scoreSheetEvents,
    one: {
      summary: '一份考评表 · One score sheet',
      description:
        '考评项目和满分、本人的草稿、历次提交。提交本人的考评表之前看不到他人的。 · Its items and maxima, your own draft, each submission. Nobody sees another’s before handing in their own.',
      schema: SheetSchema,
      read: async (place, id, principal) => {
        const { campaignId } = place;
        const shown = await assertSheetVisible(service, principal, place, id);
        const row = await findScoreSheet(readsOf(service.pool), campaignId, id);
        if (row === undefined) return undefined;
        const submissions = await findSubmissions(service.pool, campaignId, [id]);
        return sheetToJson(await planOf(service, place), row, submissions, shown);
      },
    },
    veil: veilDrafts(service),
  });
}

/** A sheet that does not exist yet lies with the county, whose office organises the assessment. */
export function newSheet(
  plan: Plan,
  countyId: string,
  candidate: { id: string; category: string },
  { sheetId, stream, round, pool }: Omit<ScoreSheetInput, keyof SheetScheme>,
): Extract<NewSubject, { input: object }> {
  const category = plan.categories.find(({ code }) => code === candidate.category);
  if (category === undefined) throw new Error(`the plan has no category ${candidate.category}`);
  return {
    machine: 'score-sheet',
    parentId: candidate.id,
    organisationId: countyId,
    name: null,
    input: { sheetId, stream, round, ...sheetScheme(category, stream), pool },
  };
}

function addAssigningRoutes(app: App, service: Service): void {
  app.post(
    '/v1/assessments',
    {
      config: { problems: ['duplicate', 'requirements-unmet', 'not-found'] },
      schema: {
        operationId: 'assignAssessment',
        tags: ['assessments'],
        summary: '指派一份考评表 · Assign one score sheet',
        description:
          '由县级主办单位指派；回避关系当场核查。每位考评员对每个对象每个环节每轮一份。 · By the county office; conflicts of interest are checked at once. One for each assessor, candidate, stream and round.',
        body: Type.Object({
          candidateId: Id,
          assessorId: Id,
          stream: Type.Optional(StreamCode),
          round: Type.Optional(Round),
        }),
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { candidateId, assessorId, stream: named, round = 1 } = request.body;
      const place = await findVisible(service, request.principal, 'candidate', candidateId);
      const plan = await planOf(service, place);
      const row = await findCandidate(readsOf(service.pool), place.campaignId, candidateId);
      if (row === undefined) throw problem('not-found');
      const stream = assertStream(plan, OF_SHEETS, named);
      const county = await findDivision(service.pool, plan);
      if (county === undefined) throw problem('not-found');
      const sheetId = service.entropy.newId();
      return performCommand(service, request, reply, {
        ...place,
        subjectId: sheetId,
        create: newSheet(plan, county.id, row, { sheetId, stream, round, pool: [] }),
        event: { type: 'assign', assessorId },
      });
    },
  );
}

const Position = Type.Tuple([Instant, Id]);
// Only a sheet that is still being opened has no day.
const positionOf = ({ dueAt, id }: ScoreSheetRow): Static<typeof Position> => [dueAt ?? '', id];
const pages = pageOf(SheetSummarySchema, Position, positionOf);
const owedPages = pageOf(OwedSheetSchema, Position, positionOf);

function addWorklistRoutes(app: App, service: Service): void {
  const { pool } = service;
  app.get(
    '/v1/assessments/worklist',
    {
      schema: {
        operationId: 'getAssessmentWorklist',
        tags: ['assessments'],
        summary: '我的待办考评表 · The sheets I owe',
        description:
          '按期限先后，连同期限、级别、颜色和发出的提醒；应回避的不在其中。 · By due date, with deadline, level, colour and the reminders sent; none that you stay away from.',
        querystring: Type.Object({ ...owedPages.query, campaignId: Type.Optional(Id) }),
        response: { 200: owedPages.schema },
      },
    },
    async ({ query: { limit, cursor, campaignId }, principal }, reply) => {
      // Assessors do not find sheets they must stay away from, though another role lets them read these.
      const recusal = await recusalOf(service, principal);
      const rows = await listScoreSheets(readsOf(pool), {
        campaignId,
        assessorId: principal.id,
        stage: 'open',
        recusal: recusal === null ? null : { ...recusal, others: [] },
        ...pages.turnOf({ limit, cursor }),
      });
      const notices = Map.groupBy(await listSheetNotices(pool, rows), ({ subjectId }) => subjectId);
      return owedPages.toJson(reply, limit, rows, (row) => ({
        ...sheetSummaryToJson(row),
        reminders: (notices.get(row.id) ?? []).map(({ subjectId: _, ...notice }) => notice),
      }));
    },
  );
}

function addListRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/assessments',
    {
      schema: {
        operationId: 'listAssessments',
        tags: ['assessments'],
        summary: '考评表列表 · Score sheets',
        description:
          '供组织考评的县、市和审计员查看，按期限先后，不含得分。 · For those who organise or audit the assessment, by due date, without points.',
        querystring: Type.Object({
          ...pages.query,
          campaignId: Type.Optional(Id),
          candidateId: Type.Optional(Id),
          stream: Type.Optional(StreamCode),
          assessorId: Type.Optional(Id),
          category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          state: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
          overdue: Type.Optional(Type.Boolean()),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters }, principal }, reply) => {
      const rows = await listScoreSheets(readsOf(pool), {
        ...filters,
        reaches: reachesOf(principal, [
          'county-office',
          'county-department',
          'city-centre',
          'auditor',
        ]),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, sheetSummaryToJson);
    },
  );
}
