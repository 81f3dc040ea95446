// The effects of score sheets become rows here.

import type {
  KeepSheet,
  KeepSubmission,
  RecordConflict,
  WithdrawConflict,
} from '../../../machines/assessment/effects.ts';
import type { Writes } from '../../db/tables.ts';
import type { Entropy } from '../../entropy.ts';
import type { Handlers } from '../kernel/batch-context.ts';
import type { Draft } from '../kernel/draft.ts';
import type { Reference } from '../kernel/reference.ts';

type Scene = {
  writes: Writes;
  reference: Reference;
  drafts: ReadonlyMap<string, Draft>;
  by: { principalId: string };
  entropy: Entropy;
};

/** Stores the assessor who has the sheet now. */
function keepSheet(
  { writes }: Scene,
  draft: Draft,
  { assessorId, stream, round }: KeepSheet,
): void {
  if (draft.parentId === null) throw new Error('a sheet is about a candidate');
  writes.sheets.push({
    id: draft.id,
    candidate_id: draft.parentId,
    stream,
    round,
    assessor_id: assessorId,
  });
}

function keepSubmission(
  { writes }: Scene,
  draft: Draft,
  { number, assessorId, points, notApplicable, totalCenti, remark }: KeepSubmission,
  at: string,
): void {
  writes.submissions.push({
    sheet_id: draft.id,
    number,
    assessor_id: assessorId,
    points,
    not_applicable: notApplicable,
    total_centi: totalCenti,
    remark,
    submitted_at: at,
  });
}

/** Stores the conflict; an operation of its own passes on every other sheet that the assessor owes there. */
function recordConflict(
  scene: Scene,
  draft: Draft,
  { principalId, organisationId, reason, sheets }: RecordConflict,
  at: string,
): void {
  const { writes, reference, drafts, by } = scene;
  const parent = draft.parentId === null ? undefined : drafts.get(draft.parentId);
  const place =
    organisationId === null
      ? parent && { id: parent.organisationId, path: parent.path }
      : reference.directory.byId.get(organisationId);
  if (place === undefined) throw new Error(`no organisation ${organisationId}`);
  writes.conflicts.push({
    principal_id: principalId,
    organisation_id: place.id,
    path: place.path,
    reason,
    declared_at: at,
    declared_by: by.principalId,
  });
  if (sheets.length === 0) return;
  const id = scene.entropy.newId();
  writes.operations.push({
    id,
    kind: 'recusal',
    status: 'running',
    total: sheets.length,
    finished_at: null,
    detail: { principalId, organisationId: place.id },
    created_by: by.principalId,
    created_at: at,
  });
  sheets.forEach((sheetId, index) => {
    const command = { subjectId: sheetId, event: { type: 'recuse', reason } };
    writes.operationItems.push({ operation_id: id, index, command });
  });
  draft.opened.push({ kind: 'operation', id });
}

function withdrawConflict(
  { writes, by }: Scene,
  _: Draft,
  { principalId, organisationId, reason }: WithdrawConflict,
  at: string,
): void {
  writes.conflictsWithdrawn.push({
    principal_id: principalId,
    organisation_id: organisationId,
    withdrawal_reason: reason,
    withdrawn_at: at,
    withdrawn_by: by.principalId,
  });
}

export const assessmentHandlers: Handlers<
  'keep-sheet' | 'keep-submission' | 'record-conflict' | 'withdraw-conflict'
> = {
  'keep-sheet': keepSheet,
  'keep-submission': keepSubmission,
  'record-conflict': recordConflict,
  'withdraw-conflict': withdrawConflict,
};
