// A draft put together from what its drafter chose and from what stood when it was drafted. Pure: with
// the plan, the log of the document says every word of it.

import type { DraftChoices, DraftMaterial } from '../../../machines/document/draft.ts';
import type { Plain } from '../../../machines/kit/requirement.ts';
import { DOCUMENT_KINDS, type DocumentKind } from '../plan/document-schema.ts';
import type { Plan } from '../plan/plan-schema.ts';
import type { Effort } from '../plan/texts.ts';
import type { DocumentText, DraftContent } from './document-content.ts';
import { authorityOf, isListKind } from './document-lists.ts';
import { composeDocument, issuerOf, paragraphsOf } from './documents.ts';

/** Drafted by the campaign and by the order, never by anybody else. */
const BY_ITSELF: readonly DocumentKind[] = ['campaign-notice', 'rectification-order'];
export const DRAFTED_KINDS = DOCUMENT_KINDS.filter((kind) => !BY_ITSELF.includes(kind));

const NEED_CANDIDATE: readonly DocumentKind[] = ['application-form', 'acceptance-sheet'];
const NEED_TEXT: readonly DocumentKind[] = ['notice', 'correction', 'circular-of-criticism'];

type ChoiceFault = { path: string; zh: string; en: string };

/** What is missing of the choices for a document of this kind, or may not be chosen; null for nothing. */
export function choiceFault(
  kind: DocumentKind,
  { title, text, category: named }: DraftChoices,
  isAboutCandidate: boolean,
  category: string | null,
): ChoiceFault | null {
  const fault = (path: string, zh: string, en: string) => ({ path: `/${path}`, zh, en });
  if (!isAboutCandidate && NEED_CANDIDATE.includes(kind)) {
    return fault('candidateId', '此文种必填', 'is required of this kind');
  }
  if (named !== undefined && category === null) {
    return fault('category', '方案没有这一类别', 'is no category');
  }
  if (category === null && kind === 'ranking-summary') {
    return fault('category', '必填，须为方案的类别', 'is required, a category of the plan');
  }
  if (text === undefined && NEED_TEXT.includes(kind)) {
    return fault('text', '此文种须写正文', 'is required of this kind');
  }
  if (text !== undefined && kind === 'application-form') {
    const en = 'is not written: the form is made of the application';
    return fault('text', '申报表由申报生成，不另写正文', en);
  }
  if (title === undefined && kind === 'notice') {
    return fault('title', '通知须写标题', 'a notice needs a title');
  }
  return null;
}

type Drafting = {
  kind: DocumentKind;
  issuer: string;
  /** What the event that needs the document says of it. */
  params: { readonly [name: string]: Plain };
  at: string;
};

/** Everything but number, date and signatory. Throws TooMuchEffort as `composeDocument` does. */
export function composeDraft(
  plan: Plan,
  { kind, issuer: issuerName, params, at }: Drafting,
  choices: DraftChoices,
  material: DraftMaterial,
  effort: Effort,
): DraftContent {
  const { about, corrects, list, tables, addressees, copyTo } = material;
  const issuer = issuerOf(plan, issuerName);
  const { title, copyNumber, secrecy, urgency, note } = choices;
  const attachments = kind === 'campaign-notice' ? textOfPlan(plan) : tables;
  const count = tables.reduce((sum, one) => sum + ('rows' in one ? one.rows.length : 0), 0);
  const listed =
    list === null ? {} : { listed: about === null ? list.named.length : null, dueAt: list.dueAt };
  return composeDocument(
    plan,
    {
      kind,
      issuer,
      issuerName: material.issuerName,
      campaignName: material.campaignName,
      subjectName: about?.name ?? null,
      category: material.category,
      at,
      params: {
        text: choices.text ?? null,
        remark: choices.remark ?? null,
        heading: title ?? null,
        triggers: [],
        findings: [],
        count,
        corrected: corrects?.title ?? null,
        authority: isListKind(kind) ? authorityOf(plan, issuerName) : null,
        ...params,
        ...listed,
      },
      addressees: kind === 'campaign-notice' ? plan.document.addressees : addressees,
      copyTo,
      attachments,
      title,
      copyNumber,
      secrecy,
      urgency,
      note,
      corrects,
    },
    effort,
  );
}

/** The plan that the notice of its issue brings out. */
function textOfPlan({ title, document: { text } }: Plan): DocumentText[] {
  return text === undefined ? [] : [{ title, paragraphs: paragraphsOf(text) }];
}
