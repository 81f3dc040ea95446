// The context, the events and the facts of a panel.

import type { Interests } from '../assessment/interests.ts';
import type { Role } from '../kit/access.ts';
import type { MachineEvent } from '../kit/event.ts';

export type Verdict = 'pass' | 'pass-with-requirements' | 'return-for-correction' | 'fail';

export type ReviewPanelInput = {
  candidateId: string;
  stage: string;
  /** The role whose office reviews, and the sentence by which it does. */
  office: Role;
  clause: string;
  /** 1, and one more after a return for correction, and after a reconsideration. */
  round: number;
  members: readonly string[];
  chair: string;
};

type PanelRule = { min: number; odd: boolean; majority: 'simple' | 'two-thirds' };

export type ReviewPanelFacts = {
  reviewed: { stage: string; state: string; round: number };
  interests: Interests;
  panelRule: PanelRule;
};

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, ReviewPanelFacts, Payload>;

export type ReviewPanelEvent =
  | Named<'convene', { members: readonly string[] }>
  | Named<'recuse', { reason: string }>
  | Named<'withdraw-recusal', { memberId: string; reason: string }>
  | Named<'replace', { memberId: string; substituteId: string }>
  | Named<'give-verdict', { verdict: Verdict; reasons: string }>
  | Named<'break-tie', { verdict: Verdict; reason: string }>
  | Named<'conclude', { remark?: string }>
  | Named<'dissolve', { reason: string }>;

export type ReviewPanelEventType = ReviewPanelEvent['type'];

export type ReviewPanelContext = ReviewPanelInput & {
  majority: PanelRule['majority'];
  recused: readonly { memberId: string; reason: string; replacedBy: string | null }[];
  verdicts: readonly { memberId: string; verdict: Verdict; reasons: string; at: string }[];
  tieBreak: { verdict: Verdict; reason: string } | null;
  verdict: Verdict | null;
  reason: string | null;
};

export const reviewPanelFacts: {
  [Type in ReviewPanelEventType]?: readonly (keyof ReviewPanelFacts)[];
} = {
  convene: ['reviewed', 'interests', 'panelRule'],
  replace: ['interests'],
  conclude: ['reviewed'],
};
