// The verifiable draw (双随机, R58): which units, and which inspectors to each, from a seed that nobody
// chose. Every step is written down in docs/draw.md with vectors; scripts/verify-draw.ts does the same
// from that document alone. Exact integers only; the hash is handed in.

import { canonicalJson } from '../plan/canonical-json.ts';

/** SHA-256 of the UTF-8 bytes of a text, as 64 lower-case hexadecimal digits. */
export type Sha256 = (text: string) => string;

export const ALGORITHM = 'chuangping-draw-1';

type DrawUnit = { id: string; name: string; stratum: string; path: string };

/** Whoever may be drawn to inspect; nothing below `home` is theirs to inspect. */
export type DrawInspector = { id: string; name: string; home: string };

/** The frozen population. Its order means nothing: the algorithm sorts. */
export type DrawSnapshot = {
  takenAt: string;
  units: readonly DrawUnit[];
  inspectors: readonly DrawInspector[];
};

/** `take` of each stratum; units of strata that are not named are not drawn. */
export type DrawRule = {
  algorithm: typeof ALGORITHM;
  population: 'candidates' | 'sites';
  filter: { readonly [name: string]: string | readonly string[] };
  strata: readonly { name: string; size: number; take: number }[];
  inspectorsPerUnit: number;
};

/** What one party added to the seed; `value` is empty when it did not say it in time. */
export type Contribution = { party: string; value: string };

export type Recusal = { inspectorId: string; unitId: string };

export type DrawnUnit = {
  unitId: string;
  stratum: string;
  /** Place within its stratum's drawn order, from 1. */
  position: number;
  inspectors: string[];
  /** Who came up before them and stood back, in the drawn order. */
  recused: { inspectorId: string; reason: 'own-subtree' | 'declared' }[];
};

export const snapshotHash = (sha256: Sha256, snapshot: DrawSnapshot): string =>
  sha256(canonicalJson(snapshot));
export const ruleHash = (sha256: Sha256, rule: DrawRule): string => sha256(canonicalJson(rule));
export const resultHash = (sha256: Sha256, units: readonly DrawnUnit[]): string =>
  sha256(canonicalJson(units));

/** The seed: the service's own secret, bound to what was published, and what each party added. */
export const combineSeed = (
  sha256: Sha256,
  serviceSeed: string,
  hashes: { snapshotHash: string; ruleHash: string },
  contributions: readonly Contribution[],
): string =>
  sha256(
    [
      ALGORITHM,
      serviceSeed,
      hashes.snapshotHash,
      hashes.ruleHash,
      ...sortedBy(contributions, ({ party }) => party).map(
        ({ party, value }) => `${party}=${value}`,
      ),
    ].join('\n'),
  );

// 12 hexadecimal digits are 48 bits, which a number holds exactly.
const DIGITS = 12;
const RANGE = 2 ** (4 * DIGITS);

/** Whole numbers below a bound, each equally likely; one label is one stream of the seed. */
export function createStream(sha256: Sha256, seed: string, label: string) {
  let counter = 0;
  return (bound: number): number => {
    if (!Number.isSafeInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`nothing is drawn below ${bound}`);
    }
    // Beyond the last whole multiple of the bound some remainders would be likelier: drawn again.
    const limit = RANGE - (RANGE % bound);
    for (;;) {
      const block = sha256(`${seed}\n${label}\n${counter}`);
      counter += 1;
      const value = Number.parseInt(block.slice(0, DIGITS), 16);
      if (value < limit) return value % bound;
    }
  };
}

/** Fisher–Yates from the end: every order of the items is equally likely. */
export function shuffle<Item>(items: readonly Item[], below: (bound: number) => number): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    // Both places lie within the list: the casts only say so.
    const moved = order[last] as Item;
    order[last] = order[other] as Item;
    order[other] = moved;
  }
  return order;
}

/** True when an inspector may not inspect this unit: it lies in their own place. */
export const isOwn = ({ home }: DrawInspector, { path }: DrawUnit): boolean =>
  path.startsWith(home);

/**
 * The drawn units, stratum by stratum, each with its inspectors. Pure: the same snapshot, rule, seed
 * and recusals give the same result for ever. A unit that too few may inspect has fewer inspectors
 * than the rule asks for; whoever publishes a draw makes sure that there is none.
 */
export function drawUnits(
  sha256: Sha256,
  { units, inspectors }: DrawSnapshot,
  rule: DrawRule,
  seed: string,
  recusals: readonly Recusal[],
): DrawnUnit[] {
  const pool = sortedBy(inspectors, ({ id }) => id);
  return sortedBy(rule.strata, ({ name }) => name).flatMap(({ name, take }) => {
    const members = sortedBy(
      units.filter(({ stratum }) => stratum === name),
      ({ id }) => id,
    );
    const order = shuffle(members, createStream(sha256, seed, `units\n${name}`));
    return order.slice(0, take).map((unit, index) => ({
      unitId: unit.id,
      stratum: name,
      position: index + 1,
      ...assign(sha256, unit, pool, rule, seed, recusals),
    }));
  });
}

function assign(
  sha256: Sha256,
  unit: DrawUnit,
  pool: readonly DrawInspector[],
  { inspectorsPerUnit }: DrawRule,
  seed: string,
  recusals: readonly Recusal[],
): Pick<DrawnUnit, 'inspectors' | 'recused'> {
  const declared = new Set(
    recusals.filter(({ unitId }) => unitId === unit.id).map(({ inspectorId }) => inspectorId),
  );
  const chosen: string[] = [];
  const recused: DrawnUnit['recused'] = [];
  for (const inspector of shuffle(pool, createStream(sha256, seed, `inspectors\n${unit.id}`))) {
    if (chosen.length === inspectorsPerUnit) break;
    if (isOwn(inspector, unit)) recused.push({ inspectorId: inspector.id, reason: 'own-subtree' });
    else if (declared.has(inspector.id))
      recused.push({ inspectorId: inspector.id, reason: 'declared' });
    else chosen.push(inspector.id);
  }
  return { inspectors: chosen, recused };
}

/** Units that fewer than the rule's number may inspect, whatever is drawn. */
export function unitsWithoutInspectors(
  { units, inspectors }: DrawSnapshot,
  { inspectorsPerUnit }: Pick<DrawRule, 'inspectorsPerUnit'>,
  recusals: readonly Recusal[],
): string[] {
  const declared = new Set(recusals.map(({ inspectorId, unitId }) => `${inspectorId} ${unitId}`));
  return units
    .filter((unit) => {
      const free = inspectors.filter(
        (inspector) => !isOwn(inspector, unit) && !declared.has(`${inspector.id} ${unit.id}`),
      );
      return free.length < inspectorsPerUnit;
    })
    .map(({ id }) => id);
}

/** The order is by code units of UTF-16, as `<` compares strings: the same whatever the locale. */
function sortedBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return [...items].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === right) return 0;
    return left < right ? -1 : 1;
  });
}
