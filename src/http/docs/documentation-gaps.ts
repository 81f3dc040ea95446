// The gaps of the OpenAPI document. A test over the whole server holds that there are none.

import type { App } from '../kernel/app.ts';
import { type OpenapiDocument, type Operation, operationsOf } from './docs-operation.ts';

const gapsOfResponses = (responses: NonNullable<Operation['responses']>): string[] => {
  const gaps: string[] = [];
  const statuses = Object.keys(responses);
  if (!statuses.some((status) => status.startsWith('2'))) gaps.push('no response of success');
  for (const [status, { description, content }] of Object.entries(responses)) {
    if (!description || description === 'Default Response') gaps.push(`${status}: no description`);
    const media = Object.values(content ?? {});
    if (status !== '204' && (media.length === 0 || media.some(({ schema }) => !schema))) {
      gaps.push(`${status}: no schema`);
    }
  }
  return gaps;
};

const gapsOf = (operation: Operation): string[] => {
  const gaps: string[] = [];
  if (!operation.operationId) gaps.push('no operationId');
  if (!operation.tags?.length) gaps.push('no tag');
  if (!operation.summary) gaps.push('no summary');
  if (!operation.description) gaps.push('no description');
  const bodies = Object.values(operation.requestBody?.content ?? {});
  if (bodies.some(({ schema }) => !schema)) gaps.push('no schema of the body');
  return [...gaps, ...gapsOfResponses(operation.responses ?? {})];
};

const pathOf = (url: string): string => url.replaceAll(/:([A-Za-z_]\w*)/g, '{$1}');

/** One line per gap, as `GET /v1/plans: no summary`; an undocumented route is a gap too. */
export const documentationGaps = (app: App): string[] => {
  const operations = operationsOf(app.swagger() as OpenapiDocument);
  const gaps = operations.flatMap(({ method, path, operation }) =>
    gapsOf(operation).map((gap) => `${method.toUpperCase()} ${path}: ${gap}`),
  );
  const documented = new Set(
    operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`),
  );
  for (const { method, url } of app.registeredRoutes) {
    const name = `${method} ${pathOf(url)}`;
    if (!documented.has(name)) gaps.push(`${name}: not documented`);
  }
  const ids = Map.groupBy(operations, ({ operation }) => operation.operationId);
  for (const [id, same] of ids) {
    if (id !== undefined && same.length > 1)
      gaps.push(`${id}: the id of ${same.length} operations`);
  }
  return gaps;
};
