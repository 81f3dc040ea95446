// W3C Trace Context: a request continues the caller's trace or begins one. The trace id is the id of
// the request and stands in every log line and every problem.

import { systemEntropy } from '../../entropy.ts';

// Random bits are drawn ahead, a page at a time, because randomBytes asks the kernel each time.
const randomHex = (digits: number): string =>
  systemEntropy.newTimelessId().replaceAll('-', '').slice(-digits);

const traceparent =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})/;

const parse = (header: unknown): RegExpExecArray | null =>
  typeof header === 'string' && header.length <= 255 ? traceparent.exec(header) : null;

/** The 32 hexadecimal digits of the caller's trace, or new ones. */
export const traceIdOf = (header: unknown): string => parse(header)?.[1] ?? randomHex(32);

/** The traceparent of our own span in the trace; sampled unless the caller said otherwise. */
export const spanOf = (traceId: string, header: unknown): string =>
  `00-${traceId}-${randomHex(16)}-${parse(header)?.[2] ?? '01'}`;
