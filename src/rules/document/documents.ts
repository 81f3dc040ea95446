// An official document put together from a plan's words and the campaign's data. Pure.

import type { Plain } from '../../../machines/kit/requirement.ts';
import type { CheckpointName } from '../audit/checkpoint.ts';
import { chineseDate } from '../notice/notice-words.ts';
import { errorOfTrials, plainFacts, plainReason, trialValue, valuesOf } from '../notice/notices.ts';
import { planFor } from '../plan/category-policies.ts';
import { cite, clauseIn, inTitle } from '../plan/citations.ts';
import type { DocumentKind, IssuerOfDocuments } from '../plan/document-schema.ts';
import type { Plan, Policies } from '../plan/plan-schema.ts';
import { type Effort, effortOf, TEXT_EFFORT, TooMuchEffort, writerOf } from '../plan/texts.ts';
import type {
  DocumentAttachment,
  DocumentContent,
  DocumentNumber,
  DocumentParagraph,
  DraftContent,
} from './document-content.ts';
import { inNumber } from './document-content.ts';

/** Throws for a name that a checked plan cannot have: a bug. */
export const issuerOf = (plan: Plan, name: string): IssuerOfDocuments => {
  const issuer = plan.documents.issuers[name];
  if (issuer === undefined) throw new Error(`plan ${plan.id} has no issuer ${name}`);
  return issuer;
};

/** The issuer that a step means, where the plan has it; the plan's own of this kind otherwise. */
export const issuerNamed = (
  { documents: { issuers, kinds } }: Plan,
  kind: DocumentKind,
  meant: string | undefined,
): string => (meant !== undefined && Object.hasOwn(issuers, meant) ? meant : kinds[kind].issuer);

/** What texts of documents may ask for beside what every template knows. */
const PARAMS = [
  'text',
  'remark',
  'heading',
  'triggers',
  'findings',
  'criteria',
  'days',
  'beginsOn',
  'dueAt',
  'authority',
  'count',
  'listed',
  'corrected',
] as const;
type Param = (typeof PARAMS)[number];

export type Composing = {
  kind: DocumentKind;
  issuer: IssuerOfDocuments;
  /** The organisation behind the issuer. */
  issuerName: string;
  campaignName: string;
  subjectName: string | null;
  category: string | null;
  at: string;
  params: { readonly [Name in Param]?: Plain };
  addressees: readonly string[];
  copyTo: readonly string[];
  attachments?: readonly DocumentAttachment[];
  title?: string | undefined;
  copyNumber?: string | undefined;
  secrecy?: string | undefined;
  urgency?: string | undefined;
  note?: string | undefined;
  corrects?: DraftContent['corrects'];
};

/**
 * The document as it is drafted: everything but number, date and signatory. Texts that cannot be
 * written within the effort are told in plain words, as notices are.
 */
export function composeDocument(
  plan: Plan,
  asked: Composing,
  effort: Effort = effortOf(TEXT_EFFORT),
): DraftContent {
  const { kind, issuer, issuerName } = asked;
  const template = plan.documents.kinds[kind];
  const citation = cite(plan, template.clause);
  const { title, body, note } = textsOf(plan, asked, effort);
  const printedBy = issuer.printedBy ?? issuer.name ?? issuerName;
  // A 公示 is read by the public: it is posted up, and addressed to nobody.
  const isPosted = kind === 'public-notice';
  return {
    kind,
    kindName: template.name,
    clause: clauseIn(plan, template.clause),
    quote: citation.quote ?? citation.provenance?.note ?? '',
    copyNumber: asked.copyNumber ?? null,
    secrecy: asked.secrecy ?? null,
    urgency: asked.urgency ?? null,
    mark: issuer.mark ?? `${issuerName}文件`,
    upward: template.upward,
    title: inOneLine(asked.title ?? title),
    names: namesOf(plan, asked),
    numbered: template.numbered,
    addressees: isPosted ? [] : asked.addressees,
    body: paragraphsOf(body),
    attachments: asked.attachments ?? [],
    issuer: issuer.name ?? issuerName,
    note: (asked.note ?? note.trim()) || null,
    copyTo: isPosted ? [] : asked.copyTo.filter((name) => name !== printedBy),
    printedBy,
    corrects: asked.corrects ?? null,
    period: periodOf(asked),
    sample: plan.sample ?? false,
  };
}

const namesOf = (plan: Plan, asked: Composing): string[] =>
  [
    ...new Set(
      [
        ...[asked.issuerName, asked.campaignName, asked.subjectName, ...asked.addressees],
        ...plan.categories.map(({ name }) => name),
        ...Object.values(plan.documents.issuers).map(({ name }) => name),
      ].filter((name) => name != null),
    ),
  ].toSorted();

