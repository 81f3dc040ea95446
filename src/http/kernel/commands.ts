// Requests become commands, and outcomes become answers. Every event of every resource goes this way.

import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Command } from '../../command/kernel/command.ts';
import type { Place } from '../../db/kernel/places.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import { expectedRevision, idempotencyKey, setRevision } from './conventions.ts';
import { problemOfOutcome, type Undone } from './outcomes.ts';
import type { Problem } from './problems.ts';
import { namesIn, requirementToJson } from './requirements.ts';
import type { Service } from './service.ts';
import type { AnswerSchema } from './subject-schemas.ts';
import { planOf } from './visibility.ts';

/** The hash of a request: a key that comes with another method, address or body is a mistake. */
export const requestHash = ({ method, url, body }: FastifyRequest): string => {
  const said = Buffer.isBuffer(body) ? hash('sha256', body, 'hex') : (body ?? null);
  return hash('sha256', canonicalJson({ method, url, body: said }), 'hex');
};

type Sent = Pick<
  Command,
  'campaignId' | 'subjectId' | 'event' | 'create' | 'place' | 'parentId' | 'sealed'
> &
  Pick<Place, 'planId' | 'planVersion'> & { category?: Place['category'] };

/**
 * Performs one event in the caller's name and answers the subject after it. Sets the status, the ETag,
 * `Idempotency-Replayed`, and the `Location` of a subject created below the route's address. Throws the
 * problem of a command that was not done.
 */
export async function performCommand(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  { campaignId, subjectId, parentId, event, create, place, sealed, ...asked }: Sent,
): Promise<Static<typeof AnswerSchema>> {
  const key = idempotencyKey(request);
  const ifMatch = create === undefined ? expectedRevision(request) : undefined;
  const outcome = await service.performer.perform({
    campaignId,
    subjectId,
    event,
    principal: request.principal,
    ...(create === undefined ? {} : { create }),
    ...(place === undefined ? {} : { place }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(sealed === undefined ? {} : { sealed }),
    ...(key === undefined ? {} : { idempotency: { key, requestHash: requestHash(request) } }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  });
  if (outcome.kind !== 'done' && outcome.kind !== 'repeated')
    throw await problemOfUndone(service, outcome, asked);
  const plan = await planOf(service, asked);
  const { status, body } = outcome.answer;
  if (outcome.kind === 'repeated') reply.header('idempotency-replayed', 'true');
  if (create !== undefined) reply.header('location', `${request.routeOptions.url}/${body.id}`);
  setRevision(reply, body.revision).code(status);
  const names = await namesIn(service, body.warnings);
  return {
    ...body,
    warnings: body.warnings.map((warning) => requirementToJson(request, plan, warning, names)),
  };
}

/** The problem of a command that was not done; a refusal quotes the version of the plan that decided. */
export async function problemOfUndone(
  service: Service,
  outcome: Undone,
  asked: Parameters<typeof planOf>[1],
): Promise<Problem> {
  const isRefused = outcome.kind === 'refused';
  const plan = await planOf(service, isRefused ? outcome : asked);
  return problemOfOutcome(outcome, plan, await namesIn(service, isRefused ? outcome.unmet : []));
}
