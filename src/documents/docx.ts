// An official document as DOCX in the format of GB/T 9704-2012 (`docx-paper.ts`): head, body, attachments and
// record, or a form.

import {
  AlignmentType,
  Document,
  Footer,
  Header,
  type ISectionOptions,
  Packer,
  PageNumber,
  type Paragraph,
  SectionType,
  Tab,
  type Table,
  TabStopType,
  TextRun,
} from 'docx';
import { checkpointInPrint } from '../rules/audit/checkpoint.ts';
import {
  type DocumentAttachment,
  type DocumentContent,
  isNamed,
} from '../rules/document/document-content.ts';
import { blocksOf } from './docx-blocks.ts';
import { headOf } from './docx-head.ts';
import {
  AT_FOOT,
  blank,
  CHARACTER,
  FONT,
  FOOTER,
  FOOTER_LINE,
  type Font,
  LINE,
  MARGIN,
  PAGE,
  paragraph,
  RED,
  right,
  run,
  SIZE,
  TEXT_HEIGHT,
  TEXT_WIDTH,
  titleOf,
  twips,
} from './docx-paper.ts';
import { PARTS } from './docx-parts.ts';
import { recordOf } from './docx-record.ts';
import { attachmentName, isForm, widthOf } from './layout.ts';
import { type Pages, pagesOf } from './pages.ts';

/** The bytes of the file. They differ in time stamps from call to call; the content does not. */
export const renderDocx = (document: DocumentContent): Promise<Buffer> =>
  Packer.toBuffer(
    new Document({
      title: document.title,
      creator: document.issuer,
      description: document.number ?? document.kindName,
      evenAndOddHeaderAndFooters: true,
      sections: isForm(document)
        ? [{ ...paperOf(document), children: formOf(document) }]
        : sectionsOf(document),
    }),
    undefined,
    PARTS,
  );

const PAPER = {
  size: PAGE,
  margin: { ...MARGIN, header: twips(15), footer: FOOTER },
};

const paperOf = (document: DocumentContent) => ({
  properties: { page: PAPER },
  headers: { default: headerOf(document), even: headerOf(document) },
  footers: { default: footerOf(document, 'right'), even: footerOf(document, 'left') },
});

/** 版记 stands at the foot of the text's last page where that is even, else on an even page of its own. */
function sectionsOf(document: DocumentContent): ISectionOptions[] {
  const { signature, end } = pagesOf(document);
  const { attachments } = document;
  const text = [
    ...headOf(document),
    ...bodyOf(document, signature),
    ...attachments.flatMap((attachment, index) => attachmentOf(document, attachment, index)),
  ];
  const record = recordOf(document);
  const isEven = end.page % 2 === 0;
  if (isEven && end.used + record.height <= TEXT_HEIGHT) {
    return [{ ...paperOf(document), children: [...text, ...record.children] }];
  }
  const paper = paperOf(document);
  // A blank page before 版记 bears no number, and neither does its page then.
  const none = new Footer({ children: [paragraph([], { line: FOOTER_LINE })] });
  const own = {
    ...paper,
    properties: { page: PAPER, type: SectionType.EVEN_PAGE },
    footers: isEven ? { default: none, even: none } : paper.footers,
  };
  return [
    { ...paper, children: text },
    { ...own, children: record.children },
  ];
}

/** What a page bears that is no document of the office: above the text, in red. */
const headerOf = ({ draft, sample }: DocumentContent): Header => {
  const told = [draft === true ? '草稿' : '', sample ? '示例 · SAMPLE' : ''].filter(Boolean);
  return new Header({
    children: [
      paragraph(
        told.map((text) => run(`${text}　`, { font: 'heading', color: RED })),
        { line: twips(8) },
      ),
    ],
  });
};

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
      paragraph(side === 'right' ? [named, tab, numbered] : [numbered, tab, named], {
        indent: { left: 280, right: 280 },
        tabs: [{ type: TabStopType.RIGHT, position: TEXT_WIDTH - 280 }],
        line: FOOTER_LINE,
      }),
    ],
  });
}

