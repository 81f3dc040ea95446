// A person must not be counted twice (R63), so each is compared with the candidates who stand already.

import type { SealedIdentity } from '../../db/candidate/identities.ts';
import { birthYearAt, findOwnIdentities, lockIdentities } from '../../db/candidate/identities.ts';
import type { Identity } from '../../rules/candidate/identity.ts';
import { comparable, likeness } from '../../rules/candidate/identity.ts';
import { keptShut } from '../../sealing/vault.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf } from '../kernel/draft.ts';
import type { FactLoader } from '../kernel/facts.ts';

/** The number of candidates who stand already as each of these persons; no query is sent for units. */
export const loadNamesakes: FactLoader<'namesakes'> = async (world, wants) => {
  const { tx, campaignId, plan, open = keptShut } = world;
  const opened = (id: string, { birthYear, ...rest }: SealedIdentity): Identity => ({
    ...rest,
    birthYear: birthYear === null ? null : Number(open(birthYearAt(id), birthYear)),
  });
  const drafts = wants('namesakes').map(({ draft }) => draft);
  // Whoever is registered now brings it along; whoever is reinstated told it then.
  const told = drafts.filter(({ identity }) => identity === undefined).map(({ id }) => id);
  const stored = await findOwnIdentities(tx, campaignId, told);
  const identityOf = ({ id, identity }: Draft) => identity ?? stored.get(id) ?? null;
  const asked = drafts.flatMap((draft) => identityOf(draft) ?? []);
  const isAsked = plan.policies.onePersonOneCategory.value && asked.length > 0;
  const standing = isAsked ? await lockIdentities(tx, campaignId, asked) : [];
  return {
    namesakes: ({ draft }) => {
      const { id } = draft;
      const identity = identityOf(draft);
      const standsAs = contextOf(draft, 'candidate');
      if (identity === null) return { same: 0, alike: 0 };
      const own = opened(id, identity);
      const likenesses = standing
        .filter((one) => one.id !== id && comparable(one, standsAs))
        .map((one) => likeness(own, opened(one.id, one)));
      const like = (wanted: string): number => likenesses.filter((one) => one === wanted).length;
      return { same: like('same'), alike: like('alike') };
    },
  };
};
