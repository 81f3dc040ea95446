// Expands a plan by the base that it extends. What is published, frozen and hashed is the expanded
// plan, so that a base is asked for once and a campaign never depends on it.

import { type Fault, fault, unknownName } from './fault.ts';

/** The bases by name, such as chuangping/base@1, each as it was written. */
export type PlanLibrary = { readonly [name: string]: unknown };

type Properties = { readonly [key: string]: unknown };

/**
 * Gives what an author wrote together with what its base says, or the fault of `extends`. Objects
 * merge by key, and lists of things with a code or an id by that, where an empty list is none;
 * `null` removes what the base has under that key. A policy, a citation and a provenance are one
 * statement each and replace the base's. A value without `extends` is given back, whatever it is.
 */
export function expandPlan(
  written: unknown,
  library: PlanLibrary,
): { plan: unknown } | { faults: Fault[] } {
  return expanded(written, library, []);
}

function expanded(
  written: unknown,
  library: PlanLibrary,
  way: readonly string[],
): { plan: unknown } | { faults: Fault[] } {
  if (!isObject(written) || !Object.hasOwn(written, 'extends')) return { plan: written };
  const { extends: name, ...own } = written;
  if (typeof name !== 'string' || !Object.hasOwn(library, name)) {
    const what = { zh: '没有这一蓝本', en: 'there is no base' };
    const given = typeof name === 'string' ? name : JSON.stringify(name);
    return { faults: [unknownName('/extends', what, given, Object.keys(library))] };
  }
  if (way.includes(name)) {
    const circle = [...way, name].join(' → ');
    return {
      faults: [fault('/extends', `蓝本引用了自身：${circle}`, `extends itself: ${circle}`)],
    };
  }
  const base = expanded(library[name], library, [...way, name]);
  return 'faults' in base ? base : { plan: merged(base.plan, own, '') };
}

/** One statement each: half of it from the base and half from the plan would be nobody's. */
const STATEMENT = /^(?:\/categories\/[^/]+)?\/(?:cites|policies)\/[^/]+$|\/provenance$/;
/** True of a JSON pointer to what a plan gives as a whole or not at all. */
export const isStatement = (path: string): boolean => STATEMENT.test(path);

function merged(base: unknown, own: unknown, path: string): unknown {
  if (isStatement(path)) return own;
  if (isObject(base) && isObject(own)) return mergedObjects(base, own, path);
  if (Array.isArray(base) && Array.isArray(own)) return mergedLists(base, own, path);
  return own;
}

function mergedObjects(base: Properties, own: Properties, path: string): Properties {
  const both = { ...base, ...own };
  const entries = Object.keys(both).flatMap((key) => {
    if (!Object.hasOwn(base, key) || !Object.hasOwn(own, key)) return [[key, both[key]]];
    return own[key] === null ? [] : [[key, merged(base[key], own[key], `${path}/${key}`)]];
  });
  return Object.fromEntries(entries);
}

/** The base's items in its order, each with what the plan says otherwise, then the plan's own. */
function mergedLists(base: unknown[], own: unknown[], path: string): unknown[] {
  if (own.length === 0 || [...base, ...own].some((item) => nameOf(item) === undefined)) return own;
  const rest = [...own];
  const changed = base.map((item) => {
    const at = rest.findIndex((other) => nameOf(other) === nameOf(item));
    return at < 0 ? item : merged(item, rest.splice(at, 1)[0], `${path}/${nameOf(item)}`);
  });
  return [...changed, ...rest];
}

const nameOf = (item: unknown): string | undefined => {
  const name = isObject(item) ? (item.code ?? item.id) : undefined;
  return typeof name === 'string' ? name : undefined;
};

const isObject = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
