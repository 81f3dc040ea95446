// Giving out many sheets at once: each candidate gets several assessors, balanced and without conflicts.

import Type from 'typebox';
import type { AssessorRow } from '../../db/assessment/assessors.ts';
import { findAssessors, findSheetsOf } from '../../db/assessment/assessors.ts';
import { listToAssess } from '../../db/assessment/assignments.ts';
import type { Place } from '../../db/kernel/places.ts';
import { insertOperation } from '../../db/list/imports.ts';
import { gatheredIn } from '../../db/plan/releases.ts';
import { conflictOf } from '../../rules/access/conflict-of-interest.ts';
import type { Assignment } from '../../rules/assessment/assignment.ts';
import { assignSheets } from '../../rules/assessment/assignment.ts';
import { reachOf } from '../../rules/county/grants.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { OF_SHEETS } from '../../rules/plan/streams.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { fault } from '../kernel/problems.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { assertStream, StreamCode } from '../kernel/streams.ts';
import { Id } from '../kernel/subject-schemas.ts';
import { findVisible, planOf, unknownCategory } from '../kernel/visibility.ts';
import { newSheet, Round } from './assessments.ts';

const ASSESSORS_MAX = 200;
const SHEETS_MAX = 20_000;

const Body = Type.Object({
  campaignId: Id,
  category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  candidateIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true })),
  assessorIds: Type.Array(Id, { minItems: 1, maxItems: ASSESSORS_MAX, uniqueItems: true }),
  perCandidate: Type.Integer({ minimum: 1, maximum: 50 }),
  stream: Type.Optional(StreamCode),
  round: Type.Optional(Round),
});

const PlanSchema = Type.Object({
  operationId: Type.Union([Id, Type.Null()]),
  assigned: Type.Array(Type.Object({ candidateId: Id, assessorId: Id })),
  short: Type.Array(Type.Object({ candidateId: Id, missing: Type.Integer() }), {
    description: '因回避等原因派不足的对象 · Candidates for whom too few were found',
  }),
  loads: Type.Array(Type.Object({ assessorId: Id, sheets: Type.Integer() })),
});

export function addAssignmentRoutes(app: App, service: Service): void {
  app.post(
    '/v1/assignments',
    {
      config: { problems: ['not-found'] },
      schema: {
        operationId: 'assignAssessments',
        tags: ['assessments'],
        summary: '批量指派考评表 · Assign score sheets',
        description:
          '把名单中的考评员均衡地指派给正在进行这一考评环节的对象，避开应回避的；同样的请求得到同样的方案。dryRun=true 只给方案；否则为一项批量任务，见 Location。 · Balanced over the assessors named, none where they must stay away; the same question gives the same plan. It is an operation, or with dryRun=true only its plan.',
        querystring: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }),
        body: Body,
        response: { 200: PlanSchema, 202: PlanSchema },
      },
    },
    async (request, reply) => {
      const { principal, body, query } = request;
      const place = await findVisible(service, principal, 'campaign', body.campaignId);
      assertRoleAt(principal, ['county-office'], place.path);
      return performAct(service, request, reply, async (tx) => {
        const plan = await planOf(service, place);
        const category =
          body.category === undefined ? undefined : findCategory(plan, body.category)?.code;
        if (body.category !== undefined && category === undefined) {
          throw unknownCategory();
        }
        const { round = 1 } = body;
        const stream = assertStream(plan, OF_SHEETS, body.stream);
        const listed = await listToAssess(tx, body.campaignId, {
          category: category ?? null,
          ids: body.candidateIds ?? null,
        });
        const candidates = listed.filter((one) =>
          gatheredIn(plan, one.category, one.stage, one.state).includes(stream),
        );
        const people = await findAssessors(tx, body.campaignId, body.assessorIds);
        const sheets = await findSheetsOf(
          tx,
          body.campaignId,
          candidates.map(({ id }) => id),
        );
        const made = assignSheets({
          candidates: candidates.map(({ id }) => ({
            id,
            taken: sheets
              .filter(
                (row) => row.candidateId === id && row.stream === stream && row.round === round,
              )
              .map(({ assessorId }) => assessorId),
          })),
          pool: people,
          perCandidate: body.perCandidate,
          mayAssess: mayAssess(place, people, candidates),
        });
        if (made.assigned.length > SHEETS_MAX) throw tooMany();
        if (query.dryRun === true || made.assigned.length === 0) {
          return { status: 200, body: assignmentToJson(null, made, people) };
        }
        const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
        const operationId = service.entropy.newId();
        await insertOperation(tx, {
          id: operationId,
          campaignId: body.campaignId,
          kind: 'assessment-assignment',
          createdBy: principal.id,
          credential: principal.credential,
          detail: { stream, round, perCandidate: body.perCandidate, short: made.short.length },
          commands: made.assigned.map((one) =>
            commandOf(service, plan, place, byId, one, { stream, round, pool: body.assessorIds }),
          ),
        });
        const headers = { location: `/v1/operations/${operationId}` };
        return { status: 202, headers, body: assignmentToJson(operationId, made, people) };
      });
    },
  );
}

type Candidates = Awaited<ReturnType<typeof listToAssess>>;

function commandOf(
  { entropy }: Service,
  plan: Plan,
  { organisationId: countyId }: Place,
  candidates: ReadonlyMap<string, Candidates[number]>,
  { candidateId, assessorId }: Assignment['assigned'][number],
  sheet: { stream: string; round: number; pool: string[] },
) {
  const candidate = candidates.get(candidateId);
  if (candidate === undefined) throw new Error(`no candidate ${candidateId}`);
  const sheetId = entropy.newId();
  return {
    subjectId: sheetId,
    create: newSheet(plan, countyId, candidate, { sheetId, ...sheet }),
    event: { type: 'assign', assessorId },
  };
}

/** True when the assessor's role reaches the candidate and no conflict of interest stands in the way. */
function mayAssess({ path: judgedAt }: Place, people: AssessorRow[], candidates: Candidates) {
  const persons = new Map(people.map((one) => [one.id, one]));
  const places = new Map(candidates.map((one) => [one.id, one]));
  return (assessorId: string, candidateId: string): boolean => {
    const person = persons.get(assessorId);
    const candidate = places.get(candidateId);
    if (person === undefined || candidate === undefined) return false;
    const { organisationId, path, kind, organisationPath } = candidate;
    const reaches = person.held.some(
      ({ role, reach }) => role === 'assessor' && path.startsWith(reach),
    );
    const unitPath = reachOf({ kind, path: organisationPath });
    return reaches && conflictOf(person, { organisationId, path, unitPath, judgedAt }) === null;
  };
}

function assignmentToJson(
  operationId: string | null,
  { assigned, short }: Assignment,
  people: AssessorRow[],
) {
  const added = Map.groupBy(assigned, ({ assessorId }) => assessorId);
  return {
    operationId,
    assigned,
    short,
    loads: people.map(({ id, load }) => ({
      assessorId: id,
      sheets: load + (added.get(id)?.length ?? 0),
    })),
  };
}

const tooMany = () => {
  return fault(
    'perCandidate',
    `一次最多指派 ${SHEETS_MAX} 份考评表，请按类别分次指派`,
    `at most ${SHEETS_MAX} sheets at once: assign category by category`,
  );
};
