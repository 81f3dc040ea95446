// What a draw must know: its published population, and what follows from its secret once it is time.

import { hash } from 'node:crypto';
import type { DrawContext, DrawFacts, DrawOutcome } from '../../../machines/draw/events.ts';
import { REVEAL_TIMER } from '../../../machines/draw/events.ts';
import type { DrawMaterial } from '../../db/draw/draws.ts';
import { findDrawMaterials, findRounds, findUninspected } from '../../db/draw/draws.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Recusal, Sha256 } from '../../rules/draw/draw.ts';
import {
  combineSeed,
  drawUnits,
  resultHash,
  unitsWithoutInspectors,
} from '../../rules/draw/draw.ts';
import type { Ask } from '../kernel/fact-request.ts';

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

type Own = Omit<DrawFacts, 'deadline'>;
type DrawLoaders = { [Name in keyof Own]: (ask: Ask) => Own[Name] | undefined };

const contextOf = ({ draft }: Ask): DrawContext => draft.instance.context as unknown as DrawContext;
const wanting = (asks: readonly Ask[], ...names: (keyof Own)[]): Ask[] =>
  asks.filter(({ draft, event }) =>
    names.some((name) => draft.release.factsFor(event.type).includes(name)),
  );

/** The facts of draws, each kind in one query; asks nothing when no draw is spoken to. */
export async function loadDraws(
  tx: Tx,
  campaignId: string,
  asks: readonly Ask[],
): Promise<DrawLoaders> {
  const draws = asks.filter(({ draft }) => draft.release.name === 'draw');
  const idsOf = (list: readonly Ask[]) => list.map(({ draft }) => draft.id);
  const beginning = wanting(draws, 'roundTaken');
  const rounds =
    beginning.length > 0
      ? await findRounds(
          tx,
          campaignId,
          beginning.map((ask) => contextOf(ask).round),
        )
      : new Set<number>();
  const computing = wanting(draws, 'coverage', 'outcome');
  const materials =
    computing.length > 0
      ? await findDrawMaterials(tx, campaignId, idsOf(computing))
      : new Map<string, DrawMaterial>();
  const closing = wanting(draws, 'uninspected');
  const missing = closing.length > 0 ? await findUninspected(tx, campaignId, idsOf(closing)) : [];
  const materialOf = ({ draft }: Ask): DrawMaterial => {
    const found = materials.get(draft.id);
    if (found === undefined) throw new Error(`draw ${draft.id} has no material`);
    return found;
  };
  return {
    roundTaken: (ask) => rounds.has(contextOf(ask).round),
    contributionHash: ({ event }) => sha256(String(event.value)),
    coverage: (ask) => coverageOf(materialOf(ask), ask),
    // Before the reveal nobody is told, not even the log.
    outcome: (ask) =>
      ask.event.type === REVEAL_TIMER || contextOf(ask).result !== null
        ? outcomeOf(materialOf(ask), ask)
        : null,
    uninspected: ({ draft }) => missing.filter(({ id }) => id === draft.id).map(({ name }) => name),
  };
}

/** The recusals so far and, of a declaration, the one that it asks for. */
function recusalsOf(ask: Ask): Recusal[] {
  const { event } = ask;
  const { inspectorId, unitId } = event;
  const declared = contextOf(ask).recusals.map((one) => ({
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

function outcomeOf({ snapshot, rule, secret }: DrawMaterial, ask: Ask): DrawOutcome {
  const { contributions, parties, snapshotHash, ruleHash } = contextOf(ask);
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
