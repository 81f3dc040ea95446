// The verifiable draw (双随机, R58) of units and their inspectors, from a seed that nobody chose.
// docs/draw.md describes every step with vectors, and scripts/verify-draw.ts repeats the draw from
// that document alone. Integers are exact; the caller hands the hash in.

import { canonicalJson } from '../plan/canonical-json.ts';

/** SHA-256 of the UTF-8 bytes of a text, as 64 lower-case hexadecimal digits. */
export type Sha256 = (text: string) => string;

export const ALGORITHM = 'chuangping-draw-1';

type DrawUnit = { id: string; name: string; stratum: string; path: string };

/** An inspector who may be drawn; they may not inspect anything below `home`. */
export type DrawInspector = { id: string; name: string; home: string };

/** The frozen population. Its order means nothing, because the algorithm sorts. */
export type DrawSnapshot = {
  takenAt: string;
  units: readonly DrawUnit[];
  inspectors: readonly DrawInspector[];
};

/** Each stratum gives `take` units; unnamed strata give none. */
export type DrawRule = {
  algorithm: typeof ALGORITHM;
  population: 'candidates' | 'sites';
  filter: { readonly [name: string]: string | readonly string[] };
  strata: readonly { name: string; size: number; take: number }[];
  inspectorsPerUnit: number;
};

/** The contribution of one party to the seed; `value` is empty when it came too late. */
export type Contribution = { party: string; value: string };

export type Recusal = { inspectorId: string; unitId: string };

export type DrawnUnit = {
  unitId: string;
  stratum: string;
  /** The place within the drawn order of its stratum, from 1. */
  position: number;
  inspectors: string[];
  /** Inspectors who were drawn before them and stood back, in the drawn order. */
  recused: { inspectorId: string; reason: 'own-subtree' | 'declared' }[];
};

export const snapshotHash = (sha256: Sha256, snapshot: DrawSnapshot): string =>
  sha256(canonicalJson(snapshot));
export const ruleHash = (sha256: Sha256, rule: DrawRule): string => sha256(canonicalJson(rule));
export const resultHash = (sha256: Sha256, units: readonly DrawnUnit[]): string =>
  sha256(canonicalJson(units));

/** The seed binds the service's secret, the published hashes, and the contribution of each party. */
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

// A number holds 12 hexadecimal digits, which are 48 bits, exactly.
const DIGITS = 12;
const RANGE = 2 ** (4 * DIGITS);

/** A stream of the seed, by its label, gives equally likely whole numbers below a bound. */
export function createStream(sha256: Sha256, seed: string, label: string) {
  let counter = 0;
  return (bound: number): number => {
    if (!Number.isSafeInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`nothing is drawn below ${bound}`);
    }
    // A number beyond the last whole multiple of the bound is drawn again, because some remainders
    // would be likelier.
    const limit = RANGE - (RANGE % bound);
    for (;;) {
      const block = sha256(`${seed}\n${label}\n${counter}`);
      counter += 1;
      const value = Number.parseInt(block.slice(0, DIGITS), 16);
      if (value < limit) return value % bound;
    }
  };
}

/** Fisher–Yates from the end makes every order equally likely. */
export function shuffle<Item>(items: readonly Item[], below: (bound: number) => number): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    // Both places lie within the list, so the casts are true.
    const moved = order[last] as Item;
    order[last] = order[other] as Item;
    order[other] = moved;
  }
  return order;
}

/** True when the unit lies in the inspector's own place. */
export const isOwn = ({ home }: DrawInspector, { path }: DrawUnit): boolean =>
  path.startsWith(home);

/**
 * The drawn units, stratum by stratum, each with its inspectors. Pure: the same snapshot, rule,
 * seed and recusals give the same result for ever. A unit that too few may inspect gets fewer
 * inspectors than the rule asks for; the publication of a draw makes sure that there is none.
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

/** Units that fewer than the rule's number of inspectors may inspect. */
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

/** `<` compares code units of UTF-16, so the order does not depend on the locale. */
function sortedBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return [...items].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === right) return 0;
    return left < right ? -1 : 1;
  });
}
