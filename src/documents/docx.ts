// An official document as DOCX in the format of GB/T 9704-2012: A4, 37/35/28/26 mm, 22 lines of 28
// characters, 仿宋 三号, 小标宋 二号 for the title, — 1 — for the page.

import {
  AlignmentType,
  BorderStyle,
  Document,
  DocumentGridType,
  Footer,
  Packer,
  PageNumber,
  Paragraph,
  type ParagraphChild,
  Table,
  TableCell,
  TableRow,
  TabStopType,
  TextRun,
  WidthType,
} from 'docx';
import type { DocumentAttachment, DocumentContent } from '../rules/document-content.ts';

const FONT = {
  body: '仿宋_GB2312',
  title: '方正小标宋简体',
  heading: '黑体',
  subheading: '楷体_GB2312',
  page: '宋体',
} as const;

// Half points: 二号 22, 三号 16, 四号 14.
const SIZE = { mark: 72, title: 44, body: 32, small: 28 } as const;
const RED = 'FF0000';

const twips = (mm: number): number => Math.round((mm * 1440) / 25.4);
const PAGE = { width: twips(210), height: twips(297) };
const MARGIN = { top: twips(37), bottom: twips(35), left: twips(28), right: twips(26) };
const TEXT_WIDTH = PAGE.width - MARGIN.left - MARGIN.right;
const LINE = Math.floor((PAGE.height - MARGIN.top - MARGIN.bottom) / 22);
// 28 characters to a line: by how much each is narrower than its 16 points, in 4096ths of a point.
const CHAR_SPACE = Math.round((TEXT_WIDTH / 28 / 20 - 16) * 4096);
const CHARACTER = 320;

type Font = keyof typeof FONT;
type Style = { font?: Font; size?: number; color?: string; bold?: boolean };

const run = (text: string, { font = 'body', size = SIZE.body, ...rest }: Style = {}): TextRun =>
  new TextRun({
    text,
    size,
    font: { ascii: FONT[font], eastAsia: FONT[font], hAnsi: FONT[font], cs: FONT[font] },
    ...rest,
  });

type Placing = {
  align?: (typeof AlignmentType)[keyof typeof AlignmentType];
  indent?: { firstLine?: number; left?: number; right?: number };
  tabs?: { type: (typeof TabStopType)[keyof typeof TabStopType]; position: number }[];
  line?: number;
  underlined?: true;
  newPage?: true;
  withNext?: true;
};

const paragraph = (children: ParagraphChild[], placing: Placing = {}): Paragraph =>
  new Paragraph({
    children,
    spacing: { line: placing.line ?? LINE, lineRule: 'exact', before: 0, after: 0 },
    ...(placing.align ? { alignment: placing.align } : {}),
    ...(placing.indent ? { indent: placing.indent } : {}),
    ...(placing.tabs ? { tabStops: placing.tabs } : {}),
    ...(placing.newPage ? { pageBreakBefore: true } : {}),
    ...(placing.withNext ? { keepNext: true } : {}),
    ...(placing.underlined
      ? { border: { bottom: { style: BorderStyle.SINGLE, size: 12, color: RED, space: 4 } } }
      : {}),
  });

const blank = (): Paragraph => paragraph([]);

/** The bytes of the file. They differ in time stamps from call to call; the content does not. */
export const renderDocx = (document: DocumentContent): Promise<Buffer> =>
  Packer.toBuffer(
    new Document({
      title: document.title,
      creator: document.issuer,
      description: document.number ?? document.kindName,
      evenAndOddHeaderAndFooters: true,
      styles: {
        default: {
          document: { run: { font: FONT.body, size: SIZE.body, language: { eastAsia: 'zh-CN' } } },
        },
      },
      sections: [
        {
          properties: {
            page: { size: PAGE, margin: { ...MARGIN, header: twips(15), footer: twips(28) } },
            grid: {
              type: DocumentGridType.LINES_AND_CHARS,
              linePitch: LINE,
              charSpace: CHAR_SPACE,
            },
          },
          footers: {
            default: pageNumber(AlignmentType.RIGHT),
            even: pageNumber(AlignmentType.LEFT),
          },
          children: [
            ...headOf(document),
            ...bodyOf(document),
            ...document.attachments.flatMap((attachment, index) =>
              attachmentOf(attachment, index, document.attachments.length),
            ),
            ...recordOf(document),
          ],
        },
      ],
    }),
  );

/** 4号 宋体, one character from the edge: odd pages on the right, even ones on the left. */
const pageNumber = (align: NonNullable<Placing['align']>): Footer => {
  const style = { font: FONT.page, size: SIZE.small };
  return new Footer({
    children: [
      new Paragraph({
        alignment: align,
        indent: { left: 280, right: 280 },
        children: [new TextRun({ children: ['— ', PageNumber.CURRENT, ' —'], ...style })],
      }),
    ],
  });
};

