// A key comes to its holder by a one-time code: an administrator makes the code and never sees the key.

import type { NewApiKey } from '../../db/county/api-keys.ts';
import { insertApiKey, LIVE_KEYS_MAX, listApiKeys } from '../../db/county/api-keys.ts';
import {
  findClaimHolder,
  insertClaim,
  isSecretOf,
  lockClaim,
  updateClaimed,
  updateTries,
  updateWithdrawn,
} from '../../db/county/claims.ts';
import { lockPrincipal, type PrincipalRow } from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Entropy } from '../../entropy.ts';
import {
  CLAIM_DAYS,
  CODE_BYTES,
  claimFault,
  codeInWords,
  newCode,
  readCode,
  TRIES_MAX,
} from '../../rules/county/claims.ts';
import type { AdministrativeAct } from '../kernel/administrative-log.ts';
import { type Account, accountOf } from './accounts.ts';

export type NewCode = { claimId: string; code: string; expiresAt: string };

const claimAct = (
  kind: string,
  id: string,
  { id: principalId, path }: Account,
  after: object,
): AdministrativeAct => ({
  kind,
  subject: { kind: 'claim', id },
  path,
  after: { principalId, ...after },
});

/** Withdraws the code of this account that was not used, if there is one. */
export async function withdrawClaims(tx: Tx, row: PrincipalRow): Promise<AdministrativeAct[]> {
  const withdrawn = await updateWithdrawn(tx, row.id);
  return withdrawn.map(({ id }) => claimAct('claim-withdrawn', id, accountOf(row), {}));
}

/** Makes a code for the holder of this account; one that was made before and not used is withdrawn. */
export async function makeClaim(
  tx: Tx,
  entropy: Entropy,
  by: string,
  account: Account,
): Promise<{ made: NewCode; told: AdministrativeAct[] }> {
  const withdrawn = await updateWithdrawn(tx, account.id);
  const code = newCode(entropy.bytes(CODE_BYTES));
  const claim = { ...code, principalId: account.id, madeBy: by, days: CLAIM_DAYS };
  const expiresAt = await insertClaim(tx, claim);
  const told = [
    ...withdrawn.map(({ id }) => claimAct('claim-withdrawn', id, account, {})),
    claimAct('claim-made', code.id, account, { expiresAt }),
  ];
  return { made: { claimId: code.id, code: codeInWords(code), expiresAt }, told };
}

type Text = { zh: string; en: string };
type Claimed =
  | { kind: 'claimed'; principal: { id: string; name: string }; key: NewApiKey }
  /** Nobody's code, or a wrong secret of somebody's. */
  | { kind: 'unknown'; triesLeft: number | null }
  | { kind: 'refused'; reason: Text };

/**
 * Exchanges a code for a key. The transaction has to be committed also where it is refused, because wrong
 * secrets are counted.
 */
export async function claimKey(
  tx: Tx,
  typed: string,
  keyDaysMax: number,
): Promise<{ outcome: Claimed; by: string; told: AdministrativeAct[] }> {
  const unknown = { outcome: { kind: 'unknown', triesLeft: null }, by: '', told: [] } as const;
  const code = readCode(typed);
  const holder = code === null ? undefined : await findClaimHolder(tx, code.id);
  if (code === null || holder === undefined) return { ...unknown, told: [] };
  // The account comes before its claims, as where a claim is made.
  const row = await lockPrincipal(tx, holder);
  const claim = await lockClaim(tx, code.id);
  if (row === undefined || claim === undefined) throw new Error('a claim of nobody');
  const account = accountOf(row);
  const by = account.id;
  const keys = await listApiKeys(tx, account.id);
  const isDisabled = row.disabledAt !== null;
  const state = { ...claim, isDisabled, liveKeys: keys.filter(({ live }) => live).length };
  const reason = claimFault(state, LIVE_KEYS_MAX);
  if (!isSecretOf(claim, code.secret)) {
    // What is over already is not counted, so that strangers cannot fill the log.
    if (reason !== null) return { ...unknown, told: [] };
    await updateTries(tx, claim.id);
    const tries = claim.tries + 1;
    const told = [claimAct('claim-mistyped', claim.id, account, { tries })];
    return { outcome: { kind: 'unknown', triesLeft: TRIES_MAX - tries }, by, told };
  }
  if (reason !== null) return { outcome: { kind: 'refused', reason }, by, told: [] };
  await updateClaimed(tx, claim.id);
  const life = { until: null, daysMax: keyDaysMax };
  const key = await insertApiKey(tx, account.id, { claimId: claim.id }, life);
  const told = [
    claimAct('claim-used', claim.id, account, { keyId: key.id }),
    {
      kind: 'key-claimed',
      subject: { kind: 'api_key' as const, id: key.id },
      path: account.path,
      after: { principalId: account.id, claimId: claim.id, expiresAt: key.expiresAt },
    },
  ];
  const principal = { id: row.id, name: row.name };
  return { outcome: { kind: 'claimed', principal, key }, by, told };
}
