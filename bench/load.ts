// A bounded load on loopback: n clients that each wait for their answer before they ask again.

import { Agent, request } from 'node:http';

export type Measured = {
  clients: number;
  perSecond: number;
  medianMs: number;
  p99Ms: number;
  failures: number;
};

export type Ask = (client: number, turn: number) => { path: string; key: string; body: string };

/** Asks for `seconds`, after `warmUpSeconds` that are not counted. */
export async function measureHttp(
  origin: string,
  clients: number,
  seconds: number,
  warmUpSeconds: number,
  ask: Ask,
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const url = new URL(origin);
  const startMs = performance.now() + warmUpSeconds * 1000;
  const endMs = startMs + seconds * 1000;
  const tookMs: number[] = [];
  let failures = 0;

  const one = (client: number, turn: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const { path, key, body } = ask(client, turn);
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': crypto.randomUUID(),
      };
      const outgoing = request(
        { agent, host: url.hostname, port: url.port, method: 'POST', path, headers },
        (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode ?? 0));
          answer.on('error', reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  const client = async (number: number): Promise<void> => {
    for (let turn = 0; performance.now() < endMs; turn += 1) {
      const sentMs = performance.now();
      const status = await one(number, turn);
      const doneMs = performance.now();
      if (status < 200 || status > 299) failures += 1;
      else if (sentMs >= startMs && doneMs <= endMs) tookMs.push(doneMs - sentMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  agent.destroy();
  tookMs.sort((a, b) => a - b);
  const at = (share: number): number => tookMs[Math.floor(tookMs.length * share)] ?? Number.NaN;
  return {
    clients,
    perSecond: tookMs.length / seconds,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    failures,
  };
}
