// Where ids and random numbers come from. What becomes part of the state is handed in from here, so
// that a simulation can put a seeded source in its place; nothing else of the service draws lots.

import { randomBytes, randomInt, randomUUID, randomUUIDv7 } from 'node:crypto';

export type Entropy = {
  /** The id of something new: a UUID of version 7, which grows with time. */
  newId: () => string;
  /** A UUID of version 4, for what must not tell when it was made. */
  newTimelessId: () => string;
  /** Bytes for secrets. */
  bytes: (sizeBytes: number) => Buffer;
  /** A whole number from 0 up to `bound`, `bound` itself excluded; each as likely as the others. */
  below: (bound: number) => number;
};

/** The operating system's. */
export const systemEntropy: Entropy = {
  newId: () => randomUUIDv7(),
  newTimelessId: () => randomUUID(),
  bytes: (sizeBytes) => randomBytes(sizeBytes),
  below: (bound) => randomInt(bound),
};
