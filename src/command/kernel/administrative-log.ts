// Every administrative act is told here, in the transaction of the act: one chain for the installation, in
// the form of the log of subjects. What names persons stands apart, and the chain has its salted digest.

import type { ADMINISTERED, AdministrativeRow } from '../../db/kernel/administrative-events.ts';
import {
  insertAdministrativeEvents,
  lockAdministrativeHead,
} from '../../db/kernel/administrative-events.ts';
import { partsOf } from '../../db/kernel/parts.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { systemEntropy } from '../../entropy.ts';
import { linkOfAdministrativeEvent, personalDigest } from '../../rules/audit/link.ts';
import { linkHash, sha256 } from './chain.ts';

export type AdministrativeAct = {
  /** The past of what was done, as `grant-confirmed`. */
  kind: string;
  /** The table of what was changed, and its key there. */
  subject: { kind: (typeof ADMINISTERED)[number]; id: string };
  /** The path of the place it concerns: auditors read what lies within their reach. */
  path: string;
  before?: object | null;
  after?: object | null;
  /** Names of persons and free text about them; it can be erased later. */
  personal?: object | null;
};

/** Who acts: by which credential, `key:<id>`, and from which address; null for the service's own. */
export type Teller = { principalId: string; credential: string | null; address: string | null };

/** The service itself, as when it seeds a new database. */
export const SYSTEM_TELLER: Teller = { principalId: 'system', credential: null, address: null };

/** Whoever holds the database, past the interface. */
export const OPERATOR_TELLER: Teller = { principalId: 'operator', credential: null, address: null };

const SALT_BYTES = 16;

/**
 * Adds these acts to the log, in this order. It locks the end of the chain until the commit, so it comes
 * last in a transaction, and the changes are refused at the commit when they are told of in another one.
 */
export async function tellAdministration(
  tx: Tx,
  teller: Teller,
  acts: readonly AdministrativeAct[],
): Promise<void> {
  if (acts.length === 0) return;
  const { sequence, hash, now } = await lockAdministrativeHead(tx);
  let last = { sequence, hash };
  for (const part of partsOf(acts)) {
    const rows = part.map((act) => {
      const row = linked(act, last, now, teller);
      last = row;
      return row;
    });
    await insertAdministrativeEvents(tx, rows);
  }
}

function linked(
  { kind, subject, path, before, after, personal }: AdministrativeAct,
  last: { sequence: number; hash: string },
  at: string,
  { principalId, credential, address }: Teller,
): AdministrativeRow {
  const apart = personal ?? null;
  const salt = apart === null ? null : systemEntropy.bytes(SALT_BYTES).toString('hex');
  const event = {
    sequence: last.sequence + 1,
    at,
    kind,
    subject_kind: subject.kind,
    subject_id: subject.id,
    path,
    principal_id: principalId,
    credential,
    address,
    before: before ?? null,
    after: after ?? null,
    personal: salt === null || apart === null ? null : personalDigest(sha256, salt, apart),
  };
  const hash = linkHash(last.hash, linkOfAdministrativeEvent(sha256, event));
  return { ...event, hash, salt, apart };
}
