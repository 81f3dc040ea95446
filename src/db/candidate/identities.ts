// The people who stand in a campaign already, as far as a double registration can be recognised.

import type { StandsAs } from '../../rules/candidate/identity.ts';
import { comparableName } from '../../rules/candidate/personal-name.ts';
import type { SealedPlace } from '../../sealing/vault.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const HOLD_IDENTITIES = statement(
  'hold-identities',
  `
    select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || claimed.text, 63))
      from (select distinct text from unnest($2::text[]) as asked (text) order by 1) claimed`,
);
const FIND_IDENTITIES = statement(
  'find-identities',
  `
    select c.id, c.person_name as name, c.birth_year as "birthYear", c.identity_digest as digest,
           c.category, s.context ->> 'subject' as subject
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
     where c.campaign_id = $1 and (c.person_key = any ($2::text[])
                                   or c.identity_digest = any ($3::text[]))
       and s.stage not in ('not-created', 'not-selected', 'withdrawn', 'disqualified', 'lapsed',
                           'revoked')`,
);

/** As it is stored: the year sealed. */
export type SealedIdentity = { name: string; birthYear: string | null; digest: string | null };

/** Where the year of birth of a candidate is sealed. */
export const birthYearAt = (id: string): SealedPlace => ({
  table: 'candidate',
  row: id,
  column: 'birth_year',
});

type StandingPerson = SealedIdentity & StandsAs & { id: string };

/**
 * The people of these names or digests who stand in the campaign. Names and digests are locked, in one
 * order, until the commit, so that two registrations of one person wait for one another.
 */
export async function lockIdentities(
  tx: Tx,
  campaignId: string,
  asked: readonly SealedIdentity[],
): Promise<StandingPerson[]> {
  const names = asked.map(({ name }) => comparableName(name));
  const digests = asked.flatMap(({ digest }) => (digest === null ? [] : [digest]));
  await run(tx, HOLD_IDENTITIES, [campaignId, [...names, ...digests]]);
  return run<StandingPerson>(tx, FIND_IDENTITIES, [campaignId, names, digests]);
}

const FIND_OWN = statement(
  'find-own-identities',
  `
    select id, person_name as name, birth_year as "birthYear", identity_digest as digest
      from candidate
     where campaign_id = $1 and id = any ($2::uuid[]) and person_name is not null`,
);

/** The identities of these candidates as they were registered; units have none. */
export async function findOwnIdentities(
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SealedIdentity>> {
  if (ids.length === 0) return new Map();
  const rows = await run<SealedIdentity & { id: string }>(tx, FIND_OWN, [campaignId, ids]);
  return new Map(rows.map(({ id, ...identity }) => [id, identity]));
}

const FIND_BIRTH_YEAR = statement(
  'find-birth-year',
  'select birth_year as "birthYear" from candidate where campaign_id = $1 and id = $2',
);

/** The year of birth, sealed; null where none was told. */
export async function findBirthYear(
  tx: Tx,
  campaignId: string,
  id: string,
): Promise<string | null> {
  const [row] = await run<{ birthYear: string | null }>(tx, FIND_BIRTH_YEAR, [campaignId, id]);
  return row?.birthYear ?? null;
}
