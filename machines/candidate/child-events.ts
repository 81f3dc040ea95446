// Events that a child of a candidate sends to it, in the transaction of the child's own step.

import type { EventOf } from '../kit/event.ts';
import type { CandidateEvent, CandidateEventType } from './events.ts';

/** An event as a child sends it; the transaction adds when and by whom. */
type ChildEvent = {
  [Type in CandidateEventType]: Omit<EventOf<CandidateEvent, Type>, 'at' | 'by' | 'facts'>;
}[CandidateEventType];

/** The effect that sends it. When the candidate refuses, the whole command is refused. */
export const tellCandidate = <Args>(event: (args: Args) => ChildEvent) => ({
  type: 'tell-parent' as const,
  params: (args: Args) => ({ event: event(args) }),
});
