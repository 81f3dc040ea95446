// What an objection decides by (context), is told (events) and must know of its candidate (facts).

import type { Interests } from '../assessment/interests.ts';
import type { CandidateEventType } from '../candidate/events.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Deadline } from '../kit/time.ts';

type Objector = {
  kind: 'named' | 'anonymous';
  name: string | null;
  contact: string | null;
  /** The objector's account, when they sent it in their own name. */
  principalId: string | null;
};

export type ObjectionInput = {
  /** Its own id, by which the candidate knows it. */
  objectionId: string;
  candidateId: string;
  objector: Objector;
  content: string;
  /** Facts that can be looked into; without any, an anonymous objection is recorded and not opened. */
  clues: string | null;
};

/** The public notice the candidate stands under; `dueAt` is exclusive (24:00). */
export type Publicity = { stage: string; state: string; isLive: boolean; dueAt: string | null };

export type ObjectionFacts = { publicity: Publicity; interests: Interests; deadline: Deadline };

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, ObjectionFacts, Payload>;

export type ObjectionEvent =
  | Named<'receive'>
  | Named<'admit', { investigatorId: string }>
  | Named<'not-admit', { reason: string }>
  | Named<'reassign', { investigatorId: string; reason: string }>
  | Named<'recuse', { reason: string }>
  | Named<'report', { findings: string }>
  | Named<'return-report', { reason: string }>
  | Named<'uphold', { reason: string }>
  | Named<'dismiss', { reason: string }>
  | Named<'reply', { channel: string; occurredOn: string; content: string }>
  | Named<'recalculate-deadline'>;

export type ObjectionEventType = ObjectionEvent['type'];

export type ObjectionContext = ObjectionInput & {
  deadline: Deadline | null;
  generation: number;
  replyGeneration: number;
  receivedAt: string | null;
  investigatorId: string | null;
  /** Who stepped back from the investigation; never appointed again. */
  recused: readonly string[];
  findings: string | null;
  outcome: 'not-opened' | 'not-admitted' | 'upheld' | 'dismissed' | null;
  reason: string | null;
  decidedBy: string | null;
  decidedAt: string | null;
  repliedAt: string | null;
};

export const objectionFacts: {
  [Type in ObjectionEventType]?: readonly (keyof ObjectionFacts)[];
} = {
  receive: ['publicity', 'deadline'],
  admit: ['interests'],
  reassign: ['interests'],
  'not-admit': ['publicity', 'deadline'],
  uphold: ['publicity', 'deadline'],
  dismiss: ['publicity', 'deadline'],
  'recalculate-deadline': ['deadline'],
};

export const objectionDeadlines = {
  receive: 'objectionWorkingDays',
  'not-admit': 'objectionReplyWorkingDays',
  uphold: 'objectionReplyWorkingDays',
  dismiss: 'objectionReplyWorkingDays',
  'recalculate-deadline': 'unchanged',
} as const satisfies { [Type in ObjectionEventType]?: string };

/** What the candidate is told of it; needs no facts of its own. */
export const objectionTells: { [Type in ObjectionEventType]?: readonly CandidateEventType[] } = {
  receive: ['objection-opened'],
  'not-admit': ['objection-closed'],
  uphold: ['objection-closed'],
  dismiss: ['objection-closed'],
};
