// The facts of a draw: its published population, and the outcome of its secret once that is revealed.

import { hash } from 'node:crypto';
import type { DrawFacts, DrawOutcome } from '../../../machines/draw/events.ts';
import { REVEAL_TIMER } from '../../../machines/draw/events.ts';
import type { DrawMaterial } from '../../db/draw/draws.ts';
import {
  drawSecretAt,
  findDrawMaterials,
  findFallen,
  findRounds,
  findUninspected,
} from '../../db/draw/draws.ts';
import type { Recusal, Sha256 } from '../../rules/draw/draw.ts';
import {
  combineSeed,
  drawUnits,
  resultHash,
  unitsWithoutInspectors,
} from '../../rules/draw/draw.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Open } from '../../sealing/vault.ts';
import { keptShut } from '../../sealing/vault.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, SourcesOf } from '../kernel/facts.ts';

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

const drawOf = ({ draft }: Ask) => contextOf(draft, 'draw');

const loadRounds: FactLoader<'roundTaken'> = async ({ tx, campaignId }, wants) => {
  const asked = wants('roundTaken').map((ask) => drawOf(ask).round);
  const taken = await findRounds(tx, campaignId, asked);
  return { roundTaken: (ask) => taken.has(drawOf(ask).round) };
};

const loadFallen: FactLoader<'fallen'> = async ({ tx, campaignId }) => {
  const fallen = await findFallen(tx, campaignId);
  return {
    fallen: (ask) =>
      fallen
        .filter(({ population }) => population === drawOf(ask).population)
        .map(({ round, repeated }) => ({ round, repeated })),
  };
};

const drawRulesOf = ({ policies }: Plan): DrawFacts['drawRules'] => ({
  unitsMin: policies.drawUnitsMin.value,
  poolMin: policies.drawPoolMin.value,
  inspectorsMin: policies.drawInspectorsMin.value,
});

const loadOutcomes: FactLoader<'coverage' | 'outcome'> = async (world, wants) => {
  const { tx, campaignId, open = keptShut } = world;
  const asked = new Set([...wants('coverage'), ...wants('outcome')]);
  const ids = [...asked].map(({ draft }) => draft.id);
  const materials = await findDrawMaterials(tx, campaignId, ids);
  const materialOf = ({ draft }: Ask): DrawMaterial => {
    const found = materials.get(draft.id);
    if (found === undefined) throw new Error(`draw ${draft.id} has no material`);
    return found;
  };
  return {
    coverage: (ask) => coverageOf(materialOf(ask), ask),
    // The outcome stays secret before the reveal, even from the log.
    outcome: (ask) =>
      ask.event.type === REVEAL_TIMER || drawOf(ask).result !== null
        ? outcomeOf(materialOf(ask), ask, open)
        : null,
  };
};

const loadUninspected: FactLoader<'uninspected'> = async ({ tx, campaignId }, wants) => {
  const ids = wants('uninspected').map(({ draft }) => draft.id);
  const missing = await findUninspected(tx, campaignId, ids);
  return {
    uninspected: ({ draft }) => missing.filter(({ id }) => id === draft.id).map(({ name }) => name),
  };
};

export const drawFacts: SourcesOf<
  | 'roundTaken'
  | 'fallen'
  | 'drawRules'
  | 'contributionHash'
  | 'coverage'
  | 'outcome'
  | 'uninspected'
> = {
  roundTaken: loadRounds,
  fallen: loadFallen,
  drawRules: { atHand: ({ plan }) => drawRulesOf(plan) },
  contributionHash: { atHand: (_, { event }) => sha256(String(event.value)) },
  coverage: loadOutcomes,
  outcome: loadOutcomes,
  uninspected: loadUninspected,
};

/** The recusals so far, with the one that a declaration asks for. */
function recusalsOf(ask: Ask): Recusal[] {
  const { event } = ask;
  const { inspectorId, unitId } = event;
  const declared = drawOf(ask).recusals.map((one) => ({
    inspectorId: one.inspectorId,
    unitId: one.unitId,
  }));
  return event.type === 'declare-recusal' && typeof inspectorId === 'string'
    ? [...declared, { inspectorId, unitId: String(unitId) }]
    : declared;
}

function coverageOf({ snapshot, rule }: DrawMaterial, ask: Ask): DrawFacts['coverage'] {
  const { inspectorId, unitId } = ask.event;
  return {
    short: unitsWithoutInspectors(snapshot, rule, recusalsOf(ask)).slice(0, 20),
    unitKnown: snapshot.units.some(({ id }) => id === unitId),
    inspectorKnown: snapshot.inspectors.some(({ id }) => id === inspectorId),
  };
}

function outcomeOf(
  { id, snapshot, rule, ...sealed }: DrawMaterial,
  ask: Ask,
  open: Open,
): DrawOutcome {
  const { contributions, parties, snapshotHash, ruleHash, result } = drawOf(ask);
  // It is published with the first result, and never changes.
  const secret = result?.serviceSeed ?? open(drawSecretAt(id), sealed.secret);
  const added = parties.map((party) => ({
    party,
    value: contributions.find((one) => one.party === party)?.value ?? '',
  }));
  const seed = combineSeed(sha256, secret, { snapshotHash, ruleHash }, added);
  const units = drawUnits(sha256, snapshot, rule, seed, recusalsOf(ask));
  const unitOf = new Map(snapshot.units.map((unit) => [unit.id, unit]));
  const nameOf = new Map(snapshot.inspectors.map(({ id, name }) => [id, name]));
  return {
    serviceSeed: secret,
    seed,
    resultHash: resultHash(sha256, units),
    units,
    assignments: units.map(({ unitId, stratum, position, inspectors }) => ({
      unitId,
      candidateId: rule.population === 'candidates' ? unitId : null,
      siteId: rule.population === 'sites' ? unitId : null,
      name: unitOf.get(unitId)?.name ?? unitId,
      path: unitOf.get(unitId)?.path ?? '/',
      stratum,
      position,
      inspectors: inspectors.map((id) => ({ id, name: nameOf.get(id) ?? id })),
    })),
  };
}
