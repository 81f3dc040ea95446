// 申报表 (R62) is composed from data, frozen with the application, and corrected once.

import type {
  ApplicationField,
  Declared,
  DeclaredChange,
} from '../../../machines/application/application.ts';
import { APPLICATION_FIELDS } from '../../../machines/application/application.ts';
import type { Decided, KeepApplication } from '../../../machines/application/frozen-application.ts';
import type { CriterionFact } from '../../../machines/candidate/events.ts';
import type { ByStream } from '../../../machines/candidate/scoring.ts';
import type { Subject } from '../../../machines/candidate/subject.ts';
import { isSelfChecked, stepsOfKind } from '../../../machines/procedure/reading.ts';
import { canonicalJson } from '../plan/canonical-json.ts';
import { policiesOf } from '../plan/category-policies.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { passMarkOf } from '../plan/streams.ts';
import { procedureOf } from '../procedure/procedures.ts';

/** The most records that one form lists; `evidenceTotal` says how many there are. */
export const EVIDENCE_MAX = 1000;

export type RecordedEvidence = {
  id: string;
  kind: string;
  clause: string;
  occurredOn: string;
  summary: string;
  verdict: 'accepted' | 'rejected' | null;
  /** Findings of the reviewer, such as impact and promotion scope (R13). */
  attributes: { readonly [name: string]: string };
  status: 'open' | 'solved' | null;
  fileIds: readonly string[];
};

export type SelfCheckResult = {
  criterion: string;
  met: boolean;
  remark?: string;
  priority?: string;
  responsiblePerson?: string;
};

export type ApplicationFile = {
  id: string;
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
};

/** Everything on record about a candidate now. */
export type Dossier = {
  evidence: readonly RecordedEvidence[];
  evidenceTotal: number;
  selfCheck: readonly SelfCheckResult[];
  /** When its creation was confirmed, or declared where nobody confirms. */
  createdAt: string | null;
  files: ReadonlyMap<string, ApplicationFile>;
  /** The body of the last frozen application; null before the first. */
  previous: ApplicationBody | null;
};

export type Applicant = {
  campaignId: string;
  campaignName: string;
  candidateId: string;
  category: string;
  name: string | null;
  personName: string | null;
  organisationId: string;
  organisation: string;
  siteId: string | null;
};

type FormCriterion = Omit<CriterionFact, 'zh' | 'en'> & {
  text: string;
  english: string;
  /** Records of the kinds that the plan counts for the candidate. */
  evidence: readonly string[];
};

/** The part of the form that data fill; points are hundredths. */
export type ApplicationForm = {
  campaign: { id: string; name: string; planId: string; planVersion: number };
  candidate: {
    id: string;
    category: string;
    categoryName: string;
    track: string;
    subject: Subject;
    name: string | null;
    personName: string | null;
    organisationId: string;
    organisation: string;
    siteId: string | null;
  };
  created: { required: boolean; at: string | null };
  selfCheck: {
    required: boolean;
    at: string | null;
    results: readonly SelfCheckResult[];
    openFindings: readonly string[];
    findingsRectified: readonly string[];
  };
  scores: {
    figures: ByStream<number>;
    strata: ByStream<{ readonly [stratum: string]: number }>;
    compositeCenti: number | null;
    passMarkCenti: number;
  };
  criteria: readonly FormCriterion[];
  evidence: readonly RecordedEvidence[];
  evidenceTotal: number;
  /** Ids of the showcase cases among the evidence. */
  cases: readonly string[];
};

type FrozenDeclared = Omit<Declared, 'signatureFileId' | 'fileIds'> & {
  signatureFile: ApplicationFile | null;
  attachments: readonly ApplicationFile[];
};

export type FieldDifference = { field: ApplicationField; from: unknown; to: unknown };

/** The whole application; its hash is that of its canonical JSON. */
export type ApplicationBody = ApplicationForm & {
  schema: 1;
  number: number;
  stage: string;
  submittedAt: string;
  submittedBy: { principalId: string; roles: readonly string[] };
  deadline: { dueAt: string | null; inTime: boolean; admittedFor: string | null };
  declared: FrozenDeclared;
  correction: KeepApplication['correction'];
  corrected: readonly FieldDifference[];
};

/** The form before anybody has declared anything. Pure. */
export function composeForm(
  plan: Plan,
  applicant: Applicant,
  dossier: Omit<Dossier, 'previous' | 'files'>,
  decided: Decided,
  criteria: readonly CriterionFact[],
): ApplicationForm {
  const category = plan.categories.find(({ code }) => code === applicant.category);
  if (category === undefined) throw new Error(`the plan has no category ${applicant.category}`);
  const procedure = procedureOf(plan, category.code);
  const { campaignId, campaignName, candidateId, ...described } = applicant;
  return {
    campaign: { id: campaignId, name: campaignName, planId: plan.id, planVersion: plan.version },
    candidate: {
      id: candidateId,
      ...described,
      categoryName: category.name,
      track: category.track,
      subject: category.subject,
    },
    created: { required: stepsOfKind(procedure, 'create').length > 0, at: dossier.createdAt },
    selfCheck: {
      required: isSelfChecked(procedure),
      at: decided.selfCheckedAt,
      results: dossier.selfCheck,
      openFindings: decided.openFindings,
      findingsRectified: decided.findingsRectified,
    },
    scores: {
      figures: decided.figures,
      strata: decided.strata,
      compositeCenti: decided.compositeCenti,
      passMarkCenti: passMarkOf(policiesOf(plan, category.code)) * 100,
    },
    ...onRecord(category, dossier, criteria),
  };
}

