// Records become rows here: they are stored, corrected by later ones, assessed and closed. The files they use
// and the names that showcase cases claim are stored with them.

import type {
  AssessRecord,
  CloseRecord,
  StoreRecord,
  VoidRecord,
} from '../../../machines/record/effects.ts';
import type { Writes } from '../../db/tables.ts';
import { clauseIn } from '../../rules/plan/citations.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Handlers } from '../kernel/batch-context.ts';
import type { Draft } from '../kernel/draft.ts';

type Scene = { plan: Plan; writes: Writes; by: { principalId: string } };

function storeRecord(
  { plan, writes, by }: Scene,
  draft: Draft,
  record: StoreRecord,
  at: string,
): void {
  const { supersedes, lives, showcase, ...row } = record;
  const owned = { subject_id: draft.id };
  writes.records.push({
    ...owned,
    ...row,
    clause: clauseIn(plan, row.clause),
    sequence: draft.revision,
    recorded_at: at,
    recorded_by: by.principalId,
    status: lives ? 'open' : null,
  });
  if (supersedes !== undefined) {
    const { recordId, reason, frees } = supersedes;
    writes.recordsSuperseded.push({ ...owned, id: recordId, superseded_by: row.id, reason });
    if (frees !== undefined) writes.casesReleased.push({ ...owned, ...frees });
  }
  if (showcase !== undefined) writes.casesClaimed.push({ ...owned, ...showcase });
  useFiles(writes, draft.id, row.id, row.body.fileIds);
  draft.opened.push({ kind: row.ledger, id: row.id });
}

function assessRecord({ writes, by }: Scene, draft: Draft, found: AssessRecord, at: string): void {
  const { showcase, ...assessment } = found;
  const owned = { subject_id: draft.id };
  writes.assessments.push({ ...owned, ...assessment, at, by: by.principalId });
  if (showcase !== null && assessment.verdict === 'rejected') {
    writes.casesReleased.push({ ...owned, ...showcase });
  }
}

/** A record that is void names itself as what it gave way to, so that whatever counts those that stand leaves it out. */
function voidRecord({ writes }: Scene, draft: Draft, { id, reason, frees }: VoidRecord): void {
  const owned = { subject_id: draft.id };
  writes.recordsSuperseded.push({ ...owned, id, superseded_by: id, reason });
  if (frees !== null) writes.casesReleased.push({ ...owned, ...frees });
}

/** Closes the record of the candidate that the matter hangs on, whose lock protects both. */
function closeRecord(
  { writes, by }: Scene,
  matter: Draft,
  { recordId, closedOn, result, fileIds }: CloseRecord,
): void {
  if (matter.parentId === null) throw new Error('a matter hangs on no candidate');
  writes.recordsClosed.push({
    subject_id: matter.parentId,
    id: recordId,
    closed_on: closedOn,
    closing: { result, fileIds, solvedBy: by.principalId },
  });
  useFiles(writes, matter.parentId, recordId, fileIds);
}

/** Stores the first use of each file by a subject, because the sweep leaves used files alone. */
function useFiles(writes: Writes, subjectId: string, usedBy: string, fileIds: unknown): void {
  for (const fileId of new Set(Array.isArray(fileIds) ? (fileIds as string[]) : [])) {
    writes.fileUses.push({ file_id: fileId, subject_id: subjectId, used_by: usedBy });
  }
}

export const recordHandlers: Handlers<
  'store-record' | 'assess-record' | 'void-record' | 'close-record' | 'use-files'
> = {
  'store-record': storeRecord,
  'assess-record': assessRecord,
  'void-record': voidRecord,
  'close-record': closeRecord,
  'use-files': ({ writes }, draft, { fileIds }) =>
    useFiles(writes, draft.parentId ?? draft.id, draft.id, fileIds),
};
