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
import { SYSTEM_TELLER, tellAdministration } from '../../src/command/kernel/administrative-log.ts';
import { listOrganisations } from '../../src/db/county/organisations.ts';
import { findPrincipalRow } from '../../src/db/county/principals.ts';
import type { Tx } from '../../src/db/kernel/transaction.ts';
import { systemEntropy } from '../../src/entropy.ts';

type Newcomer = {
  id?: string;
  name: string;
  grants: readonly { role: Role; organisationId: string }[];
  expiresAt?: string | null;
};

/** Makes an account that holds these roles and belongs to the topmost organisation, and a key of it. */
export async function enrol(
  tx: Tx,
  { id = randomUUIDv7(), name, grants, expiresAt = null }: Newcomer,
): Promise<{ principalId: string; keyId: string; key: string }> {
  const [home] = await listOrganisations(tx, {}, null, 1);
  if (home === undefined) throw new Error('there is no organisation yet');
  const told = await createPrincipal(tx, { id, name, home });
  const proposed = await proposeGrants(tx, systemEntropy, 'administrator', id, grants);
  const ids = proposed.grants.map((grant) => grant.id);
  told.push(...proposed.told, ...(await confirmGrants(tx, 'security-officer', ids)));
  const { made, told: ofKey } = await makeKey(tx, { id, path: home.path }, expiresAt);
  await tellAdministration(tx, SYSTEM_TELLER, [...told, ...ofKey]);
  return { principalId: id, keyId: made.id, key: made.key };
}

/** Makes one more key of an account. */
export async function rekey(tx: Tx, principalId: string): Promise<{ id: string; key: string }> {
  const row = await findPrincipalRow(tx, principalId);
  if (row === undefined) throw new Error(`there is no principal ${principalId}`);
  const { made, told } = await makeKey(tx, accountOf(row), null);
  await tellAdministration(tx, SYSTEM_TELLER, told);
  return made;
}
