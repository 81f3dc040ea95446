// One operation of the OpenAPI document, as a foldable part of the page.

import { exampleOf, type Schema, schemaView } from './docs-schema.ts';
import { type Html, html } from './html.ts';

type Media = { schema?: Schema; example?: unknown; examples?: Record<string, { value: unknown }> };
type Content = Record<string, Media>;
type Parameter = {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
};

export type Operation = {
  operationId?: string;
  tags?: string[];
  summary?: string;
  description?: string;
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { description?: string; content: Content };
  responses?: Record<string, { description?: string; content?: Content }>;
};

export type OpenapiDocument = {
  openapi: string;
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
};

export type OperationEntry = { method: string; path: string; operation: Operation };

export const operationsOf = ({ paths }: OpenapiDocument): OperationEntry[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );

const places: Record<string, string> = {
  path: '路径 path',
  query: '查询 query',
  header: '请求头 header',
};

const parametersView = (parameters: readonly Parameter[]): Html =>
  parameters.length === 0
    ? html``
    : html`<h4>参数 Parameters</h4><table>${parameters.map(
        ({ name, in: place, required, description, schema }) =>
          html`<tr><td><code>${name}</code>${required === true ? ' *' : ''}</td><td>${places[place] ?? place}</td>
<td>${schemaView({ ...schema, ...(description !== undefined && { description }) })}</td></tr>`,
      )}</table>`;

const json = (value: unknown): Html =>
  html`<pre>${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>`;

const mediaView = (type: string, media: Media, shared: Record<string, Schema>): Html => {
  const examples = Object.values(media.examples ?? {}).map(({ value }) => value);
  if (media.example !== undefined) examples.unshift(media.example);
  if (examples.length === 0 && media.schema !== undefined && type === 'application/json') {
    examples.push(exampleOf(media.schema, shared));
  }
  return html`<p><code>${type}</code></p>${media.schema === undefined ? '' : schemaView(media.schema)}
${examples.length === 0 ? '' : html`<details><summary>示例 Example</summary>${examples.map(json)}</details>`}`;
};

const contentView = (content: Content | undefined, shared: Record<string, Schema>): Html =>
  html`${Object.entries(content ?? {}).map(([type, media]) => mediaView(type, media, shared))}`;

export const operationView = (
  document: OpenapiDocument,
  { method, path, operation }: OperationEntry,
): Html => {
  const shared = document.components?.schemas ?? {};
  const { operationId = '', summary = '', description = '', security = [] } = operation;
  const words = `${method} ${path} ${operationId} ${summary} ${description}`.toLowerCase();
  return html`<details id="${operationId}" data-search="${words}">
<summary><span class="method">${method.toUpperCase()}</span> <code>${path}</code> ${summary}</summary>
<p>${description}</p><p class="soft">${security.length > 0 ? '需要令牌 Needs a token' : '无需令牌 Needs no token'} · <code>${operationId}</code></p>
${parametersView(operation.parameters ?? [])}
${
  operation.requestBody === undefined
    ? ''
    : html`<h4>请求体 Body</h4>${contentView(operation.requestBody.content, shared)}`
}
<h4>应答 Responses</h4>${Object.entries(operation.responses ?? {}).map(
    ([status, response]) =>
      html`<details><summary><code>${status}</code> ${response.description}</summary>${contentView(response.content, shared)}</details>`,
  )}</details>`;
};
