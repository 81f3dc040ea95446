// Official documents are composed from the plan, numbered from the register and frozen with a hash.

import { hash } from 'node:crypto';
import type { DraftChoices, DraftMaterial } from '../../../machines/document/draft.ts';
import type { DocumentInput } from '../../../machines/document/events.ts';
import type { Writes } from '../../db/tables.ts';
import type { DocumentNumber, DraftContent } from '../../rules/document/document-content.ts';
import { issueContent, issuerOf } from '../../rules/document/documents.ts';
import { composeDraft } from '../../rules/document/drafts.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Effort } from '../../rules/plan/texts.ts';
import { localDate } from '../../rules/time/calendar.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Held } from '../kernel/locked-rows.ts';
import type { Reference } from '../kernel/reference.ts';
import type { Registers } from './document-registers.ts';
import { localYear, planRegister, registerName, registrarOf } from './document-registers.ts';

type Issuing = {
  plan: Plan;
  reference: Reference;
  writes: Writes;
  held: Held;
  effort: Effort;
};

/** The input of a document's machine, from which every decision about the document follows. */
export function documentInput(
  plan: Plan,
  kind: DocumentKind,
  issuerName: string,
  corrects: string | null,
  event: DocumentInput['event'] = null,
  isList = false,
): DocumentInput {
  const { clause, public: isPublic, unreviewed } = plan.documents.kinds[kind];
  const { body, drafters, signatories } = issuerOf(plan, issuerName);
  return {
    ...{ kind, clause, issuer: issuerName, drafters, signatories, isPublic, corrects, body, event },
    mustReview: unreviewed === undefined,
    delivery: deliveryOf(plan, kind, event !== null && !isList),
  };
}

/** What names several, or was drafted by a person, is not delivered in the words of one event. */
const deliveryOf = ({ documents }: Plan, kind: DocumentKind, isOfEvent: boolean): string => {
  if (isOfEvent) return documents.kinds[kind].delivery;
  return kind === 'public-notice' ? 'public-notice-posted' : 'document-delivered';
};

/** What a draft was made of: with the plan it says every word of it. */
export type MadeOf = { choices: DraftChoices; material: DraftMaterial };

const rowOf = (draft: Draft, content: DraftContent) => {
  const { kind, issuer, isPublic, to, copyTo, corrects, named } = contextOf(draft, 'document');
  return {
    id: draft.id,
    kind,
    issuer,
    organisation_id: draft.organisationId,
    path: draft.path,
    about_id: corrects === null ? draft.parentId : null,
    is_public: isPublic,
    title: content.title,
    content,
    main_ids: to,
    copy_ids: copyTo,
    named_ids: named ?? [],
    corrects_id: corrects,
  };
};

/** The row of a draft, which the next draft replaces. */
export const draftDocumentRow = (draft: Draft, content: DraftContent, made: MadeOf) => ({
  ...rowOf(draft, content),
  made_of: made,
  code: null,
  year: null,
  serial: null,
  number: null,
  sha256: null,
  issued_on: null,
  issued_at: null,
});

// One statement writes a row once: a draft that its own transaction issues is one row. The row is replaced and
// never changed, because a refused command puts the old rows back.
export function putDocument({ documents }: Writes, row: Writes['documents'][number]): void {
  const index = documents.findIndex(({ id }) => id === row.id);
  if (index === -1) documents.push(row);
  else documents[index] = row;
}

type Numbering = {
  signatory: string | null;
  /** The end of what begins with the issue; null where nothing does. */
  dueAt: string | null;
  /** The first day of a public notice. */
  beginsOn: string | null;
  made: MadeOf | null;
};

