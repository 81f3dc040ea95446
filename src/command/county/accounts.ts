// Accounts, their roles and keys: each function changes rows and answers what the administrative log is
// told of it. Whoever calls them tells it in the same transaction.

import type { ApiKeyRow, KeyLife, NewApiKey } from '../../db/county/api-keys.ts';
import { insertApiKey, updateRevoked } from '../../db/county/api-keys.ts';
import {
  type Grant,
  insertGrants,
  updateConfirmed,
  updateGrantRevoked,
} from '../../db/county/grants.ts';
import { insertPrincipal, type PrincipalRow, updateDisabled } from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Entropy } from '../../entropy.ts';
import { commonPlace, placesOf } from '../../rules/county/grants.ts';
import type { AdministrativeAct } from '../kernel/administrative-log.ts';

/** The account as acts name it: its place decides which auditors read of them. */
export type Account = { id: string; path: string };

export const accountOf = (row: PrincipalRow): Account => ({
  id: row.id,
  path: commonPlace(placesOf(row)),
});

/** Makes an account that belongs to this organisation until it holds a role. */
export async function createPrincipal(
  tx: Tx,
  { id, name, home }: { id: string; name: string; home: { id: string; path: string } },
): Promise<AdministrativeAct[]> {
  await insertPrincipal(tx, { id, name, organisationId: home.id });
  return [
    {
      kind: 'principal-created',
      subject: { kind: 'principal', id },
      path: home.path,
      after: { organisationId: home.id },
      personal: { name },
    },
  ];
}

/** Disables an account, or enables it again. */
export async function setDisabled(
  tx: Tx,
  row: PrincipalRow,
  disabled: boolean,
): Promise<AdministrativeAct[]> {
  await updateDisabled(tx, row.id, disabled);
  return [
    {
      kind: disabled ? 'principal-disabled' : 'principal-enabled',
      subject: { kind: 'principal', id: row.id },
      path: accountOf(row).path,
      before: { disabled: row.disabledAt !== null },
      after: { disabled },
    },
  ];
}

const grantAct = (
  kind: string,
  { id, path, principalId, role, organisationId }: Grant,
  before: string | null,
  after: string,
): AdministrativeAct => ({
  kind,
  subject: { kind: 'role_grant', id },
  path,
  before: before === null ? null : { principalId, role, organisationId, state: before },
  after: { principalId, role, organisationId, state: after },
});

/** Proposes roles for an account. What it holds already, or is proposed for it, stays as it is. */
export async function proposeGrants(
  tx: Tx,
  entropy: Entropy,
  by: string,
  principalId: string,
  asked: readonly Pick<Grant, 'role' | 'organisationId'>[],
): Promise<{ grants: Grant[]; told: AdministrativeAct[] }> {
  const rows = asked.map((grant) => ({ ...grant, id: entropy.newId() }));
  const grants = await insertGrants(tx, principalId, rows, by);
  return {
    grants,
    told: grants.map((grant) => grantAct('grant-proposed', grant, null, 'proposed')),
  };
}

/** Confirms proposed roles: from now on they are held. */
export async function confirmGrants(
  tx: Tx,
  by: string,
  ids: readonly string[],
): Promise<AdministrativeAct[]> {
  const grants = await updateConfirmed(tx, ids, by);
  return grants.map((grant) => grantAct('grant-confirmed', grant, 'proposed', 'held'));
}

/** Takes a role back, or declines it when it was only proposed; nothing when that was done before. */
export async function revokeGrant(
  tx: Tx,
  by: string,
  { id, confirmedBy }: Pick<Grant, 'id' | 'confirmedBy'>,
  reason: string,
): Promise<AdministrativeAct[]> {
  const grant = await updateGrantRevoked(tx, id, by, reason);
  if (grant === undefined) return [];
  const act =
    confirmedBy === null
      ? grantAct('grant-declined', grant, 'proposed', 'declined')
      : grantAct('grant-revoked', grant, 'held', 'revoked');
  return [{ ...act, personal: { reason } }];
}

/** Makes another key of its holder's, by one that they have; `key` is the only answer with its secret. */
export async function makeKey(
  tx: Tx,
  account: Account,
  madeWith: string,
  life: KeyLife,
): Promise<{ made: NewApiKey; told: AdministrativeAct[] }> {
  const made = await insertApiKey(tx, account.id, { madeWith }, life);
  const after = { principalId: account.id, madeWith, expiresAt: made.expiresAt };
  const subject = { kind: 'api_key' as const, id: made.id };
  return { made, told: [{ kind: 'key-made', subject, path: account.path, after }] };
}

/** Revokes a key; null where the account has no such key. One revoked before keeps its first date. */
export async function revokeKey(
  tx: Tx,
  account: Account,
  keyId: string,
): Promise<{ key: ApiKeyRow; told: AdministrativeAct[] } | null> {
  const key = await updateRevoked(tx, account.id, keyId);
  if (key === undefined) return null;
  const subject = { kind: 'api_key' as const, id: keyId };
  const after = { principalId: account.id, revokedAt: key.revokedAt };
  return { key, told: [{ kind: 'key-revoked', subject, path: account.path, after }] };
}
