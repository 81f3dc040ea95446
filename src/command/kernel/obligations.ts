// The effects of obligations become rows here: one opens, is raised from level to level, and closes.

import type { Writes } from '../../db/tables.ts';
import { resolveAddressee } from '../../rules/access/addressees.ts';
import { clauseIn } from '../../rules/plan/citations.ts';
import type { Handlers } from './batch-context.ts';
import type { Draft } from './draft.ts';

export const obligationHandlers: Handlers<
  'open-obligation' | 'raise-obligation' | 'close-obligation'
> = {
  'open-obligation': ({ plan, reference, writes }, draft, effect, at) => {
    const [owner] = resolveAddressee(reference.directory, draft.organisationId, effect.owner);
    const owed = owner ?? { id: draft.organisationId, path: draft.path };
    writes.obligationsOpened.push({
      subject_id: draft.id,
      kind: effect.kind,
      generation: effect.generation,
      clause: clauseIn(plan, effect.clause),
      organisation_id: owed.id,
      path: owed.path,
      due_at: effect.dueAt,
      provisional: effect.provisional,
      calendar_version: effect.calendarVersion,
      level: 'armed',
      opened_at: at,
      raised_at: null,
      closed_at: null,
    });
  },

  'raise-obligation': ({ writes }, draft, { kind, generation, level }, at) => {
    const change = openedNow(writes, draft, { kind, generation });
    if (change) change({ level, raised_at: at });
    else writes.obligationsRaised.push({ subject_id: draft.id, kind, generation, level, at });
  },

  'close-obligation': ({ writes }, draft, { kind, generation, outcome }, at) => {
    const change = openedNow(writes, draft, { kind, generation });
    if (change) change({ level: outcome, closed_at: at });
    else writes.obligationsClosed.push({ subject_id: draft.id, kind, generation, outcome, at });
  },
};

// One statement does not see its own inserts, so an obligation that opens and changes in one batch is one
// row. The row is replaced and never changed, because a refused command puts the old rows back.
function openedNow(
  { obligationsOpened }: Writes,
  draft: Draft,
  { kind, generation }: { kind: string; generation: number },
): ((change: Partial<Writes['obligationsOpened'][number]>) => void) | null {
  const index = obligationsOpened.findIndex(
    (row) => row.subject_id === draft.id && row.kind === kind && row.generation === generation,
  );
  const opened = obligationsOpened[index];
  if (opened === undefined) return null;
  return (change) => {
    obligationsOpened[index] = { ...opened, ...change };
  };
}
