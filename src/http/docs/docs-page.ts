// /docs: the OpenAPI document as a page for people, and /docs/problems: what each refusal means.

import Type from 'typebox';
import type { App } from '../kernel/app.ts';
import { problemCatalog, problemCodes, problemType } from '../kernel/problem-catalog.ts';
import { type OpenapiDocument, operationsOf, operationView } from './docs-operation.ts';
import { schemaView } from './docs-schema.ts';
import { type Html, html, pageOf, sendPage } from './html.ts';

const docsPage = (document: OpenapiDocument): string => {
  const groups = Map.groupBy(operationsOf(document), ({ operation }) => operation.tags?.[0] ?? '');
  const schemas = Object.entries(document.components?.schemas ?? {});
  const body = html`<h1>${document.info.title} <small class="soft">${document.info.version}</small></h1>
${(document.info.description ?? '').split('\n\n').map((paragraph) => html`<p>${paragraph}</p>`)}
<nav><a href="/openapi.json">OpenAPI 3.1</a><a href="/docs/problems">问题类型 Problems</a>
${[...groups.keys()].map((tag) => html`<a href="#tag-${tag}">${tag}</a>`)}<a href="#schemas">模式 Schemas</a></nav>
<p><input type="search" placeholder="查找接口 Search operations" aria-label="查找接口 Search"></p>
${[...groups].map(
  ([tag, operations]) => html`<section data-group id="tag-${tag}"><h2>${tag}</h2>
${operations.map((entry) => operationView(document, entry))}</section>`,
)}
<h2 id="schemas">模式 Schemas</h2>
${schemas.map(
  ([name, schema]) =>
    html`<details id="schema-${name}"><summary><code>${name}</code></summary>${schemaView(schema)}</details>`,
)}`;
  return pageOf(`${document.info.title} · 接口文档 API`, body);
};

const problemView = (code: (typeof problemCodes)[number]): Html => {
  const { status, title, meaning, remedy } = problemCatalog[code];
  return html`<section id="${code}"><h2>${title.zh} <small class="soft">${title.en}</small></h2>
<p><code>${status}</code> <code>${problemType(code)}</code></p>
<table><tr><th>含义 Meaning</th><td>${meaning.zh}<br><span class="soft">${meaning.en}</span></td></tr>
<tr><th>怎么办 What to do</th><td>${remedy.zh}<br><span class="soft">${remedy.en}</span></td></tr></table></section>`;
};

const problemsPage = (): string =>
  pageOf(
    '问题类型 Problems',
    html`<h1>问题类型 Problems</h1>
<p>每一次拒绝和失败都以 <code>application/problem+json</code>（RFC 9457）应答，其 type 指向本页。<br>
<span class="soft">Every refusal and failure is answered as application/problem+json; its type leads here.</span></p>
<nav><a href="/docs">接口文档 API</a></nav>${problemCodes.map(problemView)}`,
  );

const pageResponse = { 200: { content: { 'text/html': { schema: Type.String() } } } };

export const addDocsPages = (app: App): void => {
  let docs: string | undefined;
  let problems: string | undefined;
  // The bare address shows the documentation.
  for (const [url, operationId] of [
    ['/docs', 'readDocs'],
    ['/', 'readRoot'],
  ] as const) {
    app.get(
      url,
      {
        config: { public: true },
        schema: {
          operationId,
          tags: ['service'],
          summary: '接口文档 · Documentation',
          description: '本页；不需要互联网。 · This page; needs no internet.',
          response: pageResponse,
        },
      },
      async (_request, reply) => {
        docs ??= docsPage(app.swagger() as OpenapiDocument);
        return sendPage(reply, docs);
      },
    );
  }
  app.get(
    '/docs/problems',
    {
      config: { public: true },
      schema: {
        operationId: 'readProblems',
        tags: ['service'],
        summary: '问题类型 · Problem types',
        description: '每种问题的含义和处理办法。 · What each problem means and what to do.',
        response: pageResponse,
      },
    },
    async (_request, reply) => {
      problems ??= problemsPage();
      return sendPage(reply, problems);
    },
  );
};
