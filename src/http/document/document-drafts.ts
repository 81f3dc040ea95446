// A draft put together from what an officer chose and from the campaign's data.

import Type, { type Static } from 'typebox';
import { issuerOf } from '../../command/document/documents.ts';
import { type ApplicationRow, listApplications } from '../../db/application/applications.ts';
import { findOrganisations } from '../../db/county/organisations.ts';
import { findListable } from '../../db/document/document-lists.ts';
import {
  type AboutRow,
  type DocumentRow,
  findAbout,
  findConferred,
  findSummary,
} from '../../db/document/documents.ts';
import type { DocumentAttachment, DraftContent } from '../../rules/document/document-content.ts';
import {
  authorityOf,
  endOfNotice,
  isListKind,
  listTable,
} from '../../rules/document/document-lists.ts';
import { composeDocument } from '../../rules/document/documents.ts';
import { DOCUMENT_KINDS, type DocumentKind } from '../../rules/plan/document-schema.ts';
import { findCategory, type Plan } from '../../rules/plan-check/plan.ts';
import { applicationTables } from '../application/application-tables.ts';
import { problemOfOutcome } from '../kernel/outcomes.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { OrganisationId, Written } from '../kernel/subject-schemas.ts';
import { acceptanceTable, conferredTable, summaryTable } from './document-tables.ts';

const ADDRESSEES_MAX = 500;
const ROWS_MAX = 500;

/** Issued with the campaign and with the order, never drafted. */
const BY_ITSELF: readonly DocumentKind[] = ['campaign-notice', 'rectification-order'];
export const DRAFTED_KINDS = DOCUMENT_KINDS.filter((kind) => !BY_ITSELF.includes(kind));

/** What an officer decides about a draft; everything else follows from the plan and the data. */
export const draftFields = {
  title: Type.Optional(Written(200)),
  /** One paragraph a line; 一、 and （一） begin headings. */
  text: Type.Optional(Written(20_000)),
  remark: Type.Optional(Written(2_000)),
  addressees: Type.Array(OrganisationId, {
    maxItems: ADDRESSEES_MAX,
    uniqueItems: true,
    default: [],
    description: '主送机关 · Main addressees',
  }),
  copyTo: Type.Array(OrganisationId, {
    maxItems: ADDRESSEES_MAX,
    uniqueItems: true,
    default: [],
    description: '抄送机关 · Copies to',
  }),
  category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  copyNumber: Type.Optional(
    Type.String({ pattern: '^[0-9]{6}$', maxLength: 6, description: '份号 · Copy number' }),
  ),
  secrecy: Type.Optional(Written(20)),
  urgency: Type.Optional(Written(10)),
  note: Type.Optional(Written(200)),
};
const Draft = Type.Object(draftFields);
export type DraftChoices = Static<typeof Draft>;

export type Drafting = {
  campaignId: string;
  campaignName: string;
  plan: Plan;
  kind: DocumentKind;
  issuer: string;
  aboutId: string | null;
  corrects: DocumentRow | null;
  at: string;
};

const fault = (path: string, zh: string, en: string) =>
  problem('bad-request', { errors: [{ path: `/body/${path}`, message: { zh, en } }] });

/** Content and addressees, as the machine is told them. Throws 400 for what is missing or unknown. */
export async function composeDraft(
  service: Service,
  drafting: Drafting,
  choices: DraftChoices,
): Promise<{ content: DraftContent; to: string[]; copyTo: string[]; named?: string[] }> {
  const { plan, kind, aboutId, corrects } = drafting;
  const about =
    aboutId === null ? undefined : await findAbout(service.pool, drafting.campaignId, aboutId);
  if (about === undefined && NEEDS_CANDIDATE.has(kind)) {
    throw fault('candidateId', '此文种必填', 'is required of this kind');
  }
  const category = categoryOf(plan, choices.category, about);
  if (category === null && kind === 'ranking-summary') {
    throw fault('category', '必填，须为方案的类别', 'is required, a category of the plan');
  }
  if (choices.text === undefined && NEEDS_TEXT.has(kind)) {
    throw fault('text', '此文种须写正文', 'is required of this kind');
  }
  if (choices.text !== undefined && kind === 'application-form') {
    throw fault(
      'text',
      '申报表由申报生成，不另写正文',
      'is not written: the form is made of the application',
    );
  }
  if (choices.title === undefined && kind === 'notice') {
    throw fault('title', '通知须写标题', 'a notice needs a title');
  }
  const list = await listOf(service, drafting, category);
  const attachments =
    list === null
      ? await tablesOf(service, drafting, about, category)
      : list.params.listed === null
        ? []
        : [bounded(list.table)];
  const organisations = await namesOf(service, [...choices.addressees, ...choices.copyTo]);
  const issuer = issuerOf(plan, drafting.issuer);
  const content = composeDocument(plan, {
    kind,
    issuer,
    issuerName: about && issuer.body === 'responsible' ? about.organisation : plan.document.issuer,
    campaignName: drafting.campaignName,
    subjectName: about?.name ?? null,
    category,
    at: drafting.at,
    params: {
      text: choices.text ?? null,
      remark: choices.remark ?? null,
      heading: choices.title ?? null,
      triggers: [],
      findings: [],
      count: attachments.reduce((sum, { rows }) => sum + rows.length, 0),
      corrected: corrects?.title ?? null,
      ...(list === null ? {} : list.params),
    },
    addressees: choices.addressees.map((id) => organisations.get(id) ?? id),
    copyTo: choices.copyTo.map((id) => organisations.get(id) ?? id),
    attachments,
    title: choices.title,
    copyNumber: choices.copyNumber,
    secrecy: choices.secrecy,
    urgency: choices.urgency,
    note: choices.note,
    corrects:
      corrects === null
        ? null
        : { id: corrects.id, number: corrects.number, title: corrects.title },
  });
  return {
    content,
    to: choices.addressees,
    copyTo: choices.copyTo,
    ...(list === null ? {} : { named: list.named }),
  };
}

