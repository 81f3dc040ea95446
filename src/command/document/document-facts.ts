// A list must still be true of the candidates it names when it is signed (R65). Lists are locked while their
// candidates are read, so that no two decide about one candidate.

import { AWAITING_STATES } from '../../../machines/document/awaiting.ts';
import type { ListedStanding } from '../../db/document/document-lists.ts';
import { findAwaiting, findListed, lockLists } from '../../db/document/document-lists.ts';
import { authorityOf, isListKind } from '../../rules/document/document-lists.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import { contextOf, type Draft } from '../kernel/draft.ts';
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

const loadAwaited: FactLoader<'isAwaited'> = async ({ tx, campaignId }, wants) => {
  const awaitedByOf = (draft: Draft) => contextOf(draft, 'document').awaitedBy;
  const ids = wants('isAwaited').flatMap(({ draft }) => awaitedByOf(draft) ?? []);
  const waiting = ids.length === 0 ? [] : await findAwaiting(tx, campaignId, ids, AWAITING_STATES);
  return {
    isAwaited: ({ draft }) => {
      const id = awaitedByOf(draft);
      return id === null || waiting.includes(id);
    },
  };
};

export const documentFacts: SourcesOf<'named' | 'material' | 'isAwaited'> = {
  isAwaited: loadAwaited,
  named: loadListed,
  material: loadMaterial,
};
