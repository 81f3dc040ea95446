// A deadline that a newer calendar moves is another day for whoever has to keep it, so they are told it, whatever
// the machine: counting anew is of the kernel, and so is this notice.

import type { Effect } from '../../../machines/effects.ts';
import type { Told } from '../../../machines/kit/step.ts';
import type { Scene } from './batch-context.ts';
import { type Draft, kept } from './draft.ts';

type Recounted = { effects: readonly Effect[]; event: Told; before: string | undefined };

/** Tells the debtor, and the responsible body where nobody owes anything, of a day that has moved. */
export function tellNewDay(
  scene: Scene,
  draft: Draft,
  { effects, event, before }: Recounted,
): void {
  const dueAt = kept(draft, 'deadline')?.dueAt;
  if (event.type !== 'recalculate-deadline' || dueAt === undefined || dueAt === before) return;
  const owed = effects.find((effect) => effect.type === 'open-obligation')?.params;
  const params = { obligation: owed?.kind ?? null, wasDueAt: before ?? null, dueAt };
  const to = [owed?.owner ?? ('responsible' as const)];
  scene.handlers.notify(scene, draft, { template: 'deadline-moved', to, params }, event.at);
}
