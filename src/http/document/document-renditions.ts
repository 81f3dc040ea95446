// A document in its forms: a page, DOCX, PDF.

import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { DocumentRow } from '../../db/document/documents.ts';
import { DOCUMENT_POLICY } from '../../documents/html.ts';
import { DOCX_TYPE, PDF_TYPE, Sent, sendFile } from '../kernel/downloads.ts';
import type { Service } from '../kernel/service.ts';
import { makeFile } from '../kernel/threads.ts';
import { printDocument } from './document-prints.ts';
import { contentOf, DocumentSchema, fileNameOf } from './document-views.ts';

export const FORMATS = ['json', 'html', 'docx', 'pdf'] as const;
type Format = (typeof FORMATS)[number];

/** The first format of ours that Accept names; JSON when it names none. */
export function formatOf(accept: string | undefined): Format {
  for (const part of (accept ?? '').split(',')) {
    const type = part.split(';')[0]?.trim().toLowerCase();
    if (type === 'text/html') return 'html';
    if (type === DOCX_TYPE) return 'docx';
    if (type === PDF_TYPE) return 'pdf';
    if (type === 'application/json') return 'json';
  }
  return 'json';
}

/** The answers of a document in each of its forms. */
export const rendered = {
  200: {
    content: {
      'application/json': { schema: DocumentSchema },
      'text/html': { schema: Sent },
      [DOCX_TYPE]: { schema: Type.Unsafe<FastifyReply>(Type.String({ format: 'binary' })) },
      [PDF_TYPE]: { schema: Type.Unsafe<FastifyReply>(Type.String({ format: 'binary' })) },
    },
  },
};

type Rendition = 'html' | 'docx' | 'pdf';

/** Sends the document in this form; a draft's bears 草稿 on every page. */
export async function sendRendered(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  row: DocumentRow,
  format: Rendition,
): Promise<FastifyReply> {
  const content = contentOf(row);
  if (format === 'html') {
    return reply
      .header('content-security-policy', DOCUMENT_POLICY)
      .type('text/html; charset=utf-8')
      .send(await makeFile(service, request, 'renderHtml', content));
  }
  const [bytes, type] =
    format === 'pdf'
      ? [await printDocument(service, request, row.id, content), PDF_TYPE]
      : [await makeFile(service, request, 'renderDocx', content), DOCX_TYPE];
  return sendFile(reply, bytes, type, {
    name: fileNameOf(row, `.${format}`),
    fallback: `${row.id}.${format}`,
  });
}

/** The routes that send one form each. */
export const RENDITIONS: {
  readonly [Format in Rendition]: { operationId: string; type: string; told: [string, string] };
} = {
  html: {
    operationId: 'readDocument',
    type: 'text/html',
    told: [
      '公文页面 · As a page',
      '可打印，不含脚本，不取外部资源。 · To print; no script, nothing from elsewhere.',
    ],
  },
  docx: {
    operationId: 'downloadDocument',
    type: DOCX_TYPE,
    told: ['下载公文 · As DOCX', '按 GB/T 9704-2012 排版。 · In the format of GB/T 9704-2012.'],
  },
  pdf: {
    operationId: 'printDocument',
    type: PDF_TYPE,
    told: [
      '打印公文 · As PDF',
      '即 DOCX 印出的各页；服务器没有安装 LibreOffice 的，答 501，写明 DOCX 的地址。 · The pages of the DOCX; 501 with the address of the DOCX where the server has no LibreOffice.',
    ],
  },
};
