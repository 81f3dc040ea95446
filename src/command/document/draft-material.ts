// The material of a draft beside its drafter's choices is read under the lock of the document and of the
// subject it hangs on.

import type { DraftChoices, DraftMaterial } from '../../../machines/document/draft.ts';
import { listApplications } from '../../db/application/applications.ts';
import { findListable } from '../../db/document/document-lists.ts';
import { type DraftRow, findDrafts } from '../../db/document/document-registers.ts';
import { findConferred, findSummary } from '../../db/document/documents.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { applicationTables } from '../../rules/document/application-tables.ts';
import {
  authorityOf,
  haveOnePeriod,
  isListKind,
  listTable,
} from '../../rules/document/document-lists.ts';
import {
  type AboutCandidate,
  acceptanceTable,
  conferredTable,
  summaryTable,
} from '../../rules/document/document-tables.ts';
import { choiceFault } from '../../rules/document/drafts.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import { Impossible } from '../kernel/fact-request.ts';
import type { FactLoader } from '../kernel/facts.ts';
import type { Reference } from '../kernel/reference.ts';
import { issuerNameOf } from './needed-drafts.ts';

const ROWS_MAX = 500;

type Drafting = {
  tx: Tx;
  campaignId: string;
  campaignName: string;
  plan: Plan;
  kind: DocumentKind;
  issuer: string;
  /** The locked candidate that the document is about. */
  about: Draft | null;
  /** The facts of that candidate as the tables have them. */
  told: AboutCandidate | null;
  category: string | null;
};

/** The material of each draft; an explanation has none, because its drafter has made no choice yet. */
export const loadMaterial: FactLoader<'material'> = async (world, wants) => {
  const { tx, campaignId, plan, reference } = world;
  const deciding = wants('material').filter(
    ({ draft, event, isExplained }) =>
      isExplained !== true && (event.type !== 'return' || contextOf(draft, 'document').isNeeded),
  );
  const found = new Map<Ask, DraftMaterial | Impossible>();
  const campaign = deciding.length === 0 ? undefined : await findCampaignHead(tx, campaignId);
  const campaignName = campaign?.name ?? plan.title;
  const returned = deciding.filter(({ event }) => event.type === 'return');
  const ids = returned.map(({ draft }) => draft.id);
  const drafts = ids.length === 0 ? [] : await findDrafts(tx, campaignId, ids);
  const before = new Map(drafts.map(({ id, madeOf }) => [id, madeOf]));
  for (const ask of deciding) {
    const campaign = { tx, campaignId, campaignName, plan };
    found.set(ask, await materialOf(campaign, reference, ask, before.get(ask.draft.id)));
  }
  return {
    material: (ask) => {
      const material = found.get(ask);
      if (material instanceof Impossible) throw material;
      return material;
    },
  };
};

async function materialOf(
  campaign: Pick<Drafting, 'tx' | 'campaignId' | 'campaignName' | 'plan'>,
  reference: Reference,
  { draft, parent, event }: Ask,
  before: DraftRow['madeOf'] | undefined,
): Promise<DraftMaterial | Impossible> {
  const context = contextOf(draft, 'document');
  const choices = (event.choices ?? before?.choices) as DraftChoices;
  const { directory } = reference;
  const kind = context.kind as DocumentKind;
  const about = parent?.release.name === 'candidate' ? parent : null;
  const category =
    choices.category === undefined
      ? (about?.category ?? null)
      : (findCategory(campaign.plan, choices.category)?.code ?? null);
  const fault = context.isNeeded ? null : choiceFault(kind, choices, about !== null, category);
  if (fault !== null) return new Impossible(fault);
  const ids = [...choices.addressees, ...choices.copyTo];
  for (const field of ['addressees', 'copyTo'] as const) {
    const unknown = choices[field].find((id) => !directory.byId.has(id));
    if (unknown === undefined) continue;
    const zh = `没有单位 ${unknown}`;
    return new Impossible({ path: `/${field}`, zh, en: `no organisation ${unknown}` });
  }
  const organisation = directory.byId.get(about?.organisationId ?? '')?.name ?? '';
  const told = about && candidateOf(about, organisation);
  const drafting = { ...campaign, kind, issuer: context.issuer, about, told, category };
  const list = await listOf(drafting);
  if (kind === 'public-notice' && list !== null && !haveOnePeriod(campaign.plan, list.rows)) {
    const zh = '各类别的公示期不同，请按类别分别公示';
    const en = 'the periods of these categories differ: publish one list for each';
    return new Impossible({ path: '/category', zh, en });
  }
  const tables = list?.tables ?? (await tablesOf(drafting));
  if (tables?.some(({ rows }) => kind !== 'application-form' && rows.length > ROWS_MAX)) {
    const zh = `附表至多 ${ROWS_MAX} 行，请按类别分别行文`;
    const en = `a table has at most ${ROWS_MAX} rows: write one document for each category`;
    return new Impossible({ path: '/category', zh, en });
  }
  return {
    campaignName: campaign.campaignName,
    issuerName: issuerNameOf(
      campaign.plan,
      reference,
      context.issuer,
      about,
      campaign.campaignName,
    ),
    about: about && { id: about.id, revision: about.revision, name: about.name, organisation },
    category,
    corrects: context.corrects === null ? null : correctedOf(parent),
    names: Object.fromEntries(ids.map((id) => [id, directory.byId.get(id)?.name ?? id])),
    tables: tables ?? [],
    list: list && { named: list.named, authority: list.authority, dueAt: null },
    hasApplied: tables !== null,
  };
}

const candidateOf = (
  { category, name, personName, siteId, instance }: Draft,
  organisation: string,
): AboutCandidate => {
  const { compositeCenti } = instance.context;
  return {
    category: category ?? '',
    name,
    personName,
    organisation,
    siteId,
    compositeCenti: typeof compositeCenti === 'number' ? compositeCenti : null,
  };
};

function correctedOf(corrected: Draft | undefined): DraftMaterial['corrects'] {
  if (corrected === undefined) throw new Error('a correction hangs on what it corrects');
  const { number, title } = contextOf(corrected, 'document');
  return { id: corrected.id, number, title };
}

/** The candidates that a public notice or a decision names if drafted now; null for every other kind. */
async function listOf({ tx, campaignId, plan, kind, issuer, about, category }: Drafting) {
  if (!isListKind(kind)) return null;
  const authority = authorityOf(plan, issuer);
  const asked = { campaignId, kind, authority, category, candidateId: about?.id ?? null };
  const rows = await findListable(tx, asked);
  const tables = about === null ? [listTable(plan, kind, rows)] : [];
  return { named: rows.map(({ id }) => id), authority, rows, tables };
}

/** The tables of a draft; null for the form of a candidate without an application (R62). */
async function tablesOf({ tx, campaignId, plan, kind, about, told, category }: Drafting) {
  if (kind === 'application-form' && about !== null) {
    const last = (await listApplications(tx, campaignId, about.id)).at(-1);
    return last === undefined ? null : applicationTables(plan, last);
  }
  if (kind === 'acceptance-sheet' && told !== null) return [acceptanceTable(plan, told)];
  if (kind === 'ranking-summary' && category !== null) {
    return [summaryTable(plan, category, await findSummary(tx, campaignId, category))];
  }
  if (kind === 'commendation') return [conferredTable(plan, await findConferred(tx, campaignId))];
  return [];
}
