// Reckons the logs again, page by page, and holds them to what is stored beside them. A page is read in one
// snapshot, so that a service that goes on meanwhile gives no fault.

import { setImmediate as pause } from 'node:timers/promises';
import type pg from 'pg';
import {
  CHAIN_EVENTS_MAX,
  type ChainId,
  findAdministrativeHead,
  findAdministrativeStart,
  listAnchors,
  listChains,
  listStoredActs,
  listStoredEvents,
  listStoredSubjects,
  type StoredAct,
  type StoredEvent,
  type StoredSubject,
} from '../../db/audit/chains.ts';
import { inSnapshot } from '../../db/kernel/connections.ts';
import { learnProcedures } from '../../db/kernel/procedures.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { run, statement } from '../../db/kernel/transaction.ts';
import { createChainCheck, type Head } from '../../rules/audit/chain-check.ts';
import { ADMINISTRATION } from '../../rules/audit/checkpoint.ts';
import type { AuditFault, FaultKind } from '../../rules/audit/faults.ts';
import { linkOfAdministrativeEvent, personalDigest } from '../../rules/audit/link.ts';
import { eventHash, linkHash, sha256 } from '../kernel/chain.ts';
import { createReplay } from './subject-replay.ts';

/** So many events are told to their subjects before others have their turn: some 10 ms. */
const EVENTS_WITHOUT_PAUSE = 50;
/** So many chains are read in one snapshot. */
const CHAINS_AT_ONCE = 50;

export const NOWHERE: ChainId = { campaignId: ADMINISTRATION, subjectId: ADMINISTRATION };

/** What was looked at, and what did not fit. */
export type Checked = {
  chains: number;
  events: number;
  /** Personal parts that are gone by an act of erasure. */
  erased: number;
  faults: AuditFault[];
};

export type Page = Checked & {
  /** Where the next page begins; null when there is nothing behind. */
  after: ChainId | null;
};

const NOW = statement('instant-of-page', 'select now_instant() as now');

type Apart = {
  salt: string | null;
  part: object | null;
  personal: string | null;
  isErased: boolean;
};

/** What is wrong with what stands apart from an event; null when nothing is. */
function faultApart({ personal, salt, part, isErased }: Apart): FaultKind | null {
  if (salt === null || part === null) {
    return personal === null || isErased ? null : 'personal-missing';
  }
  return personalDigest(sha256, salt, part) === personal ? null : 'personal-edited';
}

/** Checks one chain of either log; `tell` is given each event that can be told to its subject. */
function createCheck(
  id: ChainId,
  path: string | null,
  ...ends: Parameters<typeof createChainCheck>
) {
  const links = createChainCheck(...ends);
  const faults: AuditFault[] = [];
  let events = 0;
  let erased = 0;
  let last: { sequence: number; at: string } | null = null;
  const found = (kind: FaultKind, sequence: number, at: string | null, detail = ''): void => {
    faults.push({ ...id, path, kind, sequence, until: sequence, at, detail });
  };
  return {
    found,
    take: (
      event: Apart & { sequence: number; at: string; hash: string },
      hashAt: (previous: string, sequence: number) => string,
    ): void => {
      const { sequence, at, hash } = event;
      events += 1;
      if (event.isErased) erased += 1;
      links.take({ sequence, at, hash, hashAt });
      const apart = faultApart(event);
      if (apart !== null) found(apart, sequence, at);
      last = { sequence, at };
    },
    last: () => last,
    end: (): Checked => {
      const broken = links.end().map((fault) => ({ ...id, path, ...fault, detail: '' }));
      const own = broken.some(isMoved) ? [] : faults;
      return { chains: 1, events, erased, faults: [...broken, ...own] };
    },
  };
}

type Beside = {
  subject: StoredSubject | undefined;
  anchor: Head | undefined;
  now: string;
};

function createSubjectCheck(id: ChainId, { subject, anchor, now }: Beside) {
  const head = subject && { sequence: subject.revision, hash: subject.chainHash };
  const check = createCheck(id, subject?.path ?? null, head ?? null, anchor ?? null);
  const replay = createReplay();
  return {
    take: (event: StoredEvent): void => {
      check.take(event, (previous, sequence) => eventHash(previous, { ...event, sequence }));
      if (!replay.tell(event)) check.found('refused', event.sequence, event.at);
    },
    end: (): Checked => {
      const { faults, ...checked } = check.end();
      // What follows from a log that is broken is no second fault.
      if (faults.some(({ kind }) => isOfLinks(kind)))
        return { ...checked, faults: faults.filter(({ kind }) => kind !== 'refused') };
      if (subject === undefined || faults.some(({ kind }) => kind === 'refused')) {
        return { ...checked, faults };
      }
      const { sequence, at } = check.last() ?? { sequence: 0, at: null };
      const differing = replay.differencesFrom(subject, now);
      for (const kind of ['state', 'timers'] as const) {
        if (differing[kind].length === 0) continue;
        const detail = differing[kind].join(', ');
        faults.push({ ...id, path: subject.path, kind, sequence, until: sequence, at, detail });
      }
      return { ...checked, faults };
    },
  };
}

