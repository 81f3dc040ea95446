// The facts of a sheet: the assessor it may be given to, their replacement, and the other sheets owed.

import type { ScoreSheetFacts } from '../../../machines/assessment/events.ts';
import type { AssessorRow, SheetOfRow } from '../../db/assessment/assessors.ts';
import {
  countOpenSheets,
  findAssessors,
  findSheetsOf,
  findSheetsOwedBelow,
} from '../../db/assessment/assessors.ts';
import { findDeclaredBy } from '../../db/assessment/interests.ts';
import { divisionOf } from '../../rules/access/addressees.ts';
import { conflictOf } from '../../rules/access/conflict-of-interest.ts';
import { replacementFor } from '../../rules/assessment/assignment.ts';
import { reachOf } from '../../rules/county/grants.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, SourcesOf, World } from '../kernel/facts.ts';
import type { Reference } from '../kernel/reference.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const sheetOf = ({ draft }: Ask) => contextOf(draft, 'score-sheet');

/** The id of the assessor that the event names, or else of the one who has the sheet; null for neither. */
const personOf = (ask: Ask): string | null => {
  const named = ask.event.assessorId;
  const id = typeof named === 'string' ? named : sheetOf(ask).assessorId;
  return id !== null && id !== undefined && UUID.test(id) ? id : null;
};

const loadPeopleFacts: FactLoader<'assessor' | 'replacement'> = (world, wants) =>
  loadPeople(world, wants('assessor'), wants('replacement'));

const loadOpenSheets: FactLoader<'openSheets'> = async ({ tx, campaignId }, wants) => {
  const ids = wants('openSheets').map(({ draft }) => draft.id);
  const open = await countOpenSheets(tx, campaignId, ids);
  return { openSheets: ({ draft }) => open.get(draft.id) ?? 0 };
};

const loadConflicts: FactLoader<'sheetsInConflict'> = async (world, wants) => {
  const conflicts = await loadOwed(world, wants('sheetsInConflict'));
  return { sheetsInConflict: ({ draft }) => conflicts.get(draft.id) ?? [] };
};

const loadStanding: FactLoader<'conflictStands'> = async ({ tx, campaignId }, wants) => {
  const people = wants('conflictStands').map(({ event }) => String(event.principalId));
  const declared = await findDeclaredBy(tx, campaignId, [...new Set(people)]);
  return {
    conflictStands: ({ event: { principalId, organisationId } }) =>
      declared.some((one) => one.id === principalId && one.organisationId === organisationId),
  };
};

export const sheetFacts: SourcesOf<
  'assessor' | 'replacement' | 'openSheets' | 'sheetsInConflict' | 'conflictStands'
> = {
  assessor: loadPeopleFacts,
  replacement: loadPeopleFacts,
  openSheets: loadOpenSheets,
  sheetsInConflict: loadConflicts,
  conflictStands: loadStanding,
};

async function loadPeople(world: World, asking: readonly Ask[], replacing: readonly Ask[]) {
  const { tx, campaignId, plan, reference } = world;
  const pools = replacing.map((ask) => sheetOf(ask).pool);
  const everybody = pools.some((pool) => pool.length === 0);
  const named = asking.flatMap((ask) => personOf(ask) ?? []);
  const people = await findAssessors(
    tx,
    campaignId,
    everybody ? null : [...new Set([...named, ...pools.flat()])],
  );
  const byId = new Map(people.map((one) => [one.id, one]));
  const candidates = [...asking, ...replacing].flatMap(({ draft }) => draft.parentId ?? []);
  const sheets = await findSheetsOf(tx, campaignId, [...new Set(candidates)]);
  const judgedAt = divisionOf(reference.directory, plan)?.path ?? '/';

  const reaches = (person: AssessorRow, ask: Ask): boolean =>
    person.held.some(
      ({ role, reach }) => role === 'assessor' && ask.parent?.path.startsWith(reach) === true,
    );
  const conflict = (person: AssessorRow, { parent }: Ask) =>
    parent === undefined
      ? null
      : conflictOf(person, {
          organisationId: parent.organisationId,
          path: parent.path,
          unitPath: unitPathOf(reference, parent),
          judgedAt,
        });
  return {
    assessor: (ask: Ask): ScoreSheetFacts['assessor'] => {
      const id = personOf(ask);
      const person = id === null ? undefined : byId.get(id);
      if (person === undefined) return nobody();
      return {
        holdsRole: reaches(person, ask),
        conflict: conflict(person, ask),
        hasSheet: hasSheet(sheets, ask, person.id),
      };
    },
    replacement: (ask: Ask): string | null => {
      const { pool, recused, assessorId } = sheetOf(ask);
      const gone = [...recused, assessorId];
      return replacementFor(people, (id) => {
        const person = byId.get(id);
        return (
          person !== undefined &&
          (pool.length === 0 || pool.includes(id)) &&
          !gone.includes(id) &&
          reaches(person, ask) &&
          conflict(person, ask) === null &&
          !hasSheet(sheets, ask, id)
        );
      });
    },
  };
}

const unitPathOf = (
  { directory }: Reference,
  { organisationId, path }: NonNullable<Ask['parent']>,
) => {
  const organisation = directory.byId.get(organisationId);
  return organisation === undefined ? path : reachOf(organisation);
};

const nobody = (): ScoreSheetFacts['assessor'] => ({
  holdsRole: false,
  conflict: null,
  hasSheet: false,
});

const hasSheet = (sheets: readonly SheetOfRow[], ask: Ask, assessorId: string): boolean =>
  sheets.some(
    (row) =>
      row.candidateId === ask.draft.parentId &&
      row.stream === sheetOf(ask).stream &&
      row.round === sheetOf(ask).round &&
      row.assessorId === assessorId,
  );

/** The sheets that an assessor who stays away still owes there, beside the sheet of the event. */
async function loadOwed(
  { tx, campaignId, reference }: World,
  asks: readonly Ask[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const { draft, parent, event } of asks) {
    const isSheet = draft.release.name === 'score-sheet';
    const id = isSheet ? contextOf(draft, 'score-sheet').assessorId : event.principalId;
    const organisationId = parent?.organisationId ?? String(event.organisationId);
    const path = parent?.path ?? reference.directory.byId.get(organisationId)?.path;
    if (typeof id !== 'string' || !UUID.test(id) || path === undefined) continue;
    found.set(draft.id, await findSheetsOwedBelow(tx, campaignId, id, path, draft.id));
  }
  return found;
}
