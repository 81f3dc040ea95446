// The lines of the first page that are left for the text, and the place of the signature that follows from
// them.

import type { DocumentContent } from '../rules/document/document-content.ts';
import { markOf } from './docx-head.ts';
import { LINE, TITLE_LINE } from './docx-paper.ts';
import { titleLines } from './layout.ts';
import { linesOf, PAGE_LINES, placeSignature, type SignaturePlace } from './signature-place.ts';

// The red line and what is between it and the number, points and eighths of one.
const RED_LINE = 6 * 20 + 30;

const attachmentLines = ({ attachments }: DocumentContent): number =>
  attachments.length === 0
    ? 0
    : attachments.reduce((sum, { title }) => sum + linesOf(`附件：1．${title}`), 1);
const SIGNED_LINES = 3;
export const signatureLines = (document: DocumentContent): number =>
  SIGNED_LINES + attachmentLines(document) + (document.note === null ? 0 : 1);

/** Lines of the first page below head, title, 主送机关 and all of the text but its last paragraph. */
export function roomLines(document: DocumentContent): number {
  const { addressees, body, copyNumber, sample, secrecy, title, urgency } = document;
  const corner =
    (sample ? 1 : 0) + [copyNumber, secrecy, urgency].filter((text) => text !== null).length;
  const { height, before } = markOf(document, corner);
  // Two blank lines below the mark and two above the title, one below it; the number; the red line.
  const head = corner * LINE + before + height + 6 * LINE + RED_LINE;
  const above =
    (addressees.length > 0 ? linesOf(`${addressees.join('，')}：`, 0) : 0) +
    body.slice(0, -1).reduce((sum, { text }) => sum + linesOf(text), 0);
  return PAGE_LINES - above - (head + titleLines(title).length * TITLE_LINE) / LINE;
}

export const placeOf = (document: DocumentContent): SignaturePlace => {
  const { body } = document;
  const lines = linesOf(body.at(-1)?.text ?? '');
  return placeSignature(roomLines(document), lines, signatureLines(document), body.length === 1);
};
