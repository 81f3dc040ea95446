// Prometheus text on a port of its own, which no proxy of the service's forwards. One registry per
// process, made by the composition and handed to whoever counts: metrics are created with
// prom-client on it (`new Counter({ registers: [… ] })`). Gauges are set by whoever knows, when they
// know; a scrape asks the database nothing.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { App } from './app.ts';

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

// Prometheus scrapes every few seconds over one connection or two.
const CONNECTIONS_MAX = 16;

/** Serves `registry` at /metrics until the server is closed; throws when the port is taken. */
export const serveMetrics = async (
  registry: Registry,
  { host, port }: { host: string; port: number },
): Promise<Server> => {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.maxConnections = CONNECTIONS_MAX;
  // Metrics keep no process alive that has nothing else to do.
  server.unref();
  server.listen({ host, port });
  await once(server, 'listening');
  return server;
};
