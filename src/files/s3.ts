// Files in an S3-compatible store. An object appears whole or not at all, so nothing is moved.

import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { FileStore } from './store.ts';
import { StoreUnavailable } from './store.ts';

export type S3Settings = {
  endpoint: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
};

// A missing bucket is a 404 as well; every file would then seem lost, and nobody would be told.
const isMissing = (error: unknown): boolean => {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (name === 'NoSuchBucket') return false;
  return name === 'NoSuchKey' || name === 'NotFound' || $metadata?.httpStatusCode === 404;
};

/** Throws StoreUnavailable when there is no answer, or when the answer says that the store is at fault. */
const answered = <Result>(sent: Promise<Result>): Promise<Result> =>
  sent.catch((error: unknown) => {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status !== undefined && status < 500) throw error;
    throw new StoreUnavailable('the store of files does not answer', { cause: error });
  });

// A silent store keeps a transaction waiting, and with it one of few connections. Both tries together end
// before the server would end the transaction.
const CONNECT_MS_MAX = 2_000;
const ANSWER_MS_MAX = 10_000;
const ATTEMPTS_MAX = 2;

/**
 * A store that addresses buckets by path, as every compatible store understands, and sends checksums only
 * where asked. A try that is not answered within `answerMs` has failed.
 */
export function createS3Store(settings: S3Settings, answerMs = ANSWER_MS_MAX): FileStore {
  const { endpoint, region, bucket: Bucket, accessKeyId, secretAccessKey } = settings;
  const client = new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECT_MS_MAX,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
    },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const at = (sha256: string) => ({ Bucket, Key: `files/${sha256.slice(0, 2)}/${sha256}` });
  return {
    put: async (sha256, content) => {
      const there = await answered(client.send(new HeadObjectCommand(at(sha256)))).catch(
        (error) => {
          if (isMissing(error)) return null;
          throw error;
        },
      );
      if (there?.ContentLength === content.length) return;
      await answered(client.send(new PutObjectCommand({ ...at(sha256), Body: content })));
    },
    get: async (sha256) => {
      try {
        const { Body } = await answered(client.send(new GetObjectCommand(at(sha256))));
        return Body === undefined ? null : Buffer.from(await Body.transformToByteArray());
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    delete: async (sha256) => {
      await answered(client.send(new DeleteObjectCommand(at(sha256))));
    },
  };
}
