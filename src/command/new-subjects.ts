// The subjects that may be begun, by machine. The last shape serves every machine that needs no more.

import type { MachineName } from '../../machines/catalog.ts';

/** A subject that does not exist yet. Its first event (`register`, `issue` …) is told at once. */
export type NewSubject =
  | {
      machine: 'campaign';
      planId: string;
      planVersion: number;
      name: string;
    }
  | {
      machine: 'candidate';
      category: string;
      organisationId: string;
      name: string | null;
      personName: string | null;
      /** Distinguishes a person from others of the same name; see src/rules/candidate/identity.ts. */
      /** Sealed. */
      birthYear?: string | null;
      identityDigest?: string | null;
      siteId: string | null;
    }
  | {
      machine: Exclude<MachineName, 'campaign' | 'candidate'>;
      /** The candidate that the subject hangs on, locked with it; null when it stands for itself. */
      parentId: string | null;
      /** The organisation that answers for the subject; null when the parent's does. */
      organisationId: string | null;
      name: string | null;
      input: object;
      /** Who objects, by what, and the code of the receipt: sealed, and in no log. */
      objector?: {
        name: string | null;
        contact: string | null;
        contact_mark: string | null;
        clues: string | null;
        receipt: string | null;
        receipt_mark: string | null;
      };
      /** The published part of a draw, and the sealed secret, which goes into no log. */
      draw?: { round: number; snapshot: object; rule: object; secret: string };
    };
