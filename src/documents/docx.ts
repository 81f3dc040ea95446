// An official document as DOCX in the format of GB/T 9704-2012 (`docx-paper.ts`): head, body, attachments and
// record, or a form.

import {
  AlignmentType,
  Document,
  Footer,
  Packer,
  PageNumber,
  Paragraph,
  Tab,
  type Table,
  TabStopType,
  TextRun,
} from 'docx';
import { checkpointInPrint } from '../rules/audit/checkpoint.ts';
import type { DocumentAttachment, DocumentContent } from '../rules/document/document-content.ts';
import { headOf, sampleOf } from './docx-head.ts';
import {
  AT_FOOT,
  blank,
  CHARACTER,
  FONT,
  type Font,
  LINE,
  MARGIN,
  PAGE,
  paragraph,
  right,
  run,
  SIZE,
  TEXT_WIDTH,
  tableOf,
  titleOf,
  twips,
} from './docx-paper.ts';
import { recordOf } from './docx-record.ts';
import { placeOf } from './docx-room.ts';
import { isForm, widthOf } from './layout.ts';
import type { SignaturePlace } from './signature-place.ts';

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
            default: footerOf(document, 'right'),
            even: footerOf(document, 'left'),
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

/**
 * The page number in 四号 宋体, one character from the edge: odd pages on the right, even ones on the left.
 * On its line, and so outside of 版心 and of what GB/T 9704 orders, the checkpoint stands at the other edge.
 */
function footerOf({ checkpoint }: DocumentContent, side: 'left' | 'right'): Footer {
  const numbered = new TextRun({
    children: ['— ', PageNumber.CURRENT, ' —'],
    ...{ font: FONT.page, size: SIZE.small },
  });
  const named = new TextRun({
    text: checkpoint === null ? '' : checkpointInPrint(checkpoint),
    ...{ font: FONT.page, size: SIZE.footer },
  });
  const tab = new TextRun({ children: [new Tab()] });
  return new Footer({
    children: [
      new Paragraph({
        indent: { left: 280, right: 280 },
        tabStops: [{ type: TabStopType.RIGHT, position: TEXT_WIDTH - 280 }],
        children: side === 'right' ? [named, tab, numbered] : [numbered, tab, named],
      }),
    ],
  });
}

const LEVELS: readonly Font[] = ['body', 'heading', 'subheading'];

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
        // A heading does not stay behind at the foot of a page, and a signature does not go to the next
        // page alone.
        ...(level > 0 || (last && (place?.kept ?? true)) ? { withNext: true } : {}),
        ...(last && place?.single ? { single: true } : {}),
      }),
    ];
  });

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
