// The answers about a row of a ledger.

import Type, { type Static } from 'typebox';
import type { RecordRow } from '../../db/record/records.ts';
import { Instant, Nullable } from '../kernel/subject-schemas.ts';

const recorded = {
  id: Type.String(),
  kind: Type.String(),
  clause: Type.String(),
  recordedAt: Instant,
  recordedBy: Type.String(),
  body: Type.Unknown({ description: '记录的内容 · What was recorded' }),
};

export const RecordSchema = Type.Object(recorded);

export const EvidenceSchema = Type.Object({
  ...recorded,
  verdict: Nullable(Type.String()),
  attributes: Type.Unknown({ description: '认定结果 · What the reviewer found' }),
  remark: Nullable(Type.String()),
  assessedAt: Nullable(Instant),
  assessedBy: Nullable(Type.String()),
  status: Nullable(Type.String({ description: '提出后办结的事项 · Of what is raised and solved' })),
  closedOn: Nullable(Type.String()),
  closing: Type.Unknown({ description: '办结情况 · How it was solved' }),
  supersededBy: Nullable(Type.String()),
  voided: Type.Boolean({
    description: '已作废：误登记或重复登记，不计入任何标准 · Entered by mistake; it counts nowhere',
  }),
  supersedeReason: Nullable(Type.String()),
});

export const recordToJson = (row: RecordRow): Static<typeof RecordSchema> => ({
  id: row.id,
  kind: row.kind,
  clause: row.clause,
  recordedAt: row.recordedAt,
  recordedBy: row.recordedBy,
  body: row.body,
});

export const evidenceToJson = (row: RecordRow): Static<typeof EvidenceSchema> => ({
  ...recordToJson(row),
  verdict: row.verdict,
  attributes: row.attributes,
  remark: row.remark,
  assessedAt: row.assessedAt,
  assessedBy: row.assessedBy,
  status: row.status,
  closedOn: row.closedOn,
  closing: row.closing,
  supersededBy: row.supersededBy === row.id ? null : row.supersededBy,
  voided: row.supersededBy === row.id,
  supersedeReason: row.supersedeReason,
});

const RECORDING = new Set([
  'record-evidence',
  'record-inspection',
  'record-verification',
  'submit-self-check',
  'supersede-record',
  'close',
  'reopen',
]);

/** True for events that leave a row in a ledger, whose id the server gives. */
export const leavesRecord = (eventType: string): boolean => RECORDING.has(eventType);
