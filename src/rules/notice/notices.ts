// Writes notices from the templates of a plan. Names and reasons are never read as templates.

import type { Plain } from '../../../machines/kit/requirement.ts';
import type { TemplateName } from '../../../machines/notice/templates.ts';
import { TEMPLATES } from '../../../machines/notice/templates.ts';
import { basisOf, type Citation, cite, clauseIn } from '../plan/citations.ts';
import { type Text, unknownName } from '../plan/fault.ts';
import type { NoticeTemplate, Plan } from '../plan/plan-schema.ts';
import { textFault } from '../plan/text-faults.ts';
import {
  type Effort,
  effortOf,
  TEXT_EFFORT,
  TooMuchEffort,
  variablesOf,
  writerOf,
} from '../plan/texts.ts';
import { titlesOf } from '../plan/titles.ts';
import { localDate } from '../time/calendar.ts';
import { chineseDate, clauseOfParams, inWords } from './notice-words.ts';

/** The addressee and subject of a notice, and the machine's parameters; `at` is RFC 3339. */
export type NoticeScope = {
  campaignName: string;
  addressee: string;
  /** Null when the notice is about the campaign itself. */
  subjectName: string | null;
  /** The code of the subject's category. */
  category: string | null;
  at: string;
  params: Readonly<Record<string, Plain>>;
};

/** The parameters of a template; null when no machine sends it. */
const toldTo = (template: string): readonly string[] | null =>
  isTemplate(template) ? TEMPLATES[template] : null;

const isTemplate = (name: string): name is TemplateName => Object.hasOwn(TEMPLATES, name);

type NoticeText = {
  kind: NoticeTemplate['kind'];
  clause: string;
  title: string;
  body: string;
  /** True when the addressee owes a receipt (签收). */
  receipt: boolean;
};

/**
 * No machine sends these: the kernel sends the first when a newer calendar moves a day, and the roll-ups of
 * sites and places the others when they turn (R12, R15).
 */
export const OWN_TEMPLATES = [
  'deadline-moved',
  'site-conformance-lost',
  'site-conformance-regained',
  'place-conformance-lost',
  'place-conformance-reached',
] as const;

/** The names that every template knows. */
const ALWAYS = [
  'plan',
  'titles',
  'documentNumber',
  'issueDate',
  'clause',
  'basis',
  'campaignName',
  'addressee',
  'subject',
  'applicant',
  'subjectName',
  'category',
  'date',
];

/**
 * Writes one notice for one addressee after another; the parts without the addressee are written
 * once. It rests on the clause of its obligation, phase or inspection, otherwise on the template's
 * own. A text that cannot be written within its effort becomes a plain list of all its parameters,
 * because its deadline runs in any case. Throws TooMuchEffort when the shared effort is spent, and
 * an error when the plan has no such template, which validatePlan finds before a plan is published.
 */
export function noticeWriter(
  plan: Plan,
  template: string,
  scope: Scope,
  effort: Effort,
): (addressee: string) => NoticeText {
  const write = writingOf(plan, template, scope, effort);
  return (addressee) => {
    const { kind, clause, receipt } = write.head;
    try {
      return { kind, clause, receipt, ...write.texts(addressee) };
    } catch (error) {
      if (error instanceof TooMuchEffort && error.isShared) throw error;
      const told = { ...scope, addressee };
      return { kind, clause, receipt, ...plainNotice(plan, template, told, error) };
    }
  };
}

/** The text of one notice for one addressee, as `noticeWriter` writes it. */
export const renderNotice = (
  plan: Plan,
  template: string,
  { addressee, ...scope }: NoticeScope,
  effort: Effort = effortOf(TEXT_EFFORT),
): NoticeText => noticeWriter(plan, template, scope, effort)(addressee);

