// The port, held before anything else of the service exists: a port that is taken ends the start
// before anything is written, and whoever asks meanwhile is told that the service is starting.

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

// An 8 MiB import over a township's slow line takes a minute; headers come at once or never.
const TIMEOUTS: Timeouts = { headersMs: 10_000, requestMs: 120_000 };
const CONNECTIONS_CHECKED_EVERY_MS = 1000;
/** Above what proxies keep a quiet connection for (60 s): they are to end it, not we while they send. */
const KEEP_ALIVE_MS = 72_000;
const RETRY_AFTER_SECONDS = 2;

/** How every server of this service treats what is slow or never ends. */
export const serverOptions = ({ headersMs, requestMs }: Timeouts = TIMEOUTS) => ({
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: CONNECTIONS_CHECKED_EVERY_MS,
  requireHostHeader: false,
});

export type Port = {
  server: Server;
  /** http://host:port, as it was bound. */
  address: string;
  /** Who is to have every request; faults below HTTP are that listener's from now on. */
  promise: (answer: RequestListener) => void;
  /** From now on requests go to whom they were promised. */
  open: () => void;
  /** Nobody new comes in; resolves when the last connection has gone. */
  close: () => Promise<void>;
};

/** Binds the port; throws what the system says when it cannot (EADDRINUSE, EACCES …). */
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
