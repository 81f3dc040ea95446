// A server with one small resource, to show what the kernel gives to every resource.

import { connect } from 'node:net';
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import Type from 'typebox';
import type { App } from '../../src/http/kernel/app.ts';
import {
  assertRevision,
  expectedRevision,
  idempotencyKey,
  oneOfBy,
  setRevision,
} from '../../src/http/kernel/conventions.ts';
import { pageOf } from '../../src/http/kernel/pages.ts';
import { problem } from '../../src/http/kernel/problems.ts';
import { buildServer, type ServerOptions } from '../../src/http/kernel/server.ts';
import { openThreads } from '../../src/threads/open.ts';

const Site = Type.Object({ id: Type.String(), seats: Type.Integer() });
const pages = pageOf(Site, Type.String(), ({ id }: { id: string }) => id);
const described = (operationId: string) => ({
  operationId,
  tags: ['sites'],
  summary: '站点 · Sites',
  description: '终端站点 · Terminal sites',
});

export const registerSites = (app: App): void => {
  app.get(
    '/v1/sites',
    {
      schema: {
        ...described('listSites'),
        querystring: Type.Object({
          ...pages.query,
          overdue: Type.Optional(Type.Boolean()),
          fault: Type.Optional(Type.String()),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query }, reply) => {
      if (query.fault === 'database') throw Object.assign(new Error('x'), { code: '57P01' });
      if (query.fault === 'bug') throw new Error('select * from secret');
      if (query.fault === 'state') throw problem('out-of-state', { accepts: ['submit-plan'] });
      if (query.fault === 'unmet') {
        throw problem('requirements-unmet', {
          detail: { zh: '典型案例不足。', en: 'Too few showcase cases.' },
          unmet: [{ clause: 'R17', sentence: { zh: '不少于3个', en: 'at least 3' }, actual: 2 }],
        });
      }
      const { limit } = pages.turnOf(query);
      const sites = Array.from({ length: query.overdue === true ? limit : 1 }, (_, index) => ({
        id: String(index + 1),
        seats: query.limit,
      }));
      return pages.toJson(reply, query.limit, sites, (site) => site);
    },
  );
  app.put(
    '/v1/sites/:id',
    {
      config: { revisioned: true },
      schema: {
        ...described('replaceSite'),
        params: Type.Object({ id: Type.String() }),
        body: Type.Object({ seats: Type.Integer({ minimum: 1 }), name: Type.String() }),
        response: { 200: Site },
      },
    },
    async (request, reply) => {
      assertRevision(expectedRevision(request), 12);
      setRevision(reply, 13);
      return { id: request.params.id, seats: request.body.seats };
    },
  );
  app.post(
    '/v1/sites/:id/events',
    {
      config: { problems: ['out-of-state', 'requirements-unmet'] },
      schema: {
        ...described('sendSiteEvent'),
        params: Type.Object({ id: Type.String() }),
        body: oneOfBy('type', [
          Type.Object({
            type: Type.Literal('inspect'),
            at: Type.String({ format: 'date-time' }),
            day: Type.Optional(Type.String({ format: 'date' })),
          }),
          Type.Object({ type: Type.Literal('close'), reason: Type.String() }),
        ]),
        response: { 200: Type.Object({ key: Type.Union([Type.String(), Type.Null()]) }) },
      },
    },
    async (request) => ({ key: idempotencyKey(request) ?? null }),
  );
  app.post(
    '/v1/sites/imports',
    {
      schema: {
        ...described('importSites'),
        consumes: ['text/csv'],
        body: Type.String(),
        response: { 200: Type.Object({ text: Type.String() }) },
      },
    },
    async (request) => ({ text: request.body }),
  );
};

const silent = pino({ level: 'silent' });

export const siteServer = (options: Partial<ServerOptions> = {}): Promise<App> =>
  buildServer({
    log: silent,
    version: '0.1.0',
    ready: () => ({ ok: true, detail: { database: 'up' } }),
    authenticate: async (token) =>
      token.startsWith('cp_')
        ? { id: token, name: '县远程办', grants: [], credential: null }
        : null,
    registerResources: registerSites,
    threads: openThreads(),
    ...options,
  });

/** A request with a good token. */
export const asOffice = (request: InjectOptions): InjectOptions => ({
  ...request,
  headers: { authorization: 'Bearer cp_office', ...request.headers },
});

/** Sends bytes as they are over a real socket; resolves with everything that came back. */
export const exchange = (port: number, bytes: string | Buffer): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  socket.on('error', reject);
  return promise;
};

/** Listens on a free port of the loopback. */
export const listen = async (app: App): Promise<number> => {
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return Number(new URL(address).port);
};
