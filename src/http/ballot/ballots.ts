// Anonymous voting (R61): casting a ballot involves no principal, no key and no event. The token
// stands in the body, because bodies are never logged.

import Type from 'typebox';
import { spendToken } from '../../db/ballot/ballots.ts';
import { findPlace } from '../../db/kernel/places.ts';
import { ABSTAIN, choicesOf } from '../../rules/ballot/ballots.ts';
import type { App } from '../kernel/app.ts';
import { fault, problem } from '../kernel/problems.ts';
import { callerOf, createTokenBuckets, type RateLimit } from '../kernel/rate-limits.ts';
import type { Service } from '../kernel/service.ts';
import { planOf } from '../kernel/visibility.ts';
import { readToken, TOKEN_PATTERN } from './ballot-tokens.ts';

/** The limit of refused tokens from one address, through which a whole meeting may vote. */
const REFUSED_BALLOTS_LIMIT: RateLimit = { requests: 300, windowSeconds: 60 };

const TEXTS = {
  spent: { zh: '这一票号已经使用，选票已计入。', en: 'This token was spent; its ballot counts.' },
  closed: { zh: '评议已经截止。', en: 'The round has closed.' },
  unknown: { zh: '没有这一票号。', en: 'There is no such token.' },
} as const;

export function addBallotRoutes(app: App, service: Service): void {
  const refused = createTokenBuckets(REFUSED_BALLOTS_LIMIT, app.pace);
  app.post(
    '/v1/ballots',
    {
      config: { public: true, problems: ['ballot-not-taken', 'too-many-requests'] },
      schema: {
        operationId: 'castBallot',
        tags: ['ballots'],
        summary: '投票 · Cast a ballot',
        description:
          '凭票号投票，不需登录，不记录投票人。选择为方案所列等次之一，弃权写 ABSTAIN。同一票号只计一次：重发时告知已经使用。 · By token, without a key; nobody is recorded. A grade of the plan, or ABSTAIN. Counted once: a repeat is told that it was spent.',
        body: Type.Object({
          token: Type.String({ pattern: TOKEN_PATTERN, maxLength: 67 }),
          choice: Type.String({ minLength: 1, maxLength: 20, examples: ['好', ABSTAIN] }),
        }),
        response: { 200: Type.Object({ taken: Type.Literal(true) }) },
      },
    },
    async ({ ip, body: { token, choice } }) => {
      const allowance = refused.look(callerOf(ip));
      if (!allowance.allowed) {
        throw problem('too-many-requests', { retryAfterSeconds: allowance.retryAfterSeconds });
      }
      const reason = await cast(service, token, choice);
      if (reason === null) return { taken: true as const };
      refused.take(callerOf(ip));
      throw problem('ballot-not-taken', { detail: TEXTS[reason], reason });
    },
  );
}

/**
 * Why the ballot was refused; null when it was cast. Only secret rounds have tokens, and no survey is secret. An
 * unknown choice spends no token.
 */
async function cast(service: Service, token: string, choice: string) {
  const { roundId, sha256 } = readToken(token);
  const place = await findPlace(service.pool, roundId);
  if (place?.machine !== 'ballot-round') return 'unknown';
  const { policies } = await planOf(service, place);
  const choices = choicesOf({ gradePoints: policies.gradePoints.value });
  if (!choices.includes(choice)) {
    throw fault('choice', `应为 ${choices.join('、')}`, `is one of ${choices.join(', ')}`);
  }
  return spendToken(service.pool, place.campaignId, roundId, sha256, choice);
}
