// What a subject that hangs on a candidate tells it, in the transaction of its own step.

import type { EventOf } from '../kit/event.ts';
import type { CandidateEvent, CandidateEventType } from './events.ts';

/** An event of the candidate as one of its children says it; when and by whom is added. */
type ChildEvent = {
  [Type in CandidateEventType]: Omit<EventOf<CandidateEvent, Type>, 'at' | 'by' | 'facts'>;
}[CandidateEventType];

/** The effect that tells it; the candidate may refuse, and the whole command with it. */
export const tellCandidate = <Args>(event: (args: Args) => ChildEvent) => ({
  type: 'tell-parent' as const,
  params: (args: Args) => ({ event: event(args) }),
});
