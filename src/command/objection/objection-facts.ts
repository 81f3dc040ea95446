// The fact of an objection is the public notice it is made to (R63).

import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Publicity } from '../../../machines/objection/events.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf, standingOf } from '../kernel/draft.ts';
import type { SourcesOf } from '../kernel/facts.ts';

/** The public notice under which a candidate stands, as the guards of an objection need it. */
function publicityOf(candidate: Draft): Publicity {
  const { value } = candidate.instance;
  const state = stateOf(value);
  const { deadline } = contextOf(candidate, 'candidate');
  return {
    stage: stageOf(value),
    state,
    isLive: standingOf(candidate).step === 'notice',
    dueAt: deadline?.dueAt ?? null,
  };
}

export const objectionFacts: SourcesOf<'publicity'> = {
  publicity: { atHand: (_, { parent }) => parent && publicityOf(parent) },
};
