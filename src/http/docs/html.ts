// Pages are strings, escaped by default: they need no build, no framework and no internet.

import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

export type Html = { html: string };

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const rendered = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(rendered).join('');
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'object' && 'html' in value) return String(value.html);
  return String(value).replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
};

/** Escapes every value put in, unless it came from `html` itself. */
export const html = (strings: TemplateStringsArray, ...values: unknown[]): Html => ({
  html: strings.map((text, index) => text + rendered(values[index])).join(''),
});

const style = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--red:#b3261e}
body{font:16px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:0 auto;max-width:64rem;padding:1rem 1.25rem 4rem}
h1{border-bottom:3px solid var(--red);padding-bottom:.4rem}h2{margin-top:2.5rem}
code,pre{font:.875rem/1.5 ui-monospace,Consolas,monospace}pre{background:var(--soft);padding:.75rem;overflow:auto}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:start;vertical-align:top}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.4rem .75rem}
details details{border-style:dashed}summary{cursor:pointer}
.method{display:inline-block;font-weight:700;min-width:4.5rem}.soft{opacity:.75}
input{font:inherit;padding:.4rem .6rem;width:100%;box-sizing:border-box}nav a{margin-inline-end:1rem}
:target{outline:2px solid var(--red)}
`;

// The page is complete without this script; with it, operations can be searched and a link opens one.
const script = `
const open=()=>{const t=location.hash&&document.getElementById(decodeURIComponent(location.hash.slice(1)));
if(t&&t.tagName==='DETAILS')t.open=true};addEventListener('hashchange',open);open();
const box=document.querySelector('input[type=search]');
if(box)box.addEventListener('input',()=>{const words=box.value.toLowerCase().split(/\\s+/);
for(const e of document.querySelectorAll('[data-search]'))
e.hidden=!words.every(w=>e.dataset.search.includes(w));
for(const s of document.querySelectorAll('section[data-group]'))
s.hidden=!s.querySelector('[data-search]:not([hidden])')});
`;

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = [
  "default-src 'none'",
  `style-src ${hash(style)}`,
  `script-src ${hash(script)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const pageOf = (title: string, body: Html): string =>
  `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
${html`<title>${title}</title>`.html}<style>${style}</style></head>
<body>${body.html}<script>${script}</script></body></html>`;

export const sendPage = (reply: FastifyReply, document: string): FastifyReply =>
  reply
    .header('content-security-policy', policy)
    .header('content-language', 'zh-CN')
    .type('text/html; charset=utf-8')
    .send(document);
