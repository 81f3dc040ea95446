// Who stands with a site: a village or base with its own, and a person whose criteria look at one.

import type { Category } from '../plan/plan-schema.ts';

const readsSite = ({ criteria }: Category): boolean =>
  criteria.some(({ required }) =>
    [required, ...(required?.anyOf ?? [])].some((test) => test?.fact?.startsWith('site.')),
  );

/** True when a candidate of this category is judged by a site, its own or its person's (R35, R37, Q18). */
export const standsWithSite = (category: Category): boolean =>
  category.subject === 'village' ||
  category.subject === 'base' ||
  (category.subject === 'person' && readsSite(category));
