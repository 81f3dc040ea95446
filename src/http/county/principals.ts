// Principals: people who may act, with their roles and organisations. Administrators create them.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import {
  confirmGrants,
  createPrincipal,
  proposeGrants,
  revokeGrant,
  setDisabled,
} from '../../command/county/accounts.ts';
import type { AdministrativeAct } from '../../command/kernel/administrative-log.ts';
import { forgetKeys } from '../../db/county/api-keys.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import {
  countAdministrators,
  findPrincipalRow,
  listPrincipals,
  lockAdministration,
  lockPrincipal,
  type PrincipalRow,
} from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Entropy } from '../../entropy.ts';
import type { Principal } from '../../rules/access/access.ts';
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

const READERS: readonly Role[] = ['administrator', 'auditor'];

export const PrincipalParams = Type.Object({ id: Type.String({ format: 'uuid' }) });

const NewPrincipal = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
    grants: Type.Array(GrantRequest, { maxItems: GRANTS_MAX }),
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
      { name: '宜君县远程办', grants: [{ role: 'county-office', organisationId: 'u5s0kq9c2m1t' }] },
    ],
  },
);

const PrincipalEvent = oneOfBy('type', [
  Type.Object({ type: Type.Literal('grant'), ...GrantRequest.properties }),
  Type.Object({ type: Type.Literal('revoke-grant'), ...GrantRequest.properties }),
  Type.Object({ type: Type.Literal('disable') }),
  Type.Object({ type: Type.Literal('enable') }),
]);
type PrincipalEvent = Static<typeof PrincipalEvent>;

/** True when the caller holds one of these roles over every role of the account, or over its place. */
const isWithinReach = (caller: Principal, roles: readonly Role[], row: PrincipalRow): boolean =>
  placesOf(row).every((path) => hasRoleAt(caller, roles, path));

/** The principal, if the caller reaches every role of theirs as administrator. Throws 404 otherwise. */
export function assertWithinReach(caller: Principal, row: PrincipalRow | undefined): PrincipalRow {
  if (row !== undefined && isWithinReach(caller, ['administrator'], row)) return row;
  throw problem('not-found');
}

/** Throws 409 when no administrator who could admit others would be left. */
export async function assertAdministratorLeft(tx: Tx): Promise<void> {
  if ((await countAdministrators(tx)) > 0) return;
  throw problem('out-of-state', {
    accepts: [],
    detail: {
      zh: '须至少保留一名持有有效密钥的系统管理员。',
      en: 'At least one administrator with a live key must remain.',
    },
  });
}

export function addPrincipalRoutes(app: App, service: Service): void {
  addPrincipalCommandRoutes(app, service);
  addPrincipalReadRoutes(app, service);
}

