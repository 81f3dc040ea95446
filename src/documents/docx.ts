// An official document as DOCX in the format of GB/T 9704-2012: A4, 37/35/28/26 mm, 22 lines of 28
// characters, 仿宋 三号, 小标宋 二号 for the title, — 1 — for the page. Nothing rests on the character grid of
// one program: Word, WPS and LibreOffice reckon it differently, a distance between characters they do not.

import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  FrameAnchorType,
  FrameWrap,
  HorizontalPositionAlign,
  type IParagraphOptions,
  Packer,
  PageNumber,
  Paragraph,
  type ParagraphChild,
  Table,
  TableCell,
  TableRow,
  TabStopType,
  TextRun,
  VerticalAlign,
  VerticalPositionAlign,
  WidthType,
} from 'docx';
import type { DocumentAttachment, DocumentContent } from '../rules/document/document-content.ts';
import { columnShares, isForm, markPoints, titleLines, widthOf } from './layout.ts';
import {
  LINE_CHARACTERS,
  linesOf,
  PAGE_LINES,
  placeSignature,
  type SignaturePlace,
} from './signature-place.ts';

const FONT = {
  body: '仿宋_GB2312',
  title: '方正小标宋简体',
  heading: '黑体',
  subheading: '楷体_GB2312',
  page: '宋体',
} as const;

// Half points: 二号 22, 三号 16, 四号 14.
const SIZE = { title: 44, body: 32, small: 28, cell: 24 } as const;
const RED = 'FF0000';

const twips = (mm: number): number => Math.round((mm * 1440) / 25.4);
const PAGE = { width: twips(210), height: twips(297) };
const MARGIN = { top: twips(37), bottom: twips(35), left: twips(28), right: twips(26) };
const TEXT_WIDTH = PAGE.width - MARGIN.left - MARGIN.right;
// Exact of every line, not a grid of the page: LibreOffice would round other heights up to two lines of it.
const LINE = Math.floor((PAGE.height - MARGIN.top - MARGIN.bottom) / PAGE_LINES);
// 28 characters to a line: by how many twips each is set closer than its 16 points.
const CHARACTER = Math.floor(TEXT_WIDTH / LINE_CHARACTERS);
const CLOSER = CHARACTER - 320;

type Font = keyof typeof FONT;
type Style = { font?: Font; size?: number; color?: string; bold?: boolean };

const run = (text: string, { font = 'body', size = SIZE.body, ...rest }: Style = {}): TextRun =>
  new TextRun({
    text,
    size,
    ...(size === SIZE.body ? { characterSpacing: CLOSER } : {}),
    font: { ascii: FONT[font], eastAsia: FONT[font], hAnsi: FONT[font], cs: FONT[font] },
    ...rest,
  });

type Placing = {
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
  single?: boolean;
};

