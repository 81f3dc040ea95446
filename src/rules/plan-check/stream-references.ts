// The streams of a plan: what weighs or bars is gathered, once and in time; sheets are of streams of sheets.

import { type Fault, fault, unknownName } from '../plan/fault.ts';
import type { Plan, Stream } from '../plan/plan-schema.ts';
import { gatheredIn, stepsOfCategory, stepsOfProcedure } from './procedure-steps.ts';
import type { Sound } from './shape.ts';

/** Every fault of the streams, and of what categories say of them. */
export function streamFaults(plan: Sound<Plan>): Fault[] {
  const { streams, categories = [] } = plan;
  if (streams === undefined) return [];
  const named = Object.entries(streams);
  const ofSheets = named.filter(([, one]) => one?.kind === 'sheets').map(([code]) => code);
  return [
    ...named.flatMap(([code, stream]) => answerFaults(stream, `/streams/${code}`)),
    ...once(categories.flatMap((_, index) => orderFaults(plan, index))),
    ...once(categories.flatMap((_, index) => unGathered(plan, index))),
    ...categories.flatMap((category, index) =>
      Object.keys(category?.scoreSheets ?? {})
        .filter((code) => !ofSheets.includes(code))
        .map((code) =>
          unknownName(`/categories/${index}/scoreSheets/${code}`, NO_SHEETS, code, ofSheets),
        ),
    ),
  ];
}

/** Categories share procedures and policies, and so their faults. */
const once = (faults: readonly Fault[]): Fault[] => [
  ...new Map(faults.map((one) => [`${one.path} ${one.message.en}`, one])).values(),
];

const NO_SHEETS = { zh: '没有这一考评环节', en: 'there is no stream of sheets' };

/** A survey says which answers are satisfied and which are not; nothing else does. */
function answerFaults(stream: Sound<Stream> | undefined, path: string): Fault[] {
  if (stream?.kind === undefined) return [];
  const isSurvey = stream.kind === 'survey';
  const keys = (['satisfied', 'dissatisfied'] as const).filter(
    (key) => Object.hasOwn(stream, key) !== isSurvey,
  );
  const both = (stream.dissatisfied ?? []).filter((name) => stream.satisfied?.includes(name));
  return [
    ...keys.map((key) =>
      isSurvey
        ? fault(
            `${path}/${key}`,
            '满意度测评须写明这一项',
            'is missing: a survey names its answers',
          )
        : fault(`${path}/${key}`, '只有满意度测评有这一项', 'only a survey has it'),
    ),
    ...both.map((name) =>
      fault(
        `${path}/dissatisfied`,
        `“${name}”不能既为满意又为不满意`,
        `${name} cannot be satisfied and dissatisfied`,
      ),
    ),
  ];
}

const NOT_GATHERED = {
  zh: '这一类别的程序不汇集这一环节',
  en: 'the procedure of the category gathers no stream',
};

/** What weighs or bars must be gathered by every procedure whose candidates it decides about. */
function unGathered(plan: Sound<Plan>, index: number): Fault[] {
  const category = plan.categories?.[index];
  const steps = category === undefined ? null : stepsOfCategory(plan, category);
  if (steps === null) return [];
  const gathered = steps.flatMap((step) => gatheredIn(step).map(({ code }) => code));
  const streams = Object.keys(plan.streams ?? {});
  // An unknown name has been told, and could be any of them.
  if (gathered.some((code) => !streams.includes(code))) return [];
  return (['streamWeights', 'streamGates'] as const).flatMap((name) => {
    const own = category?.policies?.[name];
    const value = (own ?? plan.policies?.[name])?.value ?? {};
    const at = `${own === undefined ? '' : `/categories/${index}`}/policies/${name}/value`;
    return Object.entries(value)
      .filter(([code, asked]) => (asked ?? 0) > 0 && streams.includes(code))
      .filter(([code]) => !gathered.includes(code))
      .map(([code]) => unknownName(`${at}/${code}`, NOT_GATHERED, code, gathered));
  });
}

/** A stream is gathered once, and what weighs is in before anybody is measured or selected by it. */
function orderFaults(plan: Sound<Plan>, index: number): Fault[] {
  const category = plan.categories?.[index];
  const steps = stepsOfProcedure(plan, category?.procedure);
  if (category === undefined || steps === null) return [];
  const weights = (category.policies?.streamWeights ?? plan.policies?.streamWeights)?.value ?? {};
  const faults: Fault[] = [];
  const gathered = new Set<string>();
  let rests: string | null = null;
  for (const { at, step } of steps) {
    if (step.step === 'select') rests = 'select';
    for (const { field, index: place, code } of gatheredIn(step)) {
      const path = `${at}/${field}/${place}`;
      if (gathered.has(code)) faults.push(gatheredTwice(path, code));
      else if (rests !== null && (weights[code] ?? 0) > 0) faults.push(tooLate(path, code, rests));
      gathered.add(code);
    }
    // The application gathers beside it, so that its own streams are in.
    if (step.step === 'apply' && step.passMark === true) rests ??= 'passMark';
  }
  return faults;
}

const gatheredTwice = (path: string, code: string): Fault =>
  fault(path, `“${code}”已在前面汇集`, `${code} is gathered before`);

const tooLate = (path: string, code: string, rests: string): Fault =>
  fault(
    path,
    `“${code}”计入综合得分，须在 ${rests} 之前汇集`,
    `${code} weighs, and is gathered after ${rests}, which rests on the score`,
  );
