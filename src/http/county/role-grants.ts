// Grants of roles: an administrator proposes, a security officer confirms or declines, either revokes.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { confirmGrants, proposeGrants, revokeGrant } from '../../command/county/accounts.ts';
import { forgetKeys } from '../../db/county/api-keys.ts';
import {
  findGrant,
  GRANT_STATES,
  type Grant,
  type GrantView,
  listGrants,
  lockGrant,
} from '../../db/county/grants.ts';
import {
  lockAdministration,
  lockPrincipal,
  type PrincipalRow,
} from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { NO_BUSINESS, type Principal } from '../../rules/access/access.ts';
import { reachesFault } from '../../rules/county/grants.ts';
import { ROLES } from '../../rules/plan/schema-terms.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { oneOfBy } from '../kernel/conventions.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import { assertRole, hasRoleAt, reachesOf } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Instant, Nullable, Written } from '../kernel/subject-schemas.ts';
import { assertGrants, GRANTS_MAX, GrantRequest } from './grants.ts';
import { Acknowledged, handOver } from './open-work.ts';
import { assertOfficerLeft, assertWithinReach, PrincipalParams, READERS } from './principals.ts';

const PROPOSERS: readonly Role[] = ['administrator'];
const CONFIRMERS: readonly Role[] = ['security-officer'];
const REVOKERS: readonly Role[] = ['administrator', 'security-officer'];

const Who = Nullable(
  Type.String({ description: '姓名；服务自身为 null · Null for the service itself' }),
);

const GrantSchema = Type.Object({
  id: Id,
  principalId: Id,
  principalName: Type.String({ description: '账户名称 · The account' }),
  role: Type.Enum([...ROLES], { description: '角色 · Role' }),
  organisationId: Type.String({ description: '担任角色的单位 · Where it is held' }),
  organisationName: Type.String({ description: '单位名称 · Its name' }),
  state: Type.Enum([...GRANT_STATES], {
    description:
      'proposed 待安全管理员确认、held 有效、declined 未同意、revoked 已收回 · Waiting for a security officer, held, declined, revoked',
  }),
  proposedBy: Who,
  proposedAt: Instant,
  confirmedBy: Who,
  confirmedAt: Nullable(Instant),
  revokedBy: Who,
  revokedAt: Nullable(Instant),
  reason: Nullable(
    Type.String({ description: '未同意或收回的理由 · Why it was declined or revoked' }),
  ),
});

const grantToJson = ({ path: _, ...grant }: GrantView): Static<typeof GrantSchema> => grant;

const GrantEvent = oneOfBy('type', [
  Type.Object({ type: Type.Literal('confirm') }),
  Type.Object({ type: Type.Literal('decline'), reason: Written() }),
  Type.Object({ type: Type.Literal('revoke'), reason: Written(), ...Acknowledged }),
]);
type GrantEvent = Static<typeof GrantEvent>;

const SENDERS: { readonly [Type in GrantEvent['type']]: readonly Role[] } = {
  confirm: CONFIRMERS,
  decline: CONFIRMERS,
  revoke: REVOKERS,
};

export function addGrantRoutes(app: App, service: Service): void {
  addProposalRoutes(app, service);
  addGrantListRoutes(app, service);
  addGrantEventRoutes(app, service);
}

const answerOf = async (tx: Tx, id: string): Promise<Static<typeof GrantSchema>> => {
  const grant = await findGrant(tx, id);
  if (grant === undefined) throw new Error(`the grant ${id} is gone`);
  return grantToJson(grant);
};

function addProposalRoutes(app: App, service: Service): void {
  app.post(
    '/v1/principals/:id/grants',
    {
      config: { problems: ['content-invalid', 'out-of-state', 'duplicate', 'unit-ended'] },
      schema: {
        operationId: 'proposeGrant',
        tags: ['principals'],
        summary: '提请授予角色 · Propose a role',
        description:
          '系统管理员提请，安全管理员确认后生效。角色须与单位的类型相符；系统管理员、安全管理员、审计员与业务角色不得由同一账户担任（三员分立）。 · An administrator proposes it; it takes effect when a security officer confirms. Administrator, security officer, auditor and business roles are never one principal.',
        params: PrincipalParams,
        body: GrantRequest,
        response: { 201: GrantSchema },
      },
    },
    async (request, reply) => {
      const { body, principal } = request;
      assertRole(principal, PROPOSERS);
      return performAct(service, request, reply, async (tx) => {
        const held = await lockPrincipal(tx, request.params.id);
        const row = assertWithinReach(principal, PROPOSERS, held);
        const live = [...row.grants, ...row.proposed];
        if (live.length >= GRANTS_MAX) throw problem('out-of-state', { accepts: ['revoke'] });
        await assertGrants(tx, principal, live, [body], () => '/body');
        const proposed = await proposeGrants(tx, service.entropy, principal.id, row.id, [body]);
        const [grant] = proposed.grants;
        if (grant === undefined) throw problem('duplicate', { id: body.role });
        return { status: 201, body: await answerOf(tx, grant.id), told: proposed.told };
      });
    },
  );
}

