// Rounds of the mass evaluation (R61): a round is convened for a candidate and led by another body.

import Type from 'typebox';
import type { BallotRoundRow } from '../../db/ballot/ballots.ts';
import { findBallotRound, listBallotRounds } from '../../db/ballot/ballots.ts';
import { countReturned } from '../../db/ballot/urns.ts';
import { findCandidate } from '../../db/candidate/candidates.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import { readsOf } from '../../db/tables.ts';
import { rolesAt, roundLeaders } from '../../rules/access/access.ts';
import { sightOf } from '../../rules/access/masked-fields.ts';
import { ballotPolicyOf } from '../../rules/ballot/ballots.ts';
import { OF_BALLOTS } from '../../rules/plan/streams.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { assertStream, StreamCode } from '../kernel/streams.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import { AnswerSchema, aboutFilters, Id, OrganisationId } from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { filtersOf, findVisible, planOf } from '../kernel/visibility.ts';
import { ballotRoundEvents, convening } from './ballot-round-payloads.ts';
import { BallotRoundSchema, ballotRoundToJson } from './ballot-round-views.ts';
import { addSlipRoutes } from './slips.ts';

export const ballotRoundResource: SubjectResource = {
  words: { zh: '群众评议', en: 'the ballot round' },
  ...seenAtItsPlace,
  addRoutes: addBallotRoundRoutes,
};

function addBallotRoundRoutes(app: App, service: Service): void {
  addConveningRoutes(app, service);
  addSlipRoutes(app, service);
  addListRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'ballot-rounds',
    name: 'BallotRound',
    zh: '党员群众评议',
    en: 'a round of ballots',
    machine: 'ballot-round',
    events: ballotRoundEvents,
    one: {
      summary: '一次党员群众评议 · One round of ballots',
      description:
        '时间、名册人数、发出和收回的票数；截止后的结果。截止前任何人都看不到选择。 · Times, turnout, and the result once it has closed; nobody is told a choice before.',
      schema: BallotRoundSchema,
      read: async ({ campaignId }, id) => {
        const reads = readsOf(service.pool);
        const row = await findBallotRound(reads, campaignId, id);
        return row && ballotRoundToJson(row, (await countReturned(reads, [id])).get(id) ?? null);
      },
    },
    complete: (event) => ({ ...event, ...instants(event) }),
    veil: async (principal, { path }) => {
      const roles = rolesAt(principal, path);
      // The auditor recomputes the chain, and needs all that it was made of.
      const seesNames = sightOf('voter-name', roles) === 'plain' || roles.includes('auditor');
      return (eventType) => !seesNames && WITH_A_ROLL.has(eventType);
    },
  });
}

/** The events that name the voters. */
const WITH_A_ROLL = new Set(['convene', 'reconvene']);

/** Instants are stored in UTC, whatever offset they were sent with. */
const instants = (sent: { readonly [name: string]: unknown }): { [name: string]: string } =>
  Object.fromEntries(
    ['opensAt', 'closesAt'].flatMap((name) =>
      typeof sent[name] === 'string' ? [[name, Temporal.Instant.from(sent[name]).toString()]] : [],
    ),
  );

const Convening = Type.Object({
  candidateId: Id,
  stream: Type.Optional(StreamCode),
  ...convening,
});

function addConveningRoutes(app: App, service: Service): void {
  app.post(
    '/v1/ballot-rounds',
    {
      config: { problems: ['requirements-unmet', 'not-found'] },
      schema: {
        operationId: 'conveneBallotRound',
        tags: ['ballot-rounds'],
        summary: '组织党员群众评议 · Convene a round of ballots',
        description:
          '名册须包括方案所列各类参评人员；采用无记名还是公开方式由方案决定；不得由对象本单位组织。 · The roll has every stratum of the plan; the form is the plan’s; never led by the candidate’s own body.',
        body: Convening,
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { candidateId, stream: named, ...convened } = request.body;
      const place = await findVisible(service, request.principal, 'candidate', candidateId);
      const candidate = await findCandidate(readsOf(service.pool), place.campaignId, candidateId);
      const organisation = await findOrganisation(service.pool, place.organisationId);
      if (candidate === undefined || organisation === undefined) throw problem('not-found');
      const plan = await planOf(service, place);
      const stream = assertStream(plan, OF_BALLOTS, named);
      const { form } = ballotPolicyOf(plan, stream);
      const id = service.entropy.newId();
      return performCommand(service, request, reply, {
        ...place,
        subjectId: id,
        parentId: candidateId,
        create: {
          machine: 'ballot-round',
          parentId: candidateId,
          organisationId: null,
          name: null,
          input: {
            roundId: id,
            stream,
            candidateId,
            form,
            leaders: roundLeaders(organisation.kind),
          },
        },
        event: { type: 'convene', ...convened, ...instants(convened) },
      });
    },
  );
}

const pages = pageOf(BallotRoundSchema, Id, ({ id }: BallotRoundRow) => id);

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/ballot-rounds',
    {
      schema: {
        operationId: 'listBallotRounds',
        tags: ['ballot-rounds'],
        summary: '党员群众评议列表 · Rounds of ballots',
        description: '管辖范围内的评议，新的在前。 · Within your reach, the newest first.',
        querystring: Type.Object({
          ...pages.query,
          ...aboutFilters,
          organisationId: Type.Optional(OrganisationId),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters }, principal }, reply) => {
      const reads = readsOf(service.pool);
      const rows = await listBallotRounds(reads, {
        ...(await filtersOf(service, principal, filters)),
        ...pages.turnOf({ limit, cursor }),
      });
      const inUrn = await countReturned(
        reads,
        rows.map(({ id }) => id),
      );
      return pages.toJson(reply, limit, rows, (row) =>
        ballotRoundToJson(row, inUrn.get(row.id) ?? null),
      );
    },
  );
}
