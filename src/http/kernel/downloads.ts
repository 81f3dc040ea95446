// Downloads under a Chinese name (RFC 6266, RFC 8187), which the browser must not show as a page.

import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';

export const DOCX_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
export const PDF_TYPE = 'application/pdf';
export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const encoded = (name: string): string =>
  encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The schema of a file: its handler returns the reply that it has sent with the bytes. */
export const Sent = Type.Unsafe<FastifyReply>(Type.String());

/** The answers of a route that sends a file of this type. */
export const fileAnswer = (type: string) => ({ 200: { content: { [type]: { schema: Sent } } } });

/** Sends the bytes as an attachment; a client without RFC 8187 saves it as `fallback`. */
export const sendFile = (
  reply: FastifyReply,
  bytes: Buffer | Readable,
  type: string,
  { name, fallback }: { name: string; fallback: string },
): FastifyReply =>
  reply
    .type(type)
    .header(
      'content-disposition',
      `attachment; filename="${fallback}"; filename*=UTF-8''${encoded(name)}`,
    )
    .header('x-content-type-options', 'nosniff')
    .send(bytes);
