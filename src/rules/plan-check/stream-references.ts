// The streams of a plan: what is gathered has a score, and sheets are of streams of sheets.

import { type Fault, fault, unknownName } from '../plan/fault.ts';
import type { Plan, Stream } from '../plan/plan-schema.ts';
import type { Sound } from './shape.ts';

/** Every fault of the streams, and of what categories say of them. */
export function streamFaults({ streams, categories = [] }: Sound<Plan>): Fault[] {
  if (streams === undefined) return [];
  const named = Object.entries(streams);
  const ofSheets = named.filter(([, one]) => one?.kind === 'sheets').map(([code]) => code);
  return [
    ...named.flatMap(([code, stream]) => answerFaults(stream, `/streams/${code}`)),
    ...scoreFaults(streams),
    ...categories.flatMap((category, index) =>
      Object.keys(category?.scoreSheets ?? {})
        .filter((code) => !ofSheets.includes(code))
        .map((code) =>
          unknownName(`/categories/${index}/scoreSheets/${code}`, NO_SHEETS, code, ofSheets),
        ),
    ),
  ];
}

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

/** The streams that a candidate's composite is made of; it knows no others yet. */
const SCORED = { mass: 'ballots', assessment: 'sheets' } as const;

const scoreFaults = (streams: NonNullable<Sound<Plan>['streams']>): Fault[] => [
  ...Object.entries(SCORED)
    .filter(([code, kind]) => streams[code]?.kind !== kind)
    .map(([code, kind]) =>
      fault(
        `/streams/${code}`,
        `综合得分须有 ${code}，其 kind 为 ${kind}`,
        `a composite score has a stream ${code} of ${kind}`,
      ),
    ),
  ...Object.keys(streams)
    .filter((code) => !Object.hasOwn(SCORED, code))
    .map((code) =>
      unknownName(
        `/streams/${code}`,
        { zh: '综合得分不计这一环节', en: 'a composite score has no stream' },
        code,
        Object.keys(SCORED),
      ),
    ),
];
