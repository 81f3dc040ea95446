// A failed item is set aside as an incident, so that it stands in no other's way, and is tried again later.

import type pg from 'pg';
import { UnknownVersion } from '../../../machines/catalog.ts';
import { codeOrName, isPassing } from '../../db/kernel/faults.ts';
import type { Incident, IncidentItem, IncidentLane } from '../../db/kernel/incidents.ts';
import {
  claimIncidents,
  hasDueIncidents,
  settleIncidents,
  storeFailures,
} from '../../db/kernel/incidents.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { run, statement } from '../../db/kernel/transaction.ts';
import type { Performer } from './batches.ts';
import type { Outcome } from './command.ts';

/** So many items are tried again in one round, beside all that is done for the first time. */
const RETRIES_MAX = 50;
/** So many characters of a message are kept. */
const MESSAGE_LENGTH_MAX = 500;

export type Failed = IncidentItem & { error: unknown };
/** A failure as it was recorded, with the thrown error for the log. */
export type SetAside = Incident & { error: unknown };

/** The faults of a round: the items that failed by themselves, and the first fault that passes by itself. */
export type Faults = { failed: SetAside[]; passing: unknown };

// A timer that was set anew since is not due, so it is not held.
const HOLD_TIMERS = statement(
  'hold-timers',
  `
    update timer t set held = true
      from jsonb_to_recordset($1) as f ("campaignId" uuid, "subjectId" uuid, item text)
     where t.campaign_id = f."campaignId" and t.subject_id = f."subjectId" and t.timer_id = f.item
       and t.due_at <= now_instant() and not t.held`,
);
const HOLD_ITEMS = statement(
  'hold-operation-items',
  `
    update operation_item i set held = true
      from jsonb_to_recordset($1) as f ("campaignId" uuid, "operationId" uuid, index integer)
     where i.campaign_id = f."campaignId" and i.operation_id = f."operationId"
       and i.index = f.index and i.outcome is null and not i.held`,
);
const HOLD = { timers: HOLD_TIMERS, operations: HOLD_ITEMS } as const;

/** The error of a subject that only a newer build can move: it has not failed, but has to wait. */
export const asError = (outcome: Outcome): UnknownVersion | null =>
  outcome.kind === 'unknown-version' ? new UnknownVersion(outcome.machine, outcome.version) : null;

const keyOf = ({ campaignId, subjectId, item }: IncidentItem): string =>
  `${campaignId} ${subjectId} ${item}`;

/** The number of an operation's item, as `<operation>/<index>` names it; null for anything else. */
export const indexOf = (item: string): number | null => {
  const [, index] = /^[0-9a-f-]{36}\/(\d+)$/.exec(item) ?? [];
  return index === undefined ? null : Number(index);
};

const failureOf = ({ campaignId, subjectId, operationId, item, error }: Failed) => ({
  campaignId,
  subjectId,
  operationId,
  item,
  index: indexOf(item),
  code: codeOrName(error),
  // A message may carry no character that jsonb does not take.
  message: String(error instanceof Error ? error.message : error)
    .slice(0, MESSAGE_LENGTH_MAX)
    .replaceAll('\0', '')
    .toWellFormed(),
  isCounted: !(error instanceof UnknownVersion),
});

/**
 * Records each failed item in its incident and holds it in the same transaction. A fault that passes by
 * itself becomes no incident: it is handed back, so that the lane can wait.
 */
export async function setAside(
  performer: Performer,
  lane: IncidentLane,
  failures: readonly Failed[],
): Promise<Faults> {
  const passing = failures.find(({ error }) => isPassing(error))?.error ?? null;
  const lasting = new Map(
    failures.filter(({ error }) => !isPassing(error)).map((failure) => [keyOf(failure), failure]),
  );
  if (lasting.size === 0) return { failed: [], passing };
  const rows = [...lasting.values()].map(failureOf);
  const stored = await performer.administer(async (tx) => {
    const incidents = await storeFailures(tx, lane, rows);
    if (lane in HOLD) await run(tx, HOLD[lane as keyof typeof HOLD], [JSON.stringify(rows)]);
    return incidents;
  });
  const failed = stored.map((incident) => ({
    ...incident,
    error: lasting.get(keyOf(incident))?.error,
  }));
  return { failed, passing };
}

type Retrying = {
  /** Gets those that were done, in the transaction that ends their incidents. */
  settled?: (tx: Tx, done: readonly Incident[]) => Promise<void>;
  /** Prefixes of the paths whose subjects are tried; null means all. */
  reaches?: readonly string[] | null;
};

/** Tries again the items that have waited long enough; `attempt` does one and throws when it fails again. */
export async function retryIncidents(
  pool: pg.Pool,
  performer: Performer,
  lane: IncidentLane,
  attempt: (incident: Incident) => Promise<void>,
  { settled = async () => undefined, reaches = null }: Retrying = {},
): Promise<Faults & { done: number }> {
  if (!(await hasDueIncidents(pool, lane))) return { done: 0, failed: [], passing: null };
  const due = await performer.administer((tx) => claimIncidents(tx, lane, RETRIES_MAX, reaches));
  const tries = await Promise.allSettled(due.map(attempt));
  const done = due.filter((_, index) => tries[index]?.status === 'fulfilled');
  if (done.length > 0) {
    await performer.administer(async (tx) => {
      await settleIncidents(
        tx,
        done.map(({ id }) => id),
        'resolved',
      );
      await settled(tx, done);
    });
  }
  const again = due.flatMap((incident, index) => {
    const tried = tries[index];
    return tried?.status === 'rejected' ? [{ ...incident, error: tried.reason as unknown }] : [];
  });
  return { done: done.length, ...(await setAside(performer, lane, again)) };
}
