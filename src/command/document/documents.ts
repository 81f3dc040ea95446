// Official documents are composed from the plan, numbered from the register and frozen with a hash.

import { hash } from 'node:crypto';
import type { DocumentInput } from '../../../machines/document/document.v1.ts';
import type { IssueDocument, NumberDocument } from '../../../machines/document/effects.ts';
import type { Writes } from '../../db/tables.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { reachAddressee } from '../../rules/access/addressees.ts';
import type { DocumentNumber, DraftContent } from '../../rules/document/document-content.ts';
import type { ListKind } from '../../rules/document/document-lists.ts';
import { listTable } from '../../rules/document/document-lists.ts';
import {
  type Composing,
  composeDocument,
  issueContent,
  issuerOf,
} from '../../rules/document/documents.ts';
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
  campaignName: string;
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
): DocumentInput {
  const { clause, public: isPublic } = plan.documents.kinds[kind];
  const { drafters, signatories } = issuerOf(plan, issuerName);
  return { kind, clause, issuer: issuerName, drafters, signatories, isPublic, corrects };
}

/** The opening of a document that follows from a step of `draft`: its place, input and first event. */
export function documentToIssue(
  { plan, reference, campaignName, held, effort }: Issuing,
  draft: Draft,
  effect: IssueDocument,
  at: string,
) {
  const kind = effect.kind as DocumentKind;
  const list = listOf(plan, held.register, effect);
  const { issuer: own } = plan.documents.kinds[kind];
  const { issuer: meant = own } = effect;
  const issuerName = Object.hasOwn(plan.documents.issuers, meant) ? meant : own;
  const issuer = issuerOf(plan, issuerName);
  const { directory } = reference;
  const organisationsOf = (bodies: IssueDocument['to']): Organisation[] => {
    const reached = bodies.flatMap((body) => reachAddressee(directory, draft.organisationId, body));
    return [...new Map(reached.map(({ organisation: one }) => [one.id, one])).values()];
  };
  const to = organisationsOf(effect.to);
  const main = new Set(to.map(({ id }) => id));
  const copyTo = organisationsOf(effect.copyTo).filter(({ id }) => !main.has(id));
  const asked: Composing = {
    kind,
    issuer,
    issuerName: registrarOf(plan, reference, issuer)?.name ?? campaignName,
    campaignName,
    subjectName: draft.name,
    category: effect.list?.category ?? draft.category,
    at,
    params: { ...effect.params, ...(list === null ? {} : { listed: list.rows.length }) },
    ...(list === null ? {} : { attachments: [list.table] }),
    addressees: kind === 'campaign-notice' ? plan.document.addressees : to.map(({ name }) => name),
    copyTo: copyTo.map(({ name }) => name),
  };
  const content = composeDocument(plan, asked, effort);
  const organisation = directory.byId.get(draft.organisationId);
  if (organisation === undefined) throw new Error(`no organisation ${draft.organisationId}`);
  return {
    organisation,
    input: documentInput(plan, kind, issuerName, null),
    event: {
      type: 'issue',
      content,
      to: to.map(({ id }) => id),
      copyTo: copyTo.map(({ id }) => id),
      params: effect.params,
      // The text about a candidate's own notice has no words for a list.
      delivery: list === null ? plan.documents.kinds[kind].delivery : 'document-delivered',
      ...(effect.list === undefined ? {} : { named: effect.list.named }),
    },
    facts: {},
    parentId: draft.release.name === 'candidate' ? draft.id : draft.parentId,
    name: draft.name,
    category: draft.category,
  };
}

/** The rows of a list, in the order in which the step names them. */
function listOf(
  plan: Plan,
  registers: Registers | undefined,
  { kind, params, list }: IssueDocument,
) {
  if (list === undefined) return null;
  const dueAt = typeof params.dueAt === 'string' ? params.dueAt : null;
  const rows = list.named.map((id) => {
    const row = registers?.named.get(id);
    if (row === undefined) throw new Error(`nobody knows what ${id} is called`);
    return { ...row, dueAt };
  });
  return { rows, table: listTable(plan, kind as ListKind, rows, dueAt) };
}

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
export const draftDocumentRow = (draft: Draft, content: DraftContent) => ({
  ...rowOf(draft, content),
  code: null,
  year: null,
  serial: null,
  number: null,
  sha256: null,
  issued_on: null,
  issued_at: null,
});

/** Takes the number, freezes the document and gives the event that tells its machine so. */
export function numberDocument(
  { plan, reference, writes, held }: Issuing,
  draft: Draft,
  { content: given, signatory }: NumberDocument,
  at: string,
): { type: 'freeze'; number: string | null; title: string; sha256: string } {
  const registers = held.register;
  const stored = registers?.drafts.get(draft.id)?.content;
  const content = (given ?? stored) as DraftContent | undefined;
  if (registers === undefined || content === undefined) {
    throw new Error(`no register was held for ${draft.id}`);
  }
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
  writes.documents.push({
    ...rowOf(draft, content),
    content: frozen,
    code: number?.code ?? null,
    year: number?.year ?? null,
    serial: number?.serial ?? null,
    number: frozen.number,
    sha256,
    issued_on: date,
    issued_at: at,
  });
  return { type: 'freeze', number: frozen.number, title: frozen.title, sha256 };
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
