// Objections to a candidate under public notice (R63): they are raised, investigated, decided, answered.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import type { ObjectionContext, ObjectionInput } from '../../../machines/objection/events.ts';
import { OFFICES } from '../../../machines/procedure/part.ts';
import { catchUpCandidates } from '../../command/kernel/catch-up.ts';
import type { Place } from '../../db/kernel/places.ts';
import { findPlace } from '../../db/kernel/places.ts';
import type { ObjectionRow } from '../../db/objection/objections.ts';
import { findObjection, isUnderNotice, listObjections } from '../../db/objection/objections.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead, rolesAt } from '../../rules/access/access.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { performCommand } from '../kernel/commands.ts';
import { setRevision } from '../kernel/conventions.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import { readingOf } from '../kernel/recusal.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import {
  AnswerSchema,
  aboutFilters,
  deadlinesOf,
  Id,
  IdParams,
  Written,
} from '../kernel/subject-schemas.ts';
import { assertNotRecused, seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { addObjectionLookUpRoutes } from './objection-look-up.ts';
import { objectionEvents } from './objection-payloads.ts';
import { addObjectionRejectionRoutes } from './objection-rejections.ts';
import { ObjectionSchema, ObjectionSummarySchema, toldTo } from './objection-views.ts';
import { addPublicObjectionRoutes } from './public-objections.ts';
import { sealedObjector } from './sealed-objectors.ts';

export const objectionResource: SubjectResource = {
  words: { zh: '异议', en: 'the objection' },
  ...seenAtItsPlace,
  addRoutes: addObjectionRoutes,
};

function addObjectionRoutes(app: App, service: Service): void {
  addReceivingRoutes(app, service);
  addListRoutes(app, service);
  addObjectionLookUpRoutes(app, service);
  addObjectionRejectionRoutes(app, service);
  addPublicObjectionRoutes(app, service);
  addOneRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'objections',
    name: 'Objection',
    zh: '异议',
    en: 'an objection',
    machine: 'objection',
    events: objectionEvents,
  });
}

const Objection = Type.Object({
  candidateId: Id,
  content: Written(4000),
  clues: Type.Optional({
    ...Written(4000),
    description: '可查证的线索 · Facts that can be looked into',
  }),
  objector: Type.Optional({
    ...Written(100),
    description:
      '受理机关代为登记时写明异议人姓名，匿名的不写 · Named by the office that takes it in; left out when anonymous',
  }),
  contact: Type.Optional(Written(200)),
});

function addReceivingRoutes(app: App, service: Service): void {
  app.post(
    '/v1/objections',
    {
      config: { problems: ['requirements-unmet', 'not-found'] },
      schema: {
        operationId: 'raiseObjection',
        tags: ['objections'],
        summary: '提出异议 · Raise an objection',
        description:
          '公示期内（末日 24 时前）提出；本人提出即为实名，受理机关可代为登记。匿名且无线索的只登记、不立案。 · Within the period of public notice, before its last midnight. In one’s own name, or taken in by the reviewing office; anonymous without clues it is recorded and not opened.',
        body: Objection,
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      const place = await findObjectable(service, principal, body.candidateId);
      const objectionId = service.entropy.newId();
      return performCommand(service, request, reply, {
        ...place,
        subjectId: objectionId,
        parentId: body.candidateId,
        create: {
          machine: 'objection',
          parentId: body.candidateId,
          organisationId: null,
          name: null,
          input: inputOf(principal, place, objectionId, body),
          objector: sealedObjector(service, objectionId, {
            ...body,
            name: takesIn(principal, place) ? body.objector : principal.name,
          }),
        },
        event: { type: 'raise' },
      });
    },
  );
}

/** A candidate that the caller sees or that is under public notice. Throws 404 for any other. */
async function findObjectable(
  { pool, performer }: Service,
  principal: Principal,
  id: string,
): Promise<Place> {
  const place = await findPlace(pool, id);
  if (place?.machine !== 'candidate') throw problem('not-found');
  await catchUpCandidates(pool, performer, place.campaignId, [id]);
  const isSeen = mayRead(principal, place.path);
  if (!isSeen && !(await isUnderNotice(pool, place.campaignId, id))) throw problem('not-found');
  return place;
}

const ISSUERS: readonly Role[] = Object.values(OFFICES);

/** True when an office takes an objection in for somebody else. */
const takesIn = (principal: Principal, { path }: Place): boolean =>
  rolesAt(principal, path).some((role) => ISSUERS.includes(role));

function inputOf(
  principal: Principal,
  place: Place,
  objectionId: string,
  { candidateId, content, clues, objector }: Static<typeof Objection>,
): Omit<ObjectionInput, 'office' | 'clause'> {
  const own = { kind: 'named' as const, principalId: principal.id };
  const taken = {
    kind: objector === undefined ? 'anonymous' : 'named',
    principalId: null,
  } as const;
  return {
    objectionId,
    candidateId,
    content,
    hasClues: clues !== undefined,
    objector: takesIn(principal, place) ? taken : own,
  };
}

const pages = pageOf(ObjectionSummarySchema, Id, ({ id }: ObjectionRow) => id);

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/objections',
    {
      schema: {
        operationId: 'listObjections',
        tags: ['objections'],
        summary: '异议列表 · Objections',
        description:
          '受理机关所辖的和您本人提出的，新的在前。 · Those of the reviewing bodies within your reach and those you raised, the newest first.',
        querystring: Type.Object({
          ...pages.query,
          ...aboutFilters,
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters }, principal }, reply) => {
      const rows = await listObjections(readsOf(beyondReach(service, 'objections')), {
        ...filters,
        ...(await readingOf(service, principal)),
        raisedBy: principal.id,
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, await toldTo(service, principal, rows));
    },
  );
}

function addOneRoutes(app: App, service: Service): void {
  const beyond = beyondReach(service, 'objections');
  const reads = readsOf(beyond);
  app.get(
    '/v1/objections/:id',
    {
      schema: {
        operationId: 'getObjection',
        tags: ['objections'],
        summary: '一项异议 · One objection',
        description:
          '调查、处理和答复；异议人可以看本人提出的。 · Investigation, decision and reply; whoever raised it sees their own.',
        params: IdParams,
        response: { 200: ObjectionSchema },
      },
    },
    async ({ params: { id }, principal }, reply) => {
      const place = await findPlace(beyond, id);
      if (place?.machine !== 'objection') throw problem('not-found');
      const row = await findObjection(reads, place.campaignId, id);
      const { objector } = (row?.context ?? {}) as Partial<ObjectionContext>;
      const isOwn = objector?.principalId === principal.id;
      if (row === undefined || !(isOwn || mayRead(principal, row.path))) throw problem('not-found');
      if (!isOwn) await assertNotRecused(service, principal, place.campaignId, id);
      setRevision(reply, row.revision);
      return {
        ...(await toldTo(service, principal, [row]))(row),
        deadlines: await deadlinesOf(reads, place.campaignId, id),
      };
    },
  );
}