/** Whom a public notice or a decision names as it is drafted now; null for every other kind. */
async function listOf(
  { pool }: Service,
  { kind, plan, campaignId, issuer, aboutId }: Drafting,
  category: string | null,
) {
  if (!isListKind(kind)) return null;
  const authority = authorityOf(plan, issuer);
  const rows = await findListable(pool, {
    campaignId,
    kind,
    authority,
    category,
    candidateId: aboutId,
  });
  const dueAt = endOfNotice(rows);
  return {
    named: rows.map(({ id }) => id),
    table: listTable(plan, kind, rows, dueAt),
    params: { listed: aboutId === null ? rows.length : null, authority, dueAt },
  };
}

const NEEDS_CANDIDATE: ReadonlySet<DocumentKind> = new Set([
  'application-form',
  'acceptance-sheet',
]);
const NEEDS_TEXT: ReadonlySet<DocumentKind> = new Set([
  'notice',
  'correction',
  'circular-of-criticism',
]);

function categoryOf(plan: Plan, asked: string | undefined, about: AboutRow | undefined) {
  if (asked === undefined) return about?.category ?? null;
  const category = findCategory(plan, asked);
  if (category === undefined) throw fault('category', '方案没有这一类别', 'is no category');
  return category.code;
}

async function tablesOf(
  { pool }: Service,
  { kind, plan, campaignId }: Drafting,
  about: AboutRow | undefined,
  category: string | null,
): Promise<DocumentAttachment[]> {
  if (kind === 'application-form' && about) {
    return applicationTables(plan, await appliedWith(pool, plan, campaignId, about.id));
  }
  if (kind === 'acceptance-sheet' && about) return [acceptanceTable(plan, about)];
  if (kind === 'ranking-summary' && category !== null) {
    return [bounded(summaryTable(plan, category, await findSummary(pool, campaignId, category)))];
  }
  if (kind === 'commendation') {
    return [bounded(conferredTable(plan, await findConferred(pool, campaignId)))];
  }
  return [];
}

/** R62: the form says what was applied with, and nothing else: without it there is no form. */
async function appliedWith(
  pool: Service['pool'],
  plan: Plan,
  campaignId: string,
  candidateId: string,
): Promise<ApplicationRow> {
  const last = (await listApplications(pool, campaignId, candidateId)).at(-1);
  if (last !== undefined) return last;
  const { id: planId, version: planVersion } = plan;
  throw problemOfOutcome({ kind: 'refused', planId, planVersion, unmet: [HAS_APPLIED] }, plan);
}

const HAS_APPLIED = {
  name: 'has-applied',
  clause: 'R62',
  modality: 'M' as const,
  zh: '已书面申报：申报表由冻结的申报生成',
  en: 'it has been applied in writing: the form is made of what was frozen then',
  asksInput: false,
  actual: 0,
  required: 1,
  met: false,
};

function bounded(table: DocumentAttachment): DocumentAttachment {
  if (table.rows.length > ROWS_MAX) {
    throw problem('bad-request', {
      detail: {
        zh: `附表至多 ${ROWS_MAX} 行，请按类别分别行文。`,
        en: `A table has at most ${ROWS_MAX} rows: write one document for each category.`,
      },
    });
  }
  return table;
}

async function namesOf(
  { pool }: Service,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await findOrganisations(pool, ids);
  const unknown = ids.find((id) => !found.has(id));
  if (unknown !== undefined) {
    throw fault('addressees', `没有单位 ${unknown}`, `no organisation ${unknown}`);
  }
  return new Map([...found].map(([id, { name }]) => [id, name]));
}
