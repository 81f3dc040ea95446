// API keys. A holder claims the first with a one-time code, makes the next with it, and sees each once.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { accountOf, makeKey, revokeKey } from '../../command/county/accounts.ts';
import type { KeyLife } from '../../db/county/api-keys.ts';
import { forgetKeys, LIVE_KEYS_MAX, listApiKeys, mayEnd } from '../../db/county/api-keys.ts';
import { findPrincipalRow, lockAdministration, lockPrincipal } from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { oneOfBy } from '../kernel/conventions.ts';
import { problem } from '../kernel/problems.ts';
import { assertRole } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Instant, Nullable } from '../kernel/subject-schemas.ts';
import { assertOfficerLeft, assertWithinReach, PrincipalParams } from './principals.ts';

const KEEPERS: readonly Role[] = ['administrator'];
const READERS: readonly Role[] = ['administrator', 'security-officer', 'auditor'];

const KeyId = Type.String({ pattern: '^[0-9a-f]{16}$', description: '密钥编号 · The key' });
const KeyEvent = oneOfBy('type', [Type.Object({ type: Type.Literal('revoke') })]);

const Outside = Type.Object(
  { osUser: Type.String(), host: Type.String(), at: Instant },
  {
    description:
      '由数据库持有者以 npm run admin:invite 发码时，何人、何机、何时 · Who made the code with npm run admin:invite, on which machine, when',
  },
);
const Ends = Type.String({
  format: 'date-time',
  description: '何时失效，按实际时间 · When it ends, by the real clock',
});
const KeySchema = Type.Object({
  id: Type.String(),
  principalId: Type.String({ format: 'uuid' }),
  createdAt: Instant,
  expiresAt: Ends,
  revokedAt: Nullable(Instant),
  live: Type.Boolean({ description: '现在是否有效 · Whether it works now' }),
  madeWith: Nullable(
    Type.String({
      description: '本人以哪个密钥更换而来 · The key by which its holder made it',
    }),
  ),
  claim: Nullable(
    Type.Object(
      {
        madeBy: Type.String({ description: '发码的账户 · Who made the code' }),
        madeByName: Nullable(Type.String({ description: '其名称 · Their name' })),
        outside: Nullable(Outside),
      },
      { description: '以领取码领得的 · The code it was claimed with' },
    ),
  ),
});
export const NewKeySchema = Type.Object({
  id: Type.String({ description: '密钥编号 · Its id' }),
  principalId: Type.String({ format: 'uuid' }),
  expiresAt: Ends,
  key: Nullable(
    Type.String({
      description:
        '密钥全文，只显示这一次；重复请求得到 null · The whole key, shown this once; a repeat gets null',
    }),
  ),
});

export function addKeyRoutes(app: App, service: Service): void {
  addKeyListRoutes(app, service);
  addKeyEventRoutes(app, service);
  addOwnKeyListRoutes(app, service);
  addOwnKeyRoutes(app, service);
}

async function assertKeyRules(
  tx: Tx,
  principalId: string,
  { until, daysMax }: KeyLife,
): Promise<void> {
  if (until !== null && !(await mayEnd(tx, until, daysMax))) {
    const message = {
      zh: `失效时间应在将来，至迟 ${daysMax} 日后`,
      en: `must lie in the future, ${daysMax} days from now at the latest`,
    };
    throw problem('content-invalid', { errors: [{ path: '/body/expiresAt', message }] });
  }
  const live = (await listApiKeys(tx, principalId)).filter((key) => key.live);
  if (live.length < LIVE_KEYS_MAX) return;
  throw problem('out-of-state', {
    accepts: [],
    detail: {
      zh: `已有 ${LIVE_KEYS_MAX} 个有效密钥，请先吊销其中一个。`,
      en: `There are ${LIVE_KEYS_MAX} live keys already: revoke one first.`,
    },
  });
}

function addKeyListRoutes(app: App, service: Service): void {
  const { pool } = service;
  app.get(
    '/v1/principals/:id/keys',
    {
      config: { access: 'administrative-read' },
      schema: {
        operationId: 'listKeys',
        tags: ['principals'],
        summary: '密钥列表 · Keys',
        description:
          '有效的在前，至多 100 个，不含密钥本身。 · Live ones first, at most 100, without their secrets.',
        params: PrincipalParams,
        response: { 200: Type.Object({ items: Type.Array(KeySchema) }) },
      },
    },
    async ({ principal, params }) => {
      assertRole(principal, READERS);
      const row = assertWithinReach(principal, READERS, await findPrincipalRow(pool, params.id));
      return { items: await listApiKeys(beyondReach(service, 'keys'), row.id) };
    },
  );
}

