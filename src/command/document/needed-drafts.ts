// The draft of a document that an event needs: whoever told the event has drafted it (拟稿).

import type { DraftChoices, DraftMaterial } from '../../../machines/document/draft.ts';
import type { DraftDocument } from '../../../machines/document/effects.ts';
import { type Directory, divisionOf, reachAddressee } from '../../rules/access/addressees.ts';
import { addresseesIn, homeIn, placeIn, subjectIn } from '../../rules/county/directory-names.ts';
import { authorityOf, type ListKind, listTable } from '../../rules/document/document-lists.ts';
import { issuerNamed, issuerOf } from '../../rules/document/documents.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Scene } from '../kernel/batch-context.ts';
import type { Draft } from '../kernel/draft.ts';
import type { Reference } from '../kernel/reference.ts';
import { registrarOf } from './document-registers.ts';
import { documentInput } from './documents.ts';

/** The opening of the draft: its place, its input, its first event with the material of it. */
export function neededDraft(
  scene: Scene,
  draft: Draft,
  { kind: named, issuer: meant, to, copyTo, params, list, isAwaited }: DraftDocument,
) {
  const { plan, reference, campaignName } = scene;
  const { directory } = reference;
  const kind = named as DocumentKind;
  const issuer = issuerNamed(plan, kind, meant);
  const organisationsOf = (bodies: DraftDocument['to']): string[] => {
    const reached = bodies.flatMap((body) => reachAddressee(directory, draft.organisationId, body));
    return [...new Set(reached.map(({ organisation }) => organisation.id))];
  };
  const [main, copied] = [organisationsOf(to), organisationsOf(copyTo)];
  // A county's own candidate has no township: where nobody stands between, it goes to whom it is about.
  const addressees = main.length > 0 ? main : copied;
  const copies = copied.filter((id) => !addressees.includes(id));
  const about = candidateOf(scene, draft);
  const choices: DraftChoices = {
    addressees,
    copyTo: copies,
    ...(list === undefined ? {} : { category: list.category }),
  };
  const rows =
    list === undefined ? [] : list.named.map((id) => inPlaces(directory, rowOf(scene, id)));
  const material: DraftMaterial = {
    campaignName,
    issuerName: issuerNameOf(plan, reference, issuer, about, campaignName),
    about: about && {
      id: about.id,
      revision: about.revision,
      name: subjectIn(directory, about),
      organisation: homeIn(directory, about),
    },
    category: list?.category ?? about?.category ?? null,
    corrects: null,
    ...addressed(plan, reference, choices),
    tables: list === undefined ? [] : [listTable(plan, kind as ListKind, rows)],
    list:
      list === undefined
        ? null
        : { named: list.named, authority: authorityOf(plan, issuer), dueAt: null },
    hasApplied: true,
  };
  return {
    organisation: homeOf(plan, reference, issuer, draft),
    input: documentInput(
      plan,
      kind,
      issuer,
      null,
      {
        awaitedBy: list !== undefined || isAwaited === false ? null : draft.id,
        params,
        isSelfIssued: plan.documents.kinds[kind].selfIssued !== undefined,
      },
      list !== undefined,
    ),
    event: { type: 'draft', choices },
    material,
    parentId: about?.id ?? null,
    name: about?.name ?? null,
    category: about?.category ?? null,
  };
}

/** 主送 and 抄送 as a document names them. */
export function addressed(
  plan: Plan,
  { directory }: Reference,
  { addressees, copyTo }: Pick<DraftChoices, 'addressees' | 'copyTo'>,
): Pick<DraftMaterial, 'addressees' | 'copyTo'> {
  const all = {
    divisionId: divisionOf(directory, plan)?.id,
    everyCommittee: plan.document.addressees,
  };
  return {
    addressees: addresseesIn(directory, all, addressees),
    copyTo: addresseesIn(directory, all, copyTo),
  };
}

/** A row of a list with its unit as a place, and where it belongs. */
export const inPlaces = <Row extends NamedRow>(
  directory: Directory,
  row: Row,
): Row & { name: string; organisation: string } => ({
  ...row,
  name: subjectIn(directory, row) ?? row.name,
  organisation: homeIn(directory, row),
});

type NamedRow = { name: string; personName: string | null; organisationId: string };

/** The candidate that the document is about, itself or above what needs the document. */
const candidateOf = ({ drafts }: Scene, draft: Draft): Draft | null =>
  draft.release.name === 'candidate'
    ? draft
    : draft.parentId === null
      ? null
      : (drafts.get(draft.parentId) ?? null);

const rowOf = ({ held }: Scene, id: string) => {
  const row = held.register?.named.get(id);
  if (row === undefined) throw new Error(`nobody knows what ${id} is called`);
  return row;
};

/** The organisation behind the issuer; the candidate's own where it answers for itself. */
export function issuerNameOf(
  plan: Plan,
  reference: Reference,
  issuerName: string,
  about: Pick<Draft, 'organisationId'> | null,
  campaignName: string,
): string {
  const issuer = issuerOf(plan, issuerName);
  const own = issuer.body === 'responsible' ? about : null;
  const { directory } = reference;
  const registrar =
    own === null
      ? registrarOf(plan, reference, issuer)
      : reachAddressee(directory, own.organisationId, 'responsible')[0]?.organisation;
  return registrar === undefined ? campaignName : placeIn(directory, registrar.id);
}

/** A draft lies with its issuer until it is issued, not with whom it is about. */
function homeOf(plan: Plan, { directory }: Reference, issuerName: string, draft: Draft) {
  const { body } = issuerOf(plan, issuerName);
  const division = divisionOf(directory, plan);
  const home =
    body === 'responsible'
      ? directory.byId.get(draft.organisationId)
      : body === 'city-centre'
        ? (directory.byId.get(division?.parentId ?? '') ?? division)
        : division;
  if (home === undefined) throw new Error(`no organisation ${draft.organisationId}`);
  return home;
}
