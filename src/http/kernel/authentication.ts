// Authentication by a bearer token, before anything else of a request is looked at. A route needs a
// token unless it says `config: { public: true }`; so does every unknown address under /v1.

import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../rules/access/access.ts';
import type { App } from './app.ts';
import type { Door } from './officer-networks.ts';
import { problem } from './problems.ts';
import {
  type Allowance,
  callerOf,
  createTokenBuckets,
  type Pace,
  type RateLimit,
  type TokenBuckets,
} from './rate-limits.ts';

/** The principal of a token; null when it is nobody's. Throws only when it cannot find out (503). */
export type Authenticator = (token: string) => Promise<Principal | null>;

/**
 * The first authenticator that knows the token decides. OIDC enters here: API keys (`cp_…`) and access
 * tokens of an identity provider are two authenticators in this list.
 */
export const firstOf =
  (authenticators: readonly Authenticator[]): Authenticator =>
  async (token) => {
    for (const authenticate of authenticators) {
      const principal = await authenticate(token);
      if (principal !== null) return principal;
    }
    return null;
  };

type AuthenticationOptions = {
  authenticate: Authenticator;
  /** The limit of requests of one principal. */
  principalLimit: RateLimit;
  /** The limit of failed attempts from one address. */
  failureLimit: RateLimit;
  /** The limit of requests without a key from one address, health checks aside. */
  publicLimit: RateLimit;
  /** Whether a principal is let in from an address. */
  door: Door;
  pace: Pace;
};

const TOKEN_LENGTH_MAX = 8192;
const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

// A whole county may share one address. Tokens known to be good keep working while somebody else there
// uses up the address's failed attempts.
const KNOWN_TOKENS_MAX = 10_000;

const fingerprint = (token: string): string => hash('sha256', token, 'base64');

const needsPrincipal = (request: FastifyRequest): boolean => {
  const { url, config } = request.routeOptions;
  if (url === undefined) return request.url === '/v1' || request.url.startsWith('/v1/');
  return config.public !== true;
};

const tooMany = ({ retryAfterSeconds }: Allowance) =>
  problem('too-many-requests', { retryAfterSeconds });

const ELSEWHERE = {
  zh: '管理员、安全管理员、审计员和运维员只能从指定的网络进入，此地址不在其中。',
  en: 'Officers are let in from certain networks only, and this address is in none of them.',
};

const kPrincipal = Symbol('principal');
type Carrier = { [kPrincipal]?: Principal };

/** Whoever showed a valid key; null in public routes and for strangers. */
export const callerIn = (request: FastifyRequest): Principal | null =>
  (request as Carrier)[kPrincipal] ?? null;

export const addAuthentication = (app: App, options: AuthenticationOptions): void => {
  const { authenticate, principalLimit, failureLimit, publicLimit, door, pace } = options;
  const perPrincipal = createTokenBuckets(principalLimit, pace);
  const failures = createTokenBuckets(failureLimit, pace);
  const perAddress = createTokenBuckets(publicLimit, pace);
  const known = new Set<string>();

  const identify = async (request: FastifyRequest): Promise<Principal> => {
    const token = bearer.exec(request.headers.authorization ?? '')?.[1];
    const usable = token !== undefined && token.length <= TOKEN_LENGTH_MAX;
    const print = usable ? fingerprint(token) : '';
    const caller = callerOf(request.ip);
    const allowance = failures.look(caller);
    if (!allowance.allowed && !known.has(print)) throw tooMany(allowance);
    const principal = usable ? await authenticate(token) : null;
    if (principal !== null) {
      known.add(print);
      if (known.size > KNOWN_TOKENS_MAX) known.delete(known.values().next().value as string);
      return principal;
    }
    known.delete(print);
    failures.take(caller);
    const error = request.headers.authorization === undefined ? '' : ', error="invalid_token"';
    throw problem('unauthenticated', {
      headers: { 'www-authenticate': `Bearer realm="chuangping"${error}` },
    });
  };

  const limit = (
    policy: 'principal' | 'address',
    { limit: { windowSeconds }, take }: TokenBuckets,
    key: string,
    reply: FastifyReply,
  ): void => {
    const allowance = take(key);
    const { quota, remaining, resetSeconds } = allowance;
    reply.header('ratelimit-policy', `"${policy}";q=${quota};w=${windowSeconds}`);
    reply.header('ratelimit', `"${policy}";r=${remaining};t=${resetSeconds}`);
    if (!allowance.allowed) throw tooMany(allowance);
  };

  app.decorateRequest('principal', {
    getter(this: FastifyRequest): Principal {
      const principal = (this as Carrier)[kPrincipal];
      if (principal === undefined) throw new Error('a public route asked for its principal');
      return principal;
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!needsPrincipal(request)) {
      if (request.routeOptions.config?.isUnlimited === true) return;
      limit('address', perAddress, callerOf(request.ip), reply);
      return;
    }
    const principal = await identify(request);
    (request as Carrier)[kPrincipal] = principal;
    if (principal.key?.endsSoon) reply.header('key-expires-at', principal.key.expiresAt);
    limit('principal', perPrincipal, principal.id, reply);
    if (!door(principal, request.ip)) throw problem('forbidden', { detail: ELSEWHERE });
  });
};
