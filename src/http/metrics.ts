// Prometheus text at /metrics. One registry per process, made by the composition and handed to
// whoever counts: metrics are created with prom-client on it (`new Counter({ registers: [… ] })`).

import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import Type from 'typebox';
import type { App } from './instance.ts';

/** A registry that also tells of the process itself: memory, event loop lag, garbage collection. */
export const createRegistry = (): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
};

export const addMetrics = (app: App, registry: Registry): void => {
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request line to the last byte of the answer',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });

  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    // The pattern, never the address: addresses are without number.
    const route = routeOptions.url ?? 'unmatched';
    requests.inc({ method, route, status: reply.statusCode });
    duration.observe({ method, route }, reply.elapsedTime / 1000);
  });
};

export const addMetricsRoute = (app: App, registry: Registry): void => {
  app.get(
    '/metrics',
    {
      config: { public: true },
      schema: {
        operationId: 'getMetrics',
        tags: ['service'],
        summary: '运行指标 · Metrics',
        description:
          'Prometheus 文本格式；对外的代理不应转发此地址。 · Prometheus text; not to be forwarded by a public proxy.',
        response: {
          200: { content: { 'text/plain': { schema: Type.String() } } },
        },
      },
    },
    async (_request, reply) =>
      reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
};
