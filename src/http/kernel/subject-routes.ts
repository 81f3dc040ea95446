// The addresses that subjects have alike: the subject itself, sending events, its log, its actions.

import Type, { type Static, type TSchema } from 'typebox';
import type { MachineName } from '../../../machines/catalog.ts';
import { catchUpCandidates } from '../../command/kernel/catch-up.ts';
import { explainActions } from '../../command/what-if/actions.ts';
import type { EventRow } from '../../db/kernel/events.ts';
import { listEvents } from '../../db/kernel/events.ts';
import { forgetPlaces, type Place } from '../../db/kernel/places.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead } from '../../rules/access/access.ts';
import type { App } from './app.ts';
import { beyondReach } from './beyond-reach.ts';
import { performCommand } from './commands.ts';
import { oneOfBy, setRevision } from './conventions.ts';
import { Ordinal, pageOf } from './pages.ts';
import { problem } from './problems.ts';
import { recusalOf } from './recusal.ts';
import { namesIn, requirementToJson } from './requirements.ts';
import type { Service } from './service.ts';
import {
  ActionSchema,
  AnswerSchema,
  EventSchema,
  eventToJson,
  Id,
  IdParams,
} from './subject-schemas.ts';
import { assertMayLead, findVisible, planOf } from './visibility.ts';

type SentEvent = { type: string; readonly [name: string]: unknown };

type Routed<
  Events extends readonly TSchema[] = readonly TSchema[],
  One extends TSchema = TSchema,
> = {
  /** The segment of the address: `candidates`. */
  path: string;
  /** The noun in ids of operations: `Candidate`. */
  name: string;
  zh: string;
  en: string;
  machine: MachineName;
  events: Events;
  /** Left out where reading one subject asks for more than that it is visible. */
  one?: {
    summary: string;
    description: string;
    schema: One;
    read: (
      place: Place,
      id: string,
      principal: Principal,
    ) => Promise<(Static<One> & { revision: number }) | undefined>;
  };
  /** Makes the machine's event of the sent one: adds ids of records and looks names up. */
  complete?: (event: SentEvent, place: Place, id: string) => SentEvent | Promise<SentEvent>;
  /** Brings the subject up to date before its actions are explained. */
  refresh?: (place: Place, id: string) => Promise<unknown>;
  /** Says which events' content the caller may not see; that they happened is no secret. */
  veil?: (
    principal: Principal,
    place: Place,
    subjectId: string,
  ) => Promise<(eventType: string) => boolean>;
};

/** Adds GET `/:id`, where `one` is given, POST and GET `…/events`, and GET `…/actions`. */
export function addSubjectRoutes<Events extends readonly TSchema[], One extends TSchema>(
  app: App,
  service: Service,
  resource: Routed<Events, One>,
): void {
  if (resource.one !== undefined) addOneRoute(app, service, resource, resource.one);
  addSendingRoutes(app, service, resource);
  addLogRoutes(app, service, resource);
  addActionRoutes(app, service, resource);
}

function addOneRoute(
  app: App,
  service: Service,
  { path, name, machine }: Pick<Routed, 'path' | 'name' | 'machine'>,
  { summary, description, schema, read }: NonNullable<Routed['one']>,
): void {
  app.get(
    `/v1/${path}/:id`,
    {
      schema: {
        operationId: `get${name}`,
        tags: [path],
        summary,
        description,
        params: IdParams,
        response: { 200: schema },
      },
    },
    async ({ params: { id }, principal }, reply) => {
      const place = await findVisible(service, principal, machine, id);
      const found = await read(place, id, principal);
      if (found === undefined) throw problem('not-found');
      setRevision(reply, found.revision);
      return found;
    },
  );
}

