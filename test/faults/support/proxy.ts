// A wire that the test owns, between the service and PostgreSQL: it can be cut, go silent, accept
// connections without an answer, and swallow the answers to COMMIT.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type Wire = {
  port: number;
  /** Loses every nth answer to COMMIT after the server gave it; then the connection is cut or hangs. */
  swallowCommits: (every: number, then: 'cut' | 'hang') => void;
  /** Nothing passes any more on the open connections, and nothing is closed. */
  hang: () => void;
  /** New connections are accepted and never answered. */
  blackhole: () => void;
  /** New connections are refused as by a machine on which nothing listens. */
  refuse: () => Promise<void>;
  /** Everything passes again; connections that hang are left to hang. */
  mend: () => Promise<void>;
  /** The number of swallowed answers to COMMIT since swallowing was asked for. */
  swallowed: () => number;
  close: () => Promise<void>;
};

type Link = { client: Socket; server: Socket | null; isSilent: boolean; pending: Buffer };

const COMMAND_COMPLETE = 'C'.charCodeAt(0);
const HEAD_BYTES = 5;
const COMMIT_TAG = Buffer.from('COMMIT\0');

/** `target` is a port of this machine, or the path of a socket. */
export async function openProxy(target: number | string, atPort = 0): Promise<Wire> {
  const wires = new Set<Link>();
  let isBlackhole = false;
  let swallowing: { every: number; then: 'cut' | 'hang' } | null = null;
  let commits = 0;
  let swallowed = 0;

  const cut = (wire: Link): void => {
    wires.delete(wire);
    wire.client.destroy();
    wire.server?.destroy();
  };

  /** Passes on whole messages of the server, up to the answer that is lost. */
  const answer = (wire: Link, chunk: Buffer): void => {
    if (wire.isSilent) return;
    if (swallowing === null && wire.pending.length === 0) {
      wire.client.write(chunk);
      return;
    }
    const data = wire.pending.length === 0 ? chunk : Buffer.concat([wire.pending, chunk]);
    let at = 0;
    while (at + HEAD_BYTES <= data.length) {
      const end = at + 1 + data.readUInt32BE(at + 1);
      if (end > data.length) break;
      const isCommit =
        data[at] === COMMAND_COMPLETE && data.subarray(at + HEAD_BYTES, end).equals(COMMIT_TAG);
      if (isCommit && swallowing !== null) {
        commits += 1;
        if (commits % swallowing.every === 0) {
          swallowed += 1;
          if (at > 0) wire.client.write(data.subarray(0, at));
          wire.isSilent = true;
          // The bytes passed on before still arrive, so that only the answer is lost.
          if (swallowing.then === 'cut') setImmediate(() => cut(wire));
          return;
        }
      }
      at = end;
    }
    if (at > 0) wire.client.write(data.subarray(0, at));
    wire.pending = data.subarray(at);
  };

  const listener = createServer((client) => {
    const wire: Link = { client, server: null, isSilent: isBlackhole, pending: Buffer.alloc(0) };
    wires.add(wire);
    client.on('error', () => cut(wire));
    client.on('close', () => cut(wire));
    if (isBlackhole) {
      client.resume();
      return;
    }
    const server = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target);
    wire.server = server;
    server.setNoDelay(true);
    client.setNoDelay(true);
    server.on('error', () => (wire.isSilent ? undefined : cut(wire)));
    server.on('close', () => (wire.isSilent ? undefined : cut(wire)));
    client.on('data', (chunk) => {
      if (!wire.isSilent) server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => answer(wire, chunk));
  });
  const listen = async (port: number): Promise<void> => {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
  };
  await listen(atPort);
  const { port } = listener.address() as { port: number };

  return {
    port,
    swallowCommits: (every, then) => {
      commits = 0;
      swallowed = 0;
      swallowing = { every, then };
    },
    hang: () => {
      for (const wire of wires) wire.isSilent = true;
    },
    blackhole: () => {
      isBlackhole = true;
    },
    refuse: async () => {
      if (!listener.listening) return;
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const wire of [...wires]) cut(wire);
      await closed;
    },
    mend: async () => {
      isBlackhole = false;
      swallowing = null;
      if (!listener.listening) await listen(port);
    },
    swallowed: () => swallowed,
    close: async () => {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const wire of [...wires]) cut(wire);
      await closed;
    },
  };
}
