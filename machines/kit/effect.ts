// Effects are data. The transaction that stores the state stores what they say, or neither.

import type { KeepApplication } from '../application/frozen-application.ts';
import type { PhaseCode } from '../candidate/events.ts';
import type { DrawOutcome } from '../draw/events.ts';
import type { MachineName } from '../machine-names.ts';
import type { TemplateName } from '../notice/templates.ts';
import type { ShowcaseName } from '../record/record-facts.ts';
import type { Plain } from './requirement.ts';

/** To whom, by role and place in the tree; resolved to organisations when the step is stored. */
export type Addressee =
  | 'responsible'
  | 'superior'
  | 'township-committee'
  | 'every-township-committee'
  | 'county-office'
  | 'county-department'
  | 'city-centre';

export type ObligationLevel =
  | 'armed'
  | 'due-soon'
  | 'overdue'
  | 'escalated'
  | 'satisfied'
  | 'waived'
  | 'superseded';

export type ObligationKey = { kind: string; generation: number };

export type Notify = {
  template: TemplateName;
  to: readonly Addressee[];
  /** Organisations by id, beside those that `to` resolves to. */
  organisations?: readonly string[];
  params?: { readonly [name: string]: Plain };
  /** Set on deadline notices: one notice per obligation, generation, level and addressee. */
  obligation?: ObligationKey & { level: ObligationLevel };
};

export type OpenObligation = ObligationKey & {
  clause: string;
  owner: Addressee;
  dueAt: string;
  provisional: boolean;
  calendarVersion: string;
};

export type RaiseObligation = ObligationKey & { level: 'due-soon' | 'overdue' | 'escalated' };

export type CloseObligation = ObligationKey & { outcome: 'satisfied' | 'waived' | 'superseded' };

/** A row of a ledger beside the subject: evidence, self-check, inspection, score, objection. */
export type StoreRecord = {
  ledger:
    | 'evidence'
    | 'self-check'
    | 'inspection'
    | 'score'
    | 'objection'
    | 'veto'
    | 'verification';
  id: string;
  kind: string;
  clause: string;
  body: { readonly [name: string]: unknown };
  /** The record this one takes the place of, and why. */
  supersedes?: { recordId: string; reason: string; frees?: ShowcaseName };
  /** It is raised and waits to be solved. */
  lives?: true;
  /** A showcase case claims its name within its level (Q4). */
  showcase?: ShowcaseName;
};

/** What was raised has been solved: the row of the ledger says so too. */
export type CloseRecord = {
  recordId: string;
  closedOn: string;
  result: string;
  fileIds: readonly string[];
};

/** Impact and promotion scope are what the reviewer finds, never what the applicant claims (R13). */
export type AssessRecord = {
  id: string;
  verdict: 'accepted' | 'rejected';
  attributes: { readonly [name: string]: string };
  remark: string | null;
  /** A rejected case frees its name. */
  showcase: ShowcaseName | null;
};

export type OpenRectification = {
  inspectionId: string;
  inspectedBy: string;
  triggers: readonly string[];
  findings: readonly string[];
  criteria: readonly string[];
  days: number | null;
  responsiblePerson: string | null;
  siteId: string | null;
  openFacts: readonly string[];
  openRecords: readonly string[];
};

/** A fact of the site that an order left open, as its responsible body corrects it. */
export type CorrectSiteFact = { siteId: string; field: string; value: string | number | boolean };

/** Files that what hangs on a candidate shows; who may read the candidate may read them. */
export type UseFiles = { fileIds: readonly string[] };

/** A record of the candidate that an order left open: the new one stands in its place. */
export type SupersedeRecord = {
  candidateId: string;
  supersedes: string;
  id: string;
  /** As of the record that it replaces. */
  kind: string;
  occurredOn: string;
  summary: string;
  detail: { readonly [name: string]: unknown };
};

/** The campaign's row has decided; its candidates follow in batches, as an operation. */
export type MoveCandidates = { phase: PhaseCode };

/** A child of the present subject, begun with `input` and told `event` at once, in the same step. */
export type OpenSubject = {
  machine: MachineName;
  /** Its id, where something else already bears it; a new one when nothing is said. */
  id?: string;
  input: { readonly [name: string]: unknown };
  event: { type: string; readonly [name: string]: unknown };
};

