import type { Noun } from '../kernel/noun.ts';
import { conformanceHandlers } from './conformance.ts';
import { endElsewhere } from './denials.ts';
import { lockPlaces } from './roll-ups.ts';
import { lockAssessedSites, siteFacts } from './site-facts.ts';
import { supplementFacts } from './supplement-facts.ts';

export const conformance = {
  facts: { ...siteFacts, ...supplementFacts },
  handlers: conformanceHandlers,
  locks: { 'roll-ups': lockPlaces },
  // The facts of a site are locked before any of them is read.
  beforeFacts: [lockAssessedSites],
  afterwards: [endElsewhere],
  operations: ['regression', 'regression-regained', 'site-facts'],
} satisfies Noun;
