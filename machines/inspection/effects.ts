// What an inspection and the order that follows from it ask for.

import { effect } from '../kit/effect.ts';

type OpenRectification = {
  inspectionId: string;
  inspectedBy: string;
  triggers: readonly string[];
  findings: readonly string[];
  criteria: readonly string[];
  days: number | null;
  responsiblePerson: string | null;
  siteId: string | null;
  openFacts: readonly string[];
  openRecords: readonly string[];
};

/** A record of the candidate that an order left open: the new one stands in its place. */
type SupersedeRecord = {
  candidateId: string;
  supersedes: string;
  id: string;
  /** As of the record that it replaces. */
  kind: string;
  occurredOn: string;
  summary: string;
  detail: { readonly [name: string]: unknown };
};

export const inspectionEffects = {
  'open-rectification': effect<OpenRectification>(),
  'supersede-record': effect<SupersedeRecord>(),
};
