// The worker looks through the logs a page at a time: what is stored says how far it is, so that any process
// goes on where another stopped.

import type pg from 'pg';
import { listChangedChains } from '../../db/audit/checkpoints.ts';
import {
  claimVerification,
  insertFaults,
  updateVerification,
  type Verification,
} from '../../db/audit/verifications.ts';
import type { AuditFault } from '../../rules/audit/faults.ts';
import type { Performer } from '../kernel/batches.ts';
import {
  type Checked,
  checkAdministration,
  checkChains,
  checkPage,
  NOWHERE,
  sum,
} from './chains.ts';
import { checkRoots } from './checkpoints.ts';

/** So many of the chains that changed are looked at in one page. */
const CHANGED_AT_ONCE = 50;

type Step = { checked: Checked; to: Partial<Verification>; isFinished?: boolean };

/**
 * Does one page of the verification that is to go on. `more` is false when there is none. The faults are those
 * of this page, which are incidents by now.
 */
export async function verifyRound(
  pool: pg.Pool,
  performer: Performer,
  alive: () => void,
): Promise<{ more: boolean; faults: readonly AuditFault[] }> {
  const from = await performer.administer(claimVerification);
  if (from === undefined) return { more: false, faults: [] };
  const { checked, to, isFinished = false } = await PASSES[from.pass](pool, from, alive);
  const { chains, events, erased, faults } = checked;
  const next = {
    ...from,
    ...to,
    chains: from.chains + chains,
    events: from.events + events,
    erased: from.erased + erased,
    faults: from.faults + faults.length,
  };
  await performer.administer(async (tx) => {
    if (await updateVerification(tx, from, next, isFinished)) {
      await insertFaults(tx, from.id, from.faults, faults);
    }
  });
  return { more: true, faults };
}

/** The roots and the administrative log: all of both when it begins anew with the chains, else what is new. */
async function passRoots(pool: pg.Pool, from: Verification, alive: () => void): Promise<Step> {
  const isAnew = from.sliceCampaign === NOWHERE.campaignId;
  const since = isAnew ? 0 : from.since;
  const roots = await checkRoots(pool, { after: since, alive });
  const none = { chains: 0, events: 0, erased: 0, faults: roots.faults };
  return {
    checked: sum([none, await checkAdministration(pool, since)]),
    // Whoever asks for everything has no use for what changed.
    to: { pass: from.kind === 'asked' ? 2 : 1 },
  };
}

async function passChanged(pool: pg.Pool, from: Verification): Promise<Step> {
  const after = { campaignId: from.afterCampaign, subjectId: from.afterSubject };
  const chains = await listChangedChains(pool, from.since, after, CHANGED_AT_ONCE);
  const checked = await checkChains(pool, chains);
  const last = chains.at(-1);
  if (last === undefined || chains.length < CHANGED_AT_ONCE) return { checked, to: { pass: 2 } };
  return { checked, to: { afterCampaign: last.campaignId, afterSubject: last.subjectId } };
}

async function passSlice(pool: pg.Pool, from: Verification): Promise<Step> {
  const start = { campaignId: from.sliceCampaign, subjectId: from.sliceSubject };
  const { after, ...checked } = await checkPage(pool, start);
  const { campaignId, subjectId } = after ?? NOWHERE;
  const slice = Math.max(from.slice - checked.chains, 0);
  return {
    checked,
    to: { slice, sliceCampaign: campaignId, sliceSubject: subjectId },
    isFinished: after === null || slice === 0,
  };
}

const PASSES = { 0: passRoots, 1: passChanged, 2: passSlice } as const;
