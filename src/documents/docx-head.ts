// 版头: the part of a document above the red line, and its height on the page.

import { AlignmentType, type Paragraph, Tab, TabStopType, TextRun } from 'docx';
import type { DocumentContent } from '../rules/document/document-content.ts';
import { blank, LINE, paragraph, RED, run, TEXT_WIDTH, twips } from './docx-paper.ts';
import { markPoints } from './layout.ts';

/** The mark's size, the height of its line and the space left above it, below `corner` lines. */
export function markOf({ mark }: DocumentContent, corner: number) {
  const points = markPoints(mark, TEXT_WIDTH / 20);
  const height = points * 24;
  // It stands low in its line, so its upper edge is below the line's.
  return {
    points,
    height,
    before: Math.max(0, twips(35) - corner * LINE - (height - points * 20)),
  };
}

/** 版头: copy number, secrecy, urgency, 发文机关标志 35 mm down, 发文字号 two lines below, the red line. */
export function headOf(document: DocumentContent): Paragraph[] {
  const { copyNumber, secrecy, urgency, mark, number, signatory } = document;
  const corner = [copyNumber, secrecy, urgency].flatMap((text) =>
    text === null ? [] : [paragraph([run(text, { font: 'heading' })])],
  );
  const { points, height, before } = markOf(document, corner.length);
  const numbered = [run(number ?? '')];
  const line =
    signatory === null
      ? paragraph(numbered, { align: AlignmentType.CENTER, underlined: true })
      : paragraph(
          [
            run(`　${number ?? ''}`),
            new TextRun({ children: [new Tab()] }),
            run('签发人：'),
            run(`${signatory}　`, { font: 'subheading' }),
          ],
          {
            tabs: [{ type: TabStopType.RIGHT, position: TEXT_WIDTH }],
            underlined: true,
          },
        );
  return [
    ...corner,
    paragraph([run(mark, { font: 'title', size: points * 2, color: RED })], {
      align: AlignmentType.CENTER,
      line: height,
      before,
    }),
    blank(),
    blank(),
    line,
    blank(),
  ];
}
