// Requirements of a record, each with the clause that its kind rests on.

import type { CandidateContext, CandidateEvent } from '../candidate/events.ts';
import type { Rule } from '../candidate/requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Measure } from '../kit/requirement.ts';
import { none } from '../kit/requirement.ts';
import type { RecordFact } from './record-facts.ts';

type Recorded = EventOf<CandidateEvent, 'record-evidence'>;

const LACKING = {
  sites: { zh: '写明{site}', en: 'names each {site} it speaks of' },
  form: { zh: '写明方式', en: 'says in which form it took place' },
  file: { zh: '附照片或者文件', en: 'has a photo or a document attached' },
} as const;

/** The rules for the kind of this record. */
export function recordRules(context: CandidateContext, event: Recorded): Rule<'record-evidence'>[] {
  const known = factOf(event, 'record');
  const rule = (name: string, zh: string, en: string, measured: Measure) => ({
    name,
    clause: known.clause,
    modality: 'M' as const,
    zh,
    en,
    asksInput: true as const,
    measure: () => measured,
  });
  return [
    ...(known.of === undefined
      ? []
      : [
          rule(
            'kind-fits-candidate',
            '这类材料适用于该对象',
            'a record of this kind of candidate',
            {
              actual: context.subject,
              required: known.of,
              met: false,
            },
          ),
        ]),
    ...(known.demands ?? []).map((demand) =>
      rule(
        `has-${demand}`,
        LACKING[demand].zh,
        LACKING[demand].en,
        brought(context, event, demand),
      ),
    ),
    ...(known.foreignSites === undefined
      ? []
      : [
          rule(
            'sites-within-unit',
            '所列{site}都在本单位辖区内',
            'each {site} it names lies within the unit',
            { ...none(known.foreignSites.length), actual: known.foreignSites },
          ),
        ]),
    ...(known.missingFiles === undefined
      ? []
      : [
          rule('files-exist', '所附文件均已上传', 'the files it names have been uploaded', {
            ...none(known.missingFiles.length),
            actual: known.missingFiles,
          }),
        ]),
    ...(known.faults ?? []).map(({ zh, en, actual, required }) =>
      rule('fields-agree', zh, en, { actual, required, met: false }),
    ),
    ...repeatRules(known, rule),
    ...showcaseRules(known, rule),
    ...supersedingRules(known, event, rule),
  ];
}

type Make = (name: string, zh: string, en: string, measured: Measure) => Rule<'record-evidence'>;

/** A warning: the same thing may have happened twice in a day, and nobody loses a record to a guess. */
const repeatRules = ({ repeats }: RecordFact, rule: Make): Rule<'record-evidence'>[] =>
  repeats === undefined
    ? []
    : [
        {
          ...rule(
            'not-entered-before',
            '与已登记的材料种类、日期、地点和内容均不相同；如系重复登记，请将其中一件作废',
            'differs from what is on record in kind, day, place or content; if it was entered twice, void one of them',
            none(1),
          ),
          modality: 'S' as const,
        },
      ];

/** Q4: a case counts once within a level; the plan may let it count at several levels. */
const showcaseRules = ({ showcase }: RecordFact, rule: Make): Rule<'record-evidence'>[] =>
  showcase === undefined
    ? []
    : [
        rule(
          'case-counted-once',
          '同一案例在同级只能使用一次',
          'one case counts once within its level',
          {
            actual: showcase.takenAt,
            required: [],
            met: showcase.takenAt.length === 0,
          },
        ),
      ];

