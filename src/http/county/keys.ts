// API keys of principals. A secret is shown once, in the answer that creates it.

import Type, { type Static } from 'typebox';
import { accountOf, makeKey, revokeKey } from '../../command/county/accounts.ts';
import { forgetKeys, isFuture, LIVE_KEYS_MAX, listApiKeys } from '../../db/county/api-keys.ts';
import { findPrincipalRow, lockAdministration, lockPrincipal } from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { oneOfBy } from '../kernel/conventions.ts';
import { problem } from '../kernel/problems.ts';
import { assertRole } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { assertAdministratorLeft, assertWithinReach, PrincipalParams } from './principals.ts';

const Instant = Type.String({ format: 'date-time' });
const MadeOutside = Type.Object(
  { osUser: Type.String(), host: Type.String(), at: Instant },
  {
    description:
      '不经接口、由数据库持有者以 npm run admin:key 生成时，何人、何机、何时 · Who made it past the interface with npm run admin:key, on which machine, when',
  },
);
const KeySchema = Type.Object({
  id: Type.String(),
  principalId: Type.String({ format: 'uuid' }),
  createdAt: Instant,
  expiresAt: Type.Union([Instant, Type.Null()]),
  revokedAt: Type.Union([Instant, Type.Null()]),
  live: Type.Boolean({ description: '现在是否有效 · Whether it works now' }),
  madeOutside: Type.Union([MadeOutside, Type.Null()]),
});
const NewKeySchema = Type.Object({
  id: Type.String(),
  principalId: Type.String({ format: 'uuid' }),
  expiresAt: Type.Union([Instant, Type.Null()]),
  key: Type.Union([Type.String(), Type.Null()], {
    description:
      '密钥全文，只显示这一次；重复请求得到 null · The whole key, shown this once; a repeat gets null',
  }),
});

export function addKeyRoutes(app: App, service: Service): void {
  addNewKeyRoutes(app, service);
  addKeyListRoutes(app, service);
  addKeyEventRoutes(app, service);
}

async function assertKeyRules(
  tx: Tx,
  principalId: string,
  expiresAt: string | null,
): Promise<void> {
  if (expiresAt !== null && !(await isFuture(tx, expiresAt))) {
    const message = { zh: '失效时间应在将来', en: 'must lie in the future' };
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

function addNewKeyRoutes(app: App, service: Service): void {
  app.post(
    '/v1/principals/:id/keys',
    {
      config: { problems: ['content-invalid', 'out-of-state'] },
      schema: {
        operationId: 'createKey',
        tags: ['principals'],
        summary: '发放密钥 · Issue a key',
        description:
          '密钥 cp_<id>_<secret> 只在本次应答中显示，服务只保存其散列；每个账户至多两个有效密钥，以便更换。 · The key is shown in this answer only; at most two live keys, so that one can be replaced.',
        params: PrincipalParams,
        body: Type.Object({ expiresAt: Type.Optional(Instant) }, { examples: [{}] }),
        response: { 201: NewKeySchema },
      },
    },
    async (request, reply) => {
      assertRole(request.principal, ['administrator']);
      return performAct<Static<typeof NewKeySchema>>(service, request, reply, async (tx) => {
        const row = assertWithinReach(
          request.principal,
          await lockPrincipal(tx, request.params.id),
        );
        if (row.disabledAt !== null) {
          const detail = { zh: '账户已停用。', en: 'The principal is disabled.' };
          throw problem('out-of-state', { accepts: ['enable'], detail });
        }
        const until = request.body.expiresAt ?? null;
        await assertKeyRules(tx, row.id, until);
        const { made, told } = await makeKey(tx, accountOf(row), until);
        const body = { ...made, principalId: row.id };
        return {
          status: 201,
          headers: { location: `/v1/principals/${row.id}/keys` },
          body,
          kept: { ...body, key: null },
          told,
        };
      });
    },
  );
}

function addKeyListRoutes(app: App, { pool, facts }: Service): void {
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
      assertRole(principal, ['administrator']);
      const { id } = assertWithinReach(principal, await findPrincipalRow(pool, params.id));
      return { items: await listApiKeys(facts, id) };
    },
  );
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
          '立即生效，其他进程至多迟一秒；最后一名系统管理员的最后一个密钥不能吊销。 · At once, in other processes within a second; not the last key of the last administrator.',
        params: Type.Object({
          id: Type.String({ format: 'uuid' }),
          keyId: Type.String({ pattern: '^[0-9a-f]{16}$' }),
        }),
        body: oneOfBy('type', [Type.Object({ type: Type.Literal('revoke') })]),
        response: { 200: KeySchema },
      },
    },
    async (request, reply) => {
      assertRole(request.principal, ['administrator']);
      const answer = await performAct(service, request, reply, async (tx) => {
        const { id, keyId } = request.params;
        await lockAdministration(tx);
        const row = assertWithinReach(request.principal, await lockPrincipal(tx, id));
        const revoked = await revokeKey(tx, accountOf(row), keyId);
        if (revoked === null) throw problem('not-found');
        if (row.grants.some(({ role }) => role === 'administrator'))
          await assertAdministratorLeft(tx);
        return { status: 200, body: revoked.key, told: revoked.told };
      });
      forgetKeys(service.pool);
      return answer;
    },
  );
}
