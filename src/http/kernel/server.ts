// The Fastify server without its resources: the parts that every request passes through.

import type { RequestListener } from 'node:http';
import {
  type SerializerCompiler,
  type SerializerFactory,
  SerializerSelector,
} from '@fastify/fast-json-stringify-compiler';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { Registry } from 'prom-client';
import type { AccessLog } from '../../command/audit/access-log.ts';
import type { Threads } from '../../threads/pool.ts';
import type { Works } from '../../threads/works.ts';
import { addDocsPages } from '../docs/docs-page.ts';
import { addOpenapi } from '../docs/openapi.ts';
import { addAccessLog } from './access-log.ts';
import type { App } from './app.ts';
import { type Authenticator, addAuthentication, callerIn } from './authentication.ts';
import { answerClientError, answerExpectation } from './client-errors.ts';
import { addHealth, type Readiness } from './health.ts';
import { addMetrics } from './metrics.ts';
import { type Door, EVERYWHERE } from './officer-networks.ts';
import { type Port, serverOptions, type Timeouts } from './port.ts';
import { problem, problemOf, sendProblem } from './problems.ts';
import type { Pace, RateLimit } from './rate-limits.ts';
import { addBodyParsers, wrongMediaType } from './request-bodies.ts';
import { addRouteRules, createAllowedMethods } from './routes.ts';
import { spanOf, traceIdOf } from './trace.ts';
import { buildValidatorCompiler } from './validation.ts';

export type ServerOptions = {
  log: FastifyBaseLogger;
  authenticate: Authenticator;
  registerResources: (app: App) => Promise<void> | void;
  ready: () => Readiness;
  version: string;
  /** The threads that read expensive bodies; they are closed with the server. */
  threads: Threads<Works>;
  /** The bound port, which the composition opens. */
  port?: Port;
  /** Whether to believe X-Forwarded-*: only behind a proxy that sets them itself. */
  trustProxy?: boolean | number | string[];
  /** The process's registry; a new one by default. */
  metrics?: Registry;
  principalLimit?: RateLimit;
  failureLimit?: RateLimit;
  publicLimit?: RateLimit;
  /** From where officers are let in; from everywhere by default. */
  door?: Door;
  timeouts?: Timeouts;
  /** See HealthOptions. */
  loopDelayMsMax?: number;
  /** Keeps who was denied and who took data out; a server without one keeps nothing. */
  accessLog?: AccessLog;
  /** The clock and share of the rate limits; by default this process alone, by its own clock. */
  pace?: Pace;
};

const PRINCIPAL_LIMIT: RateLimit = { requests: 2000, windowSeconds: 10 };
const FAILURE_LIMIT: RateLimit = { requests: 300, windowSeconds: 60 };
// Hundreds of people at a meeting may vote, and a village read a public notice, through one address.
const PUBLIC_LIMIT: RateLimit = { requests: 1200, windowSeconds: 60 };
const ALONE: Pace = { nowMs: () => performance.now(), replicas: () => 1 };

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

const stamp = (request: FastifyRequest, reply: FastifyReply): void => {
  reply.headers(securityHeaders);
  reply.header('traceparent', spanOf(request.id, request.headers.traceparent));
};

/** Fastify's own serializers, each compiled at the first answer of its route. */
const buildSerializerCompiler: SerializerFactory = (shared, options) => {
  const compile = SerializerSelector()(shared, options);
  return (route) => {
    let serialize: ReturnType<SerializerCompiler> | undefined;
    return (answer) => {
      // Compiling all of them took 0.5 s of every start.
      serialize ??= compile(route);
      return serialize(answer);
    };
  };
};