/** 版头: copy number, secrecy, urgency, 发文机关标志, 发文字号, 签发人, the red line. */
function headOf(document: DocumentContent): Paragraph[] {
  const { copyNumber, secrecy, urgency, mark, number, signatory, sample } = document;
  const corner = [copyNumber, secrecy, urgency].flatMap((text) =>
    text === null ? [] : [paragraph([run(text, { font: 'heading' })])],
  );
  const numbered = [run(number ?? '')];
  const line =
    signatory === null
      ? paragraph(numbered, { align: AlignmentType.CENTER, underlined: true })
      : paragraph(
          [run(` ${number ?? ''}\t签发人：`), run(`${signatory} `, { font: 'subheading' })],
          {
            tabs: [{ type: TabStopType.RIGHT, position: TEXT_WIDTH }],
            underlined: true,
          },
        );
  return [
    ...(sample ? [paragraph([run('示例 · SAMPLE', { font: 'heading', color: RED })])] : []),
    ...corner,
    paragraph([run(mark, { font: 'title', size: SIZE.mark, color: RED })], {
      align: AlignmentType.CENTER,
      line: 1000,
    }),
    blank(),
    line,
  ];
}

const TITLE_LINE = 640;
const LEVELS: readonly Font[] = ['body', 'heading', 'subheading'];

/** 主体: title, 主送机关, text, 附件说明, 署名, 成文日期, the place of the seal, 附注. */
function bodyOf(document: DocumentContent): Paragraph[] {
  const { addressees, attachments, body, issuer, issueDate, note, sealed, title } = document;
  return [
    blank(),
    paragraph([run(title, { font: 'title', size: SIZE.title })], {
      align: AlignmentType.CENTER,
      line: TITLE_LINE,
    }),
    blank(),
    ...(addressees.length > 0 ? [paragraph([run(`${addressees.join('，')}：`)])] : []),
    ...body.map(({ text, level }) =>
      paragraph([run(text, { font: LEVELS[level] ?? 'body' })], {
        align: AlignmentType.BOTH,
        indent: { firstLine: 2 * CHARACTER },
      }),
    ),
    ...(attachments.length > 0 ? [blank()] : []),
    ...attachments.map(({ title: name }, index) =>
      paragraph(
        [run(`${index === 0 ? '附件：' : '　　　'}${ordinal(index, attachments)}${name}`)],
        {
          indent: { firstLine: 2 * CHARACTER },
        },
      ),
    ),
    blank(),
    ...(sealed ? [right([run('（印章）', { font: 'subheading', color: '808080' })])] : []),
    right([run(issuer)]),
    right([run(issueDate)]),
    ...(note === null
      ? []
      : [paragraph([run(`（${note}）`)], { indent: { firstLine: 2 * CHARACTER } })]),
  ];
}

const ordinal = (index: number, all: readonly unknown[]): string =>
  all.length > 1 ? `${index + 1}．` : '';

const right = (children: ParagraphChild[]): Paragraph =>
  paragraph(children, {
    align: AlignmentType.RIGHT,
    indent: { right: 4 * CHARACTER },
    withNext: true,
  });

/** 附件, each on a page of its own. */
function attachmentOf(
  { title, columns, rows }: DocumentAttachment,
  index: number,
  count: number,
): (Paragraph | Table)[] {
  const number = count > 1 ? String(index + 1) : '';
  const width = Math.floor(TEXT_WIDTH / columns.length);
  const cell = (text: string, font: Font): TableCell =>
    new TableCell({
      width: { size: width, type: WidthType.DXA },
      children: [paragraph([run(text, { font, size: 24 })], { line: 400 })],
    });
  return [
    paragraph([run(`附件${number}`, { font: 'heading' })], { newPage: true }),
    blank(),
    paragraph([run(title, { font: 'title', size: SIZE.title })], {
      align: AlignmentType.CENTER,
      line: TITLE_LINE,
    }),
    blank(),
    new Table({
      width: { size: TEXT_WIDTH, type: WidthType.DXA },
      columnWidths: columns.map(() => width),
      rows: [
        new TableRow({
          tableHeader: true,
          children: columns.map((text) => cell(text, 'heading')),
        }),
        ...rows.map((row) => new TableRow({ children: row.map((text) => cell(text, 'body')) })),
      ],
    }),
  ];
}

const NONE = { style: BorderStyle.NONE, size: 0, color: 'auto' };
const THICK = { style: BorderStyle.SINGLE, size: 8, color: '000000' };
const THIN = { style: BorderStyle.SINGLE, size: 6, color: '000000' };

/** 版记: 抄送机关, 印发机关 and 印发日期, between lines. */
function recordOf({ copyTo, printedBy, printDate }: DocumentContent): (Paragraph | Table)[] {
  const small = { size: SIZE.small };
  const row = (children: ParagraphChild[], borders: { top: typeof THICK; bottom: typeof THICK }) =>
    new TableRow({
      cantSplit: true,
      children: [
        new TableCell({
          borders: { left: NONE, right: NONE, ...borders },
          children: [
            paragraph(children, {
              indent: { left: 280, right: 280 },
              tabs: [{ type: TabStopType.RIGHT, position: TEXT_WIDTH - 280 }],
            }),
          ],
        }),
      ],
    });
  return [
    blank(),
    new Table({
      width: { size: TEXT_WIDTH, type: WidthType.DXA },
      columnWidths: [TEXT_WIDTH],
      rows: [
        ...(copyTo.length > 0
          ? [row([run(`抄送：${copyTo.join('，')}。`, small)], { top: THICK, bottom: THIN })]
          : []),
        row([run(`${printedBy}\t${printDate}印发`, small)], {
          top: copyTo.length > 0 ? THIN : THICK,
          bottom: THICK,
        }),
      ],
    }),
  ];
}
