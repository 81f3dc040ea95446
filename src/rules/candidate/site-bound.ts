// Candidates with a site: a village or base, and a person or household whose criteria are about a site.

import type { Category } from '../plan/plan-schema.ts';
import { bearsPersonalName } from './subject.ts';

const readsSite = ({ criteria }: Category): boolean =>
  criteria.some(({ required }) =>
    [required, ...(required?.anyOf ?? [])].some((test) => test?.fact?.startsWith('site.')),
  );

/** True when a site decides about candidates of this category, also about persons and households (R35, R37, Q18). */
export const standsWithSite = (category: Category): boolean =>
  category.subject === 'village' ||
  category.subject === 'base' ||
  (bearsPersonalName(category.subject) && readsSite(category));
