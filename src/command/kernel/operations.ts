// Long work stands in rows of the database, so that a restart goes on where the last process stopped. Each
// item has an outcome of its own; an item that fails is set aside and the others go on.

import type pg from 'pg';
import { findPrincipal } from '../../db/county/principals.ts';
import { isPassing, Unavailable } from '../../db/kernel/faults.ts';
import type { Incident } from '../../db/kernel/incidents.ts';
import type { ItemRow, OperationHead } from '../../db/kernel/operation-steps.ts';
import {
  closeItems,
  findOpenItem,
  findOperationHead,
  listBehind,
  listExhausted,
  listNextItems,
  listRunning,
  restartPhase,
  settleItems,
  settlePhase,
  storeOutcomes,
  storeReach,
} from '../../db/kernel/operation-steps.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Principal } from '../../rules/access/access.ts';
import { SYSTEM } from '../../rules/access/access.ts';
import type { Performer } from './batches.ts';
import { moveBehind } from './catch-up.ts';
import type { Command, Outcome } from './command.ts';
import type { Failed, Faults, SetAside } from './incidents.ts';
import { asError, indexOf, retryIncidents, setAside } from './incidents.ts';

/** So many items are taken at a time, so that single requests find room between the batches of long work. */
const OPERATION_CHUNK = 200;

const nothing = (): void => undefined;

/** Does one chunk of each running operation; `more` is true while there is more. Calls `alive` after each. */
export async function operationsRound(
  pool: pg.Pool,
  performer: Performer,
  alive: () => void = nothing,
): Promise<Faults & { more: boolean }> {
  const failed: SetAside[] = [];
  let passing: unknown = null;
  let more = false;
  for (const operation of await listRunning(pool)) {
    const chunk = await advance(pool, performer, operation);
    failed.push(...chunk.failed);
    passing ??= chunk.passing;
    more ||= chunk.passing === null;
    alive();
    // A fault of one campaign may leave the others free, but a database that is away is away for all.
    if (passing instanceof Unavailable) return { failed, passing, more };
  }
  const again = await retryIncidents(
    pool,
    performer,
    'operations',
    (incident) => retry(pool, performer, incident),
    { settled: settleEach },
  );
  return { failed: [...failed, ...again.failed], passing: passing ?? again.passing, more };
}

/** One round for a caller that only waits for the end: true while there is more. Throws faults that pass. */
export async function advanceOperations(pool: pg.Pool, performer: Performer): Promise<boolean> {
  const { passing, more } = await operationsRound(pool, performer);
  if (passing !== null) throw passing;
  return more;
}

/** Ends the operations of these incidents that are at their end. */
async function settleEach(tx: Tx, done: readonly Incident[]): Promise<void> {
  const ids = new Map(done.map(({ operationId, campaignId }) => [operationId, campaignId]));
  for (const [id, campaignId] of ids) {
    const head = campaignId && id ? await findOperationHead(tx, campaignId, id) : undefined;
    if (head !== undefined) await settle(tx, head);
  }
}

/** Ends the operation if it is at its end; a phase change still under way finds that out by itself. */
async function settle(tx: Tx, operation: OperationHead): Promise<void> {
  if (operation.kind !== 'phase-change') return settleItems(tx, operation);
  const goesOn = operation.isExhausted ? await restartPhase(tx, operation) : true;
  await settlePhase(tx, operation, !goesOn);
}

/** Looks again at operations that wait, because subjects come and go and a newer build may know more. */
export async function settleExhausted(pool: pg.Pool, performer: Performer): Promise<void> {
  for (const operation of await listExhausted(pool)) {
    await performer.administer((tx) => settle(tx, operation));
  }
}

/** Counts the item of this incident as refused, so that its operation can end although it is never done. */
export async function giveUp(tx: Tx, incident: Incident, reason: string): Promise<void> {
  const { campaignId, operationId, subjectId, item } = incident;
  if (campaignId === null || operationId === null) return;
  const operation = await findOperationHead(tx, campaignId, operationId);
  if (operation === undefined) return;
  if (subjectId === null) {
    await closeItems(tx, operation, indexOf(item), reason);
  }
  await settle(tx, operation);
}

async function advance(
  pool: pg.Pool,
  performer: Performer,
  operation: OperationHead,
): Promise<Faults> {
  try {
    return operation.kind === 'phase-change'
      ? await movePhase(pool, performer, operation)
      : await runItems(pool, performer, operation);
  } catch (error) {
    if (isPassing(error)) return { failed: [], passing: error };
    // The operation itself cannot go on, whatever its items are.
    const { campaignId, id } = operation;
    const whole = { campaignId, subjectId: null, operationId: id, item: 'operation', error };
    const faults = await setAside(performer, 'operations', [whole]);
    await performer.administer((tx) => settle(tx, operation));
    return faults;
  }
}

