// Erasure of a closed account: the administrative log stays whole, and the account is known by its id alone.

import type { FoundAct } from '../../db/audit/erased-accounts.ts';
import { findActs, updateName, updateReasons } from '../../db/audit/erased-accounts.ts';
import { ANSWERS, deleteParts, type Named } from '../../db/audit/erasures.ts';
import { lockPrincipal, type PrincipalRow } from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { ADMINISTRATION } from '../../rules/audit/checkpoint.ts';
import { maskable } from '../../rules/audit/mask.ts';
import { ERASED } from '../../rules/audit/personal.ts';
import { accountOf } from '../county/accounts.ts';
import { OPERATOR_TELLER, tellAdministration } from '../kernel/administrative-log.ts';
import { assertNamesNobody, type Erased, maskCopies } from './erase.ts';

export type FoundAccount = { row: PrincipalRow; acts: FoundAct[] };

/** The account, held until the commit, and what the administrative log says of it; null where there is none. */
export async function findAccount(tx: Tx, principalId: string): Promise<FoundAccount | null> {
  const row = await lockPrincipal(tx, principalId);
  return row === undefined ? null : { row, acts: await findActs(tx, principalId) };
}

/**
 * Erases the name of an account and what the log says of it in words. Throws 23514: `erased_by_two` unless two
 * other officers are named, `erased_is_closed` while it is in use; and `ReasonNames`.
 */
export async function eraseAccount(
  tx: Tx,
  { row, acts }: FoundAccount,
  named: Named,
): Promise<Erased> {
  const told = acts.flatMap(({ part: { name = '', reason = '' } }) => [name, reason]);
  const texts = maskable([row.name, ...told]);
  assertNamesNobody(named, texts);
  const parts = await deleteParts(
    tx,
    named,
    [],
    acts.map(({ sequence }) => sequence),
  );
  const { id, path } = accountOf(row);
  await updateName(tx, id, ERASED);
  const grants = await updateReasons(tx, id, ERASED);
  const idempotency = await maskCopies(tx, ANSWERS, ADMINISTRATION, [], texts);
  const after = { principalId: id, by: named.by, second: named.second };
  await tellAdministration(tx, OPERATOR_TELLER, [
    { kind: 'principal-erased', subject: { kind: 'principal', id }, path, after },
    ...grants.map((grant) => ({
      kind: 'grant-reason-erased',
      subject: { kind: 'role_grant' as const, id: grant.id },
      path: grant.path,
      after,
    })),
  ]);
  return { parts, masked: { principal: 1, role_grant: grants.length, idempotency } };
}