const isOfLinks = (kind: FaultKind): boolean => kind !== 'refused' && !kind.startsWith('personal');
/** Personal parts are kept by the place of their event, which has moved for all that follow. */
const isMoved = ({ kind }: AuditFault): boolean => kind === 'removed' || kind === 'inserted';

const keyOf = ({ campaignId, subjectId }: ChainId): string => `${campaignId} ${subjectId}`;
const byChain = <Row extends ChainId>(rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.map((row) => [keyOf(row), row]));

export const sum = (parts: readonly Checked[]): Checked => ({
  chains: parts.reduce((total, { chains }) => total + chains, 0),
  events: parts.reduce((total, { events }) => total + events, 0),
  erased: parts.reduce((total, { erased }) => total + erased, 0),
  faults: parts.flatMap(({ faults }) => faults),
});

/** Checks these chains, all of them in the snapshot of `tx`. */
async function checkThese(tx: Tx, chains: readonly ChainId[]): Promise<Checked> {
  const subjects = byChain(await listStoredSubjects(tx, chains));
  await learnProcedures(tx, [...subjects.values()]);
  const anchors = byChain(await listAnchors(tx, chains));
  const [{ now } = { now: '' }] = await run<{ now: string }>(tx, NOW, []);
  const checks = new Map(
    chains.map((id) => {
      const key = keyOf(id);
      const beside = { subject: subjects.get(key), anchor: anchors.get(key), now };
      return [key, createSubjectCheck(id, beside)];
    }),
  );
  let after = 0;
  for (let unread = chains; unread.length > 0; after += CHAIN_EVENTS_MAX) {
    unread = await takeEvents(tx, checks, unread, after);
  }
  return sum([...checks.values()].map(({ end }) => end()));
}

/** Reads on in these chains; gives those that have more. Those of many events are read one by one. */
async function takeEvents(
  tx: Tx,
  checks: ReadonlyMap<string, ReturnType<typeof createSubjectCheck>>,
  chains: readonly ChainId[],
  after: number,
): Promise<ChainId[]> {
  const rows = await listStoredEvents(tx, chains, after);
  await learnProcedures(tx, rows.flatMap(pinsOf));
  const counts = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    // Whoever waits for an answer of this process is served in between.
    if (index % EVENTS_WITHOUT_PAUSE === 0) await pause();
    const key = keyOf({ campaignId: row.campaignId, subjectId: row.subject_id });
    checks.get(key)?.take(row);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return chains.filter((id) => counts.get(keyOf(id)) === CHAIN_EVENTS_MAX);
}

/** The procedures that an event pins its subject to, as they are to be learned. */
export const pinsOf = ({ payload }: StoredEvent): { procedure: string }[] =>
  [(payload.begin as { procedure?: unknown } | undefined)?.procedure, payload.procedure].flatMap(
    (procedure) => (typeof procedure === 'string' ? [{ procedure }] : []),
  );

/** Checks the chains that follow `after`, CHAINS_AT_ONCE of them. */
export const checkPage = (pool: pg.Pool, after: ChainId): Promise<Page> =>
  inSnapshot(pool, async (tx) => {
    const chains = await listChains(tx, after, CHAINS_AT_ONCE);
    const checked = await checkThese(tx, chains);
    return { ...checked, after: chains.length < CHAINS_AT_ONCE ? null : (chains.at(-1) ?? null) };
  });

/** Checks some chains by their ids. */
export async function checkChains(pool: pg.Pool, chains: readonly ChainId[]): Promise<Checked> {
  const parts: Checked[] = [];
  for (let at = 0; at < chains.length; at += CHAINS_AT_ONCE) {
    const some = chains.slice(at, at + CHAINS_AT_ONCE);
    parts.push(await inSnapshot(pool, (tx) => checkThese(tx, some)));
  }
  return sum(parts);
}

/** Checks the administrative log, which is one chain: all of it, or what came after this checkpoint. */
export const checkAdministration = (pool: pg.Pool, since = 0): Promise<Checked> =>
  inSnapshot(pool, async (tx) => {
    const head = (await findAdministrativeHead(tx)) ?? null;
    const [anchor = null] = await listAnchors(tx, [NOWHERE]);
    const start = await findAdministrativeStart(tx, since);
    const check = createCheck(NOWHERE, null, head, anchor, start);
    for (let after = start?.sequence ?? 0; ; ) {
      const acts = await listStoredActs(tx, after);
      for (const act of acts)
        check.take(act, (previous, sequence) => actHash(previous, act, sequence));
      const last = acts.at(-1);
      if (last === undefined || acts.length < CHAIN_EVENTS_MAX) return check.end();
      after = last.sequence;
    }
  });

const actHash = (previous: string, act: StoredAct, sequence: number): string =>
  linkHash(previous, linkOfAdministrativeEvent(sha256, { ...act, sequence }));