const createApp = ({ log, trustProxy, timeouts, port }: ServerOptions): App =>
  fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'traceId' }),
    genReqId: (raw) => traceIdOf(raw.headers.traceparent),
    trustProxy:
      typeof trustProxy === 'number' ? (_, hop) => hop < trustProxy : (trustProxy ?? false),
    requestTimeout: serverOptions(timeouts).requestTimeout,
    // A hook refuses requests while closing instead, with a problem.
    return503OnClosing: false,
    http: serverOptions(timeouts),
    ...(port === undefined
      ? {}
      : {
          serverFactory: (answer: RequestListener) => {
            port.promise(answer);
            return port.server;
          },
        }),
    // The cast stays: Fastify types this factory as its own Ajv compiler, which takes other arguments.
    schemaController: {
      compilersFactory: {
        buildValidator: buildValidatorCompiler as never,
        buildSerializer: buildSerializerCompiler,
      },
    },
    frameworkErrors: (error, request, reply) => {
      stamp(request, reply);
      sendProblem(request, reply, problemOf(error));
    },
    clientErrorHandler: (error, socket) => {
      const traceId = answerClientError(error, socket);
      if (traceId !== null) log.info({ traceId, code: error.code }, 'refused below HTTP');
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

/** The gate stamps every request and refuses those that cannot be meant. */
const addGate = (app: App): void => {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onRequest', async (request, reply) => {
    stamp(request, reply);
    if (closing) {
      throw problem('unavailable', { retryAfterSeconds: 5, headers: { connection: 'close' } });
    }
    // RFC 9112, 3.2, demands one host; PostgreSQL stores no NUL.
    const { httpVersion, headers, url = '' } = request.raw;
    if ((headers.host === undefined && httpVersion === '1.1') || url.includes('%00')) {
      throw problem('bad-request');
    }
  });
  app.server.on('checkExpectation', answerExpectation);
};

const addErrorAnswers = (app: App): void => {
  app.setErrorHandler((error, request, reply) => {
    const { code } = error as { code?: unknown };
    const refusal =
      code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? wrongMediaType(request) : problemOf(error);
    if (refusal.statusCode >= 500) request.log.error({ err: refusal.cause ?? refusal }, 'failed');
    return sendProblem(request, reply, refusal);
  });
  const allowedMethods = createAllowedMethods(app);
  app.setNotFoundHandler((request, reply) => {
    const allowed = allowedMethods(request.url.split('?', 1)[0] ?? '');
    const refusal =
      allowed.length === 0 || allowed.includes(request.method)
        ? problem('not-found')
        : problem('method-not-allowed', { headers: { allow: allowed.join(', ') } });
    return sendProblem(request, reply, refusal);
  });
};

const addRequestLog = (app: App): void => {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
      },
      'answered',
    );
  });
};

/** Ready to `inject` or `listen`; `close` lets the requests under way finish. */
export const buildServer = async (options: ServerOptions): Promise<App> => {
  const { authenticate, ready, version, loopDelayMsMax } = options;
  const app = createApp(options);
  app.decorate('pace', options.pace ?? ALONE);
  const metrics = options.metrics ?? new Registry();
  addBodyParsers(app, options.threads);
  addErrorAnswers(app);
  addRequestLog(app);
  addMetrics(app, metrics);
  addGate(app);
  // Requests under way are answered before anything they need is closed.
  app.addHook('preClose', async () => options.port?.close());
  app.addHook('onClose', () => options.threads.close());
  addAuthentication(app, {
    authenticate,
    principalLimit: options.principalLimit ?? PRINCIPAL_LIMIT,
    failureLimit: options.failureLimit ?? FAILURE_LIMIT,
    publicLimit: options.publicLimit ?? PUBLIC_LIMIT,
    door: options.door ?? EVERYWHERE,
    pace: app.pace,
  });
  if (options.accessLog !== undefined) addAccessLog(app, options.accessLog, callerIn);
  addRouteRules(app);
  await addOpenapi(app, version);
  addHealth(app, { ready, version, loopDelayMsMax });
  addDocsPages(app);
  await options.registerResources(app);
  await app.ready();
  return app;
};
