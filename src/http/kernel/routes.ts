// Rules of every route: its request schemas are closed, it is listed, and its address answers 405 to
// the methods it does not take. What reads only does so behind the read wall, as the reader's log-in.

import type { FastifySchema, RouteOptions } from 'fastify';
import { reading } from '../../db/kernel/reading.ts';
import { readableReaches } from '../../rules/access/access.ts';
import type { AccessAction } from '../../rules/access/access-kinds.ts';
import type { App } from './app.ts';
import { closed } from './validation.ts';

type RegisteredRoute = {
  method: string;
  url: string;
  schema: FastifySchema | undefined;
  /** What the access log keeps of it; null when that is denials only. */
  access: Exclude<AccessAction, 'request'> | null;
};

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route, HEAD excepted, in order of registration. */
    registeredRoutes: RegisteredRoute[];
  }
}

// A query without a schema would be ignored, and a misspelt `?dryRun=true` would be no dry run.
const noQuery = { type: 'object', properties: {}, additionalProperties: false };

const withClosedRequest = (route: RouteOptions): FastifySchema => {
  const schema: FastifySchema = { ...route.schema };
  if (schema.body !== undefined) schema.body = closed(schema.body);
  if (schema.params !== undefined) schema.params = closed(schema.params);
  if (schema.querystring !== undefined) schema.querystring = closed(schema.querystring);
  else if (route.url.startsWith('/v1/')) schema.querystring = noQuery;
  return schema;
};

/** Call before any route is added. */
export const addRouteRules = (app: App): void => {
  app.decorate('registeredRoutes', []);
  app.addHook('onRoute', (route) => {
    route.schema = withClosedRequest(route);
    const { handler } = route;
    const { reads = false, public: isPublic = false } = route.config ?? {};
    if (reads || ['GET', 'HEAD'].includes(String(route.method))) {
      route.handler = function read(request, reply) {
        const within = isPublic ? [] : readableReaches(request.principal);
        return reading(within, () => handler.call(this, request, reply));
      };
    }
    for (const method of [route.method].flat()) {
      if (method === 'HEAD') continue;
      const access = route.config?.access ?? null;
      app.registeredRoutes.push({ method, url: route.url, schema: route.schema, access });
    }
  });
};

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/:[A-Za-z_]\w*/g, '[^/]+')
      .replaceAll('*', '.*')}$`,
  );

/** The methods some route takes at this address; none when no route has it. */
export const createAllowedMethods = (app: App): ((path: string) => string[]) => {
  let patterns: { pattern: RegExp; method: string }[] | undefined;
  return (path) => {
    patterns ??= app.registeredRoutes.map(({ url, method }) => ({
      pattern: patternOf(url),
      method,
    }));
    const methods = new Set<string>();
    for (const { pattern, method } of patterns) {
      if (!pattern.test(path)) continue;
      methods.add(method);
      if (method === 'GET') methods.add('HEAD');
    }
    return [...methods].sort();
  };
};