function addPrincipalCommandRoutes(app: App, service: Service): void {
  app.post(
    '/v1/principals',
    {
      config: { problems: ['content-invalid'] },
      schema: {
        operationId: 'createPrincipal',
        tags: ['principals'],
        summary: '新建账户 · Create a principal',
        description:
          '仅系统管理员可建。角色须与单位的类型相符；系统管理员、审计员与业务角色不得由同一账户担任（三员分立）。 · Administrators only. A role must fit the kind of its organisation; administrator, auditor and business roles are never one principal.',
        body: NewPrincipal,
        response: { 201: PrincipalSchema },
      },
    },
    async (request, reply) => {
      const { body, principal } = request;
      assertRole(principal, ['administrator']);
      return performAct(service, request, reply, async (tx) => {
        await assertGrants(tx, principal, [], body.grants, (index) => `/body/grants/${index}`);
        const id = service.entropy.newId();
        const home = await homeFor(tx, principal, body.organisationId);
        const told = await createPrincipal(tx, { id, name: body.name.trim(), home });
        told.push(...(await give(tx, service.entropy, principal, id, body.grants)));
        return {
          told,
          status: 201,
          headers: { location: `/v1/principals/${id}` },
          body: principalToJson((await findPrincipalRow(tx, id)) as PrincipalRow),
        };
      });
    },
  );

  app.post(
    '/v1/principals/:id/events',
    {
      config: { problems: ['content-invalid', 'out-of-state'] },
      schema: {
        operationId: 'sendPrincipalEvent',
        tags: ['principals'],
        summary: '授权、停用 · Grant, revoke, disable',
        description:
          'grant 授予角色，revoke-grant 收回角色，disable 停用，enable 恢复。立即生效；最后一名系统管理员不能被停用或收回角色。 · Takes effect at once; the last administrator cannot be disabled.',
        params: PrincipalParams,
        body: PrincipalEvent,
        response: { 200: PrincipalSchema },
      },
    },
    async (request, reply) => {
      assertRole(request.principal, ['administrator']);
      const answer = await performAct(service, request, reply, async (tx) => {
        await lockAdministration(tx);
        const row = assertWithinReach(
          request.principal,
          await lockPrincipal(tx, request.params.id),
        );
        const told = await change(tx, service.entropy, request.principal, row, request.body);
        if (mayLoseAnAdministrator(row, request.body)) await assertAdministratorLeft(tx);
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

const mayLoseAnAdministrator = ({ grants }: PrincipalRow, { type }: PrincipalEvent): boolean =>
  (type === 'disable' || type === 'revoke-grant') &&
  grants.some(({ role }) => role === 'administrator');

/** The organisation that a new account belongs to: the one asked for, or the administrator's own. */
async function homeFor(tx: Tx, administrator: Principal, asked: string | undefined) {
  const own = administrator.grants.find(({ role }) => role === 'administrator');
  const home = await findOrganisation(tx, asked ?? own?.organisationId ?? '');
  if (home === undefined) {
    const message = { zh: '没有这个单位', en: 'there is no such organisation' };
    throw problem('content-invalid', { errors: [{ path: '/body/organisationId', message }] });
  }
  assertRoleAt(administrator, ['administrator'], home.path);
  return home;
}

async function give(
  tx: Tx,
  entropy: Entropy,
  { id: by }: Principal,
  principalId: string,
  asked: readonly GrantRequest[],
): Promise<AdministrativeAct[]> {
  const { grants, told } = await proposeGrants(tx, entropy, by, principalId, asked);
  const ids = grants.map(({ id }) => id);
  return [...told, ...(await confirmGrants(tx, by, ids))];
}

async function change(
  tx: Tx,
  entropy: Entropy,
  administrator: Principal,
  row: PrincipalRow,
  event: PrincipalEvent,
): Promise<AdministrativeAct[]> {
  switch (event.type) {
    case 'grant':
      if (row.grants.length >= GRANTS_MAX)
        throw problem('out-of-state', { accepts: ['revoke-grant'] });
      await assertGrants(tx, administrator, row.grants, [event], () => '/body');
      return give(tx, entropy, administrator, row.id, [event]);
    case 'revoke-grant':
      return revokeHeld(tx, administrator, row, event);
    case 'disable':
      return setDisabled(tx, row, true);
    case 'enable':
      return setDisabled(tx, row, false);
  }
}

async function revokeHeld(
  tx: Tx,
  { id: by }: Principal,
  { grants }: PrincipalRow,
  { role, organisationId }: GrantRequest,
): Promise<AdministrativeAct[]> {
  const held = grants.find(
    (grant) => grant.role === role && grant.organisationId === organisationId,
  );
  return held === undefined ? [] : revokeGrant(tx, by, { id: held.id, confirmedBy: by });
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
          '系统管理员和审计员可见其管辖范围内的账户。 · Administrators and auditors see those within their reach.',
        querystring: Type.Object(pages.query),
        response: { 200: pages.schema },
      },
    },
    async ({ principal, query }, reply) => {
      assertRole(principal, ['administrator', 'auditor']);
      const { after = null, limit } = pages.turnOf(query);
      const reaches = reachesOf(principal, ['administrator', 'auditor']);
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
        description: '系统管理员和审计员可读。 · For administrators and auditors.',
        params: PrincipalParams,
        response: { 200: PrincipalSchema },
      },
    },
    async ({ principal, params }) => {
      assertRole(principal, ['administrator', 'auditor']);
      const row = await findPrincipalRow(pool, params.id);
      if (row === undefined || !isWithinReach(principal, READERS, row)) throw problem('not-found');
      return principalToJson(row);
    },
  );
}
