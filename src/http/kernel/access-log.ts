// What of each request goes into the access log: denials of every route, and what the route's config names.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessLog } from '../../command/audit/access-log.ts';
import type { Principal } from '../../rules/access/access.ts';
import type { Access, AccessAction, AccessOutcome } from '../../rules/access/access-kinds.ts';
import type { App } from './app.ts';
import { callerOf } from './rate-limits.ts';

/** Data of persons leave the house by these, so their row is stored before the first byte is sent. */
const STORED_BEFORE: readonly AccessAction[] = ['export', 'roll'];

const OUTCOMES: { readonly [status: number]: AccessOutcome } = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'hidden',
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ADDRESS_LENGTH_MAX = 64;

/** The use of a key from an address is told once in this time, by each process. */
const ENTRY_EVERY_MS = 3_600_000;
/** Uses that are remembered; beyond them the oldest is told again. */
const ENTRIES_MAX = 10_000;

/** True for the first use of a key from an address, and for the first after each hour. */
function createEntries(nowMs: () => number): (credential: string, address: string) => boolean {
  const toldMs = new Map<string, number>();
  return (credential, address) => {
    const use = `${credential} ${address}`;
    const now = nowMs();
    if (now - (toldMs.get(use) ?? Number.NEGATIVE_INFINITY) < ENTRY_EVERY_MS) return false;
    toldMs.delete(use);
    toldMs.set(use, now);
    if (toldMs.size > ENTRIES_MAX) toldMs.delete(toldMs.keys().next().value as string);
    return true;
  };
}

/** The first id among the values, that of the campaign last. */
function idAmong(values: unknown): string | null {
  if (typeof values !== 'object' || values === null) return null;
  const ids = Object.entries(values).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && UUID.test(entry[1]),
  );
  const [, id = null] = ids.find(([name]) => name !== 'campaignId') ?? ids[0] ?? [];
  return id;
}

/** The id of what a request is about. */
const subjectOf = ({ params, query, body }: FastifyRequest): string | null =>
  idAmong(params) ?? idAmong(query) ?? idAmong(body);

const actionOf = ({ routeOptions }: FastifyRequest): AccessAction =>
  routeOptions.config?.access ?? 'request';

/** The address that the log tells: an IPv6 one by its /64, as the limits of rate count. */
const addressOf = ({ ip }: FastifyRequest): string => callerOf(ip).slice(0, ADDRESS_LENGTH_MAX);

/** A request as the access log keeps it. */
export const accessOf = (
  request: FastifyRequest,
  { id, credential, grants }: Principal,
  outcome: AccessOutcome,
  purpose: string | null = null,
): Access => ({
  principalId: id,
  credential,
  address: addressOf(request),
  action: actionOf(request),
  outcome,
  route: `${request.method} ${request.routeOptions.url ?? ''}`,
  subject: subjectOf(request),
  purpose,
  places: [...new Set(grants.map(({ reach }) => reach))].sort(),
});

const strangerOf = (request: FastifyRequest): Access => ({
  principalId: null,
  credential: null,
  address: addressOf(request),
  action: 'request',
  outcome: 'unauthenticated',
  route: '',
  subject: null,
  purpose: null,
  places: [],
});

/** Call after authentication was added. `principalOf` gives null for whoever did not show a valid key. */
export function addAccessLog(
  app: App,
  log: AccessLog,
  principalOf: (request: FastifyRequest) => Principal | null,
): void {
  const isStoredBefore = (request: FastifyRequest, { statusCode }: FastifyReply): boolean =>
    statusCode < 300 && STORED_BEFORE.includes(actionOf(request));

  const isEntry = createEntries(app.pace.nowMs);

  app.addHook('onSend', async (request, reply) => {
    const principal = principalOf(request);
    if (principal === null || !isStoredBefore(request, reply)) return;
    await log.write(accessOf(request, principal, 'done'));
  });

  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply;
    if (statusCode === 401) {
      log.note(strangerOf(request));
      return;
    }
    const principal = principalOf(request);
    if (principal === null) return;
    if (isEntry(principal.credential ?? principal.id, addressOf(request))) {
      log.note({
        ...accessOf(request, principal, 'done'),
        action: 'entry',
        route: '',
        subject: null,
      });
    }
    const denied = OUTCOMES[statusCode];
    if (denied !== undefined) {
      const access = accessOf(request, principal, denied);
      // What was not named by an id, or has none, was hidden from nobody.
      if (denied !== 'hidden' || access.subject !== null) log.note(access);
    } else if (statusCode < 300 && actionOf(request) === 'administrative-read') {
      log.note(accessOf(request, principal, 'done'));
    }
  });
}
