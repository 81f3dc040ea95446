// Faults below Fastify: bytes that are no HTTP, headers that are too large or never end, an unknown
// Expect. These too are answered with a problem, written to the socket by hand.

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ProblemCode, problemCatalog } from './problem-catalog.ts';
import { languageOf, problem, problemDocument, problemMediaType } from './problems.ts';
import { spanOf, traceIdOf } from './trace.ts';

const codes: Record<string, ProblemCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

const answer = (code: ProblemCode, acceptLanguage?: string) => {
  const traceId = traceIdOf(undefined);
  const language = languageOf(acceptLanguage);
  const body = JSON.stringify(problemDocument(problem(code), language, traceId));
  const headers: Record<string, string> = {
    'content-type': problemMediaType,
    'content-length': String(Buffer.byteLength(body)),
    'content-language': language,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    traceparent: spanOf(traceId, undefined),
    connection: 'close',
  };
  return { status: problemCatalog[code].status, headers, body, traceId };
};

/** For Fastify's `clientErrorHandler`. Returns the trace id to log, or null if nobody listens. */
export const answerClientError = (
  error: Error & { code?: string },
  socket: Socket,
): string | null => {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return null;
  }
  const { status, headers, body, traceId } = answer(codes[error.code ?? ''] ?? 'bad-request');
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
  return traceId;
};

/** For the server's `checkExpectation` event, which Node would answer with an empty 417. */
export const answerExpectation = (request: IncomingMessage, response: ServerResponse): void => {
  const { status, headers, body } = answer(
    'expectation-failed',
    request.headers['accept-language'],
  );
  response.writeHead(status, headers).end(body);
};
