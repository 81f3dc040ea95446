// The logs that CI replays for ever: of each machine and category the longest of a rehearsal, with what their
// plan states. `npm run rehearse -- --logs FOLDER` writes them; that they still give the same states and the
// same heads is what keeps a later library from deciding anew what was decided.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Stated } from '../../machines/catalog.ts';
import type { Instance } from '../../machines/kit/step.ts';
import type { History, Logged } from './ledgers.ts';

/** A log as it was stored, where it led and the hash of its last event. */
export type StoredLog = { id: string; log: readonly Logged[]; instance: Instance; head: string };

export type StoredLogs = {
  plan: string;
  /** What the subjects are pinned to, by hash. */
  stated: { [hash: string]: Stated };
  logs: StoredLog[];
};

/** The longest log of each machine, category and end. */
function chosen(histories: readonly History[]): History[] {
  const longest = new Map<string, History>();
  for (const history of histories) {
    const { machine, category = '', state } = history.subject;
    const isDone = history.replayed.instance.status === 'done' || state === 'conferred';
    const key = `${machine} ${category} ${isDone}`;
    const known = longest.get(key);
    if (known === undefined || known.log.length < history.log.length) longest.set(key, history);
  }
  return [...longest.values()];
}

/** Writes `<plan>.json.gz` into the folder. */
export function storeLogs(
  folder: string,
  plan: string,
  stated: StoredLogs['stated'],
  histories: readonly History[],
): void {
  const logs = chosen(histories).map(
    ({ subject: { id }, log, replayed: { instance } }): StoredLog => ({
      id,
      log,
      instance,
      head: log.at(-1)?.hash ?? '',
    }),
  );
  const stored: StoredLogs = { plan, stated, logs };
  writeFileSync(join(folder, `${plan}.json.gz`), gzipSync(JSON.stringify(stored), { level: 9 }));
}

export const readLogs = (url: URL): StoredLogs =>
  JSON.parse(gunzipSync(readFileSync(url)).toString('utf8')) as StoredLogs;
