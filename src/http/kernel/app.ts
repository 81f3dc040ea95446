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
    /** Needs no token. Every route without this needs one. */
    public?: boolean;
    /** Counts against no limit: health checks, which ask nobody anything. */
    isUnlimited?: boolean;
    /** Problems of this operation beyond those every operation shares. */
    problems?: readonly ProblemCode[];
    /** Honours If-Match: documents the header and 412. */
    revisioned?: boolean;
  }
  interface FastifyInstance {
    /** By which limits of rate are kept in this process. */
    pace: Pace;
  }
  interface FastifyRequest {
    /** Who asks. Reading it in a public route is a bug and throws. */
    principal: Principal;
  }
}
