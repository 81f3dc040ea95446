// A notice becomes one row for each addressee, with the receipts that are owed for it.

import type { Organisation, Reached } from '../../rules/access/addressees.ts';
import { reachAddressee, standInNote } from '../../rules/access/addressees.ts';
import { placeIn, subjectIn } from '../../rules/county/directory-names.ts';
import { noticeWriter } from '../../rules/notice/notices.ts';
import { deadlineFor } from '../../rules/time/deadlines.ts';
import type { Handlers, Scene } from '../kernel/batch-context.ts';
import type { Draft } from '../kernel/draft.ts';
import { open } from '../kernel/effects.ts';

export const noticeHandlers: Handlers<'notify'> = {
  notify: (scene, draft, effect, at) => {
    const { plan, reference, writes } = scene;
    const addressees = new Map<string, { organisation: Organisation; standsFor: string[] }>();
    const address = ({ organisation, standsFor }: Reached): void => {
      const known = addressees.get(organisation.id) ?? { organisation, standsFor: [] };
      if (standsFor !== null) known.standsFor.push(standsFor);
      addressees.set(organisation.id, known);
    };
    for (const addressee of effect.to) {
      reachAddressee(reference.directory, draft.organisationId, addressee).forEach(address);
    }
    for (const id of effect.organisations ?? []) {
      const organisation = reference.directory.byId.get(id);
      if (organisation !== undefined) address({ organisation, standsFor: null });
    }
    const told = {
      campaignName: scene.campaignName,
      subjectName: subjectName(scene, draft),
      category: draft.category,
      at,
      params: effect.params ?? {},
    };
    const write = noticeWriter(plan, effect.template, told, scene.effort);
    for (const { organisation, standsFor } of addressees.values()) {
      const text = write(placeIn(reference.directory, organisation.id) || organisation.name);
      const id = scene.entropy.newId();
      writes.notices.push({
        id,
        subject_id: draft.id,
        sequence: draft.revision,
        template: effect.template,
        kind: text.kind,
        clause: text.clause,
        title: text.title,
        body: standsFor.length === 0 ? text.body : `${text.body}\n${standInNote(standsFor)}`,
        organisation_id: organisation.id,
        path: organisation.path,
        issued_at: at,
        obligation_kind: effect.obligation?.kind ?? null,
        obligation_generation: effect.obligation?.generation ?? null,
        level: effect.obligation?.level ?? null,
        receipt_required: text.receipt,
      });
      if (!text.receipt) continue;
      const receipt = open(scene, 'receipt', id, organisation, at, {
        input: { noticeId: id, clause: text.clause, title: text.title },
        facts: {
          deadline: deadlineFor(plan, reference.calendar, at, { policy: 'receiptWorkingDays' }),
        },
        parentId: null,
      });
      receipt.name = text.title;
    }
  },
};

/** What a text calls the candidate that it is about: a unit by its place, also what hangs on its candidate. */
function subjectName({ drafts, reference }: Scene, draft: Draft): string | null {
  const above = draft.parentId === null ? undefined : drafts.get(draft.parentId);
  const named = above?.release.name === 'candidate' && above.name === draft.name ? above : draft;
  return subjectIn(reference.directory, named);
}
