// The units of a draw become rows here.

import type { StoreDrawUnits } from '../../../machines/draw/effects.ts';
import type { Handlers } from '../kernel/batch-context.ts';

export const drawHandlers: Handlers<'store-draw-units'> = {
  'store-draw-units': ({ writes }, draft, drawn) => {
    writes.drawUnits = [
      ...writes.drawUnits.filter(({ draw_id }) => draw_id !== draft.id),
      ...drawUnitRows(draft.id, drawn),
    ];
  },
};

function drawUnitRows(drawId: string, { units, dueAt }: StoreDrawUnits) {
  if (dueAt === null) throw new Error('units are drawn before their deadline is known');
  return units.map(({ unitId, candidateId, siteId, ...unit }) => ({
    draw_id: drawId,
    unit_id: unitId,
    candidate_id: candidateId,
    site_id: siteId,
    ...unit,
    due_at: dueAt,
  }));
}
