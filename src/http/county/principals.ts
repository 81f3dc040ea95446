// Principals: people who may act, with their roles and organisations. Administrators make them; what
// roles they hold, a security officer confirms.

import Type from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { createPrincipal, proposeGrants, setDisabled } from '../../command/county/accounts.ts';
import { forgetKeys } from '../../db/county/api-keys.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import {
  countOfficers,
  findPrincipalRow,
  listPrincipals,
  lockAdministration,
  lockPrincipal,
  type PrincipalRow,
} from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Principal } from '../../rules/access/access.ts';
import { ERASED } from '../../rules/audit/personal.ts';
import { placesOf } from '../../rules/county/grants.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { oneOfBy } from '../kernel/conventions.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import { assertRole, assertRoleAt, hasRoleAt, reachesOf } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import {
  assertGrants,
  GRANTS_MAX,
  GrantRequest,
  PrincipalSchema,
  principalToJson,
} from './grants.ts';
import { Acknowledged, handOver } from './open-work.ts';
import { assertStands } from './organisations.ts';

const MAKERS: readonly Role[] = ['administrator'];
export const READERS: readonly Role[] = ['administrator', 'security-officer', 'auditor'];

export const PrincipalParams = Type.Object({ id: Type.String({ format: 'uuid' }) });

const NewPrincipal = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
    grants: Type.Array(GrantRequest, {
      maxItems: GRANTS_MAX,
      description: '提请授予的角色 · The roles proposed for it',
    }),
    organisationId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 40,
        description:
          '未担任角色时所属的单位；不填为系统管理员自己的单位 · Where it belongs while it holds no role; the administrator’s own by default',
      }),
    ),
  },
  {
    examples: [
      { name: '某县远程办', grants: [{ role: 'county-office', organisationId: 'u5s0kq9c2m1t' }] },
    ],
  },
);

const PrincipalEvent = oneOfBy('type', [
  Type.Object({ type: Type.Literal('disable'), ...Acknowledged }),
  Type.Object({ type: Type.Literal('enable') }),
]);

/** The principal, if the caller holds one of these roles over every role of theirs. Throws 404 otherwise. */
export function assertWithinReach(
  caller: Principal,
  roles: readonly Role[],
  row: PrincipalRow | undefined,
): PrincipalRow {
  if (row !== undefined && placesOf(row).every((path) => hasRoleAt(caller, roles, path)))
    return row;
  throw problem('not-found');
}

const LAST: { readonly [R in Role]?: { zh: string; en: string } } = {
  administrator: { zh: '系统管理员', en: 'administrator' },
  'security-officer': { zh: '安全管理员', en: 'security officer' },
};

/** Throws 409 when one of these roles lost its last holder who could still get in. */
export async function assertOfficerLeft(tx: Tx, roles: readonly Role[]): Promise<void> {
  for (const role of new Set(roles)) {
    const words = LAST[role];
    if (words === undefined || (await countOfficers(tx, role)) > 0) continue;
    throw problem('out-of-state', {
      accepts: [],
      detail: {
        zh: `须至少保留一名持有有效密钥或领取码的${words.zh}。`,
        en: `At least one ${words.en} with a live key, or a code for one, must remain.`,
      },
    });
  }
}

/** Throws 422 for the word that stands where a name was erased. */
function assertNamed(name: string): void {
  if (name !== ERASED) return;
  const message = { zh: '不是名称', en: 'is no name' };
  throw problem('content-invalid', { errors: [{ path: '/body/name', message }] });
}

/** Throws 409 where the account was erased: whoever acts has a name. */
function assertNotErased({ name }: PrincipalRow): void {
  if (name !== ERASED) return;
  const detail = {
    zh: '该账户已擦除，不能恢复；请另建账户。',
    en: 'This account was erased and is not enabled again: make another.',
  };
  throw problem('out-of-state', { accepts: [], detail });
}

export function addPrincipalRoutes(app: App, service: Service): void {
  addNewPrincipalRoutes(app, service);
  addPrincipalEventRoutes(app, service);
  addPrincipalReadRoutes(app, service);
}

