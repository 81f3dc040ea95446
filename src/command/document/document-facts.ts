// A list must still be true of the candidates it names when it is signed (R65). Lists are locked while their
// candidates are read, so that no two decide about one candidate.

import type { ListedStanding } from '../../db/document/document-lists.ts';
import { findListed, lockLists } from '../../db/document/document-lists.ts';
import { authorityOf, isListKind } from '../../rules/document/document-lists.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import { contextOf } from '../kernel/draft.ts';
import type { FactLoader, SourcesOf } from '../kernel/facts.ts';
import { loadMaterial } from './draft-material.ts';

const loadListed: FactLoader<'named'> = async ({ tx, campaignId, plan }, wants) => {
  const found = new Map<string, ListedStanding[]>();
  for (const { draft, isExplained } of wants('named')) {
    const context = contextOf(draft, 'document');
    const { issuer, named = [] } = context;
    const kind = context.kind as DocumentKind;
    if (named.length === 0 || !isListKind(kind)) continue;
    const authority = authorityOf(plan, issuer);
    if (isExplained !== true) await lockLists(tx, campaignId);
    found.set(draft.id, await findListed(tx, campaignId, kind, authority, named));
  }
  return {
    named: ({ draft }) => {
      const rows = found.get(draft.id) ?? [];
      return {
        gone: rows.filter(({ belongs }) => !belongs).map(({ id }) => id),
        already: rows.filter(({ decided }) => decided).map(({ id }) => id),
      };
    },
  };
};

export const documentFacts: SourcesOf<'named' | 'material'> = {
  named: loadListed,
  material: loadMaterial,
};
