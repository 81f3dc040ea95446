import type { Principal } from '../../rules/access/access.ts';
import type { Draft } from './draft.ts';

/** An event that facts are asked for. */
export type Ask = {
  draft: Draft;
  /** The candidate it hangs on, under the same lock. */
  parent?: Draft | undefined;
  event: { type: string; readonly [name: string]: unknown };
  at: string;
  /** Who says it; left out where the service explains or goes on by itself. */
  principal?: Principal;
  /** Nothing is decided: what could be done is only told, and nothing is locked for it. */
  isExplained?: true;
};
