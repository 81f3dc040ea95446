// The chart that is compiled from the plan of 2017 does, step by step, what the one written by hand does.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { campaignV1 } from '../../../machines/campaign/campaign.v1.ts';
import { effects } from '../../../machines/effects.ts';
import type { Instance, Told } from '../../../machines/kit/step.ts';
import { accepts, advance, explain, waits } from '../../../machines/kit/step.ts';
import { compileCampaign } from '../../../machines/procedure/campaign.ts';
import { campaignDefinitionOf } from '../../../src/rules/procedure/campaign-definition.ts';
import { inputsFor, walk } from '../walk.ts';
import { dutiesDone, plan } from '../yijun.ts';

const machine = { name: 'campaign', version: 1, effects };
const written = { ...machine, chart: campaignV1 };
const compiled = { ...machine, chart: compileCampaign(campaignDefinitionOf(plan)) };

/** The refusal speaks of the plan's phase, and no longer of its number. */
const texts = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer ?? null).replaceAll(/第[二三四]阶段（/g, '下一阶段（'));

const counted = { steps: 0, refused: 0, states: new Set<string>() };

function compare(before: Instance, told: Told): void {
  const answer = advance(written, before, told);
  expect(texts(advance(compiled, before, told))).toEqual(texts(answer));
  expect(texts(explain(compiled, before, told))).toEqual(texts(explain(written, before, told)));
  const after = answer.kind === 'step' ? answer.step.instance : before;
  expect(accepts(compiled, after)).toEqual(accepts(written, after));
  expect(waits(compiled, after)).toEqual(waits(written, after));
  counted.steps += 1;
  counted.refused += answer.kind === 'refused' ? 1 : 0;
  counted.states.add(String(after.value));
}

const owed = (modality: 'M' | 'S', phase: string, lacking: string[]) => [
  { id: 'party-building', clause: 'R67', modality, phase, zh: '纳入', en: 'part', lacking },
];

test('in state, context, timers, effects, warnings and explanations', () => {
  const [input] = inputsFor('campaign');
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 60, maxLength: 150, size: 'max' }), (seeds) => {
      walk('campaign', input ?? {}, seeds, ({ before, told }) => {
        compare(before, told);
        if (told.type !== 'advance-phase' && told.type !== 'conclude') return;
        for (const modality of ['M', 'S'] as const) {
          const duties = { ...dutiesDone, owed: owed(modality, String(before.value), ['五里镇']) };
          compare(before, { ...told, facts: { ...told.facts, duties } });
        }
      });
    }),
    { seed: 20_170_520, numRuns: 300 },
  );
  expect(counted.steps).toBeGreaterThan(15_000);
  expect(counted.states.size).toBe(8);
});
