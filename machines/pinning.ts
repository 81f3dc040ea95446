// A subject goes on by the chart it began with, until a policy change hands it over to that of another version
// of its plan. The event of the adoption says so, and so the log alone replays.

import type { Pin, Release } from './catalog.ts';
import { findRelease, releaseOf } from './catalog.ts';
import type { Advance } from './effects.ts';
import type { Instance, Told } from './kit/step.ts';
import { advance, stageOf, stateOf, waits } from './kit/step.ts';
import type { Move } from './procedure/bridge.ts';
import { compileBridge } from './procedure/bridge.ts';

/** What an adoption says of the chart: the procedure it hands over to, and the move that the plan names. */
export type Handover = { procedure?: string; move?: Move };

/** Why an instance cannot be decided by another chart as it stands. */
export type Misfit = 'unknown-state' | 'waits-otherwise';

/** `stage.state`, the place of an instance as plans name it in their moves. */
export const placeOf = ({ value }: Instance): string =>
  [...new Set([stageOf(value), stateOf(value)])].join('.');

/** Null when the other chart knows the state of this instance and waits there as the present one does. */
export function misfitOf(instance: Instance, to: Release): Misfit | null {
  const before = waits(releaseOf(instance), instance);
  try {
    const after = waits(to, pinned(instance, to));
    return before.sort().join() === after.sort().join() ? null : 'waits-otherwise';
  } catch {
    return 'unknown-state';
  }
}

const pinned = (instance: Instance, { version, procedure }: Release): Instance => ({
  ...instance,
  version,
  procedure: procedure ?? null,
});

/**
 * Tells an instance one event. An adoption that hands it over to another procedure is decided by that one's
 * chart; `release` is the one it is pinned to afterwards. Throws UnknownVersion where nobody has learned it.
 */
export function advancePinned(
  instance: Instance,
  told: Told & Handover,
): { release: Release; answer: Advance } {
  const present = releaseOf(instance);
  const { procedure, move } = told;
  if (told.type !== 'adopt-policy' || procedure === undefined) {
    return { release: present, answer: advance(present, instance, told) };
  }
  const release = releaseOf({ ...instance, procedure });
  const moved = pinned(instance, release);
  const machine =
    move === undefined ? release : { ...release, chart: bridgeOf(instance, release, move) };
  return { release, answer: advance(machine, moved, told) };
}

/** The chart of the new procedure with the one state of the old that is left. */
function bridgeOf(pin: Pin, to: Release, move: Move) {
  const from = findRelease(pin);
  if (from?.stated?.machine !== 'candidate' || to.stated?.machine !== 'candidate') {
    throw new Error(`nothing but a candidate is moved from ${move.from} to ${move.to}`);
  }
  return compileBridge(from.stated.body, to.stated.body, move);
}

/** True when both ways know their end of the move. */
function isMove(instance: Instance, to: Release, move: Move): boolean {
  try {
    bridgeOf(instance, to, move);
    return true;
  } catch {
    return false;
  }
}

/** What the adoption of a version whose chart is `to` says, by the moves that its plan names. */
export function handoverOf(
  instance: Instance,
  to: Release,
  moves: { readonly [from: string]: string },
): Handover {
  if (to.procedure === undefined || to.procedure === instance.procedure) return {};
  if (misfitOf(instance, to) === null) return { procedure: to.procedure };
  const from = placeOf(instance);
  const target = moves[from];
  if (target === undefined) return {};
  const move = { from, to: target };
  return isMove(instance, to, move) ? { procedure: to.procedure, move } : {};
}