function addSendingRoutes<Events extends readonly TSchema[]>(
  app: App,
  service: Service,
  { path, name, zh, en, machine, events, complete = (event) => event }: Routed<Events>,
): void {
  app.post(
    `/v1/${path}/:id/events`,
    {
      config: { problems: ['out-of-state', 'requirements-unmet'], revisioned: true },
      schema: {
        operationId: `send${name}Event`,
        tags: [path],
        summary: `向${zh}发送事件 · Send an event to ${en}`,
        description:
          '状态只由事件改变。条件未满足时 422 逐条列出条款、现状和要求。 · State moves by events only; a refusal names each clause, what is and what is asked.',
        params: IdParams,
        body: oneOfBy('type', [...events]),
        response: { 200: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const place = await findVisible(service, request.principal, machine, id);
      const event = await complete(request.body as SentEvent, place, id);
      await assertMayLead(service, request.principal, place, event.type);
      const answer = await performCommand(service, request, reply, {
        ...place,
        subjectId: id,
        event,
      });
      if (answer.organisationId !== place.organisationId) forgetPlaces();
      return answer;
    },
  );
}

/** The pages of a subject's log, ordered by sequence. */
export const eventPages = pageOf(EventSchema, Ordinal, ({ sequence }: EventRow) => sequence);

function addLogRoutes(
  app: App,
  service: Service,
  { path, name, zh, en, machine, veil }: Routed,
): void {
  app.get(
    `/v1/${path}/:id/events`,
    {
      schema: {
        operationId: `list${name}Events`,
        tags: [path],
        summary: `${zh}的事件记录 · The log of ${en}`,
        description:
          '只增不改，逐条以散列相连；重放即得现状。 · Append-only and chained by hashes; replayed it gives the present state. 只在其下的，见事件而不见内容。 · Who is only below its place sees that it happened, not what was told.',
        params: IdParams,
        querystring: Type.Object(eventPages.query),
        response: { 200: eventPages.schema },
      },
    },
    async ({ params: { id }, query: { limit, cursor }, principal }, reply) => {
      const found = await findVisible(service, principal, machine, id);
      const { campaignId, path: place } = found;
      const hides = (await veil?.(principal, found, id)) ?? (() => false);
      const { after = 0, limit: rowsMax } = eventPages.turnOf({ limit, cursor });
      const rows = await listEvents(readsOf(service.pool), {
        campaignId,
        subjectId: id,
        after,
        limit: rowsMax,
      });
      // Events above the reader's place speak of others, so readers below see no content.
      const isBelow = !mayRead(principal, place);
      return eventPages.toJson(reply, limit, rows, (row) => {
        const event = eventToJson(principal, place, row);
        return isBelow || hides(row.type) ? { ...event, payload: {}, facts: {} } : event;
      });
    },
  );
}

function addActionRoutes(
  app: App,
  service: Service,
  { path, name, zh, en, machine, refresh }: Routed,
): void {
  const { cache } = service;
  app.get(
    `/v1/${path}/:id/actions`,
    {
      schema: {
        operationId: `list${name}Actions`,
        tags: [path],
        summary: `${zh}现在可以怎样 · What could be done with ${en}`,
        description:
          '当前状态认识的每一个事件：您可否发送，每项条件的条款、原文、现状和要求；与拒绝时所说一字不差。活动的条件只述管辖范围内各单位应做的。 · Every event the state knows, measured by the guard that decides; the words are those of the refusal. Of a campaign, only what units within your reach owe.',
        params: IdParams,
        response: {
          200: Type.Object({ id: Id, revision: Type.Integer(), actions: Type.Array(ActionSchema) }),
        },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const { id } = request.params;
      const place = await findVisible(service, principal, machine, id);
      const { campaignId } = place;
      await refresh?.(place, id);
      if (place.parentId !== null) {
        await catchUpCandidates(service.pool, service.performer, campaignId, [place.parentId]);
      }
      const plan = await planOf(service, place);
      const subject = { campaignId, subjectId: id };
      const reader = { principal, recusal: await recusalOf(service, principal) };
      const explained = await explainActions(
        beyondReach(service, 'decisions'),
        cache,
        plan,
        reader,
        subject,
      );
      if (explained === null) throw problem('not-found');
      const { revision, plan: by, actions } = explained;
      setRevision(reply, revision);
      const names = await namesIn(
        service,
        actions.flatMap(({ requirements }) => requirements),
      );
      return {
        id,
        revision,
        actions: actions.map(({ requirements, unmet, ...action }) => ({
          ...action,
          requirements: requirements.map((measured) => ({
            ...requirementToJson(request, by, measured, names),
            met: measured.met,
            asksInput: measured.asksInput,
          })),
          unmet: unmet.map((measured) => requirementToJson(request, by, measured, names)),
        })),
      };
    },
  );
}
