// An organisation ends on a day: it merges, is split, or goes without a successor. Its candidates wait for the
// decision of the county's office; all else is decided here, as docs/units.md says.

import type pg from 'pg';
import {
  type Heir,
  type Held,
  listHoldings,
  listInvitedAt,
  lockGrantsAt,
  updateOrders,
  updateSiteHolders,
} from '../../db/county/organisation-holdings.ts';
import { insertActs, updateEnded } from '../../db/county/organisation-lives.ts';
import { findChildren } from '../../db/county/organisations.ts';
import { lockPrincipal } from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Entropy } from '../../entropy.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { reachesFault } from '../../rules/county/grants.ts';
import { counterpartOf, type Ending, isBody } from '../../rules/county/lives.ts';
import type { AdministrativeAct } from '../kernel/administrative-log.ts';
import { proposeGrants, revokeGrant } from './accounts.ts';
import { withdrawClaims } from './claims.ts';

export type EndingPlan = {
  act: Ending;
  /** The organisation, then the bodies that end with it. */
  ending: Organisation[];
  successors: Organisation[];
  /** Who takes over what nobody decides about: the first successor, or the unit above. */
  heirs: Heir[];
  held: Held[];
};

export type EndingGrounds = { day: string; reason: string; document: string | null };

/** What ends with this organisation, and what rests on it; changes nothing. */
export async function planEnding(
  db: pg.Pool | Tx,
  act: Ending,
  unit: Organisation,
  { parent, successors }: { parent: Organisation; successors: readonly Organisation[] },
): Promise<EndingPlan> {
  const ending = [unit, ...(await findChildren(db, [unit.id])).filter(isBody)];
  const heir = successors[0] ?? parent;
  const bodies = await findChildren(db, [heir.id]);
  const heirs = ending.map((one): Heir => {
    const next = counterpartOf(one, heir, bodies);
    return { before: one.id, beforePath: one.path, after: next.id, path: next.path };
  });
  const held = await listHoldings(
    db,
    ending.map(({ id }) => id),
  );
  return { act, ending, successors: [...successors], heirs, held };
}

/** Ends them and answers what the administrative log is told. Needs the locks of directory and administration. */
export async function endOrganisation(
  tx: Tx,
  entropy: Entropy,
  by: string,
  plan: EndingPlan,
  grounds: EndingGrounds,
): Promise<AdministrativeAct[]> {
  const { act, ending, successors, heirs } = plan;
  const { day, reason, document } = grounds;
  const bodies = await findChildren(
    tx,
    successors.map(({ id }) => id),
  );
  const ends = ending.map((one) => ({
    id: one.id,
    on: day,
    successorIds: successors.map((successor) => counterpartOf(one, successor, bodies).id),
  }));
  // Accounts are changed while the places of their roles stand.
  const ofAccounts = await handGrantsOver(tx, entropy, by, plan, reason);
  await updateOrders(tx, heirs);
  const isSucceeded = successors.length > 0;
  const sites = isSucceeded ? await updateSiteHolders(tx, heirs) : [];
  await updateEnded(tx, ends);
  await insertActs(
    tx,
    ends.map(({ id: organisationId, successorIds }) => ({
      ...{ organisationId, act, day, successorIds, reason, document },
      ...{ beforeCode: null, beforeParentId: null },
    })),
  );
  return [
    ...ofAccounts,
    ...sites.map(({ id, path, before, after }) => ({
      kind: 'site-handed-over',
      subject: { kind: 'site' as const, id },
      path,
      before: { organisationId: before },
      after: { organisationId: after },
    })),
    ...ending.map(({ id, path }, index) => ({
      kind: `organisation-${act}`,
      subject: { kind: 'organisation' as const, id },
      path,
      after: { day, successorIds: ends[index]?.successorIds ?? [], reason, document },
    })),
  ];
}

/** Ends every role at these places, and proposes it at the successor where its holder may have it there. */
async function handGrantsOver(
  tx: Tx,
  entropy: Entropy,
  by: string,
  { ending, successors, heirs }: EndingPlan,
  reason: string,
): Promise<AdministrativeAct[]> {
  const ids = ending.map(({ id }) => id);
  const told: AdministrativeAct[] = [];
  const grants = await lockGrantsAt(tx, ids);
  const invited = await listInvitedAt(tx, ids);
  for (const grant of grants) told.push(...(await revokeGrant(tx, by, grant, reason)));
  for (const { principalId, role, organisationId } of successors.length === 0 ? [] : grants) {
    const account = await lockPrincipal(tx, principalId);
    const heir = heirs.find(({ before }) => before === organisationId);
    if (account === undefined || account.disabledAt !== null || heir === undefined) continue;
    const place = { role, organisationId: heir.after, path: heir.path };
    const kind = ending.find(({ id }) => id === organisationId)?.kind ?? '';
    if (reachesFault([...account.grants, ...account.proposed, { ...place, kind }]) !== null)
      continue;
    const { told: proposed } = await proposeGrants(tx, entropy, by, principalId, [place]);
    told.push(...proposed);
  }
  for (const { id } of invited) {
    const account = await lockPrincipal(tx, id);
    if (account === undefined || account.grants.length + account.proposed.length > 0) continue;
    told.push(...(await withdrawClaims(tx, account)));
  }
  return told;
}
