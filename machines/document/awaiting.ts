// What the subject that stands until a document is issued is told of it.

/** The period that begins with the document is counted from the instant of its issue. */
export type Issued = { documentId: string | null; issuedAt: string };

/** Nothing is issued; what awaited it ends, or its document is drafted anew. */
export type Abandoned = { documentId: string; reason: string };

/** The last parts of the names of the states that stand until a document is issued. */
export const AWAITING_STATES = [
  'draft',
  'awaiting-issue',
  'awaiting-notice',
  'awaiting-decision',
] as const;
