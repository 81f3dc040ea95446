// The access log of a process: what is noted waits a moment, equal ones become one row, and rows are
// written in batches that hold up nobody. What must not happen unrecorded is written before it happens.

import type { NotedAccess } from '../../db/audit/access-log.ts';
import { insertAccess, isWithoutPartition, keepAccessLog } from '../../db/audit/access-log.ts';
import type { Access } from '../../rules/access/access-kinds.ts';
import type { Performer } from '../kernel/batches.ts';

/** How long a row waits for others before they are written together. */
const FLUSH_EVERY_MS = 1_000;
/** Rows that wait while the database is away; what comes beyond them is counted as lost. */
const WAITING_ROWS_MAX = 5_000;
/** Strangers' failed log-ins are one row for each address in this time. */
const STRANGERS_EVERY_MS = 60_000;
/** Addresses of strangers told apart in that time; all others share one row. */
const STRANGERS_MAX = 500;
/** Rows of one principal in that time; beyond them its denials no longer say of what. */
const DENIALS_MAX = 600;
/** Stands for the addresses beyond STRANGERS_MAX. */
const OTHERS = 'others';

export type AccessLog = {
  /** Keeps it with the next batch. Never fails. */
  note: (access: Access) => void;
  /** Resolves once it is stored; throws when it cannot be. */
  write: (access: Access) => Promise<void>;
  /** Writes what waits. Resolves when that was tried. */
  flush: () => Promise<void>;
  /** Writes what waits, strangers too; what cannot be written now is lost. */
  close: () => Promise<void>;
};

type Options = {
  /** Months for which rows are kept, for a start after months without any. */
  months: number;
  nowMs?: () => number;
  onLost?: (count: number) => void;
};

type Noted = { access: Access; count: number; firstMs: number };

export function createAccessLog(
  { administer }: Performer,
  { months, nowMs = () => performance.now(), onLost = () => undefined }: Options,
): AccessLog {
  let waiting = new Map<string, Noted>();
  let strangers = new Map<string, Noted>();
  let denials = new Map<string, number>();
  let minuteMs = nowMs();

  const store = async (noted: readonly Noted[]): Promise<void> => {
    if (noted.length === 0) return;
    const now = nowMs();
    const rows: NotedAccess[] = noted.map(({ access, count, firstMs }) => ({
      ...access,
      count,
      ageMs: Math.max(0, now - firstMs),
    }));
    await administer((tx) => insertAccess(tx, rows)).catch(async (error: unknown) => {
      if (!isWithoutPartition(error)) throw error;
      await administer(async (tx) => {
        await keepAccessLog(tx, months);
        await insertAccess(tx, rows);
      });
    });
  };

  const add = (access: Access, count: number, firstMs: number): void => {
    const key = JSON.stringify(access);
    const known = waiting.get(key);
    if (known !== undefined) known.count += count;
    else if (waiting.size >= WAITING_ROWS_MAX) onLost(count);
    else waiting.set(key, { access, count, firstMs });
  };

  const turnMinute = (isOver: boolean): void => {
    if (!isOver) return;
    for (const { access, count, firstMs } of strangers.values()) add(access, count, firstMs);
    strangers = new Map();
    denials = new Map();
    minuteMs = nowMs();
  };

  const noteStranger = (access: Access): void => {
    const isKnown = strangers.has(access.address) || strangers.size < STRANGERS_MAX;
    const address = isKnown ? access.address : OTHERS;
    const known = strangers.get(address);
    if (known !== undefined) known.count += 1;
    else strangers.set(address, { access: { ...access, address }, count: 1, firstMs: nowMs() });
  };

  const noteDenial = (access: Access, principalId: string): void => {
    const denied = (denials.get(principalId) ?? 0) + 1;
    denials.set(principalId, denied);
    const told = denied <= DENIALS_MAX ? access : { ...access, route: '', subject: null };
    add(told, 1, nowMs());
  };

  const flush = async (): Promise<void> => {
    turnMinute(nowMs() - minuteMs >= STRANGERS_EVERY_MS);
    const going = waiting;
    waiting = new Map();
    await store([...going.values()]).catch(() => {
      for (const { access, count, firstMs } of going.values()) add(access, count, firstMs);
    });
  };

  let flushing = Promise.resolve();
  const flushNext = (): Promise<void> => {
    flushing = flushing.then(flush);
    return flushing;
  };
  let isTicking = false;
  const timer = setInterval(() => {
    if (isTicking) return;
    isTicking = true;
    void flushNext().finally(() => {
      isTicking = false;
    });
  }, FLUSH_EVERY_MS);
  timer.unref();

  return {
    note: (access) => {
      if (access.outcome === 'unauthenticated') noteStranger(access);
      else if (access.outcome === 'done') add(access, 1, nowMs());
      else noteDenial(access, access.principalId ?? '');
    },
    write: (access) => store([{ access, count: 1, firstMs: nowMs() }]),
    flush: flushNext,
    close: async () => {
      clearInterval(timer);
      turnMinute(true);
      await flushNext();
      const lost = [...waiting.values()].reduce((sum, { count }) => sum + count, 0);
      if (lost > 0) onLost(lost);
    },
  };
}