/** Takes the number, freezes the document and gives the event that tells its machine so. */
export function numberDocument(
  { plan, reference, writes, held, effort }: Issuing,
  draft: Draft,
  { signatory, dueAt, beginsOn, made }: Numbering,
  at: string,
): { type: 'freeze'; number: string | null; title: string; sha256: string; issuedBy: string } {
  const registers = held.register;
  const stored =
    writes.documents.find(({ id }) => id === draft.id)?.content ??
    registers?.drafts.get(draft.id)?.content;
  if (registers === undefined || stored === undefined) {
    throw new Error(`no register was held for ${draft.id}`);
  }
  const content =
    dueAt === null || made === null
      ? (stored as DraftContent)
      : withDays(plan, draft, made, { dueAt, beginsOn }, at, effort);
  const { checkpoint } = registers;
  const { kind, issuer, named = [] } = contextOf(draft, 'document');
  assertApart(writes, kind, named);
  const isPlans = kind === 'campaign-notice';
  const number = isPlans
    ? planNumber(plan, reference, registers, writes, draft)
    : plan.documents.kinds[kind as DocumentKind].numbered
      ? nextNumber(plan, reference, registers, writes, draft, issuer, at)
      : null;
  const date = isPlans
    ? plan.document.issueDate
    : localDate(Temporal.Instant.from(at), plan.timeZone);
  const frozen = issueContent(content, { number, signatory, date, checkpoint });
  const sha256 = hash('sha256', canonicalJson(frozen), 'hex');
  putDocument(writes, {
    ...rowOf(draft, content),
    made_of: null,
    content: frozen,
    code: number?.code ?? null,
    year: number?.year ?? null,
    serial: number?.serial ?? null,
    number: frozen.number,
    sha256,
    issued_on: date,
    issued_at: at,
  });
  const told = dueAt === null ? {} : { dueAt };
  const { number: inText, title, issuer: issuedBy } = frozen;
  return { type: 'freeze', number: inText, title, sha256, issuedBy, ...told };
}

/** The same draft with the days that only the issue brings. */
function withDays(
  plan: Plan,
  draft: Draft,
  { choices, material }: MadeOf,
  { dueAt, beginsOn }: { dueAt: string; beginsOn: string | null },
  at: string,
  effort: Effort,
): DraftContent {
  const { kind, issuer, params } = contextOf(draft, 'document');
  const { list } = material;
  const asked = { kind: kind as DocumentKind, issuer, params: { ...params, beginsOn, dueAt }, at };
  const dated = { ...material, list: list && { ...list, dueAt } };
  return composeDraft(plan, asked, choices, dated, effort);
}

/** Throws when two lists of one batch decide about one candidate; tried alone, the second is refused. */
function assertApart({ documents }: Writes, kind: string, named: readonly string[]): void {
  if (kind !== 'final-decision') return;
  const twice = documents.some(
    (row) => row.kind === kind && row.named_ids.some((id) => named.includes(id)),
  );
  if (twice) throw new Error('one batch decides twice about one candidate');
}

/** The number after the last of the register and of this batch; a refused command gives its number back. */
function nextNumber(
  plan: Plan,
  reference: Reference,
  registers: Registers,
  writes: Writes,
  draft: Draft,
  issuerName: string,
  at: string,
): DocumentNumber {
  const issuer = issuerOf(plan, issuerName);
  const registrar = registrarOf(plan, reference, issuer);
  const { code } = issuer;
  if (registrar === undefined || code === undefined) {
    throw new Error(`${issuerName} keeps no register`);
  }
  const year = localYear(at, plan.timeZone);
  const key = { organisationId: registrar.id, code, year };
  const register = registers.held.get(registerName(key));
  if (register === undefined) throw new Error(`register ${registerName(key)} is not held`);
  const taken = writes.documentNumbers.filter(
    (row) => row.organisation_id === registrar.id && row.code === code && row.year === year,
  );
  const serial = Math.max(register.lastSerial, ...taken.map((row) => row.serial)) + 1;
  writes.documentNumbers.push({
    organisation_id: registrar.id,
    code,
    year,
    serial,
    plan_id: null,
    document_id: draft.id,
  });
  return { code, year, serial };
}

/** The number that the plan's document has already (R1); a second campaign of the plan shares it. */
function planNumber(
  plan: Plan,
  reference: Reference,
  { planNumber: takenBy }: Registers,
  writes: Writes,
  draft: Draft,
): DocumentNumber {
  const { issuerCode: code, year, serial } = plan.document;
  const key = planRegister(plan, reference);
  if (key !== null && takenBy === undefined) {
    writes.documentNumbers.push({
      organisation_id: key.organisationId,
      code,
      year,
      serial,
      plan_id: plan.id,
      document_id: draft.id,
    });
  }
  return { code, year, serial };
}
