// Urns for tests that print no slips through the interface.

import { hash } from 'node:crypto';
import { sealUrn } from '../../src/command/ballot/urns.ts';
import { newUrn } from '../../src/rules/ballot/urn.ts';
import type { Vault } from '../../src/sealing/vault.ts';

/** The sealed urn that comes with this `print-slips`; null for any other event. */
export function sealedFor(
  vault: Vault,
  roundId: string,
  event: { type: string; readonly [name: string]: unknown },
): string | null {
  if (event.type !== 'print-slips') return null;
  const slips = Object.entries(event.slips as { [stratum: string]: number });
  const hashes = slips.map(([stratum, count]) => [
    stratum,
    Array.from({ length: count }, (_, index) =>
      hash('sha256', `${roundId} ${stratum} ${index}`, 'buffer').toString('base64url', 0, 16),
    ),
  ]);
  const urn = newUrn(Number(event.generation), ['好', 'ABSTAIN'], Object.fromEntries(hashes));
  return sealUrn(vault, roundId, urn);
}
