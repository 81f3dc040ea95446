// Candidates with a site: a village or base, and a person whose criteria are about a site.

import type { Category } from '../plan/plan-schema.ts';

const readsSite = ({ criteria }: Category): boolean =>
  criteria.some(({ required }) =>
    [required, ...(required?.anyOf ?? [])].some((test) => test?.fact?.startsWith('site.')),
  );

/** True when a site decides about candidates of this category, also about persons (R35, R37, Q18). */
export const standsWithSite = (category: Category): boolean =>
  category.subject === 'village' ||
  category.subject === 'base' ||
  (category.subject === 'person' && readsSite(category));
