// What is attached to a document, or makes a form: a table, a text, a form with its boxes.

import {
  AlignmentType,
  HeightRule,
  type Paragraph,
  Table,
  TableCell,
  TableRow,
  VerticalAlign,
  WidthType,
} from 'docx';
import type {
  DocumentAttachment,
  DocumentForm,
  DocumentParagraph,
  FormCell,
} from '../rules/document/document-content.ts';
import { CHARACTER, type Font, paragraph, run, SIZE, TEXT_WIDTH, tableOf } from './docx-paper.ts';

export function blocksOf(attachment: DocumentAttachment): (Paragraph | Table)[] {
  if ('paragraphs' in attachment) return attachment.paragraphs.map(textOf);
  return 'cells' in attachment ? formOf(attachment) : [tableOf(attachment)];
}

const LEVELS: readonly Font[] = ['body', 'heading', 'subheading'];

const textOf = ({ text, level }: DocumentParagraph): Paragraph =>
  paragraph([run(text, { font: LEVELS[level] ?? 'body' })], {
    align: AlignmentType.BOTH,
    indent: { firstLine: 2 * CHARACTER },
    ...(level > 0 ? { withNext: true } : {}),
  });

const CELL_LINE = 400;

function formOf({ shares, cells, smallPrint }: DocumentForm): (Paragraph | Table)[] {
  const widths = shares.map((share) => Math.floor(share * TEXT_WIDTH));
  return [
    new Table({
      width: { size: TEXT_WIDTH, type: WidthType.DXA },
      columnWidths: widths,
      rows: cells.map(
        (row) =>
          new TableRow({
            cantSplit: row.every(({ lines = 1 }) => lines < 12),
            height: {
              value: CELL_LINE * Math.max(1.4, ...row.map(linesIn)),
              rule: HeightRule.ATLEAST,
            },
            children: row.map(cellOf),
          }),
      ),
    }),
    ...(smallPrint === null
      ? []
      : [paragraph([run(smallPrint, { size: SIZE.footer })], { line: 240 })]),
  ];
}

/** A cell over several rows asks no more of its first. */
const linesIn = ({ lines = 1, rows = 1 }: FormCell): number => lines / rows;

const cellOf = ({ text, isLabel, columns = 1, rows = 1, foot }: FormCell): TableCell =>
  new TableCell({
    columnSpan: columns,
    rowSpan: rows,
    margins: { left: 80, right: 80, top: 40, bottom: 40 },
    verticalAlign: foot === undefined ? VerticalAlign.CENTER : VerticalAlign.BOTTOM,
    children: [
      ...text.split('\n').map((line) =>
        paragraph([run(line, { font: isLabel ? 'heading' : 'body', size: SIZE.cell })], {
          line: CELL_LINE,
          ...(isLabel ? { align: AlignmentType.CENTER } : {}),
        }),
      ),
      ...(foot === undefined
        ? []
        : [
            paragraph([run(foot, { size: SIZE.cell })], {
              line: CELL_LINE,
              align: AlignmentType.RIGHT,
            }),
          ]),
    ],
  });