/**
 * An event the service tells the candidate this subject hangs on, in the same transaction. When the
 * candidate refuses or does not know it, the whole command is refused with what the candidate says.
 */
export type TellParent = { event: { type: string; readonly [name: string]: unknown } };

/** An event told to every live subject of a kind that hangs on this one, in the same transaction. */
export type TellChildren = {
  machine: MachineName;
  event: { type: string; readonly [name: string]: unknown };
};

/** A ranking as it was made, with everything it was made of; stored once and never changed. */
export type StoreRanking = {
  id: string;
  category: string;
  kind: 'ranking' | 'selection' | 'move-up';
  basedOn: string | null;
  body: { readonly [name: string]: unknown };
};

/** An official document that follows from this step: numbered, frozen and delivered with it. */
export type IssueDocument = {
  kind: string;
  /** Where the plan's own issuer of this kind is not meant. */
  issuer?: string;
  to: readonly Addressee[];
  copyTo: readonly Addressee[];
  params: { readonly [name: string]: Plain };
  /** One document for all of these candidates of a category, where the plan wants lists. */
  list?: { category: string; named: readonly string[] };
};

/** The text of a draft, kept beside the subject until it is issued. */
export type KeepDraft = { content: { readonly [name: string]: unknown } };

/** The next number of its register, the date and the hash; `content` is null for a stored draft. */
export type NumberDocument = { content: KeepDraft['content'] | null; signatory: string | null };
/** The electoral roll of one generation of a round (R61). */
export type StoreRoll = {
  generation: number;
  entries: readonly { entry: string; name: string; stratum: string }[];
};

/** An urn for each stratum of a secret round; none where ballots are counted by hand. */
export type OpenUrn = { generation: number; closesAt: string; strata: readonly string[] };

/** The entry has its ballot: the urn takes the hash of the token that travels sealed with the command. */
export type MarkRoll = { generation: number; entry: string; stratum: string };

export type ExtendUrn = { closesAt: string };

/** Tokens and slips are destroyed; what may be told of the slips is kept as ballots without an order. */
export type CloseUrn = {
  generation: number;
  groups: readonly {
    strata: readonly string[];
    abstained: number;
    grades: { readonly [grade: string]: number };
  }[];
};
/** What was found of a site, and which criteria it fails. */
export type SiteAssessment = {
  siteId: string;
  conforms: boolean;
  assessedOn: string;
  source: 'self-check' | 'inspection' | 'facts';
  clause: string;
  criteria: readonly string[];
};

/** Conformance is a dated fact of each site; the places above are rolled up with it (Q7). */
export type AssessSites = { assessments: readonly SiteAssessment[] };

/** The sites of the campaign's division as they stand become its roster (R12). */
export type FreezeRoster = { readonly [name: string]: never };

export type AmendRoster = { add: readonly string[]; remove: readonly string[]; reason: string };

/** The township's additions are in force from now on (R71). */
export type AdoptSupplement = { category: string; version: number; changes: readonly unknown[] };

/** Whose this sheet is now; nobody's while nobody can take it. */
export type KeepSheet = { assessorId: string | null; round: number };

/** A sheet as it was submitted, for good; what is sent back is followed by the next number. */
export type KeepSubmission = {
  number: number;
  assessorId: string;
  points: { readonly [item: string]: number };
  totalCenti: number;
  remark: string | null;
};

/**
 * Somebody stays away from an organisation and all below it (回避); null where it is that of the
 * candidate the subject hangs on. The sheets are those they owe there: each is passed on.
 */
export type RecordConflict = {
  principalId: string;
  organisationId: string | null;
  reason: string;
  sheets: readonly string[];
};

export type SelectCandidates = {
  category: string;
  rankingId: string;
  selected: readonly { candidateId: string; rank: number }[];
  reserves: readonly { candidateId: string; rank: number; position: number }[];
  /** Rank null: never ranked, for the reason given. */
  passedOver: readonly { candidateId: string; rank: number | null; because: string }[];
};

/** What was drawn, as it is looked up: by the inspection that names it, by the inspector's worklist. */
export type StoreDrawUnits = {
  units: DrawOutcome['assignments'];
  dueAt: string | null;
};
/** These subjects are to be decided by another version of the plan: an operation, one item each. */
export type ApplyPolicy = { planVersion: number; subjects: readonly string[] };

