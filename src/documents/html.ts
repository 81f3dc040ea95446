// An official document as a page to read and to print: no script, nothing from elsewhere, and every
// word of it escaped.

import { createHash } from 'node:crypto';
import type { DocumentAttachment, DocumentContent } from '../rules/document-content.ts';

const STYLE = `
@page{size:A4;margin:37mm 26mm 35mm 28mm;@bottom-center{content:"— " counter(page) " —";font:14pt SimSun,serif}}
*{box-sizing:border-box}
body{margin:0;background:#ddd;color:#000;font:16pt/29pt FangSong_GB2312,"仿宋_GB2312",FangSong,STFangsong,serif}
article{width:210mm;min-height:297mm;margin:8mm auto;padding:37mm 26mm 35mm 28mm;background:#fff}
h1,h2{font:22pt/32pt "方正小标宋简体",FZXiaoBiaoSong-B05S,STZhongsong,SimSun,serif;text-align:center;margin:29pt 0}
p{margin:0;text-indent:2em;text-align:justify;overflow-wrap:anywhere}
.flush{text-indent:0}
.mark{font:36pt/50pt "方正小标宋简体",FZXiaoBiaoSong-B05S,STZhongsong,SimSun,serif;color:#f00;text-align:center;text-indent:0}
.number{display:flex;justify-content:center;margin-top:29pt;padding-bottom:4pt;border-bottom:1.5pt solid #f00}
.upward{justify-content:space-between;padding:0 1em 4pt}
.level-1,.corner,th{font-family:SimHei,"黑体",sans-serif;font-weight:400}
.level-2,.signatory,.seal{font-family:KaiTi_GB2312,"楷体_GB2312",KaiTi,STKaiti,serif}
.signed{margin-top:29pt;padding-right:4em;text-align:right}
.signed p{text-align:right}.seal{color:#777}.sample{color:#f00}
section{break-before:page;padding-top:8mm}
table{width:100%;border-collapse:collapse;font-size:12pt;line-height:18pt}
th,td{border:.75pt solid #000;padding:2pt 4pt;text-align:left;overflow-wrap:anywhere}
footer{margin-top:29pt;font-size:14pt;border-top:1pt solid #000;border-bottom:1pt solid #000}
footer div{display:flex;justify-content:space-between;padding:0 1em}
footer div+div{border-top:.75pt solid #000}
@media print{body{background:none}article{width:auto;min-height:0;margin:0;padding:0}}
`;

/** What the page may do: show itself, in its own style. */
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
  const { copyNumber, secrecy, urgency, number, signatory, title, addressees, body } = document;
  const { attachments, sealed, issuer, issueDate, note, copyTo, printedBy, printDate } = document;
  const head =
    signatory === null
      ? `<div class="number">${escaped(number ?? '')}</div>`
      : `<div class="number upward"><span>${escaped(number ?? '')}</span><span>签发人：<span class="signatory">${escaped(signatory)}</span></span></div>`;
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><article>
${document.sample ? '<p class="flush sample">示例 · SAMPLE</p>' : ''}
${lines([copyNumber, secrecy, urgency], 'flush corner')}
<p class="mark">${escaped(document.mark)}</p>
${head}
<h1>${escaped(title)}</h1>
${addressees.length > 0 ? `<p class="flush">${escaped(addressees.join('，'))}：</p>` : ''}
${body.map(({ text, level }) => `<p class="level-${level}">${escaped(text)}</p>`).join('\n')}
${attachments.map((item, index) => `<p>${index === 0 ? '附件：' : '　　　'}${ordinal(index, attachments)}${escaped(item.title)}</p>`).join('\n')}
<div class="signed">${sealed ? '<p class="seal">（印章）</p>' : ''}<p>${escaped(issuer)}</p><p>${escaped(issueDate)}</p></div>
${note === null ? '' : `<p>（${escaped(note)}）</p>`}
${attachments.map((item, index) => tableOf(item, index, attachments)).join('\n')}
<footer>${copyTo.length > 0 ? `<div>抄送：${escaped(copyTo.join('，'))}。</div>` : ''}<div><span>${escaped(printedBy)}</span><span>${escaped(printDate)}印发</span></div></footer>
</article></body></html>
`;
}

const ordinal = (index: number, all: readonly unknown[]): string =>
  all.length > 1 ? `${index + 1}．` : '';

function tableOf(
  { title, columns, rows }: DocumentAttachment,
  index: number,
  all: readonly unknown[],
): string {
  const cells = (texts: readonly string[], tag: 'th' | 'td') =>
    texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('');
  return `<section><p class="flush level-1">附件${all.length > 1 ? index + 1 : ''}</p>
<h2>${escaped(title)}</h2>
<table><thead><tr>${cells(columns, 'th')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')}</tbody></table></section>`;
}
