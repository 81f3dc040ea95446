import type { Principal } from '../../rules/access/access.ts';
import type { Fault } from './command.ts';
import type { Draft } from './draft.ts';

/** An event whose facts are to be loaded. */
export type Ask = {
  draft: Draft;
  /** The candidate the subject hangs on, under the same lock. */
  parent?: Draft | undefined;
  event: { type: string; readonly [name: string]: unknown };
  at: string;
  /** The principal who sends it or asks whether they could; left out where the service goes on by itself. */
  principal?: Principal;
  /** The event is only explained: nothing is decided, and nothing is locked for it. */
  isExplained?: true;
};

/** The fact cannot be reckoned for the input; the fault says what is wrong with it. */
export class Impossible extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.en);
    this.fault = fault;
  }
}
