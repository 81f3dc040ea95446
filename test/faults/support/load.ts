// A bounded load of clients that each wait for their answer: commands with a key and without, some that
// must be refused, and new subjects.

import { setTimeout as sleep } from 'node:timers/promises';
import { type County, evidence, person } from './county.ts';
import type { Entry, Oracle } from './oracle.ts';

export type Load = {
  /** Ends the load once every client has its answer. */
  stop: () => Promise<void>;
  /** The number of commands answered with 2xx so far. */
  done: () => number;
  /** Resolves when this many more commands have been done. */
  progress: (more: number, withinMs?: number) => Promise<void>;
};

const PAUSE_MS = 4;
/** A revision that no subject reaches in a scenario. */
const NEVER = 999_999;

/** Starts `clients` clients; each takes the next of the origins at its every turn. */
export function startLoad(
  oracle: Oracle,
  { keys, campaignId, persons }: County,
  origins: () => readonly string[],
  { clients = 12, keyless = true }: { clients?: number; keyless?: boolean } = {},
): Load {
  let stopped = false;
  let done = 0;
  const client = async (number: number): Promise<void> => {
    for (let turn = number; !stopped; turn += 1) {
      const marker = oracle.marker();
      const some = origins();
      const origin = some[turn % some.length] ?? '';
      const bearer = keys.committee;
      const events = `/v1/candidates/${persons[(turn * 7 + number) % persons.length]}/events`;
      const key = turn % 2 === 0 || !keyless ? `key-${marker}` : null;
      const kind = turn % 10;
      const told = await oracle.send(
        origin,
        kind === 0
          ? { marker, key, path: events, bearer, body: evidence(marker), ifMatch: NEVER }
          : kind < 3
            ? { marker, key, path: '/v1/candidates', bearer, body: person(campaignId, marker) }
            : { marker, key, path: events, bearer, body: evidence(marker) },
      );
      if (told.kind === 'answered' && told.status < 300) done += 1;
      // A client that was sent away does not come back at once.
      await sleep(told.kind === 'answered' && told.status < 500 ? PAUSE_MS : 100);
    }
  };
  const running = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
    done: () => done,
    progress: async (more, withinMs = 20_000) => {
      const aim = done + more;
      for (let waitedMs = 0; done < aim; waitedMs += 20) {
        if (origins().length === 0) throw new Error('no process lives');
        if (waitedMs > withinMs) throw new Error(`${done} commands done, ${aim} waited for`);
        await sleep(20);
      }
    },
  };
}

/** The entries that are sent from this call on. */
export const since = (oracle: Oracle): (() => readonly Entry[]) => {
  const from = oracle.entries.length;
  return () => oracle.entries.slice(from);
};