/** The common parts of a template's notices, with the writers of its texts or the reason without. */
function writingOf(
  plan: Plan,
  template: string,
  scope: Scope,
  effort: Effort,
): {
  head: Pick<NoticeText, 'kind' | 'clause' | 'receipt'>;
  texts: (addressee: string) => { title: string; body: string };
} {
  const notice = Object.hasOwn(plan.notices, template) ? plan.notices[template] : undefined;
  if (notice === undefined) throw new Error(`plan ${plan.id} has no notice ${template}`);
  const special = clauseOfParams(plan, scope.params);
  const citation = cite(plan, special ?? notice.clause);
  const values = valuesOf(plan, citation, scope);
  const [title, body] = [notice.title, notice.body].map((text) => writerOf(text, values, effort));
  return {
    head: {
      kind: notice.kind,
      clause: clauseIn(plan, special ?? notice.clause),
      receipt: notice.receipt,
    },
    texts: (addressee) => ({
      title: inOneLine(title?.(addressee) ?? ''),
      body: (body?.(addressee) ?? '').trim(),
    }),
  };
}

const inOneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();

/** A notice without its template; it says why, so that somebody can mend the template. */
function plainNotice(
  plan: Plan,
  template: string,
  scope: NoticeScope,
  error: unknown,
): { title: string; body: string } {
  const notice = plan.notices[template];
  const special = clauseOfParams(plan, scope.params);
  const citation = cite(plan, special ?? notice?.clause ?? '');
  const about = applicantOf(scope, categoryOf(plan, scope)?.name);
  return {
    title: inOneLine(`关于${scope.subjectName ?? scope.campaignName}有关事项的通知（${template}）`),
    body: [
      `${scope.addressee}：`,
      `${scope.campaignName}，${about}：${template}`,
      ...plainFacts(plan, scope.params),
      `根据：${basisOf(plan, citation)}`,
      plainReason(error),
      dateOf(plan, scope),
    ].join('\n'),
  };
}

/** The parameters of a text by the names that templates use. */
export const plainFacts = (plan: Plan, params: Readonly<Record<string, Plain>>): string[] =>
  Object.entries(params).flatMap(([name, value]) => {
    const words = inWords(plan, name, value);
    if (words === null || words === undefined || words === '') return [];
    return [`${name}：${Array.isArray(words) ? words.join('；') : String(words)}`];
  });

/** The reason why a text is plain. */
export const plainReason = (error: unknown): string => {
  const why = error instanceof Error ? error.message : String(error);
  return `（方案的模板未能成文，以上逐项列出其内容 · The plan’s template could not be written: ${why}）`;
};

/** The names that a text asks for beside the common ones, or the reason why it cannot be read. */
export function templateVariables(text: string): { names: string[] } | { fault: Text } {
  try {
    return { names: variablesOf(text).filter((name) => !ALWAYS.includes(name)) };
  } catch (error) {
    return { fault: textFault(error) };
  }
}

/** The reason why a template cannot be sent: it does not parse, or asks for an unknown name. */
export function templateFaults(
  template: string,
  { title = '', body = '' }: { title?: string | undefined; body?: string | undefined },
): NoticeFault[] {
  const params = toldTo(template);
  return Object.entries({ title, body }).flatMap(([part, text]): NoticeFault[] => {
    const wanted = templateVariables(text);
    if ('fault' in wanted) return [{ part, message: wanted.fault }];
    return wanted.names
      .filter((name) => params !== null && !params.includes(name))
      .map((name) => ({ part, message: untold(template, name, [...ALWAYS, ...(params ?? [])]) }));
  });
}

/** A text asks for a name that it is not told. */
export function untold(template: string, name: string, known: readonly string[]): Text {
  const what = { zh: `${template} 的文本没有这个变量`, en: `${template} is not told` };
  return unknownName('', what, name, known).message;
}

const LISTS = ['corrections', 'findings', 'requirements'];
/** Lists of codes are short, because there are few codes. */
const SHORT_LISTS = ['triggers', 'criteria'];
const OF_CAMPAIGN = /^(?:campaign-|phase-)/;

