// Erasure: the personal parts of events go, and what repeats them is masked, in one transaction. The log
// stays whole, and leads to the same states.

import { isDeepStrictEqual } from 'node:util';
import { CHAIN_EVENTS_MAX, listStoredEvents } from '../../db/audit/chains.ts';
import type { Copy, FoundCandidate, FoundPart, Named } from '../../db/audit/erasures.ts';
import {
  COPIES,
  deleteParts,
  findFamily,
  findParts,
  findPersons,
  findWithChildren,
  lockCopies,
  updateContext,
  updateCopy,
  updatePerson,
} from '../../db/audit/erasures.ts';
import { forgetPersonal } from '../../db/audit/retention.ts';
import { learnProcedures } from '../../db/kernel/procedures.ts';
import { lockSubjects, type SubjectRow } from '../../db/kernel/subjects.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { maskable, maskJson, maskText } from '../../rules/audit/mask.ts';
import { ERASED } from '../../rules/audit/personal.ts';
import { pinsOf } from './chains.ts';
import { createReplay } from './subject-replay.ts';

/** What is to be erased: of a subject and what hangs on it, where a name stands, or both at once. */
export type Wanted = { subjectId: string | null; person: string | null };

/** The parts that are found, and the candidates that are the person. */
export type Found = { parts: FoundPart[]; persons: FoundCandidate[] };

export async function findErasable(tx: Tx, { subjectId, person }: Wanted): Promise<Found> {
  const persons = await findPersons(tx, subjectId, person);
  // One name is typed in many ways, and texts have it as it was typed.
  const spellings =
    person === null ? null : [...new Set([person, ...persons.map(({ personName }) => personName)])];
  return { parts: await findParts(tx, subjectId, spellings), persons };
}

/** The number of parts that went, and of rows that were masked, by table. */
export type Erased = { parts: number; masked: { [table: string]: number } };

/** The reason would say for ever what is erased. */
export class ReasonNames extends Error {}

/** Throws where the reason, which stays, holds one of the texts that go. */
export function assertNamesNobody({ reason }: Named, texts: readonly string[]): void {
  if (texts.some((text) => text.length > 1 && reason.includes(text))) throw new ReasonNames();
}

/**
 * Erases what is wanted in the name of two officers (ids of principals). Throws 23514 `erased_by_two` unless
 * they are two and hold roles, `ReasonNames`, and rolls everything back where a log would not lead to the stored
 * state.
 */
export async function erase(tx: Tx, wanted: Wanted, named: Named): Promise<Erased> {
  const { parts, persons } = await findErasable(tx, wanted);
  const campaigns = Map.groupBy([...parts, ...persons], ({ campaignId }) => campaignId);
  const locked = new Map<string, Map<string, SubjectRow>>();
  for (const [campaignId, found] of campaigns) {
    const ids = found.map((one) => ('subjectId' in one ? one.subjectId : one.id));
    locked.set(campaignId, await lockSubjects(tx, campaignId, ids));
  }
  const texts = maskable([
    ...parts.flatMap(({ part }) => Object.values(part)),
    ...persons.flatMap(({ name, personName }) => [name, personName]),
    ...(wanted.person === null ? [] : [wanted.person]),
  ]);
  assertNamesNobody(named, texts);
  const erased: Erased = { parts: await deleteParts(tx, named, parts), masked: {} };
  for (const person of persons) await updatePerson(tx, person, ERASED);
  const apart = wanted.person === null ? await findWithChildren(tx, wanted.subjectId) : persons;
  for (const { campaignId, id } of apart) await forgetPersonal(tx, campaignId, id);
  for (const [campaignId, subjects] of locked) {
    const touched = new Set(
      parts.filter((one) => one.campaignId === campaignId).map(({ subjectId }) => subjectId),
    );
    for (const row of subjects.values()) if (touched.has(row.id)) await forget(tx, row);
    const family = await findFamily(tx, campaignId, [...subjects.keys()]);
    for (const copy of COPIES) {
      const count = await maskCopies(tx, copy, campaignId, family, texts);
      erased.masked[copy.table] = (erased.masked[copy.table] ?? 0) + count;
    }
  }
  return erased;
}

/** Stores the context that the log of this subject leads to, now that parts of it are gone. */
async function forget(tx: Tx, row: SubjectRow): Promise<void> {
  const { campaign_id: campaignId, id, machine, value, status } = row;
  const replay = createReplay();
  for (let after = 0, more = true; more; ) {
    const page = await listStoredEvents(tx, [{ campaignId, subjectId: id }], after);
    await learnProcedures(tx, page.flatMap(pinsOf));
    for (const event of page) replay.tell(event);
    after += page.length;
    more = page.length === CHAIN_EVENTS_MAX;
  }
  const end = replay.end();
  if (!isDeepStrictEqual({ value: end?.value, status: end?.status }, { value, status }))
    throw new Error(`without these parts the log of ${machine} ${id} leads to another state`);
  await updateContext(tx, campaignId, id, end?.context ?? {});
}

/** Masks these texts in the rows of a copy; gives the number of rows that named them. */
export async function maskCopies(
  tx: Tx,
  copy: Copy,
  campaignId: string,
  family: readonly string[],
  texts: readonly string[],
): Promise<number> {
  if (texts.length === 0) return 0;
  let masked = 0;
  for (const { place, row } of await lockCopies(tx, copy, campaignId, family, texts)) {
    const left = Object.fromEntries(
      Object.entries(row).map(([column, value]) => [
        column,
        copy.columns[column] === 'text' && typeof value === 'string'
          ? maskText(value, texts)
          : maskJson(value, texts),
      ]),
    );
    if (isDeepStrictEqual(left, row)) continue;
    await updateCopy(tx, copy, place, left);
    masked += 1;
  }
  return masked;
}
