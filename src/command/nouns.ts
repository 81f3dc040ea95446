// Every noun is named once here; the service does not compile while a fact, an effect or a lock has no noun.

import { application } from './application/noun.ts';
import { assessment } from './assessment/noun.ts';
import { ballot } from './ballot/noun.ts';
import { campaign } from './campaign/noun.ts';
import { candidate } from './candidate/noun.ts';
import { conformance } from './conformance/noun.ts';
import { document } from './document/noun.ts';
import { draw } from './draw/noun.ts';
import { inspection } from './inspection/noun.ts';
import { familyHandlers } from './kernel/effects.ts';
import { kernelFacts } from './kernel/facts.ts';
import type { Nouns } from './kernel/noun.ts';
import { assemble } from './kernel/noun.ts';
import { obligationHandlers } from './kernel/obligations.ts';
import { notice } from './notice/noun.ts';
import { objection } from './objection/noun.ts';
import { reconsideration } from './reconsideration/noun.ts';
import { record } from './record/noun.ts';
import { review } from './review/noun.ts';
import { selection } from './selection/noun.ts';

const kernel = { facts: kernelFacts, handlers: { ...familyHandlers, ...obligationHandlers } };

export const nouns: Nouns = assemble([
  kernel,
  campaign,
  candidate,
  application,
  record,
  inspection,
  conformance,
  review,
  assessment,
  selection,
  objection,
  document,
  draw,
  ballot,
  notice,
  reconsideration,
]);
