// The context, the events and the facts of an objection.

import type { Interests } from '../assessment/interests.ts';
import type { CandidateEventType } from '../candidate/events.ts';
import type { Role } from '../kit/access.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Deadline } from '../kit/time.ts';

/** Name and contact stand apart from the objection and its log, sealed. */
type Objector = {
  kind: 'named' | 'anonymous';
  /** The account of an objector who signed in. */
  principalId: string | null;
};

export type ObjectionInput = {
  /** The id of the objection, by which the candidate knows it. */
  objectionId: string;
  candidateId: string;
  /** The role whose office issued the notice, and the sentence by which it did. */
  office: Role;
  clause: string;
  objector: Objector;
  content: string;
  /**
   * Whether facts to investigate were given, which stand sealed beside the contact; an anonymous objection without
   * any is recorded and not opened.
   */
  hasClues: boolean;
};

/** The public notice of the candidate; `dueAt` is exclusive (24:00), `isLive` while it may still be halted. */
export type Publicity = { stage: string; state: string; isLive: boolean; dueAt: string | null };

export type ObjectionFacts = { publicity: Publicity; interests: Interests; deadline: Deadline };

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, ObjectionFacts, Payload>;

export type ObjectionEvent =
  | Named<'lodge'>
  | Named<'raise'>
  | Named<'receive'>
  | Named<'propose-rejection', { reason: string }>
  | Named<'confirm-rejection'>
  | Named<'admit', { investigatorId: string }>
  | Named<'not-admit', { reason: string }>
  | Named<'reassign', { investigatorId: string; reason: string }>
  | Named<'recuse', { reason: string }>
  | Named<'withdraw-recusal', { investigatorId: string; reason: string }>
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
  receiptGeneration: number;
  replyGeneration: number;
  /** When the public lodged it; null of one that was raised by an account. */
  lodgedAt: string | null;
  receivedAt: string | null;
  investigatorId: string | null;
  /** Investigators who stepped back; they are not appointed again unless that was a mistake. */
  recused: readonly string[];
  findings: string | null;
  /** The officer who would reject it unreceived. */
  rejectionProposedBy: string | null;
  outcome: 'rejected' | 'not-opened' | 'not-admitted' | 'upheld' | 'dismissed' | null;
  reason: string | null;
  decidedBy: string | null;
  decidedAt: string | null;
  repliedAt: string | null;
  reply: string | null;
};

export const objectionFacts: {
  [Type in ObjectionEventType]?: readonly (keyof ObjectionFacts)[];
} = {
  lodge: ['publicity', 'deadline'],
  raise: ['publicity', 'deadline'],
  receive: ['publicity', 'deadline'],
  admit: ['interests'],
  reassign: ['interests'],
  'not-admit': ['publicity', 'deadline'],
  uphold: ['publicity', 'deadline'],
  dismiss: ['publicity', 'deadline'],
  'recalculate-deadline': ['deadline'],
};

export const objectionDeadlines = {
  lodge: 'objectionReceiptWorkingDays',
  raise: 'objectionWorkingDays',
  receive: 'objectionWorkingDays',
  'not-admit': 'objectionReplyWorkingDays',
  uphold: 'objectionReplyWorkingDays',
  dismiss: 'objectionReplyWorkingDays',
  'recalculate-deadline': 'unchanged',
} as const satisfies { [Type in ObjectionEventType]?: string };

/** Events that the candidate gets; they need no facts of their own. */
export const objectionTells: { [Type in ObjectionEventType]?: readonly CandidateEventType[] } = {
  raise: ['objection-opened'],
  receive: ['objection-opened'],
  'not-admit': ['objection-closed'],
  uphold: ['objection-closed'],
  dismiss: ['objection-closed'],
};