/** What was entered by mistake is void from now on: it stays on record and counts nowhere. */
export function voidingRules(
  _: CandidateContext,
  event: EventOf<CandidateEvent, 'void-record'>,
): Rule<'void-record'>[] {
  const { clause, frozen, superseded = null } = factOf(event, 'record');
  const rule = (name: string, zh: string, en: string, actual: boolean): Rule<'void-record'> => ({
    ...{ name, clause, modality: 'M', zh, en },
    asksInput: true,
    measure: () => ({ actual, required: true, met: actual }),
  });
  return [
    rule(
      'record-stands',
      '作废的是本对象有效的材料',
      'what is made void is a standing record of the candidate',
      superseded !== null,
    ),
    rule(
      'open-for-voiding',
      '申报以后，计入标准的材料只在退回补正期间作废',
      'after the application what a criterion counts is made void only when sent back',
      frozen !== true,
    ),
    rule(
      'no-life-of-its-own',
      '有办理过程的事项办结，不作废',
      'what is raised is solved, not made void',
      superseded?.lives !== true,
    ),
  ];
}

function supersedingRules(
  { superseded, frozen }: RecordFact,
  { kind, supersedes }: Recorded,
  rule: Make,
): Rule<'record-evidence'>[] {
  if (supersedes === undefined || superseded === undefined) return [];
  return [
    {
      ...rule(
        'open-for-correction',
        '申报以后，计入标准的材料只在退回补正期间更正，或者按限期整改列明的更正',
        'after the application what a criterion counts is corrected when sent back, or as an order names it',
        { actual: frozen !== true, required: true, met: frozen !== true },
      ),
      clause: 'R59',
    },
    rule(
      'corrects-its-kind',
      '更正的是本对象同类且有效的记录',
      'it takes the place of a standing record of the same kind',
      {
        actual: superseded?.kind ?? null,
        required: kind,
        met: superseded?.kind === kind,
      },
    ),
    rule(
      'what-lives-is-solved',
      '有办理过程的事项以办结记录更正，不另行替换',
      'what is raised is solved, not replaced',
      { actual: superseded?.lives ?? false, required: false, met: superseded?.lives !== true },
    ),
  ];
}

function brought(
  { siteId }: CandidateContext,
  { siteIds, form, fileIds }: Recorded,
  demand: keyof typeof LACKING,
): Measure {
  if (demand === 'form') return { actual: form ?? null, required: '方式', met: form !== undefined };
  const count =
    demand === 'file' ? (fileIds ?? []).length : (siteIds?.length ?? (siteId === null ? 0 : 1));
  return { actual: count, required: 1, met: count >= 1 };
}

/** R13: a reviewer finds the worth of a case, and never its own applicant. */
export const reviewerIsNotApplicant: Rule<'assess-evidence'> = {
  name: 'reviewer-is-not-applicant',
  clause: 'R13',
  modality: 'M',
  zh: '影响和推广范围由申报方以外的审核人认定',
  en: 'a reviewer who does not apply finds impact and scope',
  asksInput: true,
  measure: ({ subject }, event) => {
    const { by } = event;
    const own = factOf(event, 'assessed')?.recordedBy === by.principalId;
    // The county cannot judge its own case, so the city does (Q3).
    const above = subject !== 'county' || by.roles.includes('city-centre');
    return {
      actual: by.roles.length === 0 ? [by.principalId] : by.roles,
      required: subject === 'county' ? 'city-centre' : '申报方以外的审核人',
      met: !own && above,
    };
  },
};

/** An accepted record of a kind with impact and scope needs both. */
export const determinesWhatCounts: Rule<'assess-evidence'> = {
  name: 'impact-and-scope-found',
  clause: 'R13',
  modality: 'M',
  zh: '认定典型案例须同时写明影响和推广范围，其他材料不认定',
  en: 'an accepted case is given both impact and scope, and nothing else is',
  asksInput: true,
  measure: (_, event) => {
    const assessed = factOf(event, 'assessed');
    const found = [event.impact, event.promotionScope].filter((value) => value !== undefined);
    const wanted = assessed?.determines === true && event.verdict === 'accepted' ? 2 : 0;
    return {
      actual: found.length,
      required: wanted,
      met: assessed === null || found.length === wanted,
    };
  },
};