type Categories = Plan['categories'][number];

/** The parts that change when the evidence is opened and copied anew. */
function onRecord(
  category: Categories,
  { evidence, evidenceTotal }: Pick<Dossier, 'evidence' | 'evidenceTotal'>,
  criteria: readonly CriterionFact[],
): Pick<ApplicationForm, 'criteria' | 'evidence' | 'evidenceTotal' | 'cases'> {
  return {
    criteria: criteria.map(({ zh, en, ...criterion }) => {
      const kinds = countedKinds(category, criterion.id);
      const counted = evidence.filter(({ kind }) => kinds.includes(kind));
      return { ...criterion, text: zh, english: en, evidence: counted.map(({ id }) => id) };
    }),
    evidence,
    evidenceTotal,
    cases: evidence.filter(({ kind }) => kind === 'showcase-case').map(({ id }) => id),
  };
}

function countedKinds({ criteria }: Categories, id: string): string[] {
  const required = criteria.find((criterion) => criterion.id === id)?.required;
  return [required, ...(required?.anyOf ?? [])].flatMap((test) =>
    test?.evidence === undefined ? [] : [test.evidence],
  );
}

type Submission = {
  at: string;
  by: { principalId: string; roles: readonly string[] };
};

/** Composes the first body from the data, and a correction from the body before it. Pure. */
export function composeApplication(
  plan: Plan,
  applicant: Applicant,
  dossier: Dossier,
  kept: KeepApplication,
  { at, by }: Submission,
): ApplicationBody {
  const { previous } = dossier;
  const declared = declaredBy(kept.declared, previous, dossier.files);
  const form = formOf(plan, applicant, dossier, kept);
  const body = {
    ...form,
    schema: 1 as const,
    number: kept.number,
    stage: kept.stage,
    submittedAt: at,
    submittedBy: by,
    deadline: { dueAt: kept.dueAt, inTime: kept.inTime, admittedFor: kept.admittedFor },
    declared,
    correction: kept.correction,
  };
  const corrected = kept.correction === null ? [] : differences(previous, { ...form, declared });
  // The body is frozen as it will be read back, without what JSON does not say.
  return JSON.parse(JSON.stringify({ ...body, corrected }));
}

/** Data stay as they were frozen, unless the return has opened the records. */
function formOf(
  plan: Plan,
  applicant: Applicant,
  dossier: Dossier,
  { renews, decided, criteria }: KeepApplication,
): ApplicationForm {
  const { previous } = dossier;
  const fresh = composeForm(plan, applicant, dossier, decided, criteria);
  if (previous === null) return fresh;
  const { campaign, candidate, created, selfCheck, scores } = previous;
  const { evidence, evidenceTotal, cases, criteria: measured } = renews ? fresh : previous;
  return {
    campaign,
    candidate,
    created,
    selfCheck,
    scores,
    criteria: measured,
    evidence,
    evidenceTotal,
    cases,
  };
}

const NOTHING_DECLARED: FrozenDeclared = {
  statement: '',
  signatory: '',
  signatureEvidence: null,
  signatureFile: null,
  attestations: [],
  priorityClass: null,
  attachments: [],
};

function declaredBy(
  { signatureFileId, fileIds, ...said }: Declared | DeclaredChange,
  previous: ApplicationBody | null,
  files: Dossier['files'],
): FrozenDeclared {
  const fileOf = (id: string): ApplicationFile => {
    const file = files.get(id);
    if (file === undefined) throw new Error(`file ${id} was not loaded`);
    return file;
  };
  const before = previous?.declared ?? NOTHING_DECLARED;
  const spoken = Object.entries(said).filter(([, value]) => value !== undefined);
  return {
    ...before,
    ...Object.fromEntries(spoken),
    ...(signatureFileId == null ? {} : { signatureFile: fileOf(signatureFileId) }),
    ...(fileIds === undefined ? {} : { attachments: fileIds.map(fileOf) }),
  };
}

type Compared = Pick<ApplicationBody, 'declared' | 'evidence' | 'criteria'>;

const PARTS: { readonly [F in ApplicationField]: (body: Compared) => unknown } = {
  statement: ({ declared }) => declared.statement,
  attestations: ({ declared }) => declared.attestations,
  priorityClass: ({ declared }) => declared.priorityClass,
  attachments: ({ declared }) => declared.attachments.map(({ id, sha256 }) => ({ id, sha256 })),
  signature: ({ declared: { signatory, signatureEvidence, signatureFile } }) => ({
    signatory,
    signatureEvidence,
    fileId: signatureFile?.id ?? null,
    sha256: signatureFile?.sha256 ?? null,
  }),
  evidence: ({ evidence, criteria }) => ({
    records: evidence.map(({ id, verdict }) => ({ id, verdict })),
    met: criteria.flatMap(({ id, measured }) => (measured?.met === true ? [id] : [])),
  }),
};

/** The fields that changed, with their old and new values. */
function differences(before: Compared | null, after: Compared): FieldDifference[] {
  return APPLICATION_FIELDS.flatMap((field) => {
    const from = before === null ? null : PARTS[field](before);
    const to = PARTS[field](after);
    return canonicalJson(from) === canonicalJson(to) ? [] : [{ field, from, to }];
  });
}
