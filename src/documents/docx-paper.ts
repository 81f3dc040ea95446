// The paper of GB/T 9704-2012 and its type: A4, 37/35/28/26 mm, 22 lines of 28 characters, 仿宋 三号.
// No character grid is used, because Word, WPS and LibreOffice reckon it differently; they agree on a
// distance between characters.

import {
  AlignmentType,
  BorderStyle,
  FrameAnchorType,
  FrameWrap,
  HorizontalPositionAlign,
  type IParagraphOptions,
  Paragraph,
  type ParagraphChild,
  Table,
  TableCell,
  TableRow,
  type TabStopType,
  TextRun,
  VerticalAlign,
  VerticalPositionAlign,
  WidthType,
} from 'docx';
import type { DocumentTable } from '../rules/document/document-content.ts';
import { columnShares } from './layout.ts';
import { LINE_CHARACTERS } from './lines.ts';
import { PAGE_LINES } from './signature-place.ts';
import { titleLines } from './titles.ts';

export const FONT = {
  body: '仿宋_GB2312',
  title: '方正小标宋简体',
  heading: '黑体',
  subheading: '楷体_GB2312',
  page: '宋体',
} as const;

// Half points: 二号 22, 三号 16, 四号 14, 小四 12, 小五 9.
export const SIZE = { title: 44, body: 32, small: 28, cell: 24, footer: 18 } as const;
export const RED = 'FF0000';

export const twips = (mm: number): number => Math.round((mm * 1440) / 25.4);
export const PAGE = { width: twips(210), height: twips(297) };
export const MARGIN = { top: twips(37), bottom: twips(35), left: twips(28), right: twips(26) };
// The dashes of the page number stand 7 mm below the text. Its line takes all of the height down to it: of any
// that is left LibreOffice gives some pages a part.
export const FOOTER = twips(24.7);
export const FOOTER_LINE = MARGIN.bottom - FOOTER;
export const TEXT_WIDTH = PAGE.width - MARGIN.left - MARGIN.right;
export const TEXT_HEIGHT = PAGE.height - MARGIN.top - MARGIN.bottom;
// Every line has this exact height. On a grid, LibreOffice would round other heights up to two lines of it.
export const LINE = Math.floor(TEXT_HEIGHT / PAGE_LINES);
// The twips by which each character is set closer than its 16 points, so that a line takes 28 of them.
export const CHARACTER = Math.floor(TEXT_WIDTH / LINE_CHARACTERS);
const CLOSER = CHARACTER - 320;

export type Font = keyof typeof FONT;
type Style = { font?: Font; size?: number; color?: string; bold?: boolean };

export const run = (
  text: string,
  { font = 'body', size = SIZE.body, ...rest }: Style = {},
): TextRun =>
  new TextRun({
    text,
    size,
    ...(size === SIZE.body ? { characterSpacing: CLOSER } : {}),
    font: { ascii: FONT[font], eastAsia: FONT[font], hAnsi: FONT[font], cs: FONT[font] },
    ...rest,
  });

export type Placing = {
  align?: (typeof AlignmentType)[keyof typeof AlignmentType];
  indent?: { firstLine?: number; left?: number; right?: number; hanging?: number };
  tabs?: { type: (typeof TabStopType)[keyof typeof TabStopType]; position: number }[];
  line?: number;
  before?: number;
  frame?: IParagraphOptions['frame'];
  border?: IParagraphOptions['border'];
  underlined?: true;
  newPage?: true;
  withNext?: true;
};

export const paragraph = (children: ParagraphChild[], placing: Placing = {}): Paragraph =>
  new Paragraph({
    children,
    spacing: {
      line: placing.line ?? LINE,
      lineRule: 'exact',
      before: placing.before ?? 0,
      after: 0,
    },
    ...(placing.frame ? { frame: placing.frame } : {}),
    ...(placing.border ? { border: placing.border } : {}),
    ...(placing.align ? { alignment: placing.align } : {}),
    ...(placing.indent ? { indent: placing.indent } : {}),
    ...(placing.tabs ? { tabStops: placing.tabs } : {}),
    ...(placing.newPage ? { pageBreakBefore: true } : {}),
    ...(placing.withNext ? { keepNext: true } : {}),
    ...(placing.underlined
      ? { border: { bottom: { style: BorderStyle.SINGLE, size: 12, color: RED, space: 6 } } }
      : {}),
  });

export const blank = (): Paragraph => paragraph([]);

export const TITLE_LINE = 640;

export const titleOf = (title: string, names: readonly string[]): Paragraph =>
  paragraph(
    titleLines(title, names).flatMap((line, index) => [
      ...(index > 0 ? [new TextRun({ break: 1 })] : []),
      run(line, { font: 'title', size: SIZE.title }),
    ]),
    { align: AlignmentType.CENTER, line: TITLE_LINE },
  );

export const right = (children: ParagraphChild[], characters: number, withNext = true): Paragraph =>
  paragraph(children, {
    align: AlignmentType.RIGHT,
    indent: { right: Math.max(0, Math.round(characters * CHARACTER)) },
    ...(withNext ? { withNext } : {}),
  });

/** A cell of a table: its margins, lines and characters of 小四, and the line between rows; in twips. */
export const CELL = { side: 80, above: 40, line: 400, character: 240, border: 10 } as const;

/** The width of each column, by what stands in it. */
export const tableWidths = ({ columns, rows }: DocumentTable): number[] =>
  columnShares(columns, rows).map((share) => Math.floor(share * TEXT_WIDTH));

/** A table as wide as the text. */
export function tableOf(attachment: DocumentTable): Table {
  const { columns, rows } = attachment;
  const widths = tableWidths(attachment);
  const cell = (text: string, index: number, font: Font): TableCell =>
    new TableCell({
      width: { size: widths[index] ?? 0, type: WidthType.DXA },
      margins: { left: CELL.side, right: CELL.side, top: CELL.above, bottom: CELL.above },
      verticalAlign: VerticalAlign.CENTER,
      children: [
        paragraph([run(text, { font, size: SIZE.cell })], {
          line: CELL.line,
          ...(font === 'heading' ? { align: AlignmentType.CENTER } : {}),
        }),
      ],
    });
  return new Table({
    width: { size: TEXT_WIDTH, type: WidthType.DXA },
    columnWidths: widths,
    rows: [
      new TableRow({
        tableHeader: true,
        children: columns.map((text, index) => cell(text, index, 'heading')),
      }),
      ...rows.map(
        (row) =>
          new TableRow({
            cantSplit: true,
            children: row.map((text, index) => cell(text, index, 'body')),
          }),
      ),
    ],
  });
}

// Paragraphs of one frame, which stands at the foot of the text whatever precedes it on the page.
export const AT_FOOT = {
  type: 'alignment',
  width: TEXT_WIDTH,
  anchor: { horizontal: FrameAnchorType.MARGIN, vertical: FrameAnchorType.MARGIN },
  alignment: { x: HorizontalPositionAlign.LEFT, y: VerticalPositionAlign.BOTTOM },
  wrap: FrameWrap.NOT_BESIDE,
} as const;
