// The facts of a record beside its own content. A plain record needs no query; one that names sites, files,
// a case or another record needs one query for each kind.

import { stateOf } from '../../../machines/kit/step.ts';
import type {
  AssessedFact,
  RecordFact,
  RecordFault,
} from '../../../machines/record/record-facts.ts';
import type { AssessedRow } from '../../db/candidate/candidate-facts.ts';
import { findAssessed } from '../../db/candidate/candidate-facts.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type {
  ClaimedCase,
  FilePlaces,
  StandingRow,
  SupersededRow,
} from '../../db/record/record-facts.ts';
import {
  findAlike,
  findClaimedCases,
  findShownAlready,
  findSitePaths,
  findStanding,
  findSuperseded,
  lockUsedFiles,
} from '../../db/record/record-facts.ts';
import { mayRead } from '../../rules/access/access.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { isTimely, recordFaults } from '../../rules/record/record-faults.ts';
import {
  clauseOf,
  criterionThatCounts,
  findKind,
  identityOf,
} from '../../rules/record/record-kinds.ts';
import { contextOf, type Draft } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, SourcesOf, World } from '../kernel/facts.ts';

type Sent = {
  kind: string;
  occurredOn: string;
  summary: string;
  form?: string;
  siteIds?: readonly string[];
  fileIds?: readonly string[];
  detail?: Readonly<Record<string, unknown>>;
  supersedes?: { recordId: string; reason: string };
  application?: { fileIds?: readonly string[] };
};

// The schema of the route has checked a sent event; an event that is only explained has no content.
const sentOf = ({ event }: Ask) => event as Ask['event'] & Partial<Sent>;
const titleOf = (ask: Ask): string | null => {
  const title = sentOf(ask).detail?.title;
  return typeof title === 'string' && identityOf(title) !== '' ? title : null;
};

/** Gives the ids of the files an event names that are missing or that its sender may not read. */
type Missing = (ask: Ask) => readonly string[];

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const listed = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** The ids an event shows: files, and for an order ids that may be records of its candidate as well. */
const shownBy = (ask: Ask): string[] => [
  ...attachedTo(ask),
  ...listed(ask.event.photos),
  ...listed(ask.event.evidence),
];

/** The pieces of evidence of these events that are standing records of the candidate. */
async function loadEvidence(
  { tx, campaignId }: World,
  asks: readonly Ask[],
): Promise<(ask: Ask) => readonly string[]> {
  const asked = asks.flatMap(({ draft: { parentId }, event }) =>
    parentId === null ? [] : listed(event.evidence).map((id) => ({ subjectId: parentId, id })),
  );
  const rows = asked.length === 0 ? [] : await findSuperseded(tx, campaignId, asked);
  return ({ draft: { parentId }, event }) =>
    listed(event.evidence).filter((id) =>
      rows.some((row) => row.subjectId === parentId && row.id === id),
    );
}

async function loadMissing(world: World, asks: readonly Ask[]): Promise<Missing> {
  const ids = [...new Set(asks.flatMap(shownBy))].filter((id) => UUID.test(id));
  const rows = ids.length === 0 ? [] : await lockUsedFiles(world.tx, world.campaignId, ids);
  const files = new Map(rows.map((row) => [row.id, row]));
  const showing = asks.filter(({ event }) => event.evidence !== undefined);
  const recorded = await loadEvidence(world, showing);
  return (ask) => {
    const records = recorded(ask);
    const missing = (id: string): boolean =>
      !records.includes(id) && !mayAttach(ask, files.get(id.toLowerCase()));
    return shownBy(ask).filter(missing);
  };
}

/** The ids of the attached files; those of a correction stand in the application it corrects. */
const attachedTo = (ask: Ask): readonly string[] =>
  sentOf(ask).fileIds ?? sentOf(ask).application?.fileIds ?? [];

const mayAttach = ({ principal }: Ask, file: FilePlaces | undefined): boolean =>
  file !== undefined &&
  (principal === undefined ||
    file.uploadedBy === principal.id ||
    [file.path, ...file.usedAt].some((path) => mayRead(principal, path)));

