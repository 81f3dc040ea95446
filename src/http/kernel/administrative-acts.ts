// Writes that belong to no campaign, with idempotency keys and repeated answers as for commands.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Administered } from '../../command/kernel/administer.ts';
import { administer } from '../../command/kernel/administer.ts';
import type { Teller } from '../../command/kernel/administrative-log.ts';
import { isKeyTaken } from '../../db/kernel/faults.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { requestHash } from './commands.ts';
import { idempotencyKey } from './conventions.ts';
import { problem } from './problems.ts';
import type { Service } from './service.ts';

/** Who asks, by which credential and from where, as the administrative log keeps it. */
export const tellerOf = ({ principal, ip }: FastifyRequest): Teller => ({
  principalId: principal.id,
  credential: principal.credential,
  address: ip,
});

/**
 * Does `work` in one transaction and gives its answer, or the answer this key had before. Problems
 * that `work` throws leave nothing behind.
 */
export async function performAct<Body extends object>(
  { performer }: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Tx) => Promise<Administered<Body>>,
): Promise<Body> {
  const key = request.method === 'POST' ? idempotencyKey(request) : undefined;
  const idempotency = key === undefined ? null : { key, requestHash: requestHash(request) };
  const asked = { ...tellerOf(request), idempotency };
  const outcome = await administer(performer, asked, work).catch((error: unknown) => {
    throw isKeyTaken(error) ? problem('duplicate', { cause: error }) : error;
  });
  if (outcome.kind === 'key-reused') throw problem('idempotency-key-reused');
  const { status, headers = {}, body } = outcome.answer;
  if (outcome.kind === 'repeated') reply.header('idempotency-replayed', 'true');
  reply.code(status).headers(headers);
  return body;
}
