// The JSON Schema of a plan as an author writes it, from the schema of the service and the newest base.

import { planLibrary } from '../src/plan-library.ts';
import { isStatement } from '../src/rules/plan/extends.ts';
import { PlanSchema } from '../src/rules/plan/plan-schema.ts';
import { ProvenanceSchema } from '../src/rules/plan/schema-terms.ts';

/** The part of JSON Schema that TypeBox writes. */
export type Node = {
  type?: string;
  description?: string;
  properties?: { [key: string]: Node };
  patternProperties?: { [pattern: string]: Node };
  required?: string[];
  items?: Node;
  anyOf?: Node[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  $ref?: string;
  minimum?: number;
  maximum?: number;
};
export type Base = { [key: string]: unknown };

export const whole: Node = JSON.parse(JSON.stringify(PlanSchema));
export const [newest = ''] = Object.keys(planLibrary).slice(-1);
export const base = planLibrary[newest] as Base;

export const mapped = <From, To>(
  entries: { [key: string]: From },
  change: (value: From, key: string) => To,
) => Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, change(value, key)]));

const isObject = (value: unknown): value is Base =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a plan need not have, null may remove from the base. */
const removable = ({ description, ...node }: Node): Node => ({
  ...(description === undefined ? {} : { description }),
  anyOf: [node, { type: 'null' }],
});

/** The schema of what an author writes: what the base has may be left out. */
function writtenOver(node: Node, inherited: unknown, path: string): Node {
  if (!isObject(inherited) || isStatement(path)) return node;
  const { properties, patternProperties, required } = node;
  const entries = Object.values(inherited).filter(isObject);
  // An entry of any name may leave out what every entry of the base has.
  const common = Object.fromEntries(
    Object.entries(entries[0] ?? {}).filter(([key]) => entries.every((one) => key in one)),
  );
  return {
    ...node,
    ...(properties && {
      properties: mapped(properties, (inner, key) => {
        const over = writtenOver(inner, inherited[key], `${path}/${key}`);
        return key in inherited && !required?.includes(key) ? removable(over) : over;
      }),
    }),
    ...(patternProperties && {
      patternProperties: mapped(patternProperties, (inner) =>
        removable(writtenOver(inner, common, `${path}/*`)),
      ),
    }),
    ...(required && { required: required.filter((key) => !(key in inherited)) }),
  };
}

/** The node with every part that is one of these written as a reference to it. */
const referring = (node: Node, shared: { [name: string]: Node }): Node => {
  const names = new Map(Object.entries(shared).map(([name, one]) => [JSON.stringify(one), name]));
  return JSON.parse(JSON.stringify(node), (_, value) => {
    const name = isObject(value) ? names.get(JSON.stringify(value)) : undefined;
    return name === undefined ? value : { $ref: `#/definitions/${name}` };
  });
};

const provenance: Node = JSON.parse(JSON.stringify(ProvenanceSchema));
/** These stand in many places; written once, the file has a third of its size. */
const definitions: { [name: string]: Node } = {
  provenance,
  ...mapped(whole.properties?.policies?.properties ?? {}, (node) =>
    referring(node, { provenance }),
  ),
};

/** The JSON Schema of a plan as it is written, which may extend a base. */
export const planJsonSchema = (): Node & { $schema: string; definitions: object } => {
  const written = referring(writtenOver(whole, base, ''), definitions);
  const bases = Object.keys(planLibrary);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    definitions,
    ...written,
    properties: {
      extends: {
        enum: bases,
        description:
          '所依据的基础方案：本方案不写的，从基础方案 · The base: what the plan does not say is as it is there',
      },
      ...written.properties,
    },
  };
};

/** The properties of a schema without a description, as paths. */
export const undescribed = (node: Node, path = ''): string[] => [
  ...Object.entries({ ...node.properties, ...node.patternProperties }).flatMap(([key, inner]) => [
    ...((inner.description ?? inner.$ref) ? [] : [`${path}/${key}`]),
    ...undescribed(inner, `${path}/${key}`),
  ]),
  ...[...(node.items ? [node.items] : []), ...(node.anyOf ?? [])].flatMap((inner) =>
    undescribed(inner, path),
  ),
];
