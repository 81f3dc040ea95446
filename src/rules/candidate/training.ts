// Training of all site administrators in a calendar year (R16): post by post, in whole people. Pure.

type Post = 'A' | 'B';

/** A training as it was recorded: below which place, when, for which posts of which sites. */
export type Training = {
  path: string;
  occurredOn: string;
  siteIds: readonly string[];
  posts: readonly string[];
};

type SiteFacts = { readonly [name: string]: unknown };

const POSTS: readonly Post[] = ['A', 'B'];

/** Whoever was appointed after this day need not be trained in that year any more. */
const LAST_DAY_OWED = '10-01';

/**
 * How many administrators of a site owe a training in this year, and how many of them had one. A
 * post without a holder owes none; a training given before the present holder came was another's;
 * and whoever is trained twice is one who was trained.
 */
export function trainedOf(
  site: { id: string; path: string; facts: SiteFacts },
  trainings: readonly Training[],
  year: number,
): { administrators: number; trained: number } {
  const owing = POSTS.filter((post) => owes(site.facts, post, year));
  const own = trainings.filter(
    ({ path, siteIds, occurredOn }) =>
      site.path.startsWith(path) && siteIds.includes(site.id) && occurredOn.startsWith(`${year}-`),
  );
  const trained = owing.filter((post) =>
    own.some(
      ({ posts, occurredOn }) =>
        posts.includes(post) && occurredOn >= (appointedOn(site.facts, post) ?? ''),
    ),
  );
  return { administrators: owing.length, trained: trained.length };
}

function owes(facts: SiteFacts, post: Post, year: number): boolean {
  const holder = facts[`post${post}`];
  if (typeof holder !== 'string' || holder.trim() === '') return false;
  const since = appointedOn(facts, post);
  return since === null || since <= `${year}-${LAST_DAY_OWED}`;
}

function appointedOn(facts: SiteFacts, post: Post): string | null {
  const day = facts[`post${post}AppointedOn`];
  return typeof day === 'string' ? day : null;
}
