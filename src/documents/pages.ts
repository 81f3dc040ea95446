// Where a document stands on its pages, reckoned from exact line heights: the place of its signature, and the
// page and height at which it ends, from which the place of 版记 follows.

import {
  type DocumentAttachment,
  type DocumentContent,
  type DocumentParagraph,
  type DocumentTable,
  isNamed,
} from '../rules/document/document-content.ts';
import { markOf } from './docx-head.ts';
import { CELL, LINE, TEXT_HEIGHT, TITLE_LINE, tableWidths } from './docx-paper.ts';
import { attachmentName } from './layout.ts';
import { linesOf } from './lines.ts';
import { BESIDE_LINES, placeSignature, type SignaturePlace } from './signature-place.ts';
import { titleLines } from './titles.ts';

// The red line and what is between it and the number, points and eighths of one.
const RED_LINE = 6 * 20 + 30;
const SIGNED_LINES = 3;

/** The page, counted from 1, and the height used of it, in twips. */
type Place = { page: number; used: number };

export type Pages = {
  /** `closing`: so many paragraphs at the end of the text are placed with the signature, as one. */
  signature: SignaturePlace & { closing: number };
  end: Place;
};

/** 附件说明: a blank line and the names, each beside the word 附件. */
function attachmentLines({ attachments }: DocumentContent): number {
  const named = attachments.filter(isNamed);
  return named.length === 0
    ? 0
    : named.reduce(
        (sum, { title }, index) => sum + linesOf(attachmentName(index, named.length, title), 5),
        1,
      );
}

const signatureLines = (document: DocumentContent): number =>
  SIGNED_LINES + attachmentLines(document) + (document.note === null ? 0 : 1);

/** Height of head, title and 主送机关 on the first page. */
function aboveText(document: DocumentContent): number {
  const { addressees, copyNumber, secrecy, title, names, urgency } = document;
  const corner = [copyNumber, secrecy, urgency].filter((text) => text !== null).length;
  const { height, before } = markOf(document, corner);
  // Two blank lines below the mark and two above the title, one below it; the number; the red line.
  const head = corner * LINE + before + height + 6 * LINE + RED_LINE;
  const toWhom = addressees.length > 0 ? linesOf(`${addressees.join('、')}：`, 0) : 0;
  return head + titleLines(title, names).length * TITLE_LINE + toWhom * LINE;
}

/** Adds lines one by one; with `together` all of them stand on one page. */
function addLines({ page, used }: Place, lines: number, together = false): Place {
  const fitting = Math.floor((TEXT_HEIGHT - used) / LINE);
  if (lines <= fitting) return { page, used: used + lines * LINE };
  if (together || fitting < 1) return addLines({ page: page + 1, used: 0 }, lines);
  return addLines({ page: page + 1, used: 0 }, lines - fitting);
}

function addParagraph(place: Place, { text, level }: DocumentParagraph): Place {
  const lines = linesOf(text);
  if (level === 0) return addLines(place, lines);
  // A heading is kept with the first line of what follows.
  const moves = addLines(place, lines + 1, true).page > place.page;
  return addLines(moves ? { page: place.page + 1, used: 0 } : place, lines);
}

/** On a page of its own, below the word 附件 and its title. */
function addAttachment({ page }: Place, attachment: DocumentAttachment, names: string[]): Place {
  const { title } = attachment;
  const titled = 3 * LINE + titleLines(title, names).length * TITLE_LINE;
  const start = { page: page + 1, used: titled };
  if ('paragraphs' in attachment) return attachment.paragraphs.reduce(addParagraph, start);
  // Forms have no head, and so no 版记 whose place follows.
  return 'cells' in attachment ? start : addTable(start, attachment);
}

function addTable(start: Place, attachment: DocumentTable): Place {
  const { columns, rows } = attachment;
  const widths = tableWidths(attachment).map((width) => (width - 2 * CELL.side) / CELL.character);
  const heightOf = (row: readonly string[]): number =>
    Math.max(...row.map((text, at) => linesOf(text, 0, Math.floor(widths[at] ?? 1)))) * CELL.line +
    2 * CELL.above +
    CELL.border;
  const header = heightOf(columns);
  let place = { page: start.page, used: start.used + header };
  for (const row of rows) {
    const height = heightOf(row);
    const isOver = place.used + height > TEXT_HEIGHT;
    place = isOver
      ? { page: place.page + 1, used: header + height }
      : { page: place.page, used: place.used + height };
  }
  return place;
}

/** The places of a document with a head. */
export function pagesOf(document: DocumentContent): Pages {
  const { attachments, body, names } = document;
  const last = body.at(-1)?.text ?? '';
  // A single line is too little beside a signature: the paragraph before it is placed with it.
  const closing = body.length > 1 && linesOf(last) < BESIDE_LINES ? 2 : 1;
  const start = body
    .slice(0, -closing)
    .reduce<Place>(addParagraph, { page: 1, used: aboveText(document) });
  const room = (TEXT_HEIGHT - start.used) / LINE;
  const lines = body.slice(-closing).reduce((sum, { text }) => sum + linesOf(text), 0);
  const signs = signatureLines(document);
  // A last line of two characters another program may save.
  const carried = BESIDE_LINES + linesOf(last) - linesOf(last.slice(0, -2));
  const signature = placeSignature(room, lines, signs, body.length === closing, carried);
  const signed =
    signature.next === 0
      ? addLines(start, lines + signs)
      : addLines({ page: start.page + 1, used: 0 }, signature.next);
  const end = attachments.reduce(
    (place, attachment) => addAttachment(place, attachment, [...names]),
    signed,
  );
  return { signature: { ...signature, closing }, end };
}
