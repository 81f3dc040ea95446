// The answers about a document: JSON, a page, or a file to download.

import { hash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import type { DocumentContext } from '../../../machines/document/events.ts';
import type { Delivery, DocumentRow } from '../../db/document/documents.ts';
import type { DocumentContent, DraftContent } from '../../rules/document/document-content.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import {
  contextOf,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
} from '../kernel/subject-schemas.ts';

export const DocumentSummarySchema = Type.Object({
  ...subjectFields,
  kind: Type.String({ description: '文种 · Kind' }),
  clause: Type.String(),
  issuer: Type.String(),
  title: Type.String(),
  number: Nullable(Type.String({ description: '发文字号 · As 某组发〔2027〕1号' })),
  year: Nullable(Type.Integer()),
  serial: Nullable(Type.Integer()),
  sha256: Nullable(Type.String({ description: '内容的散列 · Of the canonical JSON of content' })),
  issuedOn: Nullable(Type.String({ description: '成文日期 · Date of the document' })),
  issuedAt: Nullable(Instant),
  aboutId: Nullable(Id),
  isPublic: Type.Boolean(),
  named: Type.Array(Id, { description: '名单上的对象 · Candidates that a list names' }),
  addressees: Type.Array(Type.String({ description: '主送 · Main addressees' })),
  copyTo: Type.Array(Type.String({ description: '抄送 · Copies to' })),
  correctsId: Nullable(Id),
  supersededBy: Nullable(Id),
  draftedBy: Nullable(Type.String()),
  reviewedBy: Nullable(Type.String()),
  signedBy: Nullable(Type.String()),
  signatory: Nullable(Type.String({ description: '签发人 · Who signed' })),
  reason: Nullable(
    Type.String({ description: '退回、撤回或作废的理由 · Why returned or recalled' }),
  ),
});

export const DocumentSchema = Type.Object({
  ...DocumentSummarySchema.properties,
  content: Type.Unknown({
    description:
      '公文各要素（GB/T 9704）；印发后不变。checkpoint 为印发前日志的最后一个检查点 · The elements of the document; frozen once it is issued. checkpoint is the last one of the logs before that',
  }),
  deliveries: Type.Array(
    Type.Object({
      organisationId: Type.String(),
      noticeId: Id,
      issuedAt: Instant,
      readAt: Nullable(Instant),
      receivedAt: Nullable(Instant),
      receivedBy: Nullable(Type.String()),
      receiptRequired: Type.Boolean(),
      reminded: Type.Boolean({ description: '逾期未签收，已提醒 · Reminded of the receipt' }),
    }),
    { description: '送达和签收 · Deliveries and receipts' },
  ),
});

export function summaryToJson(row: DocumentRow): Static<typeof DocumentSummarySchema> {
  const context = contextOf<DocumentContext>(row);
  const { kind, issuer, title, number, year, serial, sha256, issuedOn, issuedAt, aboutId } = row;
  const { isPublic, correctsId } = row;
  const { clause, supersededBy, draftedBy, reviewedBy, signedBy, signatory, reason } = context;
  return {
    ...subjectToJson('document', row),
    ...{ kind, clause, issuer, title, number, year, serial, sha256, issuedOn, issuedAt, aboutId },
    ...{ isPublic, correctsId, supersededBy, draftedBy, reviewedBy, signedBy, signatory, reason },
    named: row.namedIds,
    addressees: row.mainIds,
    copyTo: row.copyIds,
  };
}

/** Throws where the content of an issued document is no longer that whose hash its log holds. */
export function assertUnchanged({ content, ...row }: DocumentRow): void {
  const { sha256 } = contextOf<DocumentContext>(row);
  if (sha256 !== null && hash('sha256', canonicalJson(content), 'hex') !== sha256) {
    throw new Error(`the content of document ${row.id} is not what was issued`);
  }
}

export const documentToJson = (
  row: DocumentRow,
  deliveries: readonly Delivery[],
): Static<typeof DocumentSchema> => ({
  ...summaryToJson(row),
  content: row.content,
  deliveries: [...deliveries],
});

/** The frozen content of an issued document; a draft's with its gaps marked. */
export function contentOf({ content, issuedAt }: DocumentRow): DocumentContent {
  if (issuedAt !== null) return content as DocumentContent;
  const draft = content as DraftContent;
  return {
    ...draft,
    schema: 1,
    number: draft.numbered ? '（草稿，尚未编号）' : null,
    signatory: draft.upward ? '　　' : null,
    issueDate: '　　年　月　日',
    printDate: '　　年　月　日',
    draft: true,
    checkpoint: null,
  };
}

/** '某组发〔2027〕2号 关于…的通报' without the characters that file systems refuse. */
export const fileNameOf = ({ number, title }: DocumentRow, suffix: string): string =>
  `${[number, title].filter((part) => part !== null).join(' ')}`
    .replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, ' ')
    .slice(0, 120)
    .trim() + suffix;