function periodOf({ kind, params: { beginsOn, dueAt } }: Composing): DraftContent['period'] {
  if (kind !== 'public-notice') return null;
  return typeof beginsOn === 'string' && typeof dueAt === 'string' ? { beginsOn, dueAt } : null;
}

type Texts = Record<'title' | 'body' | 'note', string>;

function textsOf(plan: Plan, asked: Composing, effort: Effort): Texts {
  try {
    return writeTexts(plan, asked, effort);
  } catch (error) {
    if (error instanceof TooMuchEffort && error.isShared) throw error;
    const { name } = plan.documents.kinds[asked.kind];
    const about = asked.subjectName ?? asked.campaignName;
    return {
      title: `关于${about}的${name}`,
      body: [about, ...plainFacts(plan, paramsOf(asked)), plainReason(error)].join('\n'),
      note: '',
    };
  }
}

const paramsOf = ({ params }: Composing): Record<string, Plain> => ({
  ...Object.fromEntries(PARAMS.map((name) => [name, null])),
  ...params,
});

function writeTexts(plan: Plan, asked: Composing, effort: Effort): Texts {
  const template = plan.documents.kinds[asked.kind];
  const scope = { ...asked, params: paramsOf(asked) };
  const values = {
    ...valuesOf(plan, cite(plan, template.clause), scope),
    ...ofIssuer(planFor(plan, asked.category), asked.issuer),
  };
  const addressee = asked.addressees.join('、');
  const write = (text: string) => writerOf(text, values, effort)(addressee);
  const { title, body, note = '' } = template;
  return { title: write(title), body: write(body), note: write(note) };
}

/** What the texts say of the issuer and of a public notice beside what every template knows. */
const ofIssuer = (plan: Plan, { grounds, contact }: IssuerOfDocuments) => ({
  grounds: grounds?.text ?? inTitle(plan),
  contact: contact ?? null,
  objections: plan.documents.objections,
  period: periodInWords(plan.policies),
});
const OF_ISSUER = ['grounds', 'contact', 'objections', 'period'];

const periodInWords = ({ publicNoticeDays, publicNoticeCounting }: Policies): string => {
  const { days, first } = publicNoticeCounting.value;
  const from = first === 'same-day' ? '之日' : '次日';
  return `自发布${from}起${publicNoticeDays.value}${days === 'working' ? '个工作日' : '天'}`;
};

/** The error that keeps the texts of a kind from being written, if there is one. */
export function documentErrors(plan: Plan, kind: DocumentKind): unknown[] {
  return errorOfTrials((trial) => {
    const asked: Composing = {
      kind,
      issuer: plan.documents.issuers[plan.documents.kinds[kind].issuer] as IssuerOfDocuments,
      issuerName: '试写',
      campaignName: plan.title,
      subjectName: '试写',
      category: plan.categories[0]?.code ?? null,
      at: '2018-01-01T00:00:00Z',
      params: Object.fromEntries(PARAMS.map((name) => [name, trialValue(name, trial)])),
      addressees: ['试写'],
      copyTo: [],
    };
    writeTexts(plan, asked, effortOf(TEXT_EFFORT));
  });
}

/** The document as it is issued; from here on nothing of it changes. */
export const issueContent = (
  draft: DraftContent,
  issued: {
    number: DocumentNumber | null;
    signatory: string | null;
    date: string;
    checkpoint: CheckpointName | null;
  },
): DocumentContent => ({
  ...draft,
  schema: 1,
  number: issued.number === null ? null : inNumber(issued.number),
  signatory: draft.upward ? issued.signatory : null,
  issueDate: chineseDate(issued.date),
  printDate: chineseDate(issued.date),
  checkpoint: issued.checkpoint,
});

const inOneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();

const FIRST_LEVEL = /^[一二三四五六七八九十]{1,3}、/;
const SECOND_LEVEL = /^（[一二三四五六七八九十]{1,3}）/;

/** A line is a paragraph; indents are the renderer's. */
export const paragraphsOf = (text: string): DocumentParagraph[] =>
  text
    .split('\n')
    .map((line) => line.replaceAll(/[\p{Cc}]+/gu, ' ').trim())
    .filter((line) => line !== '')
    .map((line) => ({
      text: line,
      level: FIRST_LEVEL.test(line) ? 1 : SECOND_LEVEL.test(line) ? 2 : 0,
    }));

/** What the texts of documents may ask for beside what every template knows. */
export const documentParams: readonly string[] = [...PARAMS, ...OF_ISSUER];
