// The material of a draft beside its drafter's choices is read under the lock of the document and of the
// subject it hangs on.

import type { DraftChoices, DraftMaterial } from '../../../machines/document/draft.ts';
import { listApplications } from '../../db/application/applications.ts';
import { findListable } from '../../db/document/document-lists.ts';
import { type DraftRow, findDrafts } from '../../db/document/document-registers.ts';
import { findConferred, findSummary } from '../../db/document/documents.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import { findNames } from '../../db/kernel/names.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { findReviewed, type Reviewing } from '../../db/review/acceptances.ts';
import type { Directory } from '../../rules/access/addressees.ts';
import { homeIn, subjectIn } from '../../rules/county/directory-names.ts';
import type { OrganisationKind } from '../../rules/county/divisions.ts';
import { acceptanceSheet } from '../../rules/document/acceptance-form.ts';
import { applicationTables } from '../../rules/document/application-tables.ts';
import {
  authorityOf,
  haveOnePeriod,
  isListKind,
  listTable,
} from '../../rules/document/document-lists.ts';
import {
  type AboutCandidate,
  conferredTable,
  summaryTable,
} from '../../rules/document/document-tables.ts';
import { issuerOf } from '../../rules/document/documents.ts';
import { choiceFault } from '../../rules/document/drafts.ts';
import { lineFault } from '../../rules/document/line-of-command.ts';
import { clauseIn } from '../../rules/plan/citations.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import { procedureOf } from '../../rules/procedure/procedures.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import { Impossible } from '../kernel/fact-request.ts';
import type { FactLoader } from '../kernel/facts.ts';
import type { Reference } from '../kernel/reference.ts';
import { addressed, inPlaces, issuerNameOf } from './needed-drafts.ts';

const ROWS_MAX = 500;

type Drafting = {
  tx: Tx;
  campaignId: string;
  campaignName: string;
  directory: Directory;
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
    const made = before.get(ask.draft.id);
    // What was issued is no draft any more, and its machine refuses to take it back.
    if (ask.event.type === 'return' && made == null) continue;
    found.set(ask, await materialOf(campaign, reference, ask, made));
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
  for (const field of ['addressees', 'copyTo'] as const) {
    const unknown = choices[field].find((id) => !directory.byId.has(id));
    if (unknown === undefined) continue;
    const zh = `没有单位 ${unknown}`;
    return new Impossible({ path: `/${field}`, zh, en: `no organisation ${unknown}` });
  }
  // A 公示 is addressed to nobody, and posted up at every level.
  for (const id of kind === 'public-notice' ? [] : choices.addressees) {
    const line = lineFault(issuerOf(campaign.plan, context.issuer), kindOf(directory, id));
    if (line !== null) return new Impossible({ path: '/addressees', ...line });
  }
  const told = about && candidateOf(directory, about);
  const drafting = { ...campaign, directory, kind, issuer: context.issuer, about, told, category };
  const list = await listOf(drafting);
  if (kind === 'public-notice' && list !== null && !haveOnePeriod(campaign.plan, list.rows)) {
    const zh = '各类别的公示期不同，请按类别分别公示';
    const en = 'the periods of these categories differ: publish one list for each';
    return new Impossible({ path: '/category', zh, en });
  }
  const tables = list?.tables ?? (await tablesOf(drafting));
  if (
    tables?.some(
      (one) => kind !== 'application-form' && 'rows' in one && one.rows.length > ROWS_MAX,
    )
  ) {
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
    about: about &&
      told && {
        id: about.id,
        revision: about.revision,
        name: told.name,
        organisation: told.organisation,
      },
    category,
    corrects: context.corrects === null ? null : correctedOf(parent),
    ...addressed(campaign.plan, reference, choices),
    tables: tables ?? [],
    list: list && { named: list.named, authority: list.authority, dueAt: null },
    hasApplied: tables !== null,
  };
}

const kindOf = ({ byId }: Directory, id: string): OrganisationKind => {
  const organisation = byId.get(id);
  if (organisation === undefined) throw new Error(`no organisation ${id}`);
  return organisation.kind;
};

const candidateOf = (directory: Directory, draft: Draft): AboutCandidate => {
  const { category, personName, siteId, instance } = draft;
  const { compositeCenti } = instance.context;
  return {
    category: category ?? '',
    name: subjectIn(directory, draft),
    personName,
    organisation: homeIn(directory, draft),
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
async function listOf(drafting: Drafting) {
  const { tx, campaignId, directory, plan, kind, issuer, about, category } = drafting;
  if (!isListKind(kind)) return null;
  const authority = authorityOf(plan, issuer);
  const asked = { campaignId, kind, authority, category, candidateId: about?.id ?? null };
  const found = await findListable(tx, asked);
  const rows = found.map((row) => inPlaces(directory, row));
  const tables = about === null ? [listTable(plan, kind, rows)] : [];
  return { named: rows.map(({ id }) => id), authority, rows, tables };
}

/** The tables of a draft; null for the form of a candidate without an application (R62). */
async function tablesOf(drafting: Drafting) {
  const { tx, campaignId, directory, plan, kind, issuer, about, told, category } = drafting;
  if (kind === 'application-form' && about !== null) {
    const last = (await listApplications(tx, campaignId, about.id)).at(-1);
    if (last === undefined || told === null) return null;
    return applicationTables(plan, last, { ...told, siteName: await siteNameOf(tx, told) });
  }
  if (kind === 'acceptance-sheet' && about !== null && told !== null) {
    const reviewing = reviewingOf(plan, told.category, authorityOf(plan, issuer));
    const reviewed = await findReviewed(tx, campaignId, about.id, reviewing);
    return acceptanceSheet(plan, { ...told, siteName: await siteNameOf(tx, told) }, reviewed);
  }
  if (kind === 'ranking-summary' && category !== null) {
    const ranked = await findSummary(tx, campaignId, category);
    return [
      summaryTable(
        plan,
        category,
        ranked.map((row) => inPlaces(directory, row)),
      ),
    ];
  }
  if (kind === 'commendation') {
    const conferred = await findConferred(tx, campaignId);
    return [
      conferredTable(
        plan,
        conferred.map((row) => inPlaces(directory, row)),
      ),
    ];
  }
  return [];
}

async function siteNameOf(tx: Tx, { siteId }: AboutCandidate): Promise<string | null> {
  return siteId === null ? null : ((await findNames(tx, [siteId])).get(siteId) ?? null);
}

/** Where and by whom an authority reviews the candidates of a category. */
function reviewingOf(plan: Plan, category: string, authority: 'city' | 'county'): Reviewing {
  const reviews = procedureOf(plan, category).stages.flatMap(({ code, steps }) =>
    steps.flatMap((step) =>
      step.step === 'review' && step.by.includes('city-centre') === (authority === 'city')
        ? [{ stage: code, by: step.by, clause: clauseIn(plan, step.clause) }]
        : [],
    ),
  );
  return {
    stages: reviews.map(({ stage }) => stage),
    roles: reviews.flatMap(({ by }) => by),
    clauses: reviews.map(({ clause }) => clause),
  };
}