const loadFiles: FactLoader<'record' | 'missingFiles'> = async (world, wants) => {
  const missing = await loadMissing(world, [...wants('record'), ...wants('missingFiles')]);
  return { record: await loadRecords(world, wants('record'), missing), missingFiles: missing };
};

const loadShown: FactLoader<'evidenceRecords'> = async (world, wants) => ({
  evidenceRecords: await loadEvidence(world, wants('evidenceRecords')),
});

const loadAssessed: FactLoader<'assessed'> = async ({ tx, campaignId, plan }, wants) => {
  const asked = wants('assessed').map(({ draft, event }) => ({
    subjectId: draft.id,
    id: String(event.id),
  }));
  const rows = await findAssessed(tx, campaignId, asked);
  return { assessed: (ask) => assessedFact(plan, ask, rows) };
};

export const recordFacts: SourcesOf<'record' | 'missingFiles' | 'evidenceRecords' | 'assessed'> = {
  record: loadFiles,
  missingFiles: loadFiles,
  evidenceRecords: loadShown,
  assessed: loadAssessed,
};

/** The fact of each record that is handed in. */
async function loadRecords(
  { tx, campaignId, plan, reference }: World,
  asks: readonly Ask[],
  missing: Missing,
): Promise<(ask: Ask) => RecordFact> {
  const siteIds = asks.flatMap(sitesNamed);
  const correcting = asks.flatMap((ask) => {
    const id = replacedBy(ask);
    return id === undefined ? [] : [{ subjectId: ask.draft.id, id }];
  });
  const titles = asks.flatMap((ask) => (isShowcase(plan, ask) ? (titleOf(ask) ?? []) : []));
  const ids = correcting.map(({ subjectId }) => subjectId);
  const sites = siteIds.length === 0 ? new Map() : await findSitePaths(tx, siteIds);
  const old = correcting.length === 0 ? [] : await findSuperseded(tx, campaignId, correcting);
  const standing = correcting.length === 0 ? [] : await findStanding(tx, campaignId, ids);
  const claimed =
    titles.length === 0 ? [] : await findClaimedCases(tx, campaignId, titles.map(identityOf));
  const alike = await loadAlike(tx, campaignId, asks);
  const shown = await loadShownAlready({ tx, campaignId, plan }, asks);
  return (ask) => {
    if (ask.event.type === 'void-record') return voided(plan, ask, old, standing);
    const { kind: code, occurredOn = '', supersedes, detail } = sentOf(ask);
    const named = sitesNamed(ask);
    const kind = code === undefined ? undefined : findKind(plan, code);
    if (kind === undefined) return { clause: 'R8' };
    const { draft } = ask;
    const subject = String(draft.instance.context.subject);
    const demands = (['sites', 'form', 'file'] as const).filter((demand) => kind[demand]);
    const foreign = named.filter((id) => !isWithin(draft, id, sites.get(id)));
    const lost = missing(ask);
    const faults = [
      ...recordFaults(plan, kind.code, occurredOn, detail ?? {}),
      ...shown(ask),
      ...(supersedes === undefined && kind.single === true ? secondFaults(draft, kind.code) : []),
    ];
    const timely =
      kind.code === 'publicity'
        ? isTimely(plan, reference.calendar, occurredOn, detail?.eventOn)
        : undefined;
    const replaced =
      supersedes && (old.find((row) => isOf(row, draft, supersedes.recordId)) ?? null);
    return {
      clause: clauseOf(plan, draft.category, kind),
      ...(demands.length === 0 ? {} : { demands }),
      ...(kind.of === undefined || kind.of.some((one) => one === subject) ? {} : { of: kind.of }),
      ...(kind.life === undefined ? {} : { life: { days: plan.policies[kind.life].value } }),
      ...(foreign.length === 0 ? {} : { foreignSites: foreign }),
      ...(lost.length === 0 ? {} : { missingFiles: lost }),
      ...(faults.length === 0 ? {} : { faults }),
      ...(timely === undefined ? {} : { timely }),
      ...(supersedes === undefined && alike(ask) ? { repeats: true as const } : {}),
      ...showcaseOf(plan, ask, subject, claimed, replaced ?? null),
      ...(replaced === undefined ? {} : supersededBy(draft, subject, replaced, standing)),
      ...(supersedes !== undefined && isFrozen(plan, draft, kind.code) ? { frozen: true } : {}),
    };
  };
}

