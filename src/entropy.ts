// The source of ids and random numbers. It is handed in wherever these become part of the state, so that a
// simulation can put a seeded source in its place. Nothing else of the service draws lots.

import { randomBytes, randomInt, randomUUID, randomUUIDv7 } from 'node:crypto';

export type Entropy = {
  /** The id of something new: a UUID of version 7, which grows with time. */
  newId: () => string;
  /** A UUID of version 4, for ids that must not reveal when they were made. */
  newTimelessId: () => string;
  /** Bytes for secrets. */
  bytes: (sizeBytes: number) => Buffer;
  /** A whole number from 0 up to `bound`, `bound` itself excluded; each as likely as the others. */
  below: (bound: number) => number;
};

/** The source of the operating system. */
export const systemEntropy: Entropy = {
  newId: () => randomUUIDv7(),
  newTimelessId: () => randomUUID(),
  bytes: (sizeBytes) => randomBytes(sizeBytes),
  below: (bound) => randomInt(bound),
};
