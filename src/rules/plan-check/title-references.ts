// What a plan names by codes of its own has a title in both languages: phases, stages, verdicts and streams.

import { type Fault, fault, pointer } from '../plan/fault.ts';
import type { Plan } from '../plan/plan-schema.ts';
import type { Sound } from './shape.ts';

type Titled = { name?: string | undefined; english?: string | undefined };

/** Every title that is missing, in the language that it is missing in. */
export function titleFaults(plan: Sound<Plan>): Fault[] {
  const { phases = [], stages = {}, procedures = {}, verdicts = {}, streams = {} } = plan;
  const inPlace = Object.entries(procedures).flatMap(([name, all]) =>
    (all ?? []).flatMap((stage, index) =>
      typeof stage === 'string' ? [] : untitled(`/procedures/${pointer(name)}/${index}`, stage),
    ),
  );
  return [
    ...phases.flatMap((phase, index) => untitled(`/phases/${index}`, phase)),
    ...Object.entries(stages).flatMap(([name, one]) => untitled(`/stages/${pointer(name)}`, one)),
    ...inPlace,
    ...Object.entries(verdicts).flatMap(([set, words]) =>
      Object.entries(words ?? {}).flatMap(([word, one]) =>
        untitled(`/verdicts/${pointer(set)}/${pointer(word)}`, one && { ...named(word), ...one }),
      ),
    ),
    ...Object.entries(streams).flatMap(([code, one]) => untitled(`/streams/${code}`, one)),
  ];
}

/** A verdict in Chinese is its own name. */
const named = (word: string): Titled => (/\p{Script=Han}/u.test(word) ? { name: word } : {});

const MISSING = {
  name: { zh: '缺少中文名称', en: 'is missing: what people read has a name in Chinese' },
  english: { zh: '缺少英文名称', en: 'is missing: what people read has a name in English' },
} as const;

const untitled = (path: string, titled: Titled | undefined): Fault[] =>
  titled === undefined
    ? []
    : (['name', 'english'] as const)
        .filter((key) => titled[key] === undefined)
        .map((key) => fault(`${path}/${key}`, MISSING[key].zh, MISSING[key].en));
