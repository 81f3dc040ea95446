// An official document as a page to read and to print: no script, nothing from elsewhere, and every
// word of it escaped.

import { createHash } from 'node:crypto';
import { checkpointInPrint } from '../rules/audit/checkpoint.ts';
import {
  type DocumentAttachment,
  type DocumentContent,
  type DocumentForm,
  type DocumentParagraph,
  type DocumentTable,
  type FormCell,
  isNamed,
} from '../rules/document/document-content.ts';
import { attachmentName, columnShares, isForm, markPoints } from './layout.ts';
import { titleLines } from './titles.ts';

// One class for each size: the page allows no style but this one.
const MARKS = Array.from(
  { length: 21 },
  (_, index) => `.mark-${16 + index}{font-size:${16 + index}pt}`,
).join('');

const STYLE = `
@page{size:A4;margin:37mm 26mm 35mm 28mm;@bottom-center{content:"— " counter(page) " —";font:14pt SimSun,serif}}
*{box-sizing:border-box}
body{margin:0;background:#ddd;color:#000;font:16pt/29pt FangSong_GB2312,"仿宋_GB2312",FangSong,STFangsong,serif}
article{display:flex;flex-direction:column;width:210mm;min-height:297mm;margin:8mm auto;padding:37mm 26mm 35mm 28mm;background:#fff}
.head{min-height:35mm}
h1,h2{font:22pt/32pt "方正小标宋简体",FZXiaoBiaoSong-B05S,STZhongsong,SimSun,serif;text-align:center;margin:29pt 0}
p{margin:0;text-indent:2em;text-align:justify;overflow-wrap:anywhere}
.flush{text-indent:0}
.mark{font-family:"方正小标宋简体",FZXiaoBiaoSong-B05S,STZhongsong,SimSun,serif;line-height:1.4;color:#f00;text-align:center;text-indent:0;white-space:nowrap}
.number{display:flex;justify-content:center;margin-top:58pt;padding-bottom:4mm;border-bottom:1.5pt solid #f00}
.number+h1{margin-top:58pt}
.upward{justify-content:space-between;padding:0 1em 4mm}
.level-1,.corner,th{font-family:SimHei,"黑体",sans-serif;font-weight:400}
.level-2,.signatory{font-family:KaiTi_GB2312,"楷体_GB2312",KaiTi,STKaiti,serif}
.signed{align-self:flex-end;margin:0 4em 0 0}
.signed p{text-align:center;text-indent:0}.unissued{position:fixed;top:6mm;left:28mm;color:#f00;font-family:SimHei,"黑体",sans-serif}
${MARKS}
.attached{margin-top:29pt}
section{break-before:page;padding-top:8mm}
h1~table{margin-top:14pt}table{width:100%;table-layout:fixed;border-collapse:collapse;font-size:12pt;line-height:18pt}
th,td{border:.75pt solid #000;padding:2pt 4pt;text-align:left;vertical-align:middle;overflow-wrap:anywhere}
th{text-align:center}tr{break-inside:avoid}
.foot{text-align:right;text-indent:0}
footer{margin-top:auto;font-size:14pt;border-top:1pt solid #000;border-bottom:1pt solid #000}
footer div{display:flex;justify-content:space-between;padding:0 1em}
footer .copy{display:block;padding-left:4em;text-indent:-3em}
footer div+div{border-top:.75pt solid #000}
.checkpoint{margin-top:4pt;font:9pt/12pt SimSun,serif;text-indent:0}
@media print{body{background:none}article{display:block;width:auto;min-height:0;margin:0;padding:0}.signed{width:fit-content;margin-left:auto}footer{margin-top:29pt}}
@media screen and (max-width:800px){article{width:auto;min-height:0;margin:0;padding:6mm 5mm}.head{min-height:0}.mark{white-space:normal}.number,.number+h1{margin-top:14pt}.signed{margin-right:1em}}
`;

/** The page may show itself, in its own style, and do nothing else. */
export const DOCUMENT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ESCAPES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

const lines = (texts: readonly (string | null)[], className: string): string =>
  texts
    .filter((text) => text !== null && text !== '')
    .map((text) => `<p class="${className}">${escaped(text as string)}</p>`)
    .join('\n');

