// The yearly training of all site administrators (R16), counted post by post in whole people. Pure.

type Post = 'A' | 'B';

/** A recorded training: its place, its time, and the posts and sites it was for. */
export type Training = {
  path: string;
  occurredOn: string;
  siteIds: readonly string[];
  posts: readonly string[];
};

type SiteFacts = { readonly [name: string]: unknown };

const POSTS: readonly Post[] = ['A', 'B'];

/** A holder appointed after this day need not be trained in that year. */
const LAST_DAY_OWED = '10-01';

/**
 * The number of a site's administrators who owe a training in this year, and of those who had one.
 * A post without a holder owes none. A training from before the present holder came does not count,
 * and two trainings of one holder count once.
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
