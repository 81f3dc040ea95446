// The ids of organisations. Codes are reassigned when places merge or are numbered anew; paths, feeds and
// logs are made of ids, which never change.

import { hash } from 'node:crypto';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LETTERS = 11;

/**
 * The id that is derived from a text: 'u' and 11 characters of Crockford's base32, 55 bits of its SHA-256.
 * Of a code, so that installations with the same divisions agree; it says nothing about the code.
 */
export function organisationIdFrom(text: string): string {
  const digest = hash('sha256', `organisation ${text}`, 'buffer');
  const letters = Array.from(
    { length: LETTERS },
    (_, index) => ALPHABET[(digest[index] ?? 0) % 32],
  );
  return `u${letters.join('')}`;
}

const TAKEN = statement(
  'find-taken-organisation-ids',
  'select id from organisation where id = any ($1::text[])',
);

/**
 * The id for each code of new organisations, by code: the one derived from the code, and where an organisation
 * that bore the code before has that, one of lots. Needs the lock of the directory.
 */
export async function newOrganisationIds(
  tx: Tx,
  codes: readonly string[],
  newLot: () => string,
): Promise<Map<string, string>> {
  const ids = new Map(codes.map((code) => [code, organisationIdFrom(code)]));
  const taken = await run<{ id: string }>(tx, TAKEN, [[...ids.values()]]);
  const isTaken = new Set(taken.map(({ id }) => id));
  for (const [code, id] of ids) if (isTaken.has(id)) ids.set(code, organisationIdFrom(newLot()));
  return ids;
}
