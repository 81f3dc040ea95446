// Photos, scans and documents that records, inspections and applications refer to, handed in.

import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { findOrganisation } from '../../db/county/organisations.ts';
import type { FileRow, NewFile } from '../../db/file/files.ts';
import { findSameFile, insertFile, isContentKept, lockContent } from '../../db/file/files.ts';
import type { StorageQuota } from '../../db/file/storage.ts';
import { type ContentFault, DRAWN, KINDS, MEDIA_TYPES, nameOfKind } from '../../files/kinds.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead } from '../../rules/access/access.ts';
import { WorkStopped } from '../../threads/pool.ts';
import type { Works } from '../../threads/works.ts';
import type { App } from '../kernel/app.ts';
import { fault, Problem, problem } from '../kernel/problems.ts';
import { wrongMediaType } from '../kernel/request-bodies.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Instant, Nullable, OrganisationId } from '../kernel/subject-schemas.ts';
import { askerOf } from '../kernel/threads.ts';
import { findVisible } from '../kernel/visibility.ts';
import { assertQuota, assertRoom, countUpload, createUploadGate } from './upload-limits.ts';

/** Browsers call what WPS writes by these names, and everything that they do not know by the last. */
const FURTHER_TYPES = [
  'image/heif',
  'application/kswps',
  'application/kset',
  'application/vnd.ms-works',
  'application/octet-stream',
];
const TYPES = [...MEDIA_TYPES, ...FURTHER_TYPES];

const FileSchema = Type.Object({
  id: Id,
  campaignId: Id,
  sha256: Type.String({ description: '所存内容的散列 · Hash of what is kept' }),
  mediaType: Type.Enum(MEDIA_TYPES, { description: '按内容识别 · Told by the content' }),
  kind: Type.Object({ zh: Type.String(), en: Type.String() }),
  hasThumbnail: Type.Boolean({
    description: '有无缩略图；HEIC 图片和文档没有 · HEIC and documents have none',
  }),
  sizeBytes: Type.Integer(),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  name: Type.String({
    description:
      '扩展名与内容相符：内容为 PDF 的“照片.jpg”存为“照片.pdf” · Ends as its content does',
  }),
  organisationId: Type.String(),
  uploadedBy: Type.String(),
  uploadedAt: Instant,
});

const fileToJson = ({ path: _, ...file }: FileRow): Static<typeof FileSchema> => ({
  id: file.id,
  campaignId: file.campaignId,
  sha256: file.sha256,
  mediaType: file.mediaType,
  kind: { zh: KINDS[file.mediaType].zh, en: KINDS[file.mediaType].en },
  hasThumbnail: DRAWN.includes(file.mediaType),
  sizeBytes: file.sizeBytes,
  width: file.width,
  height: file.height,
  name: file.name,
  organisationId: file.organisationId,
  uploadedBy: file.uploadedBy,
  uploadedAt: file.uploadedAt,
});

const tooLarge = (sizeBytesMax: number): Problem => {
  const mib = Math.floor(sizeBytesMax / 1024 / 1024);
  return problem('payload-too-large', {
    detail: { zh: `文件超过上限：${mib} MiB。`, en: `The file is over ${mib} MiB.` },
  });
};

const FAULTS: { readonly [F in ContentFault]: { zh: string; en: string } } = {
  'unknown-type': {
    zh: '只接受 JPEG、PNG、HEIC 图片和 PDF、OFD、DOCX、XLSX、WPS（DOC）、ET（XLS）文件（按内容识别）。',
    en: 'Only JPEG, PNG, HEIC, PDF, OFD, DOCX, XLSX, WPS (DOC) and ET (XLS) are taken, told by their content.',
  },
  broken: { zh: '文件已损坏。', en: 'The file is broken.' },
  'too-large': {
    zh: '图片像素过多，或文件解压后过大。',
    en: 'The picture has too many pixels, or the file is too large when unpacked.',
  },
  'too-costly': {
    zh: '文件过于复杂，未能在限定的时间和内存内查验。',
    en: 'The file is too complex to be looked through within its time and memory.',
  },
  encrypted: { zh: '文件已加密。', en: 'The file is encrypted.' },
  active: {
    zh: '文件含宏、脚本、附件、远程内容等活动内容，或者无法查验。',
    en: 'The file has active content (macros, scripts, attachments, remote parts), or cannot be looked through.',
  },
};

const Upload = Type.Object({
  campaignId: Id,
  organisationId: Type.Optional(OrganisationId),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })),
});

/** The most that one file may weigh, and the quota of its unit. */
export type FileLimits = { sizeBytesMax: number; quota: StorageQuota };

export function addFileRoutes(app: App, service: Service, limits: FileLimits): void {
  const { sizeBytesMax } = limits;
  app.addContentTypeParser(
    // Workbooks have a parser already, because lists are sent as such.
    TYPES.filter((type) => !app.hasContentTypeParser(type)),
    { parseAs: 'buffer', bodyLimit: sizeBytesMax },
    async (request: FastifyRequest, body: Buffer) => {
      if (request.routeOptions.schema?.consumes?.includes('image/jpeg') !== true) {
        throw wrongMediaType(request);
      }
      return body;
    },
  );
  addUploadRoutes(app, service, limits);
}

