// Checks a published draw with none of the service's code: `node scripts/verify-draw.ts draw.json`,
// or the JSON of GET /v1/draws/{id} on standard input. Exit code 1 when any step differs. The steps
// are those of docs/draw.md, written a second time on purpose.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

type Unit = { id: string; stratum: string; path: string };
type Inspector = { id: string; home: string };
type Drawn = {
  unitId: string;
  stratum: string;
  position: number;
  inspectors: readonly string[];
  recused: readonly { inspectorId: string; reason: string }[];
};
export type Draw = {
  snapshot: { units: readonly Unit[]; inspectors: readonly Inspector[] };
  snapshotHash: string;
  rule: { strata: readonly { name: string; take: number }[]; inspectorsPerUnit: number };
  ruleHash: string;
  serviceCommitment: string;
  serviceSeed: string | null;
  contributions: readonly { party: string; commitment: string | null; value: string | null }[];
  recusals: readonly { inspectorId: string; unitId: string }[];
  seed: string | null;
  units: readonly Drawn[] | null;
  resultHash: string | null;
};

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

// RFC 8785 for what a draw contains: objects, lists, strings, whole numbers.
function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const object = value as { [key: string]: unknown };
  const members = Object.keys(object).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`).join(',')}}`;
}

/** A permutation of 0 … size-1 from one stream of the seed. */
function permutation(size: number, seed: string, label: string): number[] {
  const order = Array.from({ length: size }, (_, index) => index);
  let counter = 0n;
  for (let bound = BigInt(size); bound > 1n; bound -= 1n) {
    let value: bigint;
    do {
      value = BigInt(`0x${sha256(`${seed}\n${label}\n${counter}`).slice(0, 12)}`);
      counter += 1n;
    } while (value >= 2n ** 48n - (2n ** 48n % bound));
    const [one, other] = [Number(bound - 1n), Number(value % bound)];
    [order[one], order[other]] = [order[other] as number, order[one] as number];
  }
  return order;
}

function draw({ snapshot, rule, recusals }: Draw, seed: string): Drawn[] {
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).sort();
  const unitOf = new Map(snapshot.units.map((unit) => [unit.id, unit]));
  const homes = new Map(snapshot.inspectors.map(({ id, home }) => [id, home]));
  const takes = new Map(rule.strata.map(({ name, take }) => [name, take]));
  const drawn: Drawn[] = [];
  for (const stratum of [...takes.keys()].sort()) {
    const members = ids(snapshot.units.filter((unit) => unit.stratum === stratum));
    const order = permutation(members.length, seed, `units\n${stratum}`);
    for (const [index, member] of order.slice(0, takes.get(stratum)).entries()) {
      const unit = unitOf.get(members[member] as string) as Unit;
      const inspectors: string[] = [];
      const recused: { inspectorId: string; reason: string }[] = [];
      const pool = ids(snapshot.inspectors);
      for (const place of permutation(pool.length, seed, `inspectors\n${unit.id}`)) {
        if (inspectors.length === rule.inspectorsPerUnit) break;
        const inspectorId = pool[place] as string;
        const own = unit.path.startsWith(homes.get(inspectorId) as string);
        const declared = recusals.some(
          (recusal) => recusal.inspectorId === inspectorId && recusal.unitId === unit.id,
        );
        if (own) recused.push({ inspectorId, reason: 'own-subtree' });
        else if (declared) recused.push({ inspectorId, reason: 'declared' });
        else inspectors.push(inspectorId);
      }
      drawn.push({ unitId: unit.id, stratum, position: index + 1, inspectors, recused });
    }
  }
  return drawn;
}

/** Each step with whether it holds. A draw not yet revealed is checked as far as it is published. */
export function check(published: Draw): [step: string, holds: boolean][] {
  const { snapshot, rule, contributions, serviceSeed } = published;
  const [snapshotHash, ruleHash] = [sha256(canonical(snapshot)), sha256(canonical(rule))];
  const steps: [string, boolean][] = [
    ['snapshot', snapshotHash === published.snapshotHash],
    ['rule', ruleHash === published.ruleHash],
  ];
  for (const { party, commitment, value } of contributions) {
    if (value) steps.push([`commitment of ${party}`, sha256(value) === commitment]);
  }
  if (serviceSeed === null) return steps;
  const added = contributions
    .map(({ party, value }) => ({ party, value: value ?? '' }))
    .sort((a, b) => (a.party < b.party ? -1 : 1))
    .map(({ party, value }) => `${party}=${value}`);
  const seed = sha256(
    ['chuangping-draw-1', serviceSeed, snapshotHash, ruleHash, ...added].join('\n'),
  );
  const units = draw(published, seed);
  return [
    ...steps,
    ['commitment of the service', sha256(serviceSeed) === published.serviceCommitment],
    ['seed', seed === published.seed],
    ['units and inspectors', canonical(units) === canonical(published.units)],
    ['result', sha256(canonical(units)) === published.resultHash],
  ];
}

if (import.meta.main) {
  const [, , file] = process.argv;
  const published = JSON.parse(readFileSync(file ?? 0, 'utf8')) as Draw;
  const steps = check(published);
  for (const [step, holds] of steps)
    process.stdout.write(`${holds ? 'equal ' : 'DIFFERS'} ${step}\n`);
  if (published.serviceSeed === null) process.stdout.write('sealed  not revealed yet\n');
  if (steps.some(([, holds]) => !holds)) process.exitCode = 1;
}
