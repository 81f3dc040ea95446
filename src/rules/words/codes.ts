// What a code of the plan or of the service is called: the one way through the tables of words.

import { titleOf } from '../../../machines/kit/titles.ts';
import { own } from '../plan/own.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { titlesOf } from '../plan/titles.ts';
import { findKind } from '../record/record-kinds.ts';
import { eventInWords } from './events.ts';
import { factInWords } from './facts.ts';
import { FIELD_VALUES, FIELDS } from './record-words.ts';
import type { Words } from './states.ts';
import { candidateState, phaseNamed, stageNamed, verdictInWords } from './states.ts';
import {
  CONFLICTS,
  FACT_VALUES,
  IMPACTS,
  PRIORITY_CLASS_WORDS,
  PROMOTION_SCOPES,
  SUBJECTS,
  VERDICTS,
  WAYS,
} from './terms.ts';

/** The code in words, those of the plan first; undefined for a text that is no code. */
export const codeInWords = (plan: Plan, code: string): Words | undefined =>
  ofThePlan(plan, code) ?? ofTheService(plan, code);

function ofThePlan(plan: Plan, code: string): Words | undefined {
  const { categories, streams, policies } = plan;
  const category = categories.find((one) => one.code === code);
  if (category !== undefined) return { zh: category.name, en: category.name };
  const stream = own(streams, code);
  if (stream !== undefined) return { zh: stream.name, en: stream.english ?? stream.name };
  const stratum = policies.ballotStrata.value.strata.find((one) => one.code === code);
  if (stratum !== undefined) return { zh: stratum.name, en: stratum.name };
  return (
    askedInWords(plan, code) ??
    verdictInWords(plan, code) ??
    stageNamed(plan, code) ??
    phaseNamed(plan, code)
  );
}

/** A criterion, or an item of a score sheet. */
function askedInWords({ categories }: Plan, id: string): Words | undefined {
  for (const { criteria, scoreSheets = {} } of categories) {
    const sheets = Object.values(scoreSheets);
    const items = sheets.flatMap(({ items = [], blocks = [] }) => [
      ...items,
      ...blocks.flatMap((block) => block.items),
    ]);
    const found = [...criteria, ...items].find((one) => one.id === id);
    if (found !== undefined) return { zh: found.text, en: found.english };
  }
  return undefined;
}

const TABLES: readonly { readonly [code: string]: Words }[] = [
  WAYS,
  CONFLICTS,
  SUBJECTS,
  PRIORITY_CLASS_WORDS,
  IMPACTS,
  PROMOTION_SCOPES,
  VERDICTS,
  ...Object.values(FIELD_VALUES),
  ...Object.values(FACT_VALUES),
  FIELDS,
];

/** The same without the plan's own codes, where a level or a kind of the service is meant. */
export function ofTheService(plan: Plan, code: string): Words | undefined {
  const title = titleOf(titlesOf(plan), code);
  if (title !== undefined) return { zh: title.name, en: title.english };
  const kind = findKind(plan, code);
  if (kind !== undefined) return { zh: kind.zh, en: kind.en };
  const tabled = TABLES.flatMap((table) => own(table, code) ?? []);
  return (
    candidateState(code) ?? factInWords(plan, code) ?? tabled[0] ?? eventInWords('candidate', code)
  );
}
