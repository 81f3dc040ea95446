// Verifies a published draw: each step is recomputed and compared with what was stored.

import type { Contribution, DrawnUnit, DrawRule, DrawSnapshot, Recusal, Sha256 } from './draw.ts';
import { combineSeed, drawUnits, resultHash, ruleHash, snapshotHash } from './draw.ts';

/** A draw as it is published; the sealed fields are null until the reveal. */
export type PublishedDraw = {
  snapshot: DrawSnapshot;
  snapshotHash: string;
  rule: DrawRule;
  ruleHash: string;
  serviceCommitment: string;
  serviceSeed: string | null;
  contributions: readonly { party: string; commitment: string | null; value: string | null }[];
  recusals: readonly Recusal[];
  seed: string | null;
  units: readonly DrawnUnit[] | null;
  resultHash: string | null;
};

type VerificationStep = {
  step: string;
  published: string | null;
  recomputed: string | null;
  equal: boolean;
};

const compare = (step: string, published: string | null, recomputed: string | null) => ({
  step,
  published,
  recomputed,
  equal: published !== null && published === recomputed,
});

/** The steps that can be checked now, in order; before the reveal only those of the publication. */
export function verifyDraw(sha256: Sha256, draw: PublishedDraw): VerificationStep[] {
  const steps = [
    compare('snapshot', draw.snapshotHash, snapshotHash(sha256, draw.snapshot)),
    compare('rule', draw.ruleHash, ruleHash(sha256, draw.rule)),
    ...draw.contributions
      .filter(({ value }) => value !== null && value !== '')
      .map(({ party, commitment, value }) =>
        compare(`commitment:${party}`, commitment, sha256(value ?? '')),
      ),
  ];
  if (draw.serviceSeed === null) return steps;
  const hashes = {
    snapshotHash: snapshotHash(sha256, draw.snapshot),
    ruleHash: ruleHash(sha256, draw.rule),
  };
  const contributions: Contribution[] = draw.contributions.map(({ party, value }) => ({
    party,
    value: value ?? '',
  }));
  const seed = combineSeed(sha256, draw.serviceSeed, hashes, contributions);
  const units = drawUnits(sha256, draw.snapshot, draw.rule, seed, draw.recusals);
  return [
    ...steps,
    compare('commitment:service', draw.serviceCommitment, sha256(draw.serviceSeed)),
    compare('seed', draw.seed, seed),
    compare('units', namesOf(draw.units ?? []), namesOf(units)),
    compare('result', draw.resultHash, resultHash(sha256, units)),
    compare(
      'published-result',
      draw.units === null ? null : resultHash(sha256, draw.units),
      resultHash(sha256, units),
    ),
  ];
}

const namesOf = (units: readonly DrawnUnit[]): string =>
  units.map(({ stratum, unitId }) => `${stratum}/${unitId}`).join(' ');
