// The machines that this build has, so that statements leave alone the subjects that only another build
// can decide.

import { LIBRARIES, releases } from '../../../machines/catalog.ts';

/** Names and versions of the machines, as one parameter for isKnown. */
export const KNOWN_RELEASES: readonly string[] = [...LIBRARIES, ...releases].map(
  ({ name, version }) => `${name} v${version}`,
);

/** SQL, true of subjects `alias` that this build can decide; KNOWN_RELEASES is the parameter `$at`. */
export const isKnown = (alias: string, at: number): string =>
  `(${alias}.machine || ' v' || ${alias}.version) = any ($${at}::text[])`;
