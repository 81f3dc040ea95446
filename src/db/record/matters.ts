// Matters as they are read, with the candidate to whose ledger they belong.

import { findChild } from '../candidate/children.ts';
import type { Reads } from '../tables.ts';

export type MatterRow = Awaited<ReturnType<typeof findMatter>> & object;

/** One matter; undefined when there is none of this id. */
export const findMatter = (db: Reads, campaignId: string, id: string) =>
  findChild(db, 'matter', campaignId, id);
