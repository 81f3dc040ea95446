// Requirements that several machines share.

import type { By } from './event.ts';
import { factOf } from './event.ts';
import type { Requirement } from './requirement.ts';
import { isTrue, none } from './requirement.ts';
import { localDate } from './time.ts';

/** Decisions take two officers: the proposer cannot confirm. */
export const anotherOfficer = <Context>(
  clause: string,
  proposer: (context: Context) => string | null | undefined,
): Requirement<Context, { by: By }> => ({
  name: 'another-officer',
  clause,
  modality: 'M',
  zh: '须先由一人提出，再由另一人批准',
  en: 'one officer proposes and another approves',
  measure: (context, { by }) => {
    const actual = proposer(context) ?? null;
    return {
      actual,
      required: `≠ ${by.principalId}`,
      met: actual !== null && actual !== by.principalId,
    };
  },
});

/** 回避 that was declared by mistake ends by a decision of somebody else. `personOf`: who stands back. */
export const recusalTakenBack = <Context, Event extends { by: By }>(
  clause: string,
  personOf: (event: Event) => string | undefined,
  stands: (context: Context, event: Event) => boolean,
): [Requirement<Context, Event>, Requirement<Context, Event>] => [
  {
    name: 'recusal-stands',
    clause,
    modality: 'M',
    zh: '该回避已经登记，尚未撤销',
    en: 'the recusal was declared and has not been taken back',
    asksInput: true,
    measure: (context, event) => isTrue(stands(context, event)),
  },
  {
    name: 'taken-back-by-another',
    clause,
    modality: 'M',
    zh: '由回避人以外的人员撤销回避',
    en: 'a recusal is taken back by somebody other than whoever stands back',
    asksInput: true,
    measure: (_, event) => {
      const actual = personOf(event) ?? null;
      const { principalId } = event.by;
      return { actual, required: `≠ ${principalId}`, met: actual !== principalId };
    },
  },
];

/** A record of the future is refused; `occurredOn` is a day in the zone of the campaign. */
export const notInTheFuture: Requirement<unknown, { at: string; occurredOn: string }> = {
  name: 'not-in-the-future',
  clause: 'R46',
  modality: 'M',
  zh: '记录的日期不得晚于今天',
  en: 'a record cannot be dated after today',
  asksInput: true,
  measure: (_, { at, occurredOn }) => ({
    actual: occurredOn ?? null,
    required: localDate(at),
    met: occurredOn !== undefined && occurredOn <= localDate(at),
  }),
};

/** The files that an event names have been uploaded. */
export const filesExist = (
  clause: string,
): Requirement<unknown, { type: string; facts: { missingFiles?: readonly string[] } }> => ({
  name: 'files-exist',
  clause,
  modality: 'M',
  zh: '所附文件均已上传',
  en: 'the files it names have been uploaded',
  asksInput: true,
  measure: (_, event) => {
    const missing = factOf<{ missingFiles: readonly string[] }, 'missingFiles'>(
      event,
      'missingFiles',
    );
    return { ...none(missing.length), actual: missing };
  },
});
