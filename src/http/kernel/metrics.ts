// Prometheus text on a port of its own, which the service's proxy does not forward. The composition
// makes one registry per process, on which others create their metrics with prom-client
// (`new Counter({ registers: [… ] })`). Gauges are set when their values change, so that a scrape asks
// the database nothing.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { App } from './app.ts';

/** A registry with the process's own metrics: memory, event loop lag, garbage collection. */
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
    // The label is the pattern, because there is no end of addresses.
    const route = routeOptions.url ?? 'unmatched';
    requests.inc({ method, route, status: reply.statusCode });
    duration.observe({ method, route }, reply.elapsedTime / 1000);
  });
};

// Prometheus scrapes every few seconds over one or two connections.
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
  // The metrics server must not keep a process alive that has nothing else to do.
  server.unref();
  server.listen({ host, port });
  await once(server, 'listening');
  return server;
};
