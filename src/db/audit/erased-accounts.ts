// What an erasure finds and takes of an account. It is the owner's work: no log-in of the service may do it.

import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

/** An event of the administrative log about an account, with its personal part. */
export type FoundAct = {
  sequence: number;
  kind: string;
  at: string;
  part: { readonly [name: string]: string };
};

const FIND_ACTS = statement(
  'find-personal-acts',
  `
    select e.sequence::int, e.kind, e.at, o.personal as part
      from administrative_event e join administrative_event_personal o using (sequence)
     where (e.subject_kind = 'principal' and e.subject_id = $1)
        or e.before ->> 'principalId' = $1 or e.after ->> 'principalId' = $1
     order by e.sequence`,
);

/** The personal parts of what was done to this account, its roles, its codes and its keys. */
export const findActs = (tx: Tx, principalId: string): Promise<FoundAct[]> =>
  run(tx, FIND_ACTS, [principalId]);

const UPDATE_NAME = statement(
  'update-erased-account',
  'update principal set name = $2 where id = $1',
);

/** Throws 23514 `erased_is_closed` while the account is in use. */
export const updateName = (tx: Tx, principalId: string, mask: string): Promise<unknown> =>
  run(tx, UPDATE_NAME, [principalId, mask]);

const UPDATE_REASONS = statement(
  'update-erased-reasons',
  `
    update role_grant g set reason = $2 from organisation o
     where o.id = g.organisation_id and g.principal_id = $1 and g.reason <> $2
    returning g.id, o.path`,
);

/** The roles of which was written why they were declined or revoked, each with its place. */
export const updateReasons = (
  tx: Tx,
  principalId: string,
  mask: string,
): Promise<{ id: string; path: string }[]> => run(tx, UPDATE_REASONS, [principalId, mask]);
