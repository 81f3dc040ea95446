// Files handed out again, as they are kept or as thumbnails.

import { hash } from 'node:crypto';
import { findFile, type UsedFile } from '../../db/file/files.ts';
import { DRAWN } from '../../files/kinds.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead } from '../../rules/access/access.ts';
import { WorkStopped } from '../../threads/pool.ts';
import type { App } from '../kernel/app.ts';
import { fileAnswer, sendFile } from '../kernel/downloads.ts';
import { problem } from '../kernel/problems.ts';
import { recusalOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { IdParams } from '../kernel/subject-schemas.ts';
import { askerOf } from '../kernel/threads.ts';

const WHO = '上传人，和有权看其所属单位或者引用它的对象的人可以下载；不在页面中打开。';
const WHO_ENGLISH =
  'By whoever uploaded it or may read its unit or a subject that refers to it; always as an attachment.';

export function addDownloadRoutes(app: App, service: Service): void {
  app.get(
    '/v1/files/:id',
    {
      config: { access: 'export' },
      schema: {
        operationId: 'getFile',
        tags: ['files'],
        summary: '下载文件 · Download a file',
        description: `${WHO} · ${WHO_ENGLISH}`,
        params: IdParams,
        response: fileAnswer('application/octet-stream'),
      },
    },
    async ({ params: { id }, principal }, reply) => {
      const { file, content } = await findContent(service, principal, id);
      reply.header('etag', `"${file.sha256}"`);
      return sendFile(reply, content, file.mediaType, { name: file.name, fallback: 'file' });
    },
  );
  app.get(
    '/v1/files/:id/thumbnail',
    {
      config: { access: 'export', problems: ['content-invalid'] },
      schema: {
        operationId: 'getThumbnail',
        tags: ['files'],
        summary: '图片的缩略图 · A thumbnail of a picture',
        description: `JPEG，长边至多 320 像素；HEIC 图片和文档没有，答 404。${WHO} · A JPEG of 320 pixels at most; 404 for HEIC and documents. ${WHO_ENGLISH}`,
        params: IdParams,
        response: fileAnswer('image/jpeg'),
      },
    },
    async (request, reply) => {
      const { principal, params } = request;
      const { file, content } = await findContent(service, principal, params.id);
      if (!DRAWN.includes(file.mediaType)) throw noThumbnail();
      const drawn = await draw(service, askerOf(request), content);
      const name = `${file.name.replace(/\.[a-z]+$/i, '')}-缩略图.jpg`;
      const bytes = Buffer.from(drawn);
      return sendFile(reply, bytes, 'image/jpeg', { name, fallback: 'thumbnail.jpg' });
    },
  );
}

/** The file and what it holds. Throws 404 where the reader may open none of this id. */
async function findContent(
  service: Service,
  principal: Principal,
  id: string,
): Promise<{ file: UsedFile; content: Buffer }> {
  const file = await findFile(service.pool, id, await recusalOf(service, principal));
  if (file === undefined || !mayOpen(principal, file)) throw problem('not-found');
  const content = await service.files.get(file.sha256);
  if (content === null) throw problem('not-found');
  // Decisions rest on what was uploaded: what somebody put in its place is not handed out for it.
  if (hash('sha256', content, 'hex') !== file.sha256) {
    throw new Error(`the content of file ${id} is not what was uploaded`);
  }
  return { file, content };
}

/** Throws 422 for a picture that takes too much. */
async function draw({ threads }: Service, asker: string, content: Buffer): Promise<Uint8Array> {
  try {
    const drawn = await threads.run(asker, 'drawThumbnail', content);
    if (drawn !== null) return drawn;
  } catch (error) {
    if (!(error instanceof WorkStopped)) throw error;
  }
  throw tooCostly();
}

const mayOpen = (principal: Principal, { uploadedBy, path, usedAt, kept }: UsedFile): boolean =>
  uploadedBy === principal.id ||
  (!kept && [path, ...usedAt].some((place) => mayRead(principal, place)));

const noThumbnail = () =>
  problem('not-found', {
    detail: {
      zh: '这一文件没有缩略图：只有 JPEG 和 PNG 图片有。请下载原文件查看。',
      en: 'This file has no thumbnail: only JPEG and PNG pictures have one. Download the file itself.',
    },
  });

const tooCostly = () =>
  problem('content-invalid', {
    detail: {
      zh: '图片过于复杂，未能在限定的时间内画出缩略图。请下载原文件查看。',
      en: 'The picture is too complex to be drawn in time. Download the file itself.',
    },
  });
