// People let in without the API, for tests that are about something else: as the two officers do it, and
// told in the administrative log.

import { randomUUIDv7 } from 'node:crypto';
import type { Role } from '../../machines/kit/access.ts';
import {
  accountOf,
  confirmGrants,
  createPrincipal,
  makeKey,
  proposeGrants,
} from '../../src/command/county/accounts.ts';
import { claimKey, makeClaim } from '../../src/command/county/claims.ts';
import type { AdministrativeAct } from '../../src/command/kernel/administrative-log.ts';
import { SYSTEM_TELLER, tellAdministration } from '../../src/command/kernel/administrative-log.ts';
import type { NewApiKey } from '../../src/db/county/api-keys.ts';
import { listOrganisations } from '../../src/db/county/organisations.ts';
import { findPrincipalRow } from '../../src/db/county/principals.ts';
import type { Tx } from '../../src/db/kernel/transaction.ts';
import { systemEntropy } from '../../src/entropy.ts';

const KEY_DAYS_MAX = 365;

type Newcomer = {
  id?: string;
  name: string;
  grants: readonly { role: Role; organisationId: string }[];
};

/** Makes an account that holds these roles and belongs to the topmost organisation, and claims its key. */
export async function enrol(
  tx: Tx,
  { id = randomUUIDv7(), name, grants }: Newcomer,
): Promise<{ principalId: string; keyId: string; key: string }> {
  const [home] = await listOrganisations(tx, {}, null, 1);
  if (home === undefined) throw new Error('there is no organisation yet');
  const told = await createPrincipal(tx, { id, name, home });
  const proposed = await proposeGrants(tx, systemEntropy, 'administrator', id, grants);
  const ids = proposed.grants.map((grant) => grant.id);
  told.push(...proposed.told, ...(await confirmGrants(tx, 'security-officer', ids)));
  const { made, told: ofCode } = await makeClaim(tx, systemEntropy, 'administrator', {
    id,
    path: home.path,
  });
  const key = await claimed(tx, made.code, [...told, ...ofCode]);
  return { principalId: id, keyId: key.id, key: key.key };
}

/** Claims the key of a one-time code, and tells of that and of what came before it. */
export async function claimed(
  tx: Tx,
  code: string,
  before: readonly AdministrativeAct[] = [],
): Promise<NewApiKey> {
  const { outcome, told } = await claimKey(tx, code, KEY_DAYS_MAX);
  await tellAdministration(tx, SYSTEM_TELLER, [...before, ...told]);
  if (outcome.kind !== 'claimed') throw new Error(`the code was refused: ${outcome.kind}`);
  return outcome.key;
}

/** Makes one more key of an account, by one that it has. */
export async function rekey(
  tx: Tx,
  principalId: string,
  madeWith: string,
  until: string | null = null,
): Promise<NewApiKey> {
  const row = await findPrincipalRow(tx, principalId);
  if (row === undefined) throw new Error(`there is no principal ${principalId}`);
  const { made, told } = await makeKey(tx, accountOf(row), madeWith, {
    until,
    daysMax: KEY_DAYS_MAX,
  });
  await tellAdministration(tx, SYSTEM_TELLER, told);
  return made;
}
