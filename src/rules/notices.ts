// Notices from the templates of a plan: LiquidJS in, plain text out. What a name or a reason
// contains is never read as a template.

import { Liquid, type Template } from 'liquidjs';
import type { Plain } from '../../machines/requirement.ts';
import { localDate } from './calendar.ts';
import { basisOf, type Citation, cite, clauseIn } from './citations.ts';
import { chineseDate, clauseOfParams, inWords } from './notice-words.ts';
import type { NoticeTemplate, Plan } from './plan-schema.ts';

/** Whom a notice tells, of whom, and what the machine said; `at` is an instant (RFC 3339). */
export type NoticeScope = {
  campaignName: string;
  addressee: string;
  /** Null when the campaign itself is spoken of. */
  subjectName: string | null;
  /** Code of the subject's category. */
  category: string | null;
  at: string;
  params: Readonly<Record<string, Plain>>;
};

export type NoticeText = {
  kind: NoticeTemplate['kind'];
  clause: string;
  title: string;
  body: string;
  /** True when the addressee owes a receipt (签收). */
  receipt: boolean;
};

/** Every template the machines send, with the parameters they give it. */
export const REQUIRED_TEMPLATES: { readonly [template: string]: readonly string[] } = {
  'campaign-issued': ['number', 'title'],
  'phase-entered': ['phase'],
  'phase-due-soon': ['phase', 'dueAt'],
  'phase-overrun': ['phase', 'dueAt'],
  'override-requested': ['reason'],
  'campaign-cancelled': ['reason'],
  'campaign-concluded': [],
  'candidate-registered': [],
  'plan-submitted': [],
  'plan-approved': [],
  'plan-returned': ['corrections', 'dueAt'],
  'obligation-due-soon': ['obligation', 'dueAt'],
  'obligation-overdue': ['obligation', 'dueAt'],
  'creation-declared': [],
  'creation-confirmed': [],
  'declaration-returned': ['corrections'],
  'late-declaration-admitted': ['reason'],
  'late-resubmission-admitted': ['reason'],
  'late-application-admitted': ['reason'],
  'not-created': [],
  'inspection-recorded': ['kind', 'findings'],
  'self-check-found-shortcomings': ['findings'],
  'circular-of-criticism': ['triggers', 'findings', 'criteria', 'dueAt', 'number', 'title'],
  'rectification-order': ['triggers', 'findings', 'criteria', 'dueAt', 'number', 'title'],
  'document-delivered': ['number', 'title'],
  'document-recalled': ['number', 'title', 'reason'],
  'rectification-acknowledged': ['dueAt'],
  'rectification-submitted': ['dueAt'],
  'rectification-closed': ['dueAt'],
  'rectification-reopened': ['reason', 'dueAt'],
  'rectification-extended': ['reason', 'dueAt'],
  'rectification-due-soon': ['findings', 'dueAt'],
  'rectification-overdue': ['findings', 'dueAt'],
  'rectification-escalated': ['findings', 'dueAt'],
  'ballot-round-convened': ['opensAt', 'closesAt'],
  'ballot-round-extended': ['closesAt', 'reason'],
  'ballot-count-owed': ['dueAt'],
  'ballot-count-entered': ['dueAt'],
  'ballot-round-void': ['cause', 'reason', 'issued', 'returned'],
  'ballot-round-closed': ['issued', 'returned', 'score'],
  'application-received': [],
  'county-step-not-applicable': [],
  'county-acceptance-passed': [],
  'city-verification-passed': [],
  'passed-with-requirements': ['requirements', 'dueAt', 'restsOn'],
  'returned-for-correction': ['corrections', 'dueAt', 'restsOn'],
  resubmitted: [],
  'review-deferred': ['reason', 'dueAt', 'restsOn'],
  'deferral-ended': ['restsOn'],
  'review-failed': ['reason', 'restsOn'],
  selected: ['rank'],
  'kept-in-reserve': ['rank', 'position'],
  'passed-over': ['rank', 'because'],
  'tie-found': ['categoryCode', 'dueAt'],
  'public-notice-opened': ['dueAt', 'number', 'title'],
  'objection-received': ['dueAt'],
  'objection-dismissed': [],
  'removed-after-objection': ['reason'],
  'submitted-upward': [],
  conferred: ['authority', 'number', 'title'],
  'disqualification-proposed': [],
  disqualified: ['reason'],
  withdrawn: [],
  lapsed: [],
  'revocation-proposed': [],
  revoked: ['reason'],
  'receipt-reminder': ['title'],
  'site-conformance-lost': ['site', 'findings', 'restsOn'],
  'site-conformance-regained': ['site', 'restsOn'],
  'place-conformance-lost': ['place', 'site', 'total', 'conforming', 'restsOn'],
  'place-conformance-reached': ['place', 'total', 'restsOn'],
  'roster-amended': ['added', 'removed', 'reason'],
  'regression-raised': ['site', 'dueAt', 'restsOn'],
  'regression-due-soon': ['site', 'dueAt', 'restsOn'],
  'regression-overdue': ['site', 'dueAt', 'restsOn'],
  'regression-upheld': ['site', 'reason', 'restsOn'],
  'regression-settled': ['site', 'reason'],
  'supplement-submitted': ['version'],
  'supplement-approved': ['version'],
  'supplement-returned': ['corrections'],
  'assessment-reassigned': ['reason', 'dueAt'],
  'assessment-vacant': ['reason', 'dueAt'],
  'assessment-sent-back': ['reason', 'dueAt'],
  'draw-published': ['round', 'snapshotHash', 'ruleHash', 'serviceCommitment', 'revealAt'],
  'draw-revealed': ['round', 'units', 'seed', 'resultHash', 'silent'],
  'draw-cancelled': ['round', 'reason'],
  'rectification-reopened-repeatedly': ['reopens', 'reason', 'dueAt'],
  'policy-change-proposed': ['planVersion', 'reason'],
  'policy-change-approved': ['planVersion', 'reason'],
  'policy-adopted': ['planVersion'],
};

