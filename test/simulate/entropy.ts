// Ids and lots from a seed. Two replicas draw from different sources, so that neither depends on the
// other's progress.

import type { Entropy } from '../../src/entropy.ts';
import { randomFrom } from '../machines/walk.ts';

/** `origin` tells the sources of one seed apart, 0 to 4,095; ids grow within each. */
export function seededEntropy(seed: number, origin: number): Entropy {
  const random = randomFrom(seed * 4_096 + origin);
  let made = 0;
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const uuid = (head: string, version: 4 | 7): string =>
    `${head.slice(0, 8)}-${head.slice(8)}-${version}${digits(3)}-8${digits(3)}-${digits(12)}`;
  return {
    newId: () => {
      made += 1;
      // The instant of a version 7 is a count here: 2017-05-20 and one millisecond more each time.
      return uuid((0x15c_2350_0000 + made * 4_096 + origin).toString(16).padStart(12, '0'), 7);
    },
    newTimelessId: () => uuid(digits(12), 4),
    bytes: (sizeBytes) => Buffer.from(digits(sizeBytes * 2), 'hex'),
    below: (bound) => Math.floor(random() * bound),
  };
}
