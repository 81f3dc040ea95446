// The public notice that an objection is made to (R63).

import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Publicity } from '../../../machines/objection/events.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf } from '../kernel/draft.ts';
import type { SourcesOf } from '../kernel/facts.ts';

/** The public notice a candidate stands under, as an objection to it asks. */
function publicityOf(candidate: Draft): Publicity {
  const { value } = candidate.instance;
  const state = stateOf(value);
  const { deadline } = contextOf(candidate, 'candidate');
  return {
    stage: stageOf(value),
    state,
    isLive: state === 'public-notice' || state === 'objection-hold',
    dueAt: deadline?.dueAt ?? null,
  };
}

export const objectionFacts: SourcesOf<'publicity'> = {
  publicity: { atHand: (_, { parent }) => parent && publicityOf(parent) },
};
