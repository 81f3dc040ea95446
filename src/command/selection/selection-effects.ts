// A merit selection becomes rows here: the ranking it rests on, and the operation that tells each candidate.

import { hash } from 'node:crypto';
import type { SelectCandidates, StoreRanking } from '../../../machines/selection/effects.ts';
import type { Writes } from '../../db/tables.ts';
import type { Entropy } from '../../entropy.ts';
import { rankingText } from '../../rules/selection/ranking.ts';
import type { Handlers } from '../kernel/batch-context.ts';
import type { Draft } from '../kernel/draft.ts';

type Scene = { writes: Writes; entropy: Entropy; by: { principalId: string } };

/** Stores the ranking as one text, with the hash that proves it unchanged. */
function storeRanking(
  { writes, by }: Scene,
  campaign: Draft,
  { id, category, kind, basedOn, body }: StoreRanking,
  at: string,
): void {
  const text = rankingText(body);
  writes.rankings.push({
    id,
    category,
    kind,
    based_on: basedOn,
    body: text,
    sha256: hash('sha256', text, 'hex'),
    made_at: at,
    made_by: by.principalId,
  });
  campaign.opened.push({ kind: 'ranking', id });
}

/** Stores an operation that tells each candidate in its turn, so that a restart can go on with it. */
function selectCandidates(
  scene: Scene,
  campaign: Draft,
  { category, rankingId, selected, reserves, passedOver }: SelectCandidates,
  at: string,
): void {
  const id = scene.entropy.newId();
  const commands = [
    ...selected.map(({ candidateId, rank }) => told(candidateId, { type: 'select', rank })),
    ...reserves.map(({ candidateId, ...place }) =>
      told(candidateId, { type: 'keep-in-reserve', ...place }),
    ),
    ...passedOver.map(({ candidateId, ...fate }) =>
      told(candidateId, { type: 'pass-over', ...fate }),
    ),
  ];
  scene.writes.operations.push({
    id,
    kind: 'merit-selection',
    status: 'running',
    total: commands.length,
    finished_at: null,
    detail: { category, rankingId, selected: selected.length },
    created_by: scene.by.principalId,
    created_at: at,
  });
  commands.forEach((command, index) => {
    scene.writes.operationItems.push({ operation_id: id, index, command });
  });
  campaign.opened.push({ kind: 'operation', id });
}

const told = (subjectId: string, event: object) => ({ subjectId, event });

export const selectionHandlers: Handlers<'store-ranking' | 'select-candidates'> = {
  'store-ranking': storeRanking,
  'select-candidates': selectCandidates,
};