async function movePhase(
  pool: pg.Pool,
  performer: Performer,
  operation: OperationHead,
): Promise<Faults> {
  const { campaignId, id } = operation;
  const behind = await listBehind(pool, operation, OPERATION_CHUNK);
  const failures = await moveBehind(
    pool,
    performer,
    campaignId,
    behind.map((row) => row.id),
    { isBackground: true },
  );
  const faults = await setAside(
    performer,
    'operations',
    failures.map((one) => ({ campaignId, operationId: id, item: `${id}/phase`, ...one })),
  );
  if (faults.passing !== null) return faults;
  const moved = behind.length - failures.length;
  await performer.administer(async (tx) => {
    const last = behind.at(-1);
    if (last !== undefined) await storeReach(tx, operation, last, moved);
    if (behind.length === OPERATION_CHUNK) return;
    // A candidate that fell behind meanwhile may stand before the reached place, so the phase starts anew.
    await settlePhase(tx, operation, !(await restartPhase(tx, operation)));
  });
  return faults;
}

async function runItems(
  pool: pg.Pool,
  performer: Performer,
  operation: OperationHead,
): Promise<Faults> {
  const items = await listNextItems(pool, operation, OPERATION_CHUNK);
  const principal = await principalOf(pool, performer, operation);
  const settled = await Promise.allSettled(
    items.map((item) => performItem(performer, operation, item, principal)),
  );
  const failures: Failed[] = [];
  const outcomes: { index: number; outcome: object }[] = [];
  for (const [position, { index }] of items.entries()) {
    const result = settled[position] as PromiseSettledResult<Outcome>;
    const error = result.status === 'rejected' ? result.reason : asError(result.value);
    if (error !== null) failures.push(failureOf(operation, index, error));
    else if (result.status === 'fulfilled') outcomes.push({ index, outcome: told(result.value) });
  }
  const faults = await setAside(performer, 'operations', failures);
  await performer.administer(async (tx) => {
    await storeOutcomes(tx, operation, outcomes);
    await settleItems(tx, operation);
  });
  return faults;
}

const failureOf = ({ campaignId, id }: OperationHead, index: number, error: unknown): Failed => ({
  campaignId,
  subjectId: null,
  operationId: id,
  item: `${id}/${index}`,
  error,
});

// The service does its own decisions as itself; an operation that a person asked for is done in their name.
const principalOf = async (
  pool: pg.Pool,
  performer: Performer,
  { kind, createdBy, credential }: OperationHead,
): Promise<Principal | null> => {
  if (performer.operations.has(kind)) return SYSTEM;
  const principal = await findPrincipal(pool, createdBy);
  return principal && { ...principal, credential };
};

// The key lets a repeat after a crash find the first answer instead of doing the item twice.
const performItem = async (
  performer: Performer,
  { campaignId, id }: OperationHead,
  { index, command }: ItemRow,
  principal: Principal | null,
): Promise<Outcome> =>
  performer.perform({
    ...(command as Pick<Command, 'subjectId' | 'event'>),
    campaignId,
    isBackground: true,
    principal: principal ?? { id: 'nobody', name: 'nobody', grants: [], credential: null },
    idempotency: { key: `operation:${id}:${index}`, requestHash: String(index) },
  });

/** Does an item that failed before once more; throws when it fails again. */
async function retry(
  pool: pg.Pool,
  performer: Performer,
  { campaignId, subjectId, operationId, item }: Incident,
): Promise<void> {
  if (campaignId === null || operationId === null) return;
  const operation = await findOperationHead(pool, campaignId, operationId);
  if (operation === undefined) return;
  if (item === 'operation') {
    const { passing } =
      operation.kind === 'phase-change'
        ? await movePhase(pool, performer, operation)
        : await runItems(pool, performer, operation);
    if (passing !== null) throw passing;
    return;
  }
  if (subjectId !== null) {
    const [failure] = await moveBehind(pool, performer, campaignId, [subjectId], {
      isBackground: true,
    });
    if (failure !== undefined) throw failure.error;
    return;
  }
  const index = indexOf(item);
  const open = index === null ? undefined : await findOpenItem(pool, operation, index);
  if (open === undefined) return;
  const principal = await principalOf(pool, performer, operation);
  const outcome = await performItem(performer, operation, open, principal);
  const newer = asError(outcome);
  if (newer !== null) throw newer;
  await performer.administer((tx) =>
    storeOutcomes(tx, operation, [{ index: open.index, outcome: told(outcome) }]),
  );
}

/** An outcome as an item keeps it: the id and state of the subject instead of the whole answer. */
const told = (outcome: Outcome): object =>
  outcome.kind === 'done' || outcome.kind === 'repeated'
    ? { kind: outcome.kind, id: outcome.answer.body.id, state: outcome.answer.body.state }
    : outcome;
