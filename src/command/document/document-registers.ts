// The registers that give numbers are locked here, with the drafts that are about to be issued.

import { opensOrder } from '../../../machines/inspection/inspection.ts';
import { findCheckpointName } from '../../db/audit/checkpoints.ts';
import type { ListedRow } from '../../db/document/document-lists.ts';
import { findRankable } from '../../db/document/document-lists.ts';
import type { DraftRow, HeldRegister, RegisterKey } from '../../db/document/document-registers.ts';
import { findDrafts, findNumber, lockRegisters } from '../../db/document/document-registers.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { divisionOf, resolveAddressee } from '../../rules/access/addressees.ts';
import type { CheckpointName } from '../../rules/audit/checkpoint.ts';
import type { IssuerOfDocuments } from '../../rules/plan/document-schema.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { localDate } from '../../rules/time/calendar.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { Reference } from '../kernel/reference.ts';

export type Registers = {
  /** The locked registers by `registerName`. */
  held: ReadonlyMap<string, HeldRegister>;
  drafts: ReadonlyMap<string, DraftRow>;
  /** The id of the plan that took the number of this plan's own document; undefined while it is free. */
  planNumber: string | null | undefined;
  /** The candidates that a selection may put on a list, by id. */
  named: ReadonlyMap<string, ListedRow>;
  /** The last checkpoint of the logs, which the documents bear. */
  checkpoint: CheckpointName | null;
};

declare module '../kernel/locked-rows.ts' {
  interface HeldRows {
    register: Registers;
  }
}

type Numbering = { tx: Tx; campaignId: string; plan: Plan; reference: Reference };

export const registerName = ({ organisationId, code, year }: RegisterKey): string =>
  `${organisationId} ${code} ${year}`;

/** The organisation that keeps an issuer's register; the division does where it has no such body. */
export function registrarOf(plan: Plan, { directory }: Reference, issuer: IssuerOfDocuments) {
  const division = divisionOf(directory, plan);
  if (division === undefined) return undefined;
  return resolveAddressee(directory, division.id, issuer.body)[0] ?? division;
}

/** Locks the registers of a batch; no query is sent when none of its events will issue a document. */
export async function lockNumbering(
  { tx, campaignId, plan, reference }: Numbering,
  asks: readonly Ask[],
): Promise<Registers> {
  const written = asks.filter(({ draft }) => draft.release.name === 'document');
  const ids = written.map(({ draft }) => draft.id);
  const found = ids.length === 0 ? [] : await findDrafts(tx, campaignId, ids);
  const drafts = new Map(found.map((draft) => [draft.id, draft]));
  const numbering = asks.filter(mayIssue);
  if (numbering.length === 0) {
    return { held: new Map(), drafts, planNumber: null, named: new Map(), checkpoint: null };
  }
  const years = numbering.map(({ at }) => localYear(at, plan.timeZone));
  const own = numbering.some(issuesThePlan) ? planRegister(plan, reference) : null;
  const keys = [...registersOf(plan, reference, years), ...(own === null ? [] : [own])];
  const distinct = new Map(keys.map((key) => [registerName(key), key]));
  const held = await lockRegisters(tx, [...distinct.values()]);
  return {
    held: new Map(held.map((register) => [registerName(register), register])),
    drafts,
    planNumber: own === null ? null : await findNumber(tx, own, plan.document.serial),
    named: await loadNamed(tx, campaignId, numbering),
    checkpoint: await findCheckpointName(tx),
  };
}

/** The notice of a campaign bears the plan's own number, signed or issued with the draft. */
const issuesThePlan = ({ draft }: Ask): boolean =>
  draft.release.name === 'campaign' ||
  (draft.release.name === 'document' && contextOf(draft, 'document').kind === 'campaign-notice');

async function loadNamed(tx: Tx, campaignId: string, asks: readonly Ask[]) {
  const selecting = asks.filter(({ event }) => SELECTING.has(event.type));
  if (selecting.length === 0) return new Map();
  const categories = selecting.map(({ event }) => String(event.category));
  const rows = await findRankable(tx, campaignId, categories);
  return new Map(rows.map((row) => [row.id, row]));
}

const SELECTING: ReadonlySet<string> = new Set(['select-by-merit', 'move-up']);

/** The register in which the plan's own document stands (R1). */
export function planRegister(plan: Plan, reference: Reference): RegisterKey | null {
  const { issuer: name } = plan.documents.kinds['campaign-notice'];
  const issuer = plan.documents.issuers[name];
  const registrar = issuer && registrarOf(plan, reference, issuer);
  if (registrar === undefined) return null;
  const { issuerCode: code, year } = plan.document;
  return { organisationId: registrar.id, code, year };
}

const registersOf = (plan: Plan, reference: Reference, years: readonly number[]): RegisterKey[] =>
  Object.values(plan.documents.issuers).flatMap((issuer) => {
    const registrar = registrarOf(plan, reference, issuer);
    const { code } = issuer;
    if (code === undefined || registrar === undefined) return [];
    return years.map((year) => ({ organisationId: registrar.id, code, year }));
  });

export const localYear = (at: string, timeZone: string): number =>
  Number(localDate(Temporal.Instant.from(at), timeZone).slice(0, 4));

// The step of a plan says which of its events may issue a document. This narrows two that every stage knows: a
// spot check without findings needs none, and a draft that is returned takes no number.
function mayIssue({ draft, event }: Ask): boolean {
  if (event.type === 'return') return false;
  return (
    event.type !== 'record-inspection' || draft.release.name !== 'candidate' || opensOrder(event)
  );
}
