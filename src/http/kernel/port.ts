// The port is bound before anything else of the service exists: a port in use ends the start before
// anything is written, and early requests get the answer that the service is starting.

import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answerClientError } from './client-errors.ts';
import { languageOf, problem, problemDocument, problemMediaType } from './problems.ts';
import { spanOf, traceIdOf } from './trace.ts';

export type Timeouts = { headersMs: number; requestMs: number };

// An 8 MiB import over a township's slow line takes a minute; headers come at once or not at all.
const TIMEOUTS: Timeouts = { headersMs: 10_000, requestMs: 120_000 };
const CONNECTIONS_CHECKED_EVERY_MS = 1000;
/** Proxies keep a quiet connection for 60 s: they must end it first, or we would while they send. */
const KEEP_ALIVE_MS = 72_000;
const RETRY_AFTER_SECONDS = 2;

/** The timeouts of every server of this service. */
export const serverOptions = ({ headersMs, requestMs }: Timeouts = TIMEOUTS) => ({
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: CONNECTIONS_CHECKED_EVERY_MS,
  requireHostHeader: false,
});

export type Port = {
  server: Server;
  /** The bound address, as http://host:port. */
  address: string;
  /** Registers the listener for `open`; faults below HTTP go to it from now on. */
  promise: (answer: RequestListener) => void;
  /** Sends requests to the registered listener from now on. */
  open: () => void;
  /** Takes no new connection; resolves when the last one has ended. */
  close: () => Promise<void>;
};

/** Binds the port. Throws the system's error when it cannot (EADDRINUSE, EACCES …). */
export async function openPort(
  { host, port }: { host: string; port: number },
  version: string,
): Promise<Port> {
  let answer: RequestListener = starting(version);
  let promised = answer;
  const server = createServer(serverOptions(), (request, response) => answer(request, response));
  const refuse = (error: Error, socket: unknown): void => {
    answerClientError(error, socket as Socket);
  };
  server.on('clientError', refuse);
  server.listen({ host, port });
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    server,
    address: `http://${name}:${bound.port}`,
    promise: (answer) => {
      promised = answer;
      server.off('clientError', refuse);
    },
    open: () => {
      answer = promised;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

const starting =
  (version: string) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const traceId = traceIdOf(request.headers.traceparent);
    response.setHeader('traceparent', spanOf(traceId, request.headers.traceparent));
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('connection', 'close');
    request.resume();
    if (request.url === '/livez' && (request.method === 'GET' || request.method === 'HEAD')) {
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.end(JSON.stringify({ status: 'alive', version }));
      return;
    }
    const language = languageOf(request.headers['accept-language']);
    const refusal = problem('unavailable', {
      detail: {
        zh: '服务正在启动，尚不能处理请求。',
        en: 'The service is starting and takes no requests yet.',
      },
    });
    response
      .writeHead(refusal.statusCode, {
        'content-type': problemMediaType,
        'content-language': language,
        'retry-after': String(RETRY_AFTER_SECONDS),
      })
      .end(JSON.stringify(problemDocument(refusal, language, traceId)));
  };