/** Told of sites and places as their roll-ups turn, by no machine of their own (R12, R15). */
export const ROLL_UP_TEMPLATES = [
  'site-conformance-lost',
  'site-conformance-regained',
  'place-conformance-lost',
  'place-conformance-reached',
] as const;

/** What every template knows, whoever sends it. */
const ALWAYS = [
  'plan',
  'documentNumber',
  'issueDate',
  'clause',
  'basis',
  'campaignName',
  'addressee',
  'subject',
  'subjectName',
  'category',
  'date',
];

const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  // Plans are data that others write: no template reads a file, and a loop without end is stopped.
  templates: {},
  memoryLimit: 10_000_000,
});

// Only texts of published plans are rendered, so there are as many as those plans have.
const parsed = new Map<string, Template[]>();

function parse(text: string): Template[] {
  const known = parsed.get(text);
  if (known) return known;
  const fresh = engine.parse(text);
  parsed.set(text, fresh);
  return fresh;
}

/**
 * The text of one notice. It rests on the clause of the duty, phase or inspection it is about, else
 * on the template's own. Throws when the plan has no such template or the template asks for what it
 * is not given: validatePlan tells both before a plan is published.
 */
export function renderNotice(plan: Plan, template: string, scope: NoticeScope): NoticeText {
  const notice = Object.hasOwn(plan.notices, template) ? plan.notices[template] : undefined;
  if (notice === undefined) throw new Error(`plan ${plan.id} has no notice ${template}`);
  const special = clauseOfParams(plan, scope.params);
  const citation = cite(plan, special ?? notice.clause);
  const values = valuesOf(plan, citation, scope);
  const render = (text: string): string => String(engine.renderSync(parse(text), values));
  return {
    kind: notice.kind,
    clause: clauseIn(plan, special ?? notice.clause),
    title: render(notice.title)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
    body: render(notice.body).trim(),
    receipt: notice.receipt,
  };
}

