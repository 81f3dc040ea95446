// A document as PDF: what its DOCX is printed as, where the server can print.

import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { PdfNotMade } from '../../documents/pdf.ts';
import type { DocumentContent } from '../../rules/document/document-content.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { askerOf, makeFile } from '../kernel/threads.ts';

export const PRINT_PROBLEMS = ['print-unavailable', 'export-too-large', 'unavailable'] as const;

/** The bytes of the PDF. Throws 501 where nothing prints, 422 when it takes too much time or memory. */
export async function printDocument(
  service: Service,
  request: FastifyRequest,
  id: string,
  content: DocumentContent,
): Promise<Buffer> {
  const docx = `/v1/documents/${id}.docx`;
  if (service.printer === null) throw problem('print-unavailable', { docx });
  try {
    // A draft differs from what is issued of it: it bears 草稿.
    const digest = hash('sha256', canonicalJson(content), 'hex');
    return await service.printer.print(askerOf(request), digest, () =>
      makeFile(service, request, 'renderDocx', content),
    );
  } catch (error) {
    if (!(error instanceof PdfNotMade)) throw error;
    throw problem('export-too-large', {
      docx,
      detail: {
        zh: '未能在限定的时间和内存内排出 PDF，请按 docx 所示地址下载 DOCX 打印。',
        en: 'The PDF was not made within its time and memory: download the DOCX at the address in docx.',
      },
      cause: error,
    });
  }
}
