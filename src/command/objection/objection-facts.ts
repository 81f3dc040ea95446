// The fact of an objection is the public notice it is made to, and that of a notice what was lodged under it (R63).

import { accepts, stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Publicity } from '../../../machines/objection/events.ts';
import { countUnread } from '../../db/objection/lodgings.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf } from '../kernel/draft.ts';
import type { FactLoader, SourcesOf } from '../kernel/facts.ts';

/** The public notice under which a candidate stands, as the guards of an objection need it. */
function publicityOf(candidate: Draft): Publicity {
  const { release, instance } = candidate;
  const { value } = instance;
  const state = stateOf(value);
  const { deadline } = contextOf(candidate, 'candidate');
  return {
    stage: stageOf(value),
    state,
    isLive: accepts(release, instance).includes('objection-closed'),
    dueAt: deadline?.dueAt ?? null,
  };
}

/** They change only under the candidate's lock. */
const loadUnread: FactLoader<'unreadObjections'> = async ({ tx, campaignId }, wants) => {
  const ids = wants('unreadObjections').map(({ draft }) => draft.id);
  const unread = await countUnread(tx, campaignId, ids);
  return { unreadObjections: ({ draft }) => unread.get(draft.id) ?? 0 };
};

export const objectionFacts: SourcesOf<'publicity' | 'unreadObjections'> = {
  unreadObjections: loadUnread,
  publicity: { atHand: (_, { parent }) => parent && publicityOf(parent) },
};
