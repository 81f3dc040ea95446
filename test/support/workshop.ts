// Real processes of the service on a database of the test's own, and a port before that database
// that the test can open, shut and silence.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmptyDatabase, type TestDatabase } from './database.ts';

const ROOT = join(import.meta.dirname, '../..');
// A start is 1.3 s of CPU time before it does anything, and half of it when the code is compiled.
const COMPILED = join(ROOT, 'node_modules/.cache/compiled');

export const ADDRESS = /http:\/\/\S+(?=\/openapi\.json)/;

export type Process = {
  child: ChildProcess;
  said: () => string;
  /** Resolves when the process has written this; rejects when it ends before. */
  says: (words: string | RegExp) => Promise<string>;
  /** The exit code, once the process has ended. */
  ended: () => Promise<number | null>;
  end: (signal?: NodeJS.Signals) => Promise<number | null>;
};

export type Workshop = {
  database: TestDatabase;
  dataDir: string;
  /** Starts a program of ours, main.ts by default. */
  launch: (settings: Record<string, string>, program?: string, args?: string[]) => Process;
  close: () => Promise<void>;
};

export async function openWorkshop(): Promise<Workshop> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-e2e-'));
  const database = await createEmptyDatabase();
  const processes: Process[] = [];
  return {
    database,
    dataDir,
    launch: (settings, program, args) => {
      const made = launch({ DATA_DIR: dataDir, ...settings }, program, args);
      processes.push(made);
      return made;
    },
    close: async () => {
      await Promise.all(processes.map(({ end }) => end()));
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts a program of ours, with a PATH and any free port beside these settings. */
export function launch(
  settings: Record<string, string>,
  program = 'main.ts',
  args: readonly string[] = [],
): Process {
  const child = spawn(process.execPath, [join(ROOT, 'src', program), ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: COMPILED,
      PORT: '0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const closed = once(child, 'close');
  const ended = async (): Promise<number | null> => {
    await closed;
    return child.exitCode;
  };
  return {
    child,
    said: () => said,
    says: (words) =>
      new Promise((resolve, reject) => {
        const listen = (): void => {
          const found = said.match(words)?.[0];
          if (found === undefined) return;
          listeners.delete(listen);
          resolve(found);
        };
        listeners.add(listen);
        void closed.then(() => reject(new Error(`ended before it said ${words}: ${said}`)));
        listen();
      }),
    ended,
    end: (signal = 'SIGTERM') => {
      if (child.exitCode === null) child.kill(signal);
      return ended();
    },
  };
}

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const urlOf = ({ connectionString }: TestDatabase): URL =>
  // A socket's address has no host, which URL refuses.
  new URL(connectionString.replace(/@\//, '@socket/'));

/** The database's address by this port of the loopback. */
export const byPort = (database: TestDatabase, port: number): string =>
  `postgresql://postgres@127.0.0.1:${port}${urlOf(database).pathname}?sslmode=disable`;

export type Gate = {
  /** The number of pieces of data that went to the database. */
  asked: () => number;
  /** While silent, data is kept back in both directions, and no connection learns that another went. */
  silence: (isSilent: boolean) => void;
  /** Ends every connection and accepts no more. */
  shut: () => Promise<void>;
};

/** Passes everything that comes to this port on to the database. */
export async function openGate(database: TestDatabase, port: number): Promise<Gate> {
  const url = urlOf(database);
  const host = url.searchParams.get('host') ?? url.hostname;
  const at = host.startsWith('/')
    ? { path: `${host}/.s.PGSQL.5432` }
    : { host, port: Number(url.port || 5432) };
  const sockets = new Set<Socket>();
  let asked = 0;
  let isSilent = false;
  const server = createServer((from) => {
    const to = connect(at as { path: string });
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      if (isSilent) socket.pause();
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.on('data', (chunk) => {
        if (socket === from) asked += 1;
        other.write(chunk);
      });
      if (isSilent) socket.pause();
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked: () => asked,
    silence: (next) => {
      isSilent = next;
      for (const socket of sockets) next ? socket.pause() : socket.resume();
    },
    shut: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
