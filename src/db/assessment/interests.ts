// The offices that people hold and the interests they have declared, where these keep them from judging.

import type { Role } from '../../../machines/kit/access.ts';
import { reachOf } from '../../rules/county/grants.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const FIND_INTERESTS = statement(
  'find-interests',
  `
    select p.id, g.role, o.id as "organisationId", o.kind, o.path
      from principal p
      join role_grant g on g.principal_id = p.id and g.present
      join organisation o on o.id = g.organisation_id
     where p.id = any ($1::uuid[]) and p.disabled_at is null
       and g.role not in ('administrator', 'security-officer', 'auditor', 'operator', 'scheduler',
                         'integrator')
     order by p.id, g.role, o.code_path`,
);

const DECLARED = statement(
  'find-declared-interests',
  `
    select principal_id as id, organisation_id as "organisationId", path
      from conflict_of_interest
     where campaign_id = $1 and principal_id = any ($2::uuid[]) and withdrawn_at is null`,
);

type Interested = {
  held: { role: Role; organisationId: string; reach: string }[];
  declared: { organisationId: string; path: string }[];
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The organisations that each of these people stays away from. */
export const findDeclaredBy = (
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<{ id: string; organisationId: string; path: string }[]> =>
  run(tx, DECLARED, [campaignId, ids.filter((id) => UUID.test(id))]);

/** The offices of these people; disabled people and people without a part in the business are left out. */
export async function findInterests(
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, Interested>> {
  const known = ids.filter((id) => UUID.test(id));
  const rows = await run<{
    id: string;
    role: Role;
    organisationId: string;
    kind: string;
    path: string;
  }>(tx, FIND_INTERESTS, [known]);
  const declared = await findDeclaredBy(tx, campaignId, known);
  const people = new Map<string, Interested>();
  for (const { id, role, organisationId, kind, path } of rows) {
    const person = people.get(id) ?? { held: [], declared: [] };
    people.set(id, person);
    person.held.push({ role, organisationId, reach: reachOf({ kind, path }) });
  }
  for (const { id, ...place } of declared) people.get(id)?.declared.push(place);
  return people;
}
