// The personal fields of the log: which they are, and that no chart moves by one.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MachineName } from '../../machines/catalog.ts';
import { MACHINE_NAMES } from '../../machines/catalog.ts';
import { advance, begin, type Told } from '../../machines/kit/step.ts';
import { PERSONAL_FIELDS, personalFields } from '../../machines/personal.ts';
import { type Content, takeOut } from '../../src/rules/audit/personal.ts';
import { inputsFor, walk } from './walk.ts';
import { releaseFor } from './yijun.ts';

const RUNS = { seed: 20_170_520, numRuns: 60 };
const SEEDS = fc.array(fc.nat(), { minLength: 20, maxLength: 70, size: 'max' });

/** What is left of an event once its personal part is erased. */
function erased(machine: MachineName, { type, at, by, facts, ...payload }: Told): Told {
  const { content } = takeOut({ payload, facts } as Content, personalFields(machine, type));
  return { ...content.payload, type, at, by, facts: content.facts };
}

/** What is left of the input, which stands in the first event of a log. */
function erasedInput(machine: MachineName, input: object): object {
  const payload = Object.values(PERSONAL_FIELDS[machine])
    .flat()
    .filter((path) => path.startsWith('begin.'));
  const { content } = takeOut({ payload: { begin: { input } }, facts: {} }, { payload, facts: {} });
  return (content.payload.begin as { input: object }).input;
}

describe.each(MACHINE_NAMES)('%s', (machine) => {
  test('an erased log is told again to the same states and the same timers', () => {
    fc.assert(
      fc.property(fc.constantFrom(...inputsFor(machine)), SEEDS, (given, numbers) => {
        const release = releaseFor(machine, given);
        let blank = begin(release, erasedInput(machine, given));
        walk(machine, given, numbers, ({ told, answer }) => {
          if (answer.kind !== 'step') return;
          const again = advance(release, blank, erased(machine, told));
          if (again.kind !== 'step') throw new Error(`${told.type}: ${JSON.stringify(again)}`);
          blank = again.step.instance;
          const { value, status } = answer.step.instance;
          expect({ value: blank.value, status: blank.status }).toEqual({ value, status });
          expect(again.step.timers).toEqual(answer.step.timers);
        });
      }),
      RUNS,
    );
  });
});
