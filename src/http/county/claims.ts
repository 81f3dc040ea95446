// Claims: an administrator makes a one-time code for the holder of an account, who exchanges it for a key.

import Type from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { accountOf } from '../../command/county/accounts.ts';
import { claimKey, makeClaim } from '../../command/county/claims.ts';
import { administer } from '../../command/kernel/administer.ts';
import { tellAdministration } from '../../command/kernel/administrative-log.ts';
import { listApiKeys } from '../../db/county/api-keys.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import { lockPrincipal, type PrincipalRow } from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import { callerOf, createTokenBuckets } from '../kernel/rate-limits.ts';
import { assertRole } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Instant, Nullable } from '../kernel/subject-schemas.ts';
import { NewKeySchema } from './keys.ts';
import { assertStands } from './organisations.ts';
import { assertWithinReach, PrincipalParams } from './principals.ts';

const MAKERS: readonly Role[] = ['administrator'];
/** So many wrong codes from one address in a minute; then it waits. */
const FAILURES_MAX = 20;
const FAILURES_SECONDS = 60;

const ClaimSchema = Type.Object({
  principalId: Type.String({ format: 'uuid' }),
  code: Nullable(
    Type.String({
      description:
        '领取码，只显示这一次；重复请求得到 null · The code, shown this once; a repeat gets null',
    }),
  ),
  expiresAt: Instant,
});

export function addClaimRoutes(app: App, service: Service): void {
  addNewClaimRoutes(app, service);
  addClaimingRoutes(app, service);
}

function addNewClaimRoutes(app: App, service: Service): void {
  app.post(
    '/v1/principals/:id/claims',
    {
      config: { problems: ['out-of-state', 'unit-ended'] },
      schema: {
        operationId: 'createClaim',
        tags: ['principals'],
        summary: '发领取码 · Make a one-time code',
        description:
          '系统管理员为账户持有人发一次性领取码，七日内有效，至多输错五次；先前未用的码作废。持有人凭码自领密钥（POST /v1/claims），系统管理员看不到密钥。已有有效密钥的，由本人更换；遗失的先吊销。 · An administrator makes a one-time code for the holder: seven days, five tries; an earlier unused one is withdrawn. The holder claims the key with it, and the administrator never sees it. Who has a live key makes the next one themselves; a lost one is revoked first.',
        params: PrincipalParams,
        body: Type.Object({}, { examples: [{}] }),
        response: { 201: ClaimSchema },
      },
    },
    async (request, reply) => {
      assertRole(request.principal, MAKERS);
      return performAct<{ principalId: string; code: string | null; expiresAt: string }>(
        service,
        request,
        reply,
        async (tx) => {
          const held = await lockPrincipal(tx, request.params.id);
          const row = assertWithinReach(request.principal, MAKERS, held);
          if (row.disabledAt !== null) {
            const detail = { zh: '账户已停用。', en: 'The principal is disabled.' };
            throw problem('out-of-state', { accepts: ['enable'], detail });
          }
          await assertPlaceStands(tx, row);
          // Otherwise an administrator could act as somebody who notices nothing.
          if ((await listApiKeys(tx, row.id)).some(({ live }) => live)) {
            const detail = {
              zh: '持有人已有有效密钥，由本人更换（POST /v1/me/keys）；已遗失的，请先吊销。',
              en: 'The holder has a live key and makes the next one themselves (POST /v1/me/keys); revoke it first if it is lost.',
            };
            throw problem('out-of-state', { accepts: ['revoke'], detail });
          }
          const { id: by } = request.principal;
          const { made, told } = await makeClaim(tx, service.entropy, by, accountOf(row));
          const { code, expiresAt } = made;
          const body = { principalId: row.id, code, expiresAt };
          return { status: 201, body, kept: { ...body, code: null }, told };
        },
      );
    },
  );
}

/** Throws 409 where an account has no role, and the unit that it belongs to has ended. */
async function assertPlaceStands(tx: Tx, row: PrincipalRow): Promise<void> {
  if (row.grants.length + row.proposed.length > 0) return;
  const home = await findOrganisation(tx, row.organisationId);
  if (home !== undefined) await assertStands(tx, home);
}

function addClaimingRoutes(app: App, service: Service): void {
  const failures = createTokenBuckets(
    { requests: FAILURES_MAX, windowSeconds: FAILURES_SECONDS },
    { nowMs: () => performance.now(), replicas: () => 1 },
  );
  app.post(
    '/v1/claims',
    {
      config: { public: true, problems: ['unauthenticated', 'out-of-state', 'too-many-requests'] },
      schema: {
        operationId: 'claimKey',
        tags: ['principals'],
        summary: '凭码领取密钥 · Claim a key with a code',
        description:
          '不需密钥。一个码领一次；密钥只在本次应答中显示，服务只保存其散列；到 expiresAt 失效，之前由本人更换（POST /v1/me/keys），之后凭新的领取码领取。 · Needs no key. A code gives one key, once, shown in this answer only. It works until expiresAt: before, its holder makes the next one (POST /v1/me/keys); after, it takes a new code.',
        body: Type.Object(
          {
            code: Type.String({
              minLength: 1,
              maxLength: 100,
              description:
                '领取码；大小写、空格、连字符不计 · The code; case, spaces and hyphens do not matter',
            }),
          },
          { examples: [{ code: 'K7QM-2F9A-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX' }] },
        ),
        response: {
          201: Type.Object({
            ...NewKeySchema.properties,
            name: Type.String({ description: '账户名称 · The account' }),
          }),
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request.ip);
      const { allowed, retryAfterSeconds } = failures.look(caller);
      if (!allowed) throw problem('too-many-requests', { retryAfterSeconds });
      const { body: outcome } = await claim(service, request.body.code, request.ip);
      if (outcome.kind === 'unknown') {
        failures.take(caller);
        throw problem('unauthenticated', { detail: unknownInWords(outcome.triesLeft) });
      }
      if (outcome.kind === 'refused')
        throw problem('out-of-state', { accepts: [], detail: outcome.reason });
      reply.code(201);
      const { principal, key } = outcome;
      return { ...key, principalId: principal.id, name: principal.name };
    },
  );
}

/** Claims in a transaction that is committed whatever comes of it, because wrong tries are counted. */
async function claim({ performer, keyDaysMax }: Service, code: string, address: string) {
  const nobody = { principalId: 'stranger', credential: null, address, idempotency: null };
  const done = await administer(performer, nobody, async (tx) => {
    const { outcome, by, told } = await claimKey(tx, code, keyDaysMax);
    await tellAdministration(tx, { principalId: by, credential: null, address }, told);
    return { status: 200, body: outcome };
  });
  if (done.kind === 'key-reused') throw new Error('a claim has no idempotency key');
  return done.answer;
}

const unknownInWords = (triesLeft: number | null) =>
  triesLeft === null
    ? { zh: '没有这个领取码，请核对。', en: 'There is no such code: check it.' }
    : {
        zh: `领取码不对，还可输 ${triesLeft} 次。`,
        en: `That is not the code; ${triesLeft} tries are left.`,
      };
