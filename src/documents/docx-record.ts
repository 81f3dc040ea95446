// 版记: the record of copies and printing at the foot of the last even page.

import { BorderStyle, type Paragraph, type ParagraphChild, Tab, TabStopType, TextRun } from 'docx';
import type { DocumentContent } from '../rules/document/document-content.ts';
import { AT_FOOT, LINE, paragraph, run, SIZE, TEXT_WIDTH } from './docx-paper.ts';
import { linesOf } from './lines.ts';

const OUTER = { style: BorderStyle.SINGLE, size: 8, color: '000000', space: 1 };
// Every paragraph has the same borders: only then does LibreOffice make one frame of them, and only without
// a line between, which is therefore the underline of an empty row.
const RULED = { top: OUTER, bottom: OUTER };

// The line of 四号 is lower than the text's.
const RECORD_LINE = 400;
const RECORD_ANCHOR = 20;
const RECORD_RULE = 60;
// Lines and distances, as LibreOffice sets them: 65 points of 版记 were measured, 43 are its rows.
const RECORD_BORDERS = 480;
// What another program breaks or spaces otherwise must not push it over.
const RECORD_MARGIN = 2 * LINE;
const RECORD_CHARACTERS = Math.floor(TEXT_WIDTH / 280) - 4;

/** 抄送机关, 印发机关 and 印发日期, between lines, and the height that they need at the foot of a page. */
export function recordOf({ copyTo, printedBy, printDate }: DocumentContent): {
  children: Paragraph[];
  height: number;
} {
  const small = { size: SIZE.small };
  const tab = new TextRun({ children: [new Tab()] });
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
  const copied = `${copyTo.join('、')}。`;
  const ruled = {
    children: [new Tab(), new Tab()],
    size: 4,
    underline: { type: 'single' },
  } as const;
  const rows = copyTo.length > 0 ? linesOf(copied, 0, RECORD_CHARACTERS) + 1 : 1;
  return {
    height:
      rows * RECORD_LINE +
      (copyTo.length > 0 ? RECORD_RULE : 0) +
      RECORD_BORDERS +
      RECORD_ANCHOR +
      RECORD_MARGIN,
    children: [
      ...(copyTo.length > 0
        ? [row([run(`　抄送：${copied}`, small)]), row([new TextRun(ruled)], RECORD_RULE)]
        : []),
      row([run(`　${printedBy}`, small), tab, run(`${printDate}印发　`, small)]),
      // The frame is anchored to this paragraph.
      paragraph([], { line: RECORD_ANCHOR }),
    ],
  };
}
