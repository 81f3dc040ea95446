// API keys of principals. A secret is told once, in the answer that makes it.

import Type, { type Static } from 'typebox';
import {
  forgetKeys,
  insertApiKey,
  isFuture,
  LIVE_KEYS_MAX,
  listApiKeys,
  updateRevoked,
} from '../../db/county/api-keys.ts';
import { findPrincipalRow, lockAdministration, lockPrincipal } from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { administered } from '../kernel/administered.ts';
import { oneOfBy } from '../kernel/conventions.ts';
import { requireRole } from '../kernel/entitlement.ts';
import type { App } from '../kernel/instance.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { holdToReach, keepAnAdministrator, PrincipalParams } from './principals.ts';

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

export function addKeys(app: App, service: Service): void {
  addNewKey(app, service);
  addKeyList(app, service);
  addKeyEvents(app, service);
}

async function holdKeyToRules(
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

function addNewKey(app: App, service: Service): void {
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
      requireRole(request.principal, ['administrator']);
      return administered<Static<typeof NewKeySchema>>(service, request, reply, async (tx) => {
        const row = holdToReach(request.principal, await lockPrincipal(tx, request.params.id));
        if (row.disabledAt !== null) {
          const detail = { zh: '账户已停用。', en: 'The principal is disabled.' };
          throw problem('out-of-state', { accepts: ['enable'], detail });
        }
        const until = request.body.expiresAt ?? null;
        await holdKeyToRules(tx, row.id, until);
        const { id, key, expiresAt } = await insertApiKey(tx, row.id, until);
        const body = { id, principalId: row.id, expiresAt, key };
        return {
          status: 201,
          headers: { location: `/v1/principals/${row.id}/keys` },
          body,
          kept: { ...body, key: null },
        };
      });
    },
  );
}

function addKeyList(app: App, { pool }: Service): void {
  app.get(
    '/v1/principals/:id/keys',
    {
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
      requireRole(principal, ['administrator']);
      const { id } = holdToReach(principal, await findPrincipalRow(pool, params.id));
      return { items: await listApiKeys(pool, id) };
    },
  );
}

function addKeyEvents(app: App, service: Service): void {
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
      requireRole(request.principal, ['administrator']);
      const answer = await administered(service, request, reply, async (tx) => {
        const { id, keyId } = request.params;
        await lockAdministration(tx);
        const row = holdToReach(request.principal, await lockPrincipal(tx, id));
        const key = await updateRevoked(tx, row.id, keyId);
        if (key === undefined) throw problem('not-found');
        if (row.grants.some(({ role }) => role === 'administrator')) await keepAnAdministrator(tx);
        return { status: 200, body: key };
      });
      forgetKeys(service.pool);
      return answer;
    },
  );
}
