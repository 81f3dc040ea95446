// Effects of an inspection and of the order that follows from it.

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

/** A new record replaces one that an order left open. */
type SupersedeRecord = {
  candidateId: string;
  supersedes: string;
  id: string;
  /** The kind of the record that it replaces. */
  kind: string;
  occurredOn: string;
  summary: string;
  detail: { readonly [name: string]: unknown };
};

export const inspectionEffects = {
  'open-rectification': effect<OpenRectification>(),
  'supersede-record': effect<SupersedeRecord>(),
};
