// Events between a candidate and its children, in the transaction of the step that sends them.

import type { EventOf } from '../kit/event.ts';
import type { CandidateEvent, CandidateEventType } from './events.ts';

/** An event as a child sends it; the transaction adds when and by whom. */
type ChildEvent = {
  [Type in CandidateEventType]: Omit<EventOf<CandidateEvent, Type>, 'at' | 'by' | 'facts'>;
}[CandidateEventType];

/** The machines of the children that are settled when their candidate comes to its end; of documents the drafts it awaits. */
export const SETTLED_CHILDREN = ['regression', 'reconsideration', 'document'] as const;
export type SettledChild = (typeof SETTLED_CHILDREN)[number];

/** The effect that sends it. When the candidate refuses, the whole command is refused. */
export const tellCandidate = <Args>(event: (args: Args) => ChildEvent) => ({
  type: 'tell-parent' as const,
  params: (args: Args) => ({ event: event(args) }),
});