export type Effect =
  | { type: 'apply-policy'; params: ApplyPolicy }
  | { type: 'notify'; params: Notify }
  | { type: 'open-obligation'; params: OpenObligation }
  | { type: 'raise-obligation'; params: RaiseObligation }
  | { type: 'close-obligation'; params: CloseObligation }
  | { type: 'store-record'; params: StoreRecord }
  | { type: 'assess-record'; params: AssessRecord }
  | { type: 'close-record'; params: CloseRecord }
  | { type: 'open-rectification'; params: OpenRectification }
  | { type: 'move-candidates'; params: MoveCandidates }
  | { type: 'store-ranking'; params: StoreRanking }
  | { type: 'select-candidates'; params: SelectCandidates }
  | { type: 'assess-sites'; params: AssessSites }
  | { type: 'freeze-roster'; params: FreezeRoster }
  | { type: 'amend-roster'; params: AmendRoster }
  | { type: 'adopt-supplement'; params: AdoptSupplement }
  | { type: 'keep-sheet'; params: KeepSheet }
  | { type: 'keep-submission'; params: KeepSubmission }
  | { type: 'keep-application'; params: KeepApplication }
  | { type: 'record-conflict'; params: RecordConflict }
  | { type: 'open-subject'; params: OpenSubject }
  | { type: 'tell-parent'; params: TellParent }
  | { type: 'tell-children'; params: TellChildren }
  | { type: 'issue-document'; params: IssueDocument }
  | { type: 'keep-draft'; params: KeepDraft }
  | { type: 'number-document'; params: NumberDocument }
  | { type: 'store-roll'; params: StoreRoll }
  | { type: 'open-urn'; params: OpenUrn }
  | { type: 'mark-roll'; params: MarkRoll }
  | { type: 'extend-urn'; params: ExtendUrn }
  | { type: 'close-urn'; params: CloseUrn }
  | { type: 'correct-site-fact'; params: CorrectSiteFact }
  | { type: 'use-files'; params: UseFiles }
  | { type: 'supersede-record'; params: SupersedeRecord }
  | { type: 'store-draw-units'; params: StoreDrawUnits };

/** An action that is only ever read from a step; running it is a mistake of the caller. */
export const effect =
  <Params>() =>
  (_: unknown, __: Params): void => {
    throw new Error('effects are data: they are stored, never run');
  };

/** The actions every machine knows; spread into `setup({ actions })`. */
export const effects = {
  'apply-policy': effect<ApplyPolicy>(),
  notify: effect<Notify>(),
  'open-obligation': effect<OpenObligation>(),
  'raise-obligation': effect<RaiseObligation>(),
  'close-obligation': effect<CloseObligation>(),
  'store-record': effect<StoreRecord>(),
  'assess-record': effect<AssessRecord>(),
  'close-record': effect<CloseRecord>(),
  'open-rectification': effect<OpenRectification>(),
  'move-candidates': effect<MoveCandidates>(),
  'store-ranking': effect<StoreRanking>(),
  'select-candidates': effect<SelectCandidates>(),
  'assess-sites': effect<AssessSites>(),
  'freeze-roster': effect<FreezeRoster>(),
  'amend-roster': effect<AmendRoster>(),
  'adopt-supplement': effect<AdoptSupplement>(),
  'keep-sheet': effect<KeepSheet>(),
  'keep-submission': effect<KeepSubmission>(),
  'keep-application': effect<KeepApplication>(),
  'record-conflict': effect<RecordConflict>(),
  'open-subject': effect<OpenSubject>(),
  'tell-parent': effect<TellParent>(),
  'tell-children': effect<TellChildren>(),
  'issue-document': effect<IssueDocument>(),
  'keep-draft': effect<KeepDraft>(),
  'number-document': effect<NumberDocument>(),
  'store-roll': effect<StoreRoll>(),
  'open-urn': effect<OpenUrn>(),
  'mark-roll': effect<MarkRoll>(),
  'extend-urn': effect<ExtendUrn>(),
  'close-urn': effect<CloseUrn>(),
  'correct-site-fact': effect<CorrectSiteFact>(),
  'use-files': effect<UseFiles>(),
  'supersede-record': effect<SupersedeRecord>(),
  'store-draw-units': effect<StoreDrawUnits>(),
};
