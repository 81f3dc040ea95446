// Whoever has no key objects, and asks by the receipt what became of it.

import type { Actor, Client } from './client.ts';

type Said = { content: string; clues?: string; name?: string; contact?: string };

/** An address for each who objects: many plans are played on one service, which counts what one address lodges. */
const addressOf = (request: number): string =>
  `10.${(request >> 16) & 255}.${(request >> 8) & 255}.${request & 255}`;

/** Lodges an objection without a key and gives the code of its receipt. */
export async function lodgeObjection(
  client: Client,
  candidateId: string,
  said: Said,
): Promise<string> {
  const { status, body } = await client.ask<{ receipt: string }>(
    null,
    'POST',
    '/v1/public-objections',
    { candidateId, ...said },
    { headers: { 'x-forwarded-for': addressOf(client.requests()) } },
  );
  if (status !== 201) throw new Error(`an objection was not lodged: ${JSON.stringify(body)}`);
  return body.receipt;
}

/** The id of the newest objection to this candidate, as its office sees it. */
export async function newestObjection(
  client: Client,
  officer: Actor,
  candidateId: string,
): Promise<string> {
  const [newest] = await client.list<{ id: string }>(
    officer,
    `/v1/objections?candidateId=${candidateId}`,
  );
  if (newest === undefined) throw new Error('the office sees no objection');
  return newest.id;
}

/** Throws unless the receipt tells this reply. */
export async function expectAnswered(
  client: Client,
  receipt: string,
  reply: string,
): Promise<void> {
  const { body } = await client.ask<{ reply: string | null }>(
    null,
    'POST',
    '/v1/public-objections/look-up',
    { receipt },
  );
  if (body.reply !== reply) throw new Error(`the receipt tells ${JSON.stringify(body)}`);
}
