// The client of the rehearsals, against a server that is busy at first.

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createClient } from '../../rehearsal/kit/client.ts';

let close: () => void = () => undefined;
afterEach(() => close());

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  close = () => server.close();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const actor = { id: '1', name: '彭镇', key: 'cp_1' };

test.each([429, 503])(
  'told %i it comes again when it was told to, with the same request',
  async (busy) => {
    const asked: { key: unknown; atMs: number }[] = [];
    const address = await listen((request, response) => {
      asked.push({ key: request.headers['idempotency-key'], atMs: performance.now() });
      response.writeHead(asked.length === 1 ? busy : 201, { 'retry-after': '1' });
      request.resume().on('end', () => response.end('{"id":"a"}'));
    });
    const client = createClient(address);
    expect(await client.post(actor, '/v1/candidates', {})).toEqual({ id: 'a' });
    const [first, second] = asked;
    expect(second?.key).toBe(first?.key);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(950);
    asked.length = 0;
    expect(await client.upload(actor, '/v1/files', Buffer.from('x'))).toEqual({ id: 'a' });
    expect(asked).toHaveLength(2);
  },
);

test('told to come in an hour, or not when, it takes that for the answer', async () => {
  for (const headers of [{ 'retry-after': '3600' }, {}]) {
    const address = await listen((_, response) => {
      response.writeHead(429, headers).end('{"status":429}');
    });
    const answer = await createClient(address).ask(actor, 'GET', '/v1/me');
    expect(answer.status).toBe(429);
    close();
  }
});
