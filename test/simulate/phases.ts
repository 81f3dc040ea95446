// A phase that is changed early: the work that follows is done while there is time to see it interrupted.

import { CAMPAIGN } from './county.ts';
import type { Seen } from './invariants.ts';
import type { Random, Wish } from './people.ts';
import { person } from './people.ts';

/** The share of commands that aim at the phase, until it has changed. */
const SHARE = 0.25;

/**
 * The next step that brings the campaign out of its first phase, whatever is owed there; null in the other
 * commands.
 */
export function phaseWish(seen: Seen, random: Random): Wish | null {
  const campaign = seen.subjects.get(CAMPAIGN);
  const { phase, override } = (campaign?.instance.context ?? {}) as {
    phase?: string;
    override?: { approvedBy: string | null } | null;
  };
  if (phase !== 'mobilization' || random() >= SHARE) return null;
  const say = (type: string, by: number, more = {}): Wish => ({
    subjectId: CAMPAIGN,
    event: { type, ...more },
    principal: person(by),
  });
  if (override == null) return say('request-override', 0, { reason: '汛期' });
  return override.approvedBy === null ? say('approve-override', 1) : say('advance-phase', 0);
}
