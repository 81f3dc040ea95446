// The limits of uploads: how many at once, how many an hour, and how much is kept.

import { finished } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  findStorageUse,
  insertUpload,
  type StorageQuota,
  updateStorageUse,
} from '../../db/file/storage.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';

/** The uploads of one principal at once: a browser sends six. */
export const UPLOADS_AT_ONCE = 6;
/** The uploads in one process at once: each is held in memory whole, ten MiB unless set otherwise. */
const UPLOADS_AT_ONCE_ALL = 16;

/** A hook for `onRequest`, before the body is read: refuses callers with too many uploads under way. */
export function createUploadGate(): (
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<void> {
  const underWay = new Map<string, number>();
  let all = 0;
  return async ({ principal: { id } }, { raw }) => {
    const own = underWay.get(id) ?? 0;
    if (own >= UPLOADS_AT_ONCE || all >= UPLOADS_AT_ONCE_ALL) {
      const detail = {
        zh: `同时上传的文件过多：每个账户至多 ${UPLOADS_AT_ONCE} 个，本进程至多 ${UPLOADS_AT_ONCE_ALL} 个。`,
        en: `Too many uploads at once: at most ${UPLOADS_AT_ONCE} of a principal, ${UPLOADS_AT_ONCE_ALL} in this process.`,
      };
      throw problem('too-many-requests', { retryAfterSeconds: 1, detail });
    }
    underWay.set(id, own + 1);
    all += 1;
    finished(raw, () => {
      all -= 1;
      const left = (underWay.get(id) ?? 1) - 1;
      if (left === 0) underWay.delete(id);
      else underWay.set(id, left);
    });
  };
}

const MIB = 1024 * 1024;

async function refuse(
  { pool }: Pick<Service, 'pool'>,
  organisationId: string,
  quota: StorageQuota,
  why: 'uploads' | 'storage',
): Promise<never> {
  const use = await findStorageUse(pool, organisationId);
  const { bytes = 0, files = 0, uploads = 0, secondsLeft = 0 } = use ?? {};
  const members = { organisationId, used: { bytes, files, uploads }, allowed: quota };
  if (why === 'uploads') {
    throw problem('too-many-requests', {
      ...members,
      retryAfterSeconds: secondsLeft,
      detail: {
        zh: `本单位一小时内的上传已达 ${quota.uploadsPerHour} 次。`,
        en: `This unit has used its ${quota.uploadsPerHour} uploads of this hour.`,
      },
    });
  }
  throw problem('storage-exhausted', {
    ...members,
    detail: {
      zh: `本单位已存 ${files} 个文件、${Math.ceil(bytes / MIB)} MiB，限额为 ${quota.filesMax} 个、${Math.floor(quota.bytesMax / MIB)} MiB，放不下这一文件。`,
      en: `This unit keeps ${files} files of ${Math.ceil(bytes / MIB)} MiB; it may keep ${quota.filesMax} of ${Math.floor(quota.bytesMax / MIB)} MiB, and this one does not fit.`,
    },
  });
}

/** Counts an upload of this organisation before its content is read; throws when none is left. */
export async function countUpload(
  service: Pick<Service, 'pool' | 'performer'>,
  organisationId: string,
  quota: StorageQuota,
): Promise<void> {
  const use = await findStorageUse(service.pool, organisationId);
  const isFull = use !== undefined && (use.bytes >= quota.bytesMax || use.files >= quota.filesMax);
  if (isFull) await refuse(service, organisationId, quota, 'storage');
  const isCounted = await service.performer.administer((tx) =>
    insertUpload(tx, organisationId, quota),
  );
  if (!isCounted) await refuse(service, organisationId, quota, 'uploads');
}

/** Throws when a file of this size would not fit, so that it is not sent to the store in vain. */
export async function assertRoom(
  service: Pick<Service, 'pool'>,
  { organisationId, sizeBytes }: { organisationId: string; sizeBytes: number },
  quota: StorageQuota,
): Promise<void> {
  const { bytes = 0, files = 0 } = (await findStorageUse(service.pool, organisationId)) ?? {};
  const fits = bytes + sizeBytes <= quota.bytesMax && files < quota.filesMax;
  if (!fits) await refuse(service, organisationId, quota, 'storage');
}

/** Takes room in the transaction that stores the file; throws when there is none. */
export async function assertQuota(
  service: Pick<Service, 'pool'>,
  tx: Tx,
  { organisationId, sizeBytes }: { organisationId: string; sizeBytes: number },
  quota: StorageQuota,
): Promise<void> {
  if (await updateStorageUse(tx, organisationId, sizeBytes, quota)) return;
  await refuse(service, organisationId, quota, 'storage');
}