/** The record that gives way to another, or to nothing where it is void. */
const replacedBy = (ask: Ask): string | undefined =>
  ask.event.type === 'void-record' ? String(ask.event.recordId) : sentOf(ask).supersedes?.recordId;

function voided(
  plan: Plan,
  { draft, event }: Ask,
  old: readonly SupersededRow[],
  standing: readonly StandingRow[],
): RecordFact {
  const row = old.find((one) => isOf(one, draft, String(event.recordId))) ?? null;
  const kind = row === null ? undefined : findKind(plan, row.kind);
  return {
    clause: kind === undefined ? 'R8' : clauseOf(plan, draft.category, kind),
    ...supersededBy(draft, String(draft.instance.context.subject), row, standing),
    ...(row !== null && isFrozen(plan, draft, row.kind) ? { frozen: true as const } : {}),
  };
}

/** Tells of each record whether one of the same kind, day, places and content stands already. */
async function loadAlike(tx: Tx, campaignId: string, asks: readonly Ask[]) {
  const asked = asks.flatMap((ask) => {
    const { kind, occurredOn, summary } = sentOf(ask);
    if (kind === undefined || occurredOn === undefined || summary === undefined) return [];
    return [{ subjectId: ask.draft.id, kind, occurredOn, summary }];
  });
  const rows = asked.length === 0 ? [] : await findAlike(tx, campaignId, asked);
  return (ask: Ask): boolean => {
    const { kind, occurredOn, summary, form = null, siteIds, detail = {} } = sentOf(ask);
    const said = canonicalJson({ occurredOn, summary, form, detail });
    return rows.some(({ subjectId, kind: known, body }) => {
      if (subjectId !== ask.draft.id || known !== kind) return false;
      const { siteIds: sites = [], ...own } = body;
      const isThere = siteIds === undefined || canonicalJson(sites) === canonicalJson(siteIds);
      const { occurredOn: day, summary: words, form: how, detail: more } = own;
      return (
        isThere &&
        canonicalJson({ occurredOn: day, summary: words, form: how, detail: more }) === said
      );
    });
  };
}

/** O13: a file shows one thing of a candidate, by its content; whoever shows it again is told what it shows. */
async function loadShownAlready(
  { tx, campaignId, plan }: Pick<World, 'tx' | 'campaignId' | 'plan'>,
  asks: readonly Ask[],
): Promise<(ask: Ask) => RecordFault[]> {
  if (plan.policies.fileProvesOnce?.value !== true) return () => [];
  const asked = asks.flatMap((ask) =>
    (sentOf(ask).fileIds ?? [])
      .filter((id) => UUID.test(id))
      .map((fileId) => ({ subjectId: ask.draft.id, fileId })),
  );
  const rows = asked.length === 0 ? [] : await findShownAlready(tx, campaignId, asked);
  return (ask) => {
    const { fileIds = [], supersedes } = sentOf(ask);
    return rows
      .filter(
        ({ subjectId, fileId, recordId }) =>
          subjectId === ask.draft.id &&
          fileIds.some((id) => id.toLowerCase() === fileId) &&
          recordId !== supersedes?.recordId,
      )
      .map(({ kind, occurredOn }) => {
        const { zh = kind, en = kind } = findKind(plan, kind) ?? {};
        return {
          zh: `一份文件只证明一件事：该文件已用于另一份材料（${zh}）`,
          en: `a file proves one thing: another record shows it already (${en})`,
          actual: occurredOn,
          required: null,
        };
      });
  };
}

/** O19: two drafts of one plan cannot stand; the later says which it replaces. */
function secondFaults(draft: Draft, kind: string): RecordFault[] {
  const standing = contextOf(draft, 'candidate').evidence[kind] ?? 0;
  if (standing === 0) return [];
  const [zh, en] = [
    '同一方案只留一份，另有一稿的须写明更正哪一份',
    'one draft of a plan stands; another says which it replaces',
  ];
  return [{ zh, en, actual: standing, required: 1 }];
}