const paragraph = (children: ParagraphChild[], placing: Placing = {}): Paragraph =>
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
    ...(placing.single ? { widowControl: false } : {}),
    ...(placing.underlined
      ? { border: { bottom: { style: BorderStyle.SINGLE, size: 12, color: RED, space: 6 } } }
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
            page: { size: PAGE, margin: { ...MARGIN, header: twips(15), footer: twips(25) } },
          },
          footers: {
            default: pageNumber(AlignmentType.RIGHT),
            even: pageNumber(AlignmentType.LEFT),
          },
          children: isForm(document)
            ? formOf(document)
            : [
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

const sampleOf = ({ sample }: DocumentContent): Paragraph[] =>
  sample ? [paragraph([run('示例 · SAMPLE', { font: 'heading', color: RED })])] : [];

/** The mark's size, the height of its line and what is left above it, below `corner` lines. */
function markOf({ mark }: DocumentContent, corner: number) {
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
function headOf(document: DocumentContent): Paragraph[] {
  const { copyNumber, secrecy, urgency, mark, number, signatory } = document;
  const corner = [
    ...sampleOf(document),
    ...[copyNumber, secrecy, urgency].flatMap((text) =>
      text === null ? [] : [paragraph([run(text, { font: 'heading' })])],
    ),
  ];
  const { points, height, before } = markOf(document, corner.length);
  const numbered = [run(number ?? '')];
  const line =
    signatory === null
      ? paragraph(numbered, { align: AlignmentType.CENTER, underlined: true })
      : paragraph(
          [run(`　${number ?? ''}\t签发人：`), run(`${signatory}　`, { font: 'subheading' })],
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

const TITLE_LINE = 640;
// The red line and what is between it and the number, points and eighths of one.
const RED_LINE = 6 * 20 + 30;
const LEVELS: readonly Font[] = ['body', 'heading', 'subheading'];

const titleOf = (title: string): Paragraph =>
  paragraph(
    titleLines(title).flatMap((line, index) => [
      ...(index > 0 ? [new TextRun({ break: 1 })] : []),
      run(line, { font: 'title', size: SIZE.title }),
    ]),
    { align: AlignmentType.CENTER, line: TITLE_LINE },
  );

const textOf = ({ body }: DocumentContent, place?: SignaturePlace): Paragraph[] =>
  body.flatMap(({ text, level }, index) => {
    const last = index === body.length - 1;
    return [
      ...(last && place && place.blankLines > 0
        ? [paragraph([], { line: Math.round(place.blankLines * LINE), frame: AT_FOOT })]
        : []),
      paragraph([run(text, { font: LEVELS[level] ?? 'body' })], {
        align: AlignmentType.BOTH,
        indent: { firstLine: 2 * CHARACTER },
        // A heading does not stay behind at the foot of a page, nor a signature go to the next alone.
        ...(level > 0 || (last && (place?.kept ?? true)) ? { withNext: true } : {}),
        ...(last && place?.single ? { single: true } : {}),
      }),
    ];
  });

const attachmentLines = ({ attachments }: DocumentContent): number =>
  attachments.length === 0
    ? 0
    : attachments.reduce((sum, { title }) => sum + linesOf(`附件：1．${title}`), 1);
const SIGNED_LINES = 3;
const signatureLines = (document: DocumentContent): number =>
  SIGNED_LINES + attachmentLines(document) + (document.note === null ? 0 : 1);

/** Lines of the first page below head, title, 主送机关 and all of the text but its last paragraph. */
function roomLines(document: DocumentContent): number {
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

const placeOf = (document: DocumentContent): SignaturePlace => {
  const { body } = document;
  const lines = linesOf(body.at(-1)?.text ?? '');
  return placeSignature(roomLines(document), lines, signatureLines(document), body.length === 1);
};

/** 主体: title, 主送机关, text, 附件说明, 署名, 成文日期, the place of the seal, 附注. */
function bodyOf(document: DocumentContent): Paragraph[] {
  const { addressees, attachments, note, title } = document;
  return [
    blank(),
    titleOf(title),
    blank(),
    ...(addressees.length > 0 ? [paragraph([run(`${addressees.join('，')}：`)])] : []),
    ...textOf(document, placeOf(document)),
    ...(attachments.length > 0 ? [paragraph([], { withNext: true })] : []),
    ...attachments.map(({ title: name }, index) =>
      paragraph(
        [run(`${index === 0 ? '附件：' : '　　　'}${ordinal(index, attachments)}${name}`)],
        {
          indent: { firstLine: 2 * CHARACTER },
          withNext: true,
        },
      ),
    ),
    ...signedOf(document),
    ...(note === null
      ? []
      : [paragraph([run(`（${note}）`)], { indent: { firstLine: 2 * CHARACTER } })]),
  ];
}

/** 成文日期 four characters from the right, 署名 and the place of the seal centred over it. */
function signedOf({ issuer, issueDate, note, sealed }: DocumentContent): Paragraph[] {
  const over = (text: string): number => 4 + (widthOf(issueDate) - widthOf(text)) / 2;
  const seal = '（印章）';
  return [
    // A seal reaches up to within a line of the text.
    sealed
      ? right([run(seal, { font: 'subheading', color: '808080' })], over(seal))
      : paragraph([], { withNext: true }),
    right([run(issuer)], over(issuer)),
    right([run(issueDate)], 4, note !== null),
  ];
}

/** A form (申报表, 验收表) has no number and so no head: the title, the table, the signature. */
function formOf(document: DocumentContent): (Paragraph | Table)[] {
  const { attachments, signatory, title } = document;
  return [
    ...sampleOf(document),
    titleOf(title),
    blank(),
    ...textOf(document),
    ...attachments.flatMap((attachment) => [blank(), tableOf(attachment)]),
    ...(signatory === null ? [] : [right([run(`负责人：${signatory}`)], 4)]),
    ...signedOf(document),
  ];
}

const ordinal = (index: number, all: readonly unknown[]): string =>
  all.length > 1 ? `${index + 1}．` : '';

const right = (children: ParagraphChild[], characters: number, withNext = true): Paragraph =>
  paragraph(children, {
    align: AlignmentType.RIGHT,
    indent: { right: Math.max(0, Math.round(characters * CHARACTER)) },
    ...(withNext ? { withNext } : {}),
  });

/** 附件, each on a page of its own: the word on the first line, the title on the third. */
const attachmentOf = (
  attachment: DocumentAttachment,
  index: number,
  count: number,
): (Paragraph | Table)[] => [
  paragraph([run(`附件${count > 1 ? String(index + 1) : ''}`, { font: 'heading' })], {
    newPage: true,
  }),
  blank(),
  titleOf(attachment.title),
  blank(),
  tableOf(attachment),
];

/** A table as wide as the text, each column as wide as what stands in it. */
function tableOf({ columns, rows }: DocumentAttachment): Table {
  const widths = columnShares(columns, rows).map((share) => Math.floor(share * TEXT_WIDTH));
  const cell = (text: string, index: number, font: Font): TableCell =>
    new TableCell({
      width: { size: widths[index] ?? 0, type: WidthType.DXA },
      margins: { left: 80, right: 80, top: 40, bottom: 40 },
      verticalAlign: VerticalAlign.CENTER,
      children: [
        paragraph([run(text, { font, size: SIZE.cell })], {
          line: 400,
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
const AT_FOOT = {
  type: 'alignment',
  width: TEXT_WIDTH,
  anchor: { horizontal: FrameAnchorType.MARGIN, vertical: FrameAnchorType.MARGIN },
  alignment: { x: HorizontalPositionAlign.LEFT, y: VerticalPositionAlign.BOTTOM },
  wrap: FrameWrap.NOT_BESIDE,
} as const;
const OUTER = { style: BorderStyle.SINGLE, size: 8, color: '000000', space: 1 };
// The same of every paragraph: LibreOffice makes one frame of them only then, and only without a line
// between, which is therefore the underline of an empty row.
const RULED = { top: OUTER, bottom: OUTER };

// Of 四号, lower than the text's, so that a short document still ends on its first page.
const RECORD_LINE = 400;
const RECORD_ANCHOR = 20;
const RECORD_RULE = 60;
// Lines and distances, as LibreOffice sets them: 65 points of 版记 were measured, 43 are its rows.
const RECORD_BORDERS = 480;
const RECORD_CHARACTERS = Math.floor(TEXT_WIDTH / 280) - 4;

/**
 * Whether the signature ends on the first page and leaves too little below it: a frame that pushed the
 * signature away would push away what it is anchored to as well.
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
function recordOf(document: DocumentContent): Paragraph[] {
  const { copyTo, printedBy, printDate } = document;
  const small = { size: SIZE.small };
  // One character from either edge; what runs over stands below what was first.
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
    // What the frame is anchored to.
    paragraph([], {
      line: RECORD_ANCHOR,
      ...(recordGoesOver(document) ? { newPage: true } : {}),
    }),
  ];
}
