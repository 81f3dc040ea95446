// What a list must still be true of when it is signed (R65): those it names, read and held apart.

import type { DocumentContext, DocumentFacts } from '../../../machines/document/document.v1.ts';
import type { ListedStanding } from '../../db/document/document-lists.ts';
import { findListed, holdLists } from '../../db/document/document-lists.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { authorityOf, isListKind } from '../../rules/document/document-lists.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import type { Plan } from '../../rules/plan-check/plan.ts';
import type { Ask } from '../kernel/fact-request.ts';

/** Asks nothing when no document of the batch names anybody. */
export async function loadListed(
  tx: Tx,
  campaignId: string,
  plan: Plan,
  asks: readonly Ask[],
): Promise<(ask: Ask) => DocumentFacts['named']> {
  const found = new Map<string, ListedStanding[]>();
  for (const { draft, isExplained } of asks) {
    const context = draft.instance.context as unknown as DocumentContext;
    const { issuer, named = [] } = context;
    const kind = context.kind as DocumentKind;
    if (named.length === 0 || !isListKind(kind)) continue;
    const authority = authorityOf(plan, issuer);
    if (isExplained !== true) await holdLists(tx, campaignId);
    found.set(draft.id, await findListed(tx, campaignId, kind, authority, named));
  }
  return ({ draft }) => {
    const rows = found.get(draft.id) ?? [];
    return {
      gone: rows.filter(({ belongs }) => !belongs).map(({ id }) => id),
      already: rows.filter(({ decided }) => decided).map(({ id }) => id),
    };
  };
}
