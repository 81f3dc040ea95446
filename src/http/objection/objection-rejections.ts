// A flood of lodged objections is rejected in bulk, by two officers and with a reason: all of a list or none of it.

import Type, { type Static } from 'typebox';
import type { Command, Outcome } from '../../command/kernel/command.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Principal } from '../../rules/access/access.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { problemOfUndone } from '../kernel/commands.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Written } from '../kernel/subject-schemas.ts';
import { findVisible } from '../kernel/visibility.ts';

/** Two lists are more than anybody reads with care in a day. */
const REJECTED_MAX = 200;

const Rejected = {
  objectionIds: Type.Array(Id, {
    minItems: 1,
    maxItems: REJECTED_MAX,
    uniqueItems: true,
    description: '同一次活动的异议 · Objections of one campaign',
  }),
};
const CountSchema = Type.Object({
  objections: Type.Integer({
    minimum: 1,
    maximum: REJECTED_MAX,
    description: '办理的件数 · How many there were',
  }),
});

export function addObjectionRejectionRoutes(app: App, service: Service): void {
  app.post(
    '/v1/objections/rejections',
    {
      config: { problems: ['not-found', 'out-of-state', 'forbidden'] },
      schema: {
        operationId: 'proposeObjectionRejections',
        tags: ['objections'],
        summary: '批量提出不予受理 · Propose to reject lodged objections',
        description:
          '公众提出、尚未接收的异议，如成批的重复来件；由另一人确认（POST /v1/objections/rejection-confirmations）。全部办理，或者一件也不办理。 · Of what the public lodged and nobody received, as a flood of repeats; another officer confirms. All of them or none.',
        body: Type.Object({
          ...Rejected,
          reason: Type.String({
            ...Written(),
            description: '异议人凭查询码可以看到 · Told to whoever asks with the receipt',
          }),
        }),
        response: { 200: CountSchema },
      },
    },
    async (request, reply) => {
      const { objectionIds, reason } = request.body;
      const { principal } = request;
      return performAct<Static<typeof CountSchema>>(service, request, reply, (tx) =>
        tellEach(service, tx, principal, objectionIds, { type: 'propose-rejection', reason }),
      );
    },
  );
  app.post(
    '/v1/objections/rejection-confirmations',
    {
      config: { problems: ['not-found', 'out-of-state', 'forbidden', 'requirements-unmet'] },
      schema: {
        operationId: 'confirmObjectionRejections',
        tags: ['objections'],
        summary: '批量确认不予受理 · Confirm that lodged objections are rejected',
        description:
          '由提出人以外的人确认；全部办理，或者一件也不办理。 · By an officer other than the proposer; all of them or none.',
        body: Type.Object(Rejected),
        response: { 200: CountSchema },
      },
    },
    async (request, reply) => {
      const { objectionIds } = request.body;
      const { principal } = request;
      return performAct<Static<typeof CountSchema>>(service, request, reply, (tx) =>
        tellEach(service, tx, principal, objectionIds, { type: 'confirm-rejection' }),
      );
    },
  );
}

/** Tells all of them the event in one transaction. Throws the problem of the first that was not done. */
async function tellEach(
  service: Service,
  tx: Tx,
  principal: Principal,
  objectionIds: readonly string[],
  event: Command['event'],
) {
  const places = [];
  for (const id of objectionIds) {
    places.push(await findVisible(service, principal, 'objection', id));
  }
  const [first] = places;
  if (first === undefined) throw problem('not-found');
  const { campaignId } = first;
  if (places.some((place) => place.campaignId !== campaignId)) throw problem('not-found');
  const commands = objectionIds.map((subjectId) => ({ campaignId, subjectId, principal, event }));
  const outcomes: Outcome[] = await service.performer.performTogether(tx, campaignId, commands);
  for (const outcome of outcomes) {
    if (outcome.kind === 'done' || outcome.kind === 'repeated') continue;
    throw await problemOfUndone(service, outcome, first);
  }
  return { status: 200, body: { objections: outcomes.length } };
}
