import type { Noun } from '../kernel/noun.ts';
import { conformanceHandlers } from './conformance.ts';
import { endElsewhere } from './denials.ts';
import { holdRollUps } from './roll-ups.ts';
import { findSettledRegressions } from './settled-regressions.ts';
import { holdAssessed, siteFacts } from './site-facts.ts';
import { supplementFacts } from './supplement-facts.ts';

export const conformance = {
  facts: { ...siteFacts, ...supplementFacts },
  handlers: conformanceHandlers,
  locks: { 'roll-ups': holdRollUps },
  // What is recorded of a site stands still before anything is read of it.
  beforeFacts: [holdAssessed],
  joins: [findSettledRegressions],
  afterwards: [endElsewhere],
  operations: ['regression', 'regression-regained', 'site-facts'],
} satisfies Noun;
