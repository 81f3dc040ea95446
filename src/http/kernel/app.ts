// The server as resources see it, and what this project adds to Fastify's own types.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Principal } from '../../rules/access/access.ts';
import type { AccessAction } from '../../rules/access/access-kinds.ts';
import type { ProblemCode } from './problem-catalog.ts';
import type { Pace } from './rate-limits.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route needs no token. Every route without this needs one. */
    public?: boolean;
    /** The route counts against no rate limit: health checks cost nothing. */
    isUnlimited?: boolean;
    /** A POST that changes nothing and reads behind the read wall, as every GET does. */
    reads?: boolean;
    /** Problems of this operation beyond those every operation shares. */
    problems?: readonly ProblemCode[];
    /** What the access log keeps of the route beside denials; its own act for `unmasking`. */
    access?: Exclude<AccessAction, 'request'>;
    /** The route honours If-Match, so the header and 412 are documented. */
    revisioned?: boolean;
  }
  interface FastifyInstance {
    /** The clock and the share by which this process keeps rate limits. */
    pace: Pace;
  }
  interface FastifyRequest {
    /** The caller. Reading it in a public route is a bug and throws. */
    principal: Principal;
  }
}