/** Texts of a plan with what every template knows and the scope's params, each as it is told. */
export function renderTexts(
  plan: Plan,
  clause: string,
  scope: NoticeScope,
  texts: readonly string[],
): string[] {
  const values = valuesOf(plan, cite(plan, clause), scope);
  return texts.map((text) => String(engine.renderSync(parse(text), values)));
}

/** What a text asks for beyond what every template knows, or why it cannot be read. */
export function templateVariables(text: string): { names: string[] } | { fault: string } {
  try {
    const wanted = engine.globalVariablesSync(engine.parse(text));
    return { names: wanted.filter((name) => !ALWAYS.includes(name)) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** The names of the templates a plan has, in its order. */
export const knownTemplates = (plan: Plan): string[] => Object.keys(plan.notices);

/** Why a template cannot be sent: it does not parse, or asks for what nobody gives it. */
export function templateFaults(template: string, { title, body }: NoticeTemplate): NoticeFault[] {
  const params = Object.hasOwn(REQUIRED_TEMPLATES, template) ? REQUIRED_TEMPLATES[template] : null;
  return Object.entries({ title, body }).flatMap(([part, text]): NoticeFault[] => {
    try {
      const wanted = engine.globalVariablesSync(engine.parse(text));
      const foreign = wanted.filter((name) => params && ![...ALWAYS, ...params].includes(name));
      return foreign.map((name) => ({ part, message: `${template} is not told ${name}` }));
    } catch (error) {
      return [{ part, message: error instanceof Error ? error.message : String(error) }];
    }
  });
}

const LISTS = ['corrections', 'findings', 'triggers', 'requirements'];
const OF_CAMPAIGN = /^(?:campaign-|phase-)/;

/**
 * Why a template of a plan that is otherwise whole cannot be written: rendered once on trial, of a
 * candidate or of the campaign, so that what it takes from inside the plan is there.
 */
export function renderFaults(plan: Plan, template: string): NoticeFault[] {
  const names = Object.hasOwn(REQUIRED_TEMPLATES, template) ? REQUIRED_TEMPLATES[template] : [];
  const params = (names ?? []).map((name) => [
    name,
    LISTS.includes(name) ? ['试写'] : name.endsWith('At') ? '2018-01-01T00:00:00Z' : '试写',
  ]);
  const ofCampaign = OF_CAMPAIGN.test(template);
  const [category] = plan.categories;
  const scope: NoticeScope = {
    campaignName: plan.title,
    addressee: '试写',
    subjectName: ofCampaign ? null : '试写',
    category: ofCampaign ? null : (category?.code ?? null),
    at: '2018-01-01T00:00:00Z',
    params: Object.fromEntries(params),
  };
  try {
    renderNotice(plan, template, scope);
    return [];
  } catch (error) {
    return [{ part: 'body', message: error instanceof Error ? error.message : String(error) }];
  }
}

type NoticeFault = { part: string; message: string };

function valuesOf(plan: Plan, citation: Citation, scope: NoticeScope): object {
  const { issuerCode, year, serial, issueDate } = plan.document;
  const category = plan.categories.find(({ code }) => code === scope.category) ?? null;
  const params = Object.entries(scope.params).map(([name, value]) => [
    name,
    inWords(plan, name, value),
  ]);
  return {
    ...Object.fromEntries(params),
    plan,
    documentNumber: `${issuerCode}〔${year}〕${serial}号`,
    issueDate: chineseDate(issueDate),
    clause: {
      id: citation.clause ?? citation.rule,
      section: citation.section,
      quote: citation.quote ?? citation.provenance?.note ?? '',
      english: citation.english,
    },
    basis: basisOf(citation),
    campaignName: scope.campaignName,
    addressee: scope.addressee,
    subject: phrase(scope, category?.name),
    subjectName: scope.subjectName,
    category,
    date: chineseDate(localDate(Temporal.Instant.from(scope.at), plan.timeZone)),
  };
}

/** The subject as an official text names it: 示范村（社区）申报对象“彭村”. */
function phrase({ subjectName, campaignName }: NoticeScope, category: string | undefined): string {
  if (subjectName === null) return campaignName;
  return category === undefined ? subjectName : `${category}申报对象“${subjectName}”`;
}
