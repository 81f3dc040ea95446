// A phase that is changed early: the work that follows is done while there is time to see it interrupted.

import { register } from './beginnings.ts';
import { CAMPAIGN } from './county.ts';
import type { Situation, Wish } from './people.ts';
import { inState, person } from './people.ts';

/** The share of commands that aim at the phase, until it has changed. */
const SHARE = 0.25;
/** So many candidates follow the first change. */
const FOLLOWING = 3;

/**
 * The next step that brings the campaign out of its first phase, whatever is owed there; null in the other
 * commands. Some candidates are registered before, or nobody would follow.
 */
export function phaseWish(situation: Situation): Wish | null {
  const { seen, random } = situation;
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
  if (inState(situation, 'candidate').length < FOLLOWING) return register(situation);
  if (override == null) return say('request-override', 0, { reason: '汛期' });
  return override.approvedBy === null ? say('approve-override', 1) : say('advance-phase', 0);
}
