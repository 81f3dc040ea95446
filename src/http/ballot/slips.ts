// The slips of a secret round are printed as one set before anybody is marked on the roll, and drawn: nothing
// of the service knows who takes which.

import Type from 'typebox';
import type { BallotRoundContext } from '../../../machines/ballot/events.ts';
import { sealUrn } from '../../command/ballot/urns.ts';
import { findBallotRound } from '../../db/ballot/ballots.ts';
import { readsOf } from '../../db/tables.ts';
import { ballotPolicyOf, choicesOf } from '../../rules/ballot/ballots.ts';
import { newUrn } from '../../rules/ballot/urn.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { AnswerSchema, contextOf, IdParams, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { newCodes, newNumber, readCode } from './slip-codes.ts';

const SPARE_SLIPS_MAX = 200;

const Slips = Type.Object({
  stratum: Type.String({ description: '参评类别代码 · Code of the electorate' }),
  name: Type.String({ description: '参评类别 · The electorate' }),
  codes: Type.Array(Type.String({ description: '票号，每张选票一个 · One for each slip' })),
});

export function addSlipRoutes(app: App, service: Service): void {
  app.post(
    '/v1/ballot-rounds/:id/slips',
    {
      config: { problems: ['out-of-state', 'requirements-unmet'], revisioned: true },
      schema: {
        operationId: 'printBallotSlips',
        tags: ['ballot-rounds'],
        summary: '印制选票 · Print the slips',
        description:
          '为名册上每一类人员印制选票，每张一个票号。票号只给出这一次，服务只封存其散列；答复丢失的，再印一次，前一批即作废。一经发票不得再印。印票的人不发票；选票须打乱、任人抽取。 · A slip with a code for each name of each electorate. The codes are told this once, and only sealed hashes are kept; if the answer is lost, print again: the set before is then worthless. Not once a slip is out. Who prints hands none out; slips are mixed and drawn.',
        params: IdParams,
        body: Type.Object({
          spare: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: SPARE_SLIPS_MAX,
              default: 0,
              description: '每类另印的备用票数 · Slips beyond the names of each electorate',
            }),
          ),
        }),
        response: {
          201: Type.Object({
            ...AnswerSchema.properties,
            slips: Nullable(
              Type.Array(Slips, { description: '重发同一请求时为 null · Null on a repeat' }),
            ),
          }),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { spare = 0 } = request.body;
      const place = await findVisible(service, request.principal, 'ballot-round', id);
      const round = await findBallotRound(readsOf(service.pool), place.campaignId, id);
      if (round === undefined) throw problem('not-found');
      const { roll, generation, stream } = contextOf<BallotRoundContext>(round);
      const policy = ballotPolicyOf(await planOf(service, place), stream);
      const number = newNumber(service.entropy);
      const slips = policy.strata
        .filter(({ code }) => code in roll)
        .map(({ code: stratum, name }) => {
          const codes = newCodes(service.entropy, number, (roll[stratum] ?? 0) + spare);
          return { stratum, name, codes };
        });
      const urn = newUrn(
        generation,
        choicesOf(policy),
        Object.fromEntries(
          slips.map(({ stratum, codes }) => [stratum, codes.map((code) => readCode(code).hash)]),
        ),
      );
      const answer = await performCommand(service, request, reply, {
        ...place,
        subjectId: id,
        event: {
          type: 'print-slips',
          generation,
          number,
          slips: Object.fromEntries(slips.map(({ stratum, codes }) => [stratum, codes.length])),
        },
        sealed: sealUrn(service.vault, id, urn),
      });
      reply.code(201);
      const isRepeat = reply.getHeader('idempotency-replayed') !== undefined;
      return { ...answer, slips: isRepeat ? null : slips };
    },
  );
}
