// A bounded load on loopback: n clients that each wait for their answer before they ask again. Plain
// sockets are used, because the load takes its cost from the cores that it measures.

import { connect, type Socket } from 'node:net';

export type Measured = {
  clients: number;
  perSecond: number;
  medianMs: number;
  p99Ms: number;
  failures: number;
};

/** The next request of a client; without a body it is a GET. */
export type Ask = (client: number, turn: number) => { path: string; key: string; body?: string };

/** Runs the load for `seconds`, after `warmUpSeconds` that are not counted. */
export async function measureHttp(
  origin: string,
  clients: number,
  seconds: number,
  warmUpSeconds: number,
  ask: Ask,
): Promise<Measured> {
  const url = new URL(origin);
  const startMs = performance.now() + warmUpSeconds * 1000;
  const endMs = startMs + seconds * 1000;
  const tookMs: number[] = [];
  let failures = 0;

  const client = async (number: number): Promise<void> => {
    const socket = connect(Number(url.port), url.hostname);
    const answers = answersOf(socket);
    for (let turn = 0; performance.now() < endMs; turn += 1) {
      const sentMs = performance.now();
      socket.write(requestText(url.host, ask(number, turn)));
      const status = await answers.next();
      const doneMs = performance.now();
      if (status < 200 || status > 299) failures += 1;
      else if (sentMs >= startMs && doneMs <= endMs) tookMs.push(doneMs - sentMs);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
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

const requestText = (host: string, { path, key, body }: ReturnType<Ask>): string => {
  const head = `${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\n`;
  if (body === undefined) return `GET ${head}\r\n`;
  return (
    `POST ${head}content-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n` +
    `idempotency-key: ${crypto.randomUUID()}\r\n\r\n${body}`
  );
};

/** The status of each answer in turn. Answers have a content-length and come one at a time. */
function answersOf(socket: Socket): { next: () => Promise<number> } {
  let received: Buffer = Buffer.alloc(0);
  let answered: ((status: number) => void) | null = null;
  let failed: ((error: Error) => void) | null = null;
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = received.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (received.length < end + 4 + length) return;
    received = received.subarray(end + 4 + length);
    answered?.(Number(head.slice(9, 12)));
  });
  socket.on('error', (error) => failed?.(error));
  return {
    next: () =>
      new Promise((resolve, reject) => {
        answered = resolve;
        failed = reject;
      }),
  };
}
