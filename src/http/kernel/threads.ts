// Work done in threads for a caller, and the problem that an interrupted one becomes.

import type { FastifyRequest } from 'fastify';
import type { ListName } from '../../rules/list/lists.ts';
import { type Table, tableOf } from '../../rules/list/table.ts';
import { WorkStopped } from '../../threads/pool.ts';
import type { SentList, Works } from '../../threads/works.ts';
import { problem } from './problems.ts';
import type { Service } from './service.ts';

/** The owner of a work: the principal, or the address of a caller without one. */
export const askerOf = ({ principal, ip }: FastifyRequest): string => principal?.id ?? ip;

/** The list in a body. Throws 400 when it is none. */
export async function readList(
  { threads }: Service,
  request: FastifyRequest,
  name: ListName,
): Promise<Table> {
  const sent = request.body as SentList | null | undefined;
  // A request without a body has no type either, so no parser has refused it.
  if (sent === undefined || sent === null) {
    throw problem('bad-request', {
      detail: { zh: '请求中没有名单。', en: 'There is no list in the request.' },
    });
  }
  const { includeHidden = false } = request.query as { includeHidden?: boolean };
  const read = await threads.run(askerOf(request), 'readTable', sent, name, includeHidden);
  if ('fault' in read) throw problem('bad-request', { detail: read.fault });
  return tableOf(read);
}

/** A file of our own data, made from `content`. Throws 422 when it takes too much time or memory. */
export async function makeFile<Name extends 'renderXlsx' | 'renderDocx' | 'renderHtml'>(
  { threads }: Service,
  request: FastifyRequest,
  name: Name,
  ...content: Parameters<Works[Name]>
): Promise<Buffer> {
  try {
    const made = await threads.run(askerOf(request), name, ...content);
    return Buffer.from(made as Uint8Array | string as Uint8Array);
  } catch (error) {
    if (!(error instanceof WorkStopped)) throw error;
    throw problem('export-too-large', {
      detail: {
        zh: '内容过多，未能在限定的时间和内存内生成文件。',
        en: 'There is too much to make the file within its time and memory.',
      },
      cause: error,
    });
  }
}