/** Revokes a key of this account; the last officer of a kind keeps a way in. */
async function revoke(tx: Tx, row: Parameters<typeof accountOf>[0], keyId: string) {
  const revoked = await revokeKey(tx, accountOf(row), keyId);
  if (revoked === null) throw problem('not-found');
  await assertOfficerLeft(
    tx,
    row.grants.map(({ role }) => role),
  );
  return { status: 200, body: revoked.key, told: revoked.told };
}

function addKeyEventRoutes(app: App, service: Service): void {
  app.post(
    '/v1/principals/:id/keys/:keyId/events',
    {
      config: { problems: ['out-of-state'] },
      schema: {
        operationId: 'sendKeyEvent',
        tags: ['principals'],
        summary: '吊销密钥 · Revoke a key',
        description:
          '立即生效，其他进程至多迟一秒；最后一名系统管理员、最后一名安全管理员的最后一个密钥不能吊销。 · At once, in other processes within a second; not the last key of the last administrator or security officer.',
        params: Type.Object({ ...PrincipalParams.properties, keyId: KeyId }),
        body: KeyEvent,
        response: { 200: KeySchema },
      },
    },
    async (request, reply) => {
      assertRole(request.principal, KEEPERS);
      const answer = await performAct(service, request, reply, async (tx) => {
        const { id, keyId } = request.params;
        await lockAdministration(tx);
        const held = await lockPrincipal(tx, id);
        return revoke(tx, assertWithinReach(request.principal, KEEPERS, held), keyId);
      });
      forgetKeys(service.pool);
      return answer;
    },
  );
}

function addOwnKeyListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/me/keys',
    {
      schema: {
        operationId: 'listOwnKeys',
        tags: ['principals'],
        summary: '我的密钥 · My keys',
        description:
          '有效的在前；有不是自己领的，请告知系统管理员和安全管理员。 · Live ones first; one that you did not claim is to be told to the administrator and the security officer.',
        response: { 200: Type.Object({ items: Type.Array(KeySchema) }) },
      },
    },
    async ({ principal }) => ({
      items: await listApiKeys(beyondReach(service, 'keys'), principal.id),
    }),
  );
}

const lockOwn = async (tx: Tx, id: string) => {
  const row = await lockPrincipal(tx, id);
  if (row === undefined) throw problem('not-found');
  return row;
};

function addOwnKeyRoutes(app: App, service: Service): void {
  app.post(
    '/v1/me/keys',
    {
      config: { problems: ['content-invalid', 'out-of-state'] },
      schema: {
        operationId: 'createOwnKey',
        tags: ['principals'],
        summary: '更换我的密钥 · Make my next key',
        description:
          '密钥 cp_<id>_<secret> 只在本次应答中显示，服务只保存其散列；至多两个有效密钥，换好后请吊销旧的。不写 expiresAt 的，按服务所定最长期限失效（通常 365 日）；失效前 30 日内，每次应答都有 Key-Expires-At。 · The key is shown in this answer only; at most two live keys: revoke the old one when the new one works. Without expiresAt it lives as long as a key may here, 365 days as a rule; in its last 30 days every answer bears Key-Expires-At.',
        body: Type.Object({ expiresAt: Type.Optional(Instant) }, { examples: [{}] }),
        response: { 201: NewKeySchema },
      },
    },
    async (request, reply) =>
      performAct<Static<typeof NewKeySchema>>(service, request, reply, async (tx) => {
        const { id, credential } = request.principal;
        const [, madeWith] = /^key:(.+)$/.exec(credential ?? '') ?? [];
        if (madeWith === undefined) throw problem('forbidden');
        const row = await lockOwn(tx, id);
        const life = { until: request.body.expiresAt ?? null, daysMax: service.keyDaysMax };
        await assertKeyRules(tx, row.id, life);
        const { made, told } = await makeKey(tx, accountOf(row), madeWith, life);
        const body = { ...made, principalId: row.id };
        const headers = { location: '/v1/me/keys' };
        return { status: 201, headers, body, kept: { ...body, key: null }, told };
      }),
  );

  app.post(
    '/v1/me/keys/:keyId/events',
    {
      config: { problems: ['out-of-state'] },
      schema: {
        operationId: 'sendOwnKeyEvent',
        tags: ['principals'],
        summary: '吊销我的密钥 · Revoke a key of mine',
        description:
          '立即生效，其他进程至多迟一秒。 · At once, in other processes within a second.',
        params: Type.Object({ keyId: KeyId }),
        body: KeyEvent,
        response: { 200: KeySchema },
      },
    },
    async (request, reply) => {
      const answer = await performAct(service, request, reply, async (tx) => {
        await lockAdministration(tx);
        return revoke(tx, await lockOwn(tx, request.principal.id), request.params.keyId);
      });
      forgetKeys(service.pool);
      return answer;
    },
  );
}
