// Conventions of every resource: idempotency keys, revisions, events discriminated by type.

import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import { problem } from './problems.ts';

export const invalid = (path: string, zh: string, en: string) =>
  problem('bad-request', { detail: { zh, en }, errors: [{ path, message: { zh, en } }] });

const IDEMPOTENCY_KEY = /^(?:"([\x21\x23-\x7e]{1,200})"|([\x21\x23-\x7e]{1,200}))$/;

/** The Idempotency-Key, quoted or bare: 1–200 visible ASCII characters. Throws 400 when malformed. */
export const idempotencyKey = (request: FastifyRequest): string | undefined => {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const match = typeof header === 'string' ? IDEMPOTENCY_KEY.exec(header.trim()) : null;
  const key = match?.[1] ?? match?.[2];
  if (key !== undefined) return key;
  throw invalid(
    '/headers/idempotency-key',
    'Idempotency-Key 应为 1–200 个可见 ASCII 字符，可加引号。',
    'Idempotency-Key must be 1–200 visible ASCII characters, quoted or bare.',
  );
};

/** The revision If-Match asks for, or `*`. Throws 400 for weak tags and lists. */
export const expectedRevision = (request: FastifyRequest): number | '*' | undefined => {
  const header = request.headers['if-match'];
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const revision = Number(/^"(\d{1,15})"$/.exec(header.trim())?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(revision)) return revision;
  throw invalid(
    '/headers/if-match',
    'If-Match 应为一个强 ETag（如 "12"）或 *。',
    'If-Match must be one strong ETag, as "12", or *.',
  );
};

/** Throws 412 when If-Match names another revision than the current one. */
export const assertRevision = (expected: number | '*' | undefined, current: number): void => {
  if (expected === undefined || expected === '*' || expected === current) return;
  throw problem('stale-revision', { expectedRevision: expected, currentRevision: current });
};

export const setRevision = (reply: FastifyReply, revision: number): FastifyReply =>
  reply.header('etag', `"${revision}"`);

/**
 * A union of objects discriminated by a property, for events and the like. Unlike with a plain union,
 * a fault is reported against the object that was meant.
 * @example oneOfBy('type', [SubmitPlan, ReturnPlan])
 */
export const oneOfBy = <Members extends TSchema[]>(property: string, members: [...Members]) =>
  Type.Unsafe<Static<Members[number]>>({
    type: 'object',
    required: [property],
    discriminator: { propertyName: property },
    oneOf: members,
  });
