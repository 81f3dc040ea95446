// The way to a database on another machine. The certificates of test/support/tls are made for these tests alone.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ADDRESS,
  byPort,
  freePort,
  openGate,
  openWorkshop,
  type Workshop,
} from '../support/workshop.ts';

const FOLDER = join(import.meta.dirname, '../support/tls');
const fileOf = (name: string): string => encodeURIComponent(join(FOLDER, name));
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop();
});
afterEach(() => workshop.close());

/** A port that speaks TLS as PostgreSQL does, and passes on to the database what is in it. */
async function openTls(): Promise<{
  port: number;
  plain: () => number;
  shut: () => Promise<void>;
}> {
  const behind = await freePort();
  const gate = await openGate(workshop.database, behind);
  const [key, cert] = await Promise.all(
    ['trusted.key', 'trusted.crt'].map((name) => readFile(join(FOLDER, name))),
  );
  let plain = 0;
  const server = createServer(async (socket) => {
    socket.on('error', () => undefined);
    const [first] = await once(socket, 'data').catch(() => [Buffer.alloc(0)]);
    if (!SSL_REQUEST.equals(first)) {
      plain += 1;
      socket.destroy();
      return;
    }
    socket.write('S');
    const secure = new TLSSocket(socket, { isServer: true, key, cert, minVersion: 'TLSv1.2' });
    const onward = connect(behind, '127.0.0.1');
    for (const [from, to] of [
      [secure, onward],
      [onward, secure],
    ] as const) {
      from.on('error', () => to.destroy());
      from.pipe(to);
      from.on('close', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    plain: () => plain,
    shut: async () => {
      server.close();
      await gate.shut();
    },
  };
}

test('a database is reached by TLS alone, with the certificate that is trusted and no other', async () => {
  const tls = await openTls();
  const url = (sslmode: string): string =>
    byPort(workshop.database, tls.port).replace('sslmode=disable', sslmode);
  const trusting = `sslmode=verify-full&sslrootcert=${fileOf('trusted.crt')}`;
  const served = workshop.launch({ DATABASE_URL: url(trusting) });
  const address = await served.says(ADDRESS);
  const ready = await fetch(`${address}/readyz`);
  expect(await ready.json()).toMatchObject({ checks: { database: 'writable', logins: 'apart' } });
  expect(tls.plain()).toBe(0);
  expect(await served.end()).toBe(0);

  const deceived = [
    `sslmode=verify-full&sslrootcert=${fileOf('other.crt')}`,
    'sslmode=verify-full',
  ].map((sslmode) => workshop.launch({ DATABASE_URL: url(sslmode) }));
  for (const each of deceived) {
    expect(await each.ended()).toBe(1);
    expect(each.said()).toMatch(/certificate/);
  }
  expect(tls.plain()).toBe(0);
  await tls.shut();
}, 90_000);
