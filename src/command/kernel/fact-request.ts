import type { Principal } from '../../rules/access/access.ts';
import type { Fault } from './command.ts';
import type { Draft } from './draft.ts';

/** An event that facts are asked for. */
export type Ask = {
  draft: Draft;
  /** The candidate it hangs on, under the same lock. */
  parent?: Draft | undefined;
  event: { type: string; readonly [name: string]: unknown };
  at: string;
  /** Who says it, or is told whether they could; left out where the service goes on by itself. */
  principal?: Principal;
  /** Nothing is decided: what could be done is only told, and nothing is locked for it. */
  isExplained?: true;
};

/** The fact cannot be had for what was sent; the fault says what to send instead. */
export class Impossible extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.en);
    this.fault = fault;
  }
}
