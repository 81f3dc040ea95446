// Requirements of a written application and its correction (R62; R64 when the city returned it).

import { inWindow } from '../candidate/chart.ts';
import { askedCriterion } from '../candidate/criterion-requirements.ts';
import type { CandidateContext, CandidateEvent } from '../candidate/events.ts';
import type { Rule } from '../candidate/requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { atLeast, isTrue, none } from '../kit/requirement.ts';
import { isBefore } from '../kit/time.ts';
import type { DeclaredChange } from './application.ts';
import { changedFields, openedFields } from './application.ts';

type Signing = 'apply' | 'resubmit';

/** A late application is refused (R62), unless the reviewer has admitted it with a reason. */
export const appliedInTime = (clause: string, phase: string): Rule => ({
  name: 'applied-in-time',
  clause,
  modality: 'M',
  zh: '在考核评议阶段的期限内书面申报',
  en: 'applied within the window of evaluation',
  measure: (context, { at }) => {
    const limit = inWindow(phase)(context)?.dueAt ?? at;
    const isAdmitted = context.lateApplicationFor != null;
    return { actual: at, required: limit, met: isBefore(at, limit) || isAdmitted };
  },
});

/** The body that will accept the application admits it late; the county never admits its own (Q3). */
export const admittedByReviewer = (
  clause: string,
  reviewers: readonly string[],
): Rule<'admit-late-application'> => ({
  name: 'admitted-by-reviewer',
  clause,
  modality: 'M',
  zh: '由负责验收的一级准予逾期申报',
  en: 'admitted by the body that will accept the application',
  measure: (_, { by }) => ({
    actual: [...by.roles],
    required: [...reviewers],
    met: by.roles.some((role) => reviewers.includes(role)),
  }),
});

const isWritten = (text: string | undefined): boolean => text !== undefined && text.trim() !== '';

export const signed: Rule<'apply'> = {
  name: 'signed',
  clause: 'R62',
  modality: 'M',
  zh: '书面申报须签字盖章',
  en: 'a written application is signed or sealed',
  asksInput: true,
  measure: (_, { signatory, signatureEvidence, signatureFileId }) =>
    isTrue(isWritten(signatory) && (isWritten(signatureEvidence) || signatureFileId !== undefined)),
};

/** Words do not replace the page where the plan wants a scan of it. */
export const signatureScanned: Rule<'apply'> = {
  name: 'signature-scanned',
  clause: 'R62',
  modality: 'M',
  policy: 'signatureScanRequired',
  zh: '附签字盖章页的扫描件',
  en: 'a scan of the signed or sealed page is attached',
  asksInput: true,
  measure: (_, event) =>
    atLeast(
      event.signatureFileId === undefined ? 0 : 1,
      factOf(event, 'policies').signatureScanRequired ? 1 : 0,
    ),
};

const signatureFileOf = (event: EventOf<CandidateEvent, Signing>): string | undefined =>
  event.type === 'apply' ? event.signatureFileId : event.application?.signatureFileId;

/** The signed page is the applicant's own and not a neighbour's. */
export const signatureIsOwn = (clause: string): Rule<Signing> => ({
  name: 'signature-is-own',
  clause,
  modality: 'M',
  zh: '签字盖章页是申报单位已上传的文件',
  en: 'the signed page is a file that the applying unit has uploaded',
  asksInput: true,
  measure: (_, event) => {
    if (signatureFileOf(event) === undefined) return none(0);
    const { unit, isOwn, owners } = factOf(event, 'signature');
    return { actual: unit, required: [...owners], met: isOwn };
  },
});

type Resubmitted = EventOf<CandidateEvent, 'resubmit'>;
const changeOf = ({ application }: Resubmitted): DeclaredChange => application ?? {};

/**
 * A class that the plan does not list would silently rank as none (R27). A candidate that is
 * preferred for another reason (等) declares OTHER, where the plan lists it.
 */
export const priorityClassListed = (clause: string): Rule<Signing> => ({
  name: 'priority-class-listed',
  clause,
  modality: 'M',
  zh: '申报的优先类别是方案所列的',
  en: 'the preference class is one that the plan lists',
  asksInput: true,
  measure: (_, event) => {
    const listed = event.facts.priorityClasses ?? [];
    const declared = event.type === 'apply' ? event.priorityClass : changeOf(event).priorityClass;
    const met = declared === undefined || listed.length === 0 || listed.includes(declared);
    return { actual: declared ?? null, required: [...listed], met };
  },
});

/** Fields that were not opened stay as they were handed in; the refusal names the others. */
export const changesOnlyTheOpened = (clause: string): Rule<'resubmit'> => ({
  name: 'changes-only-the-opened',
  clause,
  modality: 'M',
  zh: '只更正退回时开放的内容',
  en: 'corrects only what the return has opened',
  asksInput: true,
  measure: ({ corrections }, event) => {
    const opened = openedFields(corrections ?? []);
    const beyond = changedFields(changeOf(event)).filter((field) => !opened.includes(field));
    return { actual: beyond, required: opened, met: beyond.length === 0 };
  },
});

/** Each point of the list has exactly one answer, and nothing else is answered. */
export const everyCorrectionAnswered = (clause: string): Rule<'resubmit'> => ({
  name: 'every-correction-answered',
  clause,
  modality: 'M',
  zh: '对告知的问题逐条答复',
  en: 'every point of the list is answered, each once',
  asksInput: true,
  measure: ({ corrections = [] }, { answers = [] }) => {
    const given = answers.map(({ correction }) => correction);
    const owed = corrections.flatMap(({ answered }, index) => (answered ? [index + 1] : []));
    const missing = owed.filter((place) => !given.includes(place));
    const strange = given.filter((place) => place < 1 || place > corrections.length);
    const twice = given.filter((place, index) => given.indexOf(place) !== index);
    const wrong = [...new Set([...missing, ...strange, ...twice])];
    return { actual: wrong, required: owed, met: wrong.length === 0 };
  },
});

/** A correction cannot empty the signature. */
export const staysSigned = (clause: string): Rule<'resubmit'> => ({
  name: 'stays-signed',
  clause,
  modality: 'M',
  zh: '补正后的申报仍须签字盖章',
  en: 'a corrected application is still signed',
  asksInput: true,
  measure: (_, event) => {
    const { signatory, signatureEvidence } = changeOf(event);
    const emptied = [
      ...(signatory === undefined || isWritten(signatory) ? [] : ['signatory']),
      ...(signatureEvidence === undefined || isWritten(signatureEvidence)
        ? []
        : ['signatureEvidence']),
    ];
    return { ...none(emptied.length), actual: emptied };
  },
});

/** Corrected attestations still attest each criterion that rests on them. */
export const attestationsStand =
  (isSelfChecked: boolean) =>
  (_: CandidateContext, event: Resubmitted): Rule<'resubmit'>[] => {
    const { attestations } = changeOf(event);
    if (attestations === undefined) return [];
    return factOf(event, 'criteria')
      .filter(
        ({ at, measured }) =>
          measured === null && (at === 'application' || (at === 'self-check' && !isSelfChecked)),
      )
      .map((criterion) =>
        askedCriterion(criterion, () => isTrue(attestations.includes(criterion.id))),
      );
  };
