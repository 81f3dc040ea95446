// Finds in the text of a plan the lines that its faults are about. Pure.

import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';

/** Line and column, counted from 1. */
export type Place = { line: number; column: number };

/**
 * The place of each value in YAML that `readYaml` has read, by its JSON pointer: that of its key, or of the
 * item of a list. `plan` is what the text says together with what it extends; items of lists are found by
 * their code or id, because a base's stand before them. What only the base says is `base`; what nobody says
 * stands where it is missing.
 */
export function placesIn(
  text: string,
  plan: unknown,
  paths: readonly string[],
): readonly (Place | 'base')[] {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'core',
    uniqueKeys: false,
    lineCounter: lines,
  });
  // Each of many faults asks for the same nodes again, and a search reads the whole document.
  const aliased = new Map<unknown, unknown>();
  const resolved = (node: unknown): unknown => {
    if (!isAlias(node)) return node;
    if (!aliased.has(node)) aliased.set(node, node.resolve(document));
    return aliased.get(node);
  };
  const pairs = new Map<YAMLMap, Map<string, Pair>>();
  const pairOf = (map: YAMLMap, key: string): Pair | undefined => {
    const known = pairs.get(map) ?? new Map(map.items.map((pair) => [nameOfKey(pair), pair]));
    pairs.set(map, known);
    return known.get(key);
  };
  return paths.map((path) => {
    let node: unknown = resolved(document.contents);
    let said: unknown = plan;
    let offset = 0;
    for (const key of keysOf(path)) {
      const next = isMap(node)
        ? pairOf(node, key)
        : isSeq(node)
          ? itemOf(node.items.map(resolved), said, key)
          : undefined;
      said = partOf(said, key);
      if (next === undefined) {
        if (said !== undefined) return 'base';
        break;
      }
      offset = startOf(isPair(next) ? next.key : next) ?? offset;
      node = resolved(isPair(next) ? next.value : next);
    }
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  });
}

const keysOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

const startOf = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];

const nameOfKey = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);

/** The item of the list that stands in the plan at `key`. */
function itemOf(items: readonly unknown[], said: unknown, key: string): unknown {
  const name = nameOf(partOf(said, key));
  const here = items[Number(key)];
  if (name === undefined) return here;
  const isNamed = (item: unknown): boolean =>
    isMap(item) && [item.get('code'), item.get('id')].includes(name);
  return isNamed(here) ? here : items.find(isNamed);
}

const nameOf = (item: unknown): unknown => partOf(item, 'code') ?? partOf(item, 'id');

const partOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as { readonly [key: string]: unknown })[key]
    : undefined;