const LEVELS: readonly Font[] = ['body', 'heading', 'subheading'];

const textOf = ({ body }: DocumentContent, place?: Pages['signature']): Paragraph[] =>
  body.flatMap(({ text, level }, index) => {
    const last = index === body.length - 1;
    const closing = index - (body.length - (place?.closing ?? 1));
    return [
      ...(closing === 0 && place && place.blankLines > 0
        ? [paragraph([], { line: Math.round(place.blankLines * LINE), frame: AT_FOOT })]
        : []),
      paragraph([run(text, { font: LEVELS[level] ?? 'body' })], {
        align: AlignmentType.BOTH,
        indent: { firstLine: 2 * CHARACTER },
        // A heading does not stay behind at the foot of a page, and a signature does not go to the next
        // page alone.
        ...(level > 0 || (closing >= 0 && (place?.kept ?? true)) || (last && closing > 0)
          ? { withNext: true }
          : {}),
      }),
    ];
  });

/** 主体: title, 主送机关, text, 附件说明, 署名, 成文日期, 附注. */
function bodyOf(document: DocumentContent, place: Pages['signature']): Paragraph[] {
  const { addressees, names, note, title } = document;
  const attachments = document.attachments.filter(isNamed);
  // The lines of a long name stand below each other.
  const hanging = (attachments.length > 1 ? 4.5 : 3) * CHARACTER;
  return [
    blank(),
    titleOf(title, names),
    blank(),
    ...(addressees.length > 0
      ? [paragraph([run(`${addressees.join('、')}：`)], { align: AlignmentType.BOTH })]
      : []),
    ...textOf(document, place),
    ...(attachments.length > 0 ? [paragraph([], { withNext: true })] : []),
    ...attachments.map(({ title: name }, index) =>
      paragraph(
        [
          run(
            `${index === 0 ? '附件：' : '　　　'}${attachmentName(index, attachments.length, name)}`,
          ),
        ],
        { indent: { left: 2 * CHARACTER + hanging, hanging }, withNext: true },
      ),
    ),
    ...signedOf(document),
    ...(note === null
      ? []
      : [paragraph([run(`（${note}）`)], { indent: { firstLine: 2 * CHARACTER } })]),
  ];
}

/**
 * 成文日期 four characters from the right, 署名 centred over it, below a line that is left for the seal: it is
 * set on both, and reaches up to within a line of the text.
 */
function signedOf({ issuer, issueDate, note }: DocumentContent): Paragraph[] {
  const over = (text: string): number => 4 + (widthOf(issueDate) - widthOf(text)) / 2;
  return [
    paragraph([], { withNext: true }),
    right([run(issuer)], over(issuer)),
    right([run(issueDate)], 4, note !== null),
  ];
}

/** A form (申报表, 验收表) has no number and so no head: the title, the table, the signature. */
function formOf(document: DocumentContent): (Paragraph | Table)[] {
  const { attachments, names, signatory, title } = document;
  return [
    titleOf(title, names),
    blank(),
    ...textOf(document),
    ...attachments.flatMap((attachment) => [blank(), ...blocksOf(attachment)]),
    ...(signatory === null ? [] : [right([run(`负责人：${signatory}`)], 4)]),
    ...signedOf(document),
  ];
}

/** What a document brings out is none of its 附件, and bears no such word. */
const labelOf = (attachment: DocumentAttachment, index: number, count: number): string =>
  isNamed(attachment) ? `附件${count > 1 ? String(index + 1) : ''}` : '';

/** 附件, each on a page of its own: the word on the first line, the title on the third. */
const attachmentOf = (
  { attachments, names }: DocumentContent,
  attachment: DocumentAttachment,
  index: number,
): (Paragraph | Table)[] => [
  paragraph([run(labelOf(attachment, index, attachments.length), { font: 'heading' })], {
    newPage: true,
  }),
  blank(),
  titleOf(attachment.title, names),
  blank(),
  ...blocksOf(attachment),
  // A section ends with a paragraph, and one after a table takes as little room as there is.
  paragraph([], { line: 20 }),
];