/** The ids of the sites a record names, those of planned visits (R72) among them. */
function sitesNamed(ask: Ask): string[] {
  const { siteIds = [], detail } = sentOf(ask);
  const visits = Array.isArray(detail?.visits) ? (detail.visits as { siteId?: unknown }[]) : [];
  return [
    ...siteIds,
    ...visits.flatMap(({ siteId }) => (siteId === undefined ? [] : [String(siteId)])),
  ];
}

/** The states in which the records handed in may be corrected, because a correction was asked for. */
const CORRECTING = ['correcting', 'meeting-requirements'];

/**
 * R59: a record that a criterion counts stands as the candidate applied with it, until the candidate is sent
 * back for correction; an order that names the record opens it in its own way.
 */
const isFrozen = (plan: Plan, { category, instance }: Draft, kind: string): boolean =>
  instance.context.appliedAt != null &&
  !CORRECTING.includes(stateOf(instance.value)) &&
  criterionThatCounts(plan, category, kind) !== undefined;

const isShowcase = (plan: Plan, ask: Ask): boolean =>
  findKind(plan, String(sentOf(ask).kind))?.assessed === true;

const isWithin = (draft: Draft, siteId: string, path: string | undefined): boolean =>
  siteId === draft.siteId || (path?.startsWith(draft.path) ?? false);

const isOf = (row: SupersededRow, draft: Draft, id: string): boolean =>
  row.subjectId === draft.id && row.id === id;

/** Q4: the levels at which the case already counts, so that it would count twice. */
function showcaseOf(
  plan: Plan,
  ask: Ask,
  level: string,
  claimed: readonly ClaimedCase[],
  replaced: SupersededRow | null,
): Pick<RecordFact, 'showcase'> {
  const title = titleOf(ask);
  if (!isShowcase(plan, ask) || title === null) return {};
  const identity = identityOf(title);
  const own = replaced !== null && identityOf(replaced.title ?? '') === identity;
  const across = plan.policies.caseAcrossLevels.value;
  const takenAt = claimed
    .filter((row) => row.identity === identity && (!across || row.level === level))
    .filter((row) => !(own && row.level === level && row.subjectId === ask.draft.id))
    .map((row) => row.level);
  return { showcase: { identity, level, takenAt } };
}

function supersededBy(
  draft: Draft,
  level: string,
  row: SupersededRow | null,
  standing: readonly StandingRow[],
): Pick<RecordFact, 'superseded' | 'standing'> {
  if (row === null) return { superseded: null };
  const left = standing.filter(({ subjectId, id }) => subjectId === draft.id && id !== row.id);
  const daysOf = (kind: string) =>
    left.filter((one) => one.kind === kind).map(({ occurredOn }) => occurredOn);
  const forms = left.flatMap(({ kind, form }) =>
    kind === 'mobilization' && form !== null ? [form] : [],
  );
  return {
    superseded: {
      kind: row.kind,
      lives: row.lives,
      ...(row.title === null ? {} : { frees: { identity: identityOf(row.title), level } }),
    },
    standing: {
      firstConsultationOn: daysOf('consultation').sort()[0] ?? null,
      planAdoptedOn: daysOf('implementation-plan').at(-1) ?? null,
      mobilizationForms: [...new Set(forms)],
    },
  };
}

/** The record that an assessment names, or null when there is none of that id. */
function assessedFact(
  plan: Plan,
  { draft, event }: Ask,
  rows: readonly AssessedRow[],
): AssessedFact | null {
  const row = rows.find(({ subjectId, id }) => subjectId === draft.id && id === event.id);
  if (row === undefined) return null;
  const determines = findKind(plan, row.kind)?.assessed === true;
  return {
    kind: row.kind,
    verdict: row.verdict,
    recordedBy: row.recordedBy,
    determines,
    superseded: row.superseded,
    showcase:
      determines && row.title !== null
        ? { identity: identityOf(row.title), level: String(draft.instance.context.subject) }
        : null,
  };
}
