// A person must not be counted twice (R63), so each is compared with the candidates who stand already.

import { lockIdentities } from '../../db/candidate/identities.ts';
import { comparable, likeness } from '../../rules/candidate/identity.ts';
import { contextOf } from '../kernel/draft.ts';
import type { FactLoader } from '../kernel/facts.ts';

/** The number of candidates who stand already as each of these persons; no query is sent for units. */
export const loadNamesakes: FactLoader<'namesakes'> = async ({ tx, campaignId, plan }, wants) => {
  const asked = wants('namesakes').flatMap(({ draft: { identity } }) => identity ?? []);
  const isAsked = plan.policies.onePersonOneCategory.value && asked.length > 0;
  const standing = isAsked ? await lockIdentities(tx, campaignId, asked) : [];
  return {
    namesakes: ({ draft }) => {
      const { id, identity } = draft;
      const standsAs = contextOf(draft, 'candidate');
      const others = standing.filter((one) => one.id !== id && comparable(one, standsAs));
      const like = (wanted: string): number =>
        others.filter((one) => identity && likeness(identity, one) === wanted).length;
      return { same: like('same'), alike: like('alike') };
    },
  };
};
