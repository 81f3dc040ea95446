// Anonymous voting (R61): casting a ballot involves no principal, no key and no event. The code of the slip
// stands in the body, because bodies are never logged.

import Type from 'typebox';
import { castSlip } from '../../command/ballot/urns.ts';
import { ABSTAIN } from '../../rules/ballot/ballots.ts';
import type { App } from '../kernel/app.ts';
import { fault, problem } from '../kernel/problems.ts';
import { callerOf, createTokenBuckets, type RateLimit } from '../kernel/rate-limits.ts';
import type { Service } from '../kernel/service.ts';
import { CODE_PATTERN, readCode } from './slip-codes.ts';

/** The limit of refused codes from one address, through which a whole meeting may vote. */
const REFUSED_BALLOTS_LIMIT: RateLimit = { requests: 300, windowSeconds: 60 };

const TEXTS = {
  spent: {
    zh: '这张票已经投过，所投的不是这一选择；原来的选择已计入。',
    en: 'This slip was cast for another choice, which counts.',
  },
  closed: { zh: '评议尚未开始或已经截止。', en: 'The round has not opened, or has closed.' },
  unknown: { zh: '没有这一票号。', en: 'There is no such code.' },
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
          '凭选票上的票号投票，不需登录，不记录投票人。选择为方案所列等次之一，弃权写 ABSTAIN。同一票号只计一次：同一选择重发得到同样的答复，另选则被拒绝。 · By the code on a slip, without a key; nobody is recorded. A grade of the plan, or ABSTAIN. Counted once: a repeat of the same choice is answered alike, another choice is refused.',
        body: Type.Object({
          code: Type.String({
            pattern: CODE_PATTERN,
            maxLength: 40,
            description:
              '票号，大小写、连字符不论 · The code on the slip; case and hyphens do not matter',
            examples: ['K7QM-3XWD-9RTA'],
          }),
          choice: Type.String({
            minLength: 1,
            maxLength: 20,
            description: '选择 · The choice',
            examples: ['好', ABSTAIN],
          }),
        }),
        response: { 200: Type.Object({ taken: Type.Literal(true) }) },
      },
    },
    async ({ ip, body: { code, choice } }) => {
      const allowance = refused.look(callerOf(ip));
      if (!allowance.allowed) {
        throw problem('too-many-requests', { retryAfterSeconds: allowance.retryAfterSeconds });
      }
      const { performer, vault } = service;
      const cast = await castSlip(performer, vault, readCode(code), choice);
      if (cast.kind === 'taken') return { taken: true as const };
      if (cast.kind === 'no-choice') {
        const { choices } = cast;
        throw fault('choice', `应为 ${choices.join('、')}`, `is one of ${choices.join(', ')}`);
      }
      refused.take(callerOf(ip));
      throw problem('ballot-not-taken', { detail: TEXTS[cast.kind], reason: cast.kind });
    },
  );
}
