// Claims: one-time codes by which holders get their keys. Only the hash of a code's secret is kept.

import { hash, timingSafeEqual } from 'node:crypto';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const INSERT_CLAIM = statement(
  'insert-claim',
  `
    insert into claim (id, principal_id, secret_sha256, made_by, made_at, expires_at)
    values ($1, $2, $3, $4, now_instant(), now_instant() + make_interval(days => $5))
    returning expires_at as "expiresAt"`,
);

type NewClaim = { id: string; secret: string; principalId: string; madeBy: string; days: number };

/** Keeps a claim; answers when it expires. */
export async function insertClaim(
  tx: Tx,
  { id, secret, principalId, madeBy, days }: NewClaim,
): Promise<string> {
  const values = [id, principalId, hash('sha256', secret, 'buffer'), madeBy, days];
  const [row] = await run<{ expiresAt: string }>(tx, INSERT_CLAIM, values);
  if (row === undefined) throw new Error('the claim was not stored');
  return row.expiresAt;
}

const WITHDRAW_CLAIMS = statement(
  'withdraw-claims',
  `
    update claim set withdrawn_at = now_instant()
     where principal_id = $1 and claimed_at is null and withdrawn_at is null returning id`,
);
/** Withdraws the claim of an account that was not used, if there is one; answers its id. */
export const updateWithdrawn = (tx: Tx, principalId: string): Promise<{ id: string }[]> =>
  run(tx, WITHDRAW_CLAIMS, [principalId]);

const FIND_HOLDER = statement(
  'find-claim-holder',
  'select principal_id as "principalId" from claim where id = $1',
);
export const findClaimHolder = async (tx: Tx, id: string): Promise<string | undefined> =>
  (await run<{ principalId: string }>(tx, FIND_HOLDER, [id]))[0]?.principalId;

type ClaimRow = {
  id: string;
  principalId: string;
  secretSha256: Buffer;
  isClaimed: boolean;
  isWithdrawn: boolean;
  isExpired: boolean;
  tries: number;
};

const LOCK_CLAIM = statement(
  'lock-claim',
  `
    select id, principal_id as "principalId", secret_sha256 as "secretSha256", tries,
           claimed_at is not null as "isClaimed", withdrawn_at is not null as "isWithdrawn",
           expires_at <= now_instant() as "isExpired"
      from claim where id = $1 for update`,
);
export const lockClaim = async (tx: Tx, id: string): Promise<ClaimRow | undefined> =>
  (await run<ClaimRow>(tx, LOCK_CLAIM, [id]))[0];

export const isSecretOf = ({ secretSha256 }: ClaimRow, secret: string): boolean =>
  timingSafeEqual(secretSha256, hash('sha256', secret, 'buffer'));

const COUNT_TRY = statement('count-claim-try', 'update claim set tries = tries + 1 where id = $1');
export const updateTries = (tx: Tx, id: string): Promise<unknown> => run(tx, COUNT_TRY, [id]);

const CLAIMED = statement(
  'update-claimed',
  'update claim set claimed_at = now_instant() where id = $1',
);
export const updateClaimed = (tx: Tx, id: string): Promise<unknown> => run(tx, CLAIMED, [id]);