/** Trial parameters: one word for each, and the most that each can be. */
const TRIALS: readonly { items: number; text: string }[] = [
  { items: 1, text: '试写' },
  // The most that a command may list, and the longest text of each.
  { items: 200, text: '试'.repeat(2_000) },
];

export const trialValue = (name: string, { items, text }: (typeof TRIALS)[number]): Plain =>
  SHORT_LISTS.includes(name)
    ? ['试写']
    : LISTS.includes(name)
      ? Array<string>(items).fill(text)
      : name.endsWith('At')
        ? '2018-01-01T00:00:00Z'
        : name.endsWith('On')
          ? '2018-01-01'
          : text;

/**
 * The error that keeps a template from being written, if there is one. A trial renders it for a
 * candidate and for the campaign, which shows missing parts of the plan and the effort. A hostile
 * template takes up to seconds, so callers use a thread (`src/threads`).
 */
export function noticeErrors(plan: Plan, template: string): unknown[] {
  const names = toldTo(template) ?? [];
  const ofCampaign = OF_CAMPAIGN.test(template);
  const [category] = plan.categories;
  return errorOfTrials((trial) => {
    const params = (names ?? []).map((name) => [name, trialValue(name, trial)]);
    const scope = {
      campaignName: plan.title,
      subjectName: ofCampaign ? null : '试写',
      category: ofCampaign ? null : (category?.code ?? null),
      at: '2018-01-01T00:00:00Z',
      params: Object.fromEntries(params),
    };
    writingOf(plan, template, scope, effortOf(TEXT_EFFORT)).texts('试写');
  });
}

/** The error of the first trial that fails. */
export function errorOfTrials(write: (trial: (typeof TRIALS)[number]) => void): unknown[] {
  try {
    TRIALS.forEach(write);
    return [];
  } catch (error) {
    return [error];
  }
}

type NoticeFault = { part: string; message: Text };

type Scope = Omit<NoticeScope, 'addressee'>;

const categoryOf = (plan: Plan, scope: Scope) =>
  plan.categories.find(({ code }) => code === scope.category) ?? null;

const dateOf = (plan: Plan, { at }: Scope): string =>
  chineseDate(localDate(Temporal.Instant.from(at), plan.timeZone));

/** Titles of documents, which texts put between 《 and 》. */
const TITLES = ['title', 'corrected'];

/** Between 《 and 》 stand 〈 and 〉. */
const innerMarks = (title: Plain): Plain =>
  typeof title === 'string' ? title.replaceAll('《', '〈').replaceAll('》', '〉') : title;

/** The common names without the addressee. */
export function valuesOf(plan: Plan, citation: Citation, scope: Scope): object {
  const { issuerCode, year, serial, issueDate } = plan.document;
  const category = categoryOf(plan, scope);
  const params = Object.entries(scope.params).map(([name, value]) => [
    name,
    TITLES.includes(name) ? innerMarks(value) : inWords(plan, name, value),
  ]);
  return {
    ...Object.fromEntries(params),
    plan,
    titles: Object.fromEntries(
      Object.entries(titlesOf(plan)).map(([name, title]) => [name, title.name]),
    ),
    documentNumber: `${issuerCode}〔${year}〕${serial}号`,
    issueDate: chineseDate(issueDate),
    clause: {
      id: citation.clause ?? citation.rule,
      section: citation.section,
      quote: citation.quote ?? citation.provenance?.note ?? '',
      english: citation.english,
    },
    basis: basisOf(plan, citation),
    campaignName: scope.campaignName,
    subject: scope.subjectName ?? scope.campaignName,
    applicant: applicantOf(scope, category?.name),
    subjectName: scope.subjectName,
    category,
    date: dateOf(plan, scope),
  };
}

/** The subject with what it applies for, such as 示范村（社区）申报对象某镇某村. */
function applicantOf({ subjectName, campaignName }: Scope, category: string | undefined): string {
  if (subjectName === null) return campaignName;
  return category === undefined ? subjectName : `${category}申报对象${subjectName}`;
}
