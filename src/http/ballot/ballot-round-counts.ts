// The roll of a ballot round and the recount of its ballots.

import Type from 'typebox';
import type { BallotRoundContext } from '../../../machines/ballot/events.ts';
import { recount } from '../../command/ballot/ballot-facts.ts';
import { countBallots, findBallotRound, listRoll } from '../../db/ballot/ballots.ts';
import { readsOf } from '../../db/tables.ts';
import { rolesAt } from '../../rules/access/access.ts';
import { shown } from '../../rules/access/masked-fields.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { contextOf, IdParams, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { Entry } from './ballot-round-payloads.ts';
import { ResultSchema, resultToJson } from './ballot-round-views.ts';

export function addBallotRoundCountRoutes(app: App, service: Service): void {
  addRollRoutes(app, service);
  addRecountRoutes(app, service);
}

const RollEntrySchema = Type.Object({
  entry: Type.String(),
  name: Nullable(
    Type.String({
      description: '组织评议的机关见全名，其他见其姓 · Plain to those who lead rounds, else masked',
    }),
  ),
  stratum: Type.String(),
  marked: Type.Boolean({ description: '已领票 · Has been handed a ballot' }),
});

const pages = pageOf(RollEntrySchema, Entry, ({ entry }: { entry: string }) => entry);

function addRollRoutes(app: App, service: Service): void {
  const reads = readsOf(service.pool);
  app.get(
    '/v1/ballot-rounds/:id/roll',
    {
      config: { access: 'roll' },
      schema: {
        operationId: 'listBallotRoll',
        tags: ['ballot-rounds'],
        summary: '参评人员名册 · The roll',
        description:
          '谁在册、谁已领票；是否投票、如何投票均不在其中。 · Who is on it and who has a ballot; not who voted, nor how.',
        params: IdParams,
        querystring: Type.Object(pages.query),
        response: { 200: pages.schema },
      },
    },
    async ({ params: { id }, query: { limit, cursor }, principal }, reply) => {
      const { campaignId, path } = await findVisible(service, principal, 'ballot-round', id);
      const round = await findBallotRound(reads, campaignId, id);
      if (round === undefined) throw problem('not-found');
      const rows = await listRoll(reads, {
        campaignId,
        roundId: id,
        generation: contextOf<BallotRoundContext>(round).generation,
        ...pages.turnOf({ limit, cursor }),
      });
      const roles = rolesAt(principal, path);
      return pages.toJson(reply, limit, rows, ({ name, ...row }) => ({
        ...row,
        name: shown('voter-name', roles, name),
      }));
    },
  );
}

function addRecountRoutes(app: App, service: Service): void {
  const reads = readsOf(service.pool);
  app.get(
    '/v1/ballot-rounds/:id/count',
    {
      config: { problems: ['out-of-state'] },
      schema: {
        operationId: 'recountBallotRound',
        tags: ['ballot-rounds'],
        summary: '重新计票 · Count the ballots again',
        description:
          '截止后由选票（公开方式由两人核对的计票）重新计算，并与公布的结果比较。截止前不计。 · From the ballots, or from the count two tellers agreed on, once it has closed; compared with the result that was told.',
        params: IdParams,
        response: {
          200: Type.Object({
            recounted: ResultSchema,
            announced: ResultSchema,
            agrees: Type.Boolean(),
          }),
        },
      },
    },
    async ({ params: { id }, principal }) => {
      const place = await findVisible(service, principal, 'ballot-round', id);
      const row = await findBallotRound(reads, place.campaignId, id);
      if (row === undefined) throw problem('not-found');
      const context = contextOf<BallotRoundContext>(row);
      const { result } = context;
      if (row.state !== 'valid' || result === null) {
        const detail = {
          zh: '评议截止并有效之后才能计票。',
          en: 'Ballots are counted when the round has closed and is valid.',
        };
        throw problem('out-of-state', { detail, stage: row.stage, state: row.state, accepts: [] });
      }
      const ballots = await countBallots(reads, place.campaignId, id, context.generation);
      const recounted = recount(await planOf(service, place), context, ballots);
      return {
        recounted: resultToJson(recounted),
        announced: resultToJson(result),
        agrees: recounted.hash === result.hash,
      };
    },
  );
}
