// Which machines this build has, for statements that leave alone what only another build can decide.

import { releases } from '../../../machines/catalog.ts';

/** Names and versions, as one parameter of isKnown. */
export const KNOWN_RELEASES: readonly string[] = releases.map(
  ({ name, version }) => `${name} v${version}`,
);

/** True for subjects `alias` that this build can decide; KNOWN_RELEASES is the parameter `$at`. */
export const isKnown = (alias: string, at: number): string =>
  `(${alias}.machine || ' v' || ${alias}.version) = any ($${at}::text[])`;