function addUploadRoutes(app: App, service: Service, { sizeBytesMax, quota }: FileLimits): void {
  app.post(
    '/v1/files',
    {
      bodyLimit: sizeBytesMax,
      onRequest: createUploadGate(),
      errorHandler: (error) => {
        throw error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? tooLarge(sizeBytesMax) : error;
      },
      config: { problems: ['content-invalid', 'not-found', 'storage-exhausted'] },
      schema: {
        operationId: 'uploadFile',
        tags: ['files'],
        summary: '上传文件 · Upload a file',
        description: `请求体即文件，至多 ${Math.floor(sizeBytesMax / 1024 / 1024)} MiB；按内容识别，名称的扩展名随内容；图片去除位置等信息；同一单位重传同一内容得同一编号；每个单位的存储和每小时上传次数有限额。 · The body is the file. Its content decides what it is and how its name ends; pictures lose place and camera; the same content of the same unit is one file. What a unit keeps and sends an hour is limited.`,
        consumes: TYPES,
        querystring: Upload,
        body: Type.Unsafe<Buffer>({ description: '文件内容 · The file itself' }),
        response: { 200: FileSchema, 201: FileSchema },
      },
    },
    async (request, reply) => {
      const { principal, query, body } = request;
      if (!Buffer.isBuffer(body) || body.length === 0) throw refused('broken');
      const { campaignId } = query;
      const { path } = await findVisible(service, principal, 'campaign', campaignId);
      const owner = await ownerOf(service, principal, path, query.organisationId);
      const sourceSha256 = hash('sha256', body, 'hex');
      const same = await findSameFile(service.pool, campaignId, owner.id, sourceSha256);
      if (same !== undefined) return fileToJson(same);
      await countUpload(service, owner.id, quota);
      const taken = await look(service, request, body);
      if ('fault' in taken) throw refused(taken.fault);
      const sha256 = hash('sha256', taken.content, 'hex');
      const isNew = await keepFile(service, quota, taken.content, {
        campaignId,
        id: service.entropy.newId(),
        sha256,
        sourceSha256,
        mediaType: taken.mediaType,
        sizeBytes: taken.content.length,
        width: taken.width,
        height: taken.height,
        name: nameOfKind(query.name ?? sourceSha256.slice(0, 12), taken.mediaType),
        organisationId: owner.id,
        path: owner.path,
        uploadedBy: principal.id,
      });
      const stored = await findSameFile(service.pool, campaignId, owner.id, sourceSha256);
      if (stored === undefined) throw new Error('a file that was stored is not there');
      reply.code(isNew ? 201 : 200).header('location', `/v1/files/${stored.id}`);
      return fileToJson(stored);
    },
  );
}

/** Stores the content and its owner's row; true when the row is new. Throws when there is no room. */
async function keepFile(
  service: Service,
  quota: StorageQuota,
  content: Buffer,
  file: NewFile,
): Promise<boolean> {
  const { performer, files } = service;
  await assertRoom(service, file, quota);
  // The store takes seconds, the database milliseconds: no connection and no lock may wait for it.
  await files.put(file.sha256, content);
  try {
    return await performer.administer(async (tx) => {
      await lockContent(tx, file.sha256);
      const isNew = await insertFile(tx, file);
      if (isNew) await assertQuota(service, tx, file, quota);
      // The content may have been swept meanwhile; the store then takes it again, else it only looks.
      await files.put(file.sha256, content);
      return isNew;
    });
  } catch (error) {
    // Another upload took the last room meanwhile, so content that no row refers to is removed.
    if (error instanceof Problem) await forgetContent(service, file.sha256);
    throw error;
  }
}

const forgetContent = ({ performer, files }: Service, sha256: string): Promise<void> =>
  performer.administer(async (tx) => {
    await lockContent(tx, sha256);
    if (!(await isContentKept(tx, sha256))) await files.delete(sha256);
  });

/** Inspects the content in a thread. Content that takes too long is refused like broken content. */
async function look(
  { threads }: Service,
  request: FastifyRequest,
  body: Buffer,
): Promise<Awaited<ReturnType<Works['takeIn']>>> {
  try {
    return await threads.run(askerOf(request), 'takeIn', body);
  } catch (error) {
    if (error instanceof WorkStopped) return { fault: 'too-costly' };
    throw error;
  }
}

const refused = (fault: ContentFault) =>
  problem('content-invalid', {
    detail: FAULTS[fault],
    errors: [{ path: '/body', message: FAULTS[fault] }],
  });

/** The unit that owns the file: the one named, or the only one the uploader acts for. */
async function ownerOf(
  { pool }: Service,
  principal: Principal,
  campaignPath: string,
  asked: string | undefined,
): Promise<{ id: string; path: string }> {
  const own = [...new Set(principal.grants.map(({ organisationId }) => organisationId))];
  const id = asked ?? (own.length === 1 ? own[0] : undefined);
  const organisation = id === undefined ? undefined : await findOrganisation(pool, id);
  const isOurs = ({ id: its, path }: { id: string; path: string }): boolean =>
    path.startsWith(campaignPath) && (own.includes(its) || mayRead(principal, path));
  if (organisation !== undefined && isOurs(organisation)) {
    return { id: organisation.id, path: organisation.path };
  }
  throw fault(
    'organisationId',
    '请写明文件所属的本单位或下属单位',
    'name a unit of yours that the file belongs to',
    'query',
  );
}