const pages = pageOf(GrantSchema, Id, ({ id }: GrantView) => id);

function addGrantListRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/grants',
    {
      config: { access: 'administrative-read' },
      schema: {
        operationId: 'listGrants',
        tags: ['principals'],
        summary: '授权记录 · Grants of roles',
        description:
          '谁提请、谁确认、谁收回，何时；系统管理员、安全管理员和审计员可见其管辖范围内的。state=proposed 是待确认的。 · Who proposed, confirmed and revoked each, and when; for administrators, security officers and auditors, within their reach. state=proposed waits for confirmation.',
        querystring: Type.Object({
          ...pages.query,
          principalId: Type.Optional(Id),
          state: Type.Optional(
            Type.Enum([...GRANT_STATES], { description: '状态 · How it stands' }),
          ),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ principal, query }, reply) => {
      assertRole(principal, READERS);
      const { limit, cursor, principalId = null, state = null } = query;
      const { after = null, limit: rowsMax } = pages.turnOf({ limit, cursor });
      const reaches = reachesOf(principal, READERS);
      const rows = await listGrants(pool, reaches, { principalId, state }, after, rowsMax);
      return pages.toJson(reply, limit, rows, grantToJson);
    },
  );
}

function addGrantEventRoutes(app: App, service: Service): void {
  app.post(
    '/v1/grants/:id/events',
    {
      config: { problems: ['out-of-state', 'work-in-hand'] },
      schema: {
        operationId: 'sendGrantEvent',
        tags: ['principals'],
        summary: '确认、不同意、收回 · Confirm, decline, revoke',
        description:
          'confirm 与 decline 由安全管理员办理，提请人不能自行确认；revoke 由系统管理员或安全管理员办理，立即生效。最后一名系统管理员、最后一名安全管理员的角色不能收回。收回业务角色而其名下尚有未办结事项的，同停用账户。 · Security officers confirm and decline, never who proposed; administrators and security officers revoke, at once, but not the last of either. While there is work in hand, as when an account is disabled.',
        params: Type.Object({ id: Id }),
        body: GrantEvent,
        response: { 200: GrantSchema },
      },
    },
    async (request, reply) => {
      const { body, principal } = request;
      assertRole(principal, SENDERS[body.type]);
      const answer = await performAct(service, request, reply, async (tx) => {
        // Two officers must not take each other's role; a confirmation takes nobody's.
        if (body.type === 'revoke') await lockAdministration(tx);
        const account = await lockPrincipalOf(tx, request.params.id);
        const grant = await lockGrant(tx, request.params.id);
        if (grant === undefined || !hasRoleAt(principal, REVOKERS, grant.path))
          throw problem('not-found');
        if (!hasRoleAt(principal, SENDERS[body.type], grant.path))
          throw problem('forbidden', { roles: SENDERS[body.type] });
        const told = await change(tx, principal, { ...grant, account }, body);
        if (body.type === 'revoke' && account !== undefined && !NO_BUSINESS.includes(grant.role))
          await handOver(service, tx, account, body.acknowledged);
        return { status: 200, body: await answerOf(tx, grant.id), told };
      });
      forgetKeys(service.pool);
      return answer;
    },
  );
}

/** Of two confirmations at once the second sees the role that the first gave. */
async function lockPrincipalOf(tx: Tx, grantId: string): Promise<PrincipalRow | undefined> {
  const grant = await findGrant(tx, grantId);
  return grant && lockPrincipal(tx, grant.principalId);
}

type Granted = Grant & { account: PrincipalRow | undefined };

async function change(tx: Tx, { id: by }: Principal, grant: Granted, event: GrantEvent) {
  const isOpen = grant.confirmedBy === null && grant.revokedBy === null;
  const isHeld = grant.confirmedBy !== null && grant.revokedBy === null;
  const accepts = isOpen ? ['confirm', 'decline', 'revoke'] : isHeld ? ['revoke'] : [];
  if (!accepts.includes(event.type)) throw problem('out-of-state', { accepts });
  if (event.type !== 'confirm') {
    const told = await revokeGrant(tx, by, grant, event.reason);
    if (isHeld) await assertOfficerLeft(tx, [grant.role]);
    return told;
  }
  if (grant.proposedBy === by) {
    const detail = { zh: '提请人不能自行确认。', en: 'Who proposed it cannot confirm it.' };
    throw problem('out-of-state', { accepts: ['decline', 'revoke'], detail });
  }
  if (grant.isDisabled) {
    const detail = { zh: '账户已停用。', en: 'The principal is disabled.' };
    throw problem('out-of-state', { accepts: ['decline', 'revoke'], detail });
  }
  const { grants = [], proposed = [] } = grant.account ?? {};
  const detail = reachesFault([...grants, ...proposed.filter(({ id }) => id === grant.id)]);
  if (detail !== null) throw problem('out-of-state', { accepts: ['decline', 'revoke'], detail });
  return confirmGrants(tx, by, [grant.id]);
}