function addNewPrincipalRoutes(app: App, service: Service): void {
  app.post(
    '/v1/principals',
    {
      config: { problems: ['content-invalid', 'unit-ended'] },
      schema: {
        operationId: 'createPrincipal',
        tags: ['principals'],
        summary: '新建账户 · Create a principal',
        description:
          '仅系统管理员可建；所提角色由安全管理员确认后生效（/v1/grants）。角色须与单位的类型相符；系统管理员、安全管理员、审计员与业务角色不得由同一账户担任（三员分立）。 · Administrators only; the roles asked for are held once a security officer confirms them (/v1/grants). A role must fit the kind of its organisation; administrator, security officer, auditor and business roles are never one principal.',
        body: NewPrincipal,
        response: { 201: PrincipalSchema },
      },
    },
    async (request, reply) => {
      const { body, principal } = request;
      assertRole(principal, MAKERS);
      assertNamed(body.name.trim());
      return performAct(service, request, reply, async (tx) => {
        await assertGrants(tx, principal, [], body.grants, (index) => `/body/grants/${index}`);
        const id = service.entropy.newId();
        const home = await homeFor(tx, principal, body.organisationId);
        const made = await createPrincipal(tx, { id, name: body.name.trim(), home });
        const proposed = await proposeGrants(tx, service.entropy, principal.id, id, body.grants);
        return {
          told: [...made, ...proposed.told],
          status: 201,
          headers: { location: `/v1/principals/${id}` },
          body: principalToJson((await findPrincipalRow(tx, id)) as PrincipalRow),
        };
      });
    },
  );
}

/** The organisation that a new account belongs to: the one asked for, or the administrator's own. */
async function homeFor(tx: Tx, administrator: Principal, asked: string | undefined) {
  const own = administrator.grants.find(({ role }) => role === 'administrator');
  const home = await findOrganisation(tx, asked ?? own?.organisationId ?? '');
  if (home === undefined) {
    const message = { zh: '没有这个单位', en: 'there is no such organisation' };
    throw problem('content-invalid', { errors: [{ path: '/body/organisationId', message }] });
  }
  assertRoleAt(administrator, MAKERS, home.path);
  await assertStands(tx, home);
  return home;
}

function addPrincipalEventRoutes(app: App, service: Service): void {
  app.post(
    '/v1/principals/:id/events',
    {
      config: { problems: ['content-invalid', 'out-of-state', 'work-in-hand'] },
      schema: {
        operationId: 'sendPrincipalEvent',
        tags: ['principals'],
        summary: '停用、恢复 · Disable, enable',
        description:
          'disable 停用，enable 恢复，立即生效；最后一名系统管理员、最后一名安全管理员不能停用。名下尚有未办结事项的，先答复 409 并列出件数，附 acknowledged 再发即停用，并通知各活动主办单位移交。 · Takes effect at once; the last administrator and the last security officer cannot be disabled. While there is work in hand it is refused with the numbers (409 work-in-hand); sent again with acknowledged it is done, and the offices are told to hand over.',
        params: PrincipalParams,
        body: PrincipalEvent,
        response: { 200: PrincipalSchema },
      },
    },
    async (request, reply) => {
      assertRole(request.principal, MAKERS);
      const answer = await performAct(service, request, reply, async (tx) => {
        await lockAdministration(tx);
        const held = await lockPrincipal(tx, request.params.id);
        const row = assertWithinReach(request.principal, MAKERS, held);
        if (request.body.type === 'enable') assertNotErased(row);
        const told = await setDisabled(tx, row, request.body.type === 'disable');
        if (request.body.type === 'disable') {
          await assertOfficerLeft(
            tx,
            row.grants.map(({ role }) => role),
          );
          await handOver(service, tx, row, request.body.acknowledged);
        }
        return {
          told,
          status: 200,
          body: principalToJson((await findPrincipalRow(tx, row.id)) as PrincipalRow),
        };
      });
      forgetKeys(service.pool);
      return answer;
    },
  );
}

const pages = pageOf(
  PrincipalSchema,
  Type.String({ format: 'uuid' }),
  ({ id }: PrincipalRow) => id,
);

function addPrincipalReadRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/principals',
    {
      config: { access: 'administrative-read' },
      schema: {
        operationId: 'listPrincipals',
        tags: ['principals'],
        summary: '账户列表 · Principals',
        description:
          '系统管理员、安全管理员和审计员可见其管辖范围内的账户；没有角色的账户属于其所属单位。 · Administrators, security officers and auditors see those within their reach; one without roles belongs to its organisation.',
        querystring: Type.Object(pages.query),
        response: { 200: pages.schema },
      },
    },
    async ({ principal, query }, reply) => {
      assertRole(principal, READERS);
      const { after = null, limit } = pages.turnOf(query);
      const reaches = reachesOf(principal, READERS);
      const rows = await listPrincipals(pool, reaches, after, limit);
      return pages.toJson(reply, query.limit, rows, principalToJson);
    },
  );

  app.get(
    '/v1/principals/:id',
    {
      config: { access: 'administrative-read' },
      schema: {
        operationId: 'getPrincipal',
        tags: ['principals'],
        summary: '账户 · One principal',
        description:
          '系统管理员、安全管理员和审计员可读。 · For administrators, security officers and auditors.',
        params: PrincipalParams,
        response: { 200: PrincipalSchema },
      },
    },
    async ({ principal, params }) => {
      assertRole(principal, READERS);
      const row = await findPrincipalRow(pool, params.id);
      return principalToJson(assertWithinReach(principal, READERS, row));
    },
  );
}
