// A JSON schema as a table, and an example made from it where none is given.

import { type Html, html } from './html.ts';

export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  [keyword: string]: unknown;
};

const DEPTH_MAX = 6;

const nameOf = (ref: string): string => ref.split('/').at(-1) ?? ref;

const linkTo = (ref: string): Html =>
  html`<a href="#schema-${nameOf(ref)}"><code>${nameOf(ref)}</code></a>`;

const variants = ({ anyOf, oneOf }: Schema): Schema[] => anyOf ?? oneOf ?? [];

/** The type in a few words, as `string (date-time)` or `"draft" | "open"`. */
const typeView = (schema: Schema): Html => {
  if (schema.$ref !== undefined) return linkTo(schema.$ref);
  if ('const' in schema) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined) {
    return html`<code>${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}</code>`;
  }
  const either = variants(schema);
  if (either.length > 0 && either.every((variant) => variant.properties === undefined)) {
    return html`${either.map((variant, index) => [index > 0 ? ' | ' : '', typeView(variant)])}`;
  }
  if (schema.items !== undefined) return html`[ ${typeView(schema.items)} ]`;
  const type = [schema.type ?? 'any'].flat().join(' | ');
  return html`<code>${type}</code>${schema.format === undefined ? '' : ` (${schema.format})`}`;
};

const limits = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
  'default',
];

const limitsView = (schema: Schema): Html =>
  html`${limits
    .filter((keyword) => schema[keyword] !== undefined)
    .map(
      (keyword) => html` <code class="soft">${keyword}: ${JSON.stringify(schema[keyword])}</code>`,
    )}`;

const propertyRow = (name: string, schema: Schema, required: boolean, depth: number): Html =>
  html`<tr><td><code>${name}</code>${required ? html` <span title="必填 required">*</span>` : ''}</td>
<td>${typeView(schema)}${limitsView(schema)}</td>
<td>${schema.description}${isDeep(schema) ? schemaView(schema, depth + 1) : ''}</td></tr>`;

const isDeep = (schema: Schema): boolean =>
  schema.properties !== undefined ||
  variants(schema).some((variant) => variant.properties !== undefined) ||
  (schema.items !== undefined && isDeep(schema.items));

export const schemaView = (schema: Schema, depth = 0): Html => {
  if (depth > DEPTH_MAX || schema.$ref !== undefined) return html`<p>${typeView(schema)}</p>`;
  if (schema.items !== undefined && isDeep(schema.items)) return schemaView(schema.items, depth);
  const either = variants(schema);
  if (either.some((variant) => variant.properties !== undefined)) {
    return html`${either.map(
      (variant, index) =>
        html`<details open><summary>${variantName(variant, index)}</summary>${schemaView(variant, depth + 1)}</details>`,
    )}`;
  }
  if (schema.properties === undefined) {
    return html`<p>${typeView(schema)}${limitsView(schema)} ${schema.description}</p>`;
  }
  const rows = Object.entries(schema.properties).map(([name, property]) =>
    propertyRow(name, property, schema.required?.includes(name) ?? false, depth),
  );
  return html`<table><tr><th>属性 Property</th><th>类型 Type</th><th>说明 Description</th></tr>${rows}</table>`;
};

const variantName = (variant: Schema, index: number): string =>
  variant.title === undefined
    ? String(variant.properties?.type?.const ?? `${index + 1}`)
    : String(variant.title);

const texts: Record<string, string> = {
  'date-time': '2017-05-20T09:00:00+08:00',
  date: '2017-05-20',
  uuid: '0190a2b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b',
};

/** The example that a schema gives, or one made from its types. */
export const exampleOf = (schema: Schema, shared: Record<string, Schema>, depth = 0): unknown => {
  if (depth > DEPTH_MAX) return null;
  if (schema.$ref !== undefined)
    return exampleOf(shared[nameOf(schema.$ref)] ?? {}, shared, depth + 1);
  const given =
    schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.enum?.[0] ?? schema.default;
  if (given !== undefined) return given;
  const [first] = variants(schema);
  if (first !== undefined) return exampleOf(first, shared, depth + 1);
  if (schema.properties !== undefined) {
    const entries = Object.entries(schema.properties);
    return Object.fromEntries(
      entries.map(([name, property]) => [name, exampleOf(property, shared, depth + 1)]),
    );
  }
  if (schema.items !== undefined) return [exampleOf(schema.items, shared, depth + 1)];
  const type = [schema.type].flat()[0];
  if (type === 'string') return texts[schema.format ?? ''] ?? '…';
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0;
  if (type === 'boolean') return false;
  return type === 'null' || type === undefined ? null : {};
};
