// What lists and counts ask of a candidate's standing, told by the stages and states of 2017 as well: both say
// the same of every state of every procedure.

import { describe, expect, test } from 'vitest';
import type { Release } from '../../../machines/catalog.ts';
import { releaseOf } from '../../../machines/catalog.ts';
import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Standing } from '../../../machines/procedure/compile.ts';
import { learnStored, readStored } from '../stored-instances.ts';
import { everyRelease } from '../yijun.ts';

type Named = { stage: string; state: string };
type Place = Named & { isSelected: boolean };

/** Every state of a chart of two floors. */
const statesOf = ({ chart }: Release): Named[] =>
  Object.values(chart.states).flatMap(({ key: stage, states }) => {
    const within = Object.keys(states);
    return within.length === 0
      ? [{ stage, state: stage }]
      : within.map((state) => ({ stage, state }));
  });

const places = everyRelease
  .filter(({ name }) => name === 'candidate')
  .flatMap((release) =>
    statesOf(release).map((place) => ({
      ...place,
      standing: release.standing(place.stage, place.state),
      isSelected: statesOf(release).some(({ state }) => state === 'accepted'),
    })),
  );

const COUNTY = 'countyAcceptance';
const CITY = 'cityVerification';
const BEFORE = ['mobilization', 'concentratedCreation', 'selfCheckRectification', 'evaluation'];
const RANKED = ['accepted', 'under-review', 'correcting', 'meeting-requirements', 'deferred'];
const FAILED = ['failed', 'reconsidering'];
const NOTICE = ['public-notice', 'objection-hold'];
const isNotice = ({ state }: Named): boolean => NOTICE.includes(state);

type Question = [string, (standing: Standing | null) => boolean, (place: Place) => boolean];

const QUESTIONS: Question[] = [
  [
    'has yet to apply and may be selected',
    (standing) => standing?.selectable === 'later',
    // The county goes to the city, and nobody selects among counties.
    ({ stage, isSelected }) => isSelected && BEFORE.includes(stage),
  ],
  [
    'is ranked',
    (standing) => standing?.selectable === 'now',
    ({ stage, state }) => stage === COUNTY && RANKED.includes(state),
  ],
  [
    'failed, but not yet for good',
    (standing) => standing?.selectable === 'if-reconsidered',
    ({ stage, state }) => stage === COUNTY && FAILED.includes(state),
  ],
  [
    'waits for a place that falls vacant',
    (standing) => standing?.selectable === 'as-reserve',
    ({ state }) => state === 'in-reserve',
  ],
  [
    'is to be selected',
    (standing) => standing?.step === 'select' && standing.selectable === 'now',
    ({ state }) => state === 'accepted',
  ],
  ['is under public notice', (standing) => standing?.step === 'notice', isNotice],
  [
    'is under the notice of the county',
    (standing) => standing?.step === 'notice' && standing.office === 'county-office',
    (place) => isNotice(place) && place.stage === COUNTY,
  ],
  [
    'is under the notice of the city',
    (standing) => standing?.step === 'notice' && standing.office === 'city-centre',
    (place) => isNotice(place) && place.stage === CITY,
  ],
  [
    'was created and is or has been self-checked',
    (standing) => standing?.step === 'self-check',
    ({ stage, state }) => stage === 'selfCheckRectification' && state !== 'exempt',
  ],
];

describe.each(QUESTIONS)('whether a candidate %s', (_, asked, named) => {
  test.each(places)('in $stage $state', ({ standing, ...place }) => {
    expect(asked(standing)).toBe(named(place));
  });

  test('is true of some state and not of others', () => {
    expect(new Set(places.map(named))).toEqual(new Set([true, false]));
  });
});

test.each(places.filter(({ stage }) => [COUNTY, CITY].includes(stage)))(
  'the office of $stage $state is that of the reviewing level',
  ({ stage, standing }) => {
    expect(standing?.office).toBe(stage === CITY ? 'city-centre' : 'county-office');
  },
);

learnStored();

describe('who has applied is told by the step and the application', () => {
  const stored = readStored().filter(
    ({ stored: { instance } }) => instance.machine === 'candidate',
  );

  test.each(stored)('in $file', ({ stored: { instance } }) => {
    const [stage, state] = [stageOf(instance.value), stateOf(instance.value)];
    const standing = releaseOf(instance).standing(stage, state);
    expect(standing !== null && instance.context.appliedAt !== null).toBe(
      stage === COUNTY || stage === CITY,
    );
  });
});
