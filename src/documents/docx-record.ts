// 版记: the record of copies and printing at the foot of the last page.

import { BorderStyle, type Paragraph, type ParagraphChild, TabStopType, TextRun } from 'docx';
import type { DocumentContent } from '../rules/document/document-content.ts';
import { AT_FOOT, LINE, paragraph, run, SIZE, TEXT_WIDTH } from './docx-paper.ts';
import { roomLines, signatureLines } from './docx-room.ts';
import { widthOf } from './layout.ts';
import { linesOf } from './signature-place.ts';

const OUTER = { style: BorderStyle.SINGLE, size: 8, color: '000000', space: 1 };
// Every paragraph has the same borders: only then does LibreOffice make one frame of them, and only without
// a line between, which is therefore the underline of an empty row.
const RULED = { top: OUTER, bottom: OUTER };

// The line of 四号 is lower than the text's, so that a short document still ends on its first page.
const RECORD_LINE = 400;
const RECORD_ANCHOR = 20;
const RECORD_RULE = 60;
// Lines and distances, as LibreOffice sets them: 65 points of 版记 were measured, 43 are its rows.
const RECORD_BORDERS = 480;
const RECORD_CHARACTERS = Math.floor(TEXT_WIDTH / 280) - 4;

/**
 * True when the signature ends on the first page and leaves too little below it: a frame that pushed the
 * signature away would push away its own anchor as well.
 */
function recordGoesOver(document: DocumentContent): boolean {
  const { attachments, body, copyTo } = document;
  const ends = linesOf(body.at(-1)?.text ?? '') + signatureLines(document);
  const left = (roomLines(document) - ends) * LINE;
  const copied = copyTo.length > 0 ? widthOf(`抄送：${copyTo.join('，')}。`) : 0;
  const height =
    (Math.ceil(copied / RECORD_CHARACTERS) + 1) * RECORD_LINE +
    (copied > 0 ? RECORD_RULE : 0) +
    RECORD_BORDERS +
    RECORD_ANCHOR;
  return attachments.length === 0 && left >= 0 && left < height;
}

/** 版记: 抄送机关, 印发机关 and 印发日期, between lines, at the foot of the last page. */
export function recordOf(document: DocumentContent): Paragraph[] {
  const { copyTo, printedBy, printDate } = document;
  const small = { size: SIZE.small };
  // One character is free at either edge; further lines stand below the text after the label.
  const hanging = 4 * 280;
  const row = (children: ParagraphChild[], line = RECORD_LINE): Paragraph =>
    paragraph(children, {
      indent: { left: hanging, hanging },
      tabs: [{ type: TabStopType.RIGHT, position: TEXT_WIDTH }],
      frame: AT_FOOT,
      border: RULED,
      line,
    });
  return [
    ...(copyTo.length > 0
      ? [
          row([run(`　抄送：${copyTo.join('，')}。`, small)]),
          row([new TextRun({ text: '\t\t', size: 4, underline: { type: 'single' } })], RECORD_RULE),
        ]
      : []),
    row([run(`　${printedBy}\t${printDate}印发　`, small)]),
    // The frame is anchored to this paragraph.
    paragraph([], {
      line: RECORD_ANCHOR,
      ...(recordGoesOver(document) ? { newPage: true } : {}),
    }),
  ];
}