/** The whole page. */
export function renderHtml(document: DocumentContent): string {
  const { checkpoint, draft, sample, title, issuer, issueDate, signatory } = document;
  const signed = [
    isForm(document) && signatory !== null ? `<p>负责人：${escaped(signatory)}</p>` : '',
    // A blank line, for the seal.
    `<p>　</p><p>${escaped(issuer)}</p><p>${escaped(issueDate)}</p>`,
  ].join('');
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><article>
${draft === true ? UNISSUED('草稿') : sample ? UNISSUED('示例 · SAMPLE') : ''}
${isForm(document) ? formOf(document, signed) : documentOf(document, signed)}
${checkpoint === null ? '' : `<p class="checkpoint">${escaped(checkpointInPrint(checkpoint))}</p>`}
</article></body></html>
`;
}

const titled = (title: string, { names }: DocumentContent): string =>
  titleLines(title, names).map(escaped).join('<br>');

// On every printed page, as it is at the head of each page of the DOCX.
const UNISSUED = (text: string): string => `<p class="flush unissued">${text}</p>`;

const textOf = ({ body }: DocumentContent): string => body.map(paragraphOf).join('\n');

const formOf = (document: DocumentContent, signed: string): string => `
<h1>${titled(document.title, document)}</h1>
${textOf(document)}
${document.attachments.map((item) => blockOf(item)).join('\n')}
<div class="signed">${signed}</div>`;

// 156 mm of text, in points.
const TEXT_POINTS = 442;

function documentOf(document: DocumentContent, signed: string): string {
  const { copyNumber, secrecy, urgency, mark, number, signatory, title, addressees } = document;
  const { attachments, note, copyTo, printedBy, printDate } = document;
  const named = attachments.filter(isNamed);
  const points = markPoints(mark, TEXT_POINTS);
  const head =
    signatory === null
      ? `<div class="number">${escaped(number ?? '')}</div>`
      : `<div class="number upward"><span>${escaped(number ?? '')}</span><span>签发人：<span class="signatory">${escaped(signatory)}</span></span></div>`;
  return `<div class="head">${lines([copyNumber, secrecy, urgency], 'flush corner')}</div>
<p class="mark mark-${points}">${escaped(mark)}</p>
${head}
<h1>${titled(title, document)}</h1>
${addressees.length > 0 ? `<p class="flush">${escaped(addressees.join('、'))}：</p>` : ''}
${textOf(document)}
${named.map((item, index) => `<p${index === 0 ? ' class="attached"' : ''}>${index === 0 ? '附件：' : '　　　'}${escaped(attachmentName(index, named.length, item.title))}</p>`).join('\n')}
<div class="signed">${signed}</div>
${note === null ? '' : `<p>（${escaped(note)}）</p>`}
${attachments.map((item, index) => sectionOf(document, item, index)).join('\n')}
<footer>${copyTo.length > 0 ? `<div class="copy">抄送：${escaped(copyTo.join('、'))}。</div>` : ''}<div><span>${escaped(printedBy)}</span><span>${escaped(printDate)}印发</span></div></footer>`;
}

const sectionOf = (
  document: DocumentContent,
  item: DocumentAttachment,
  index: number,
): string => `<section>${isNamed(item) ? `<p class="flush level-1">附件${document.attachments.length > 1 ? index + 1 : ''}</p>` : ''}
<h2>${titled(item.title, document)}</h2>
${blockOf(item)}</section>`;

const paragraphOf = ({ text, level }: DocumentParagraph): string =>
  `<p class="level-${level}">${escaped(text)}</p>`;

function blockOf(item: DocumentAttachment): string {
  if ('paragraphs' in item) return item.paragraphs.map(paragraphOf).join('\n');
  return 'cells' in item ? formTable(item) : tableOf(item);
}

function formTable({ shares, cells, smallPrint }: DocumentForm): string {
  const widths = shares.map((share) => `<col width="${Math.round(share * 100)}%">`).join('');
  const rows = cells.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`).join('\n');
  const small = smallPrint === null ? '' : `<p class="checkpoint">${escaped(smallPrint)}</p>`;
  return `<table class="form"><colgroup>${widths}</colgroup><tbody>${rows}</tbody></table>${small}`;
}

// 18 points a line; the height is an attribute, because the page allows no style but its own.
function cellOf({ text, isLabel, columns = 1, rows = 1, lines = 1, foot }: FormCell): string {
  const tag = isLabel ? 'th' : 'td';
  const spans = `${columns > 1 ? ` colspan="${columns}"` : ''}${rows > 1 ? ` rowspan="${rows}"` : ''}`;
  const height = lines > 1 ? ` height="${lines * 24}"` : '';
  const ended = foot === undefined ? '' : `<p class="foot">${escaped(foot)}</p>`;
  return `<${tag}${spans}${height}>${text.split('\n').map(escaped).join('<br>')}${ended}</${tag}>`;
}

function tableOf({ columns, rows }: DocumentTable): string {
  const shares = columnShares(columns, rows);
  const cells = (texts: readonly string[], tag: 'th' | 'td') =>
    texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('');
  // The width is an attribute, because the page allows no style but its own.
  const columnsOf = shares.map((share) => `<col width="${Math.round(share * 100)}%">`).join('');
  return `<table><colgroup>${columnsOf}</colgroup><thead><tr>${cells(columns, 'th')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')}</tbody></table>`;
}
