// The way through the chart on which everything goes well, one state after the other.

import type { Life } from './life.ts';
import { fire, startOf, tell, where } from './life.ts';
import type { Variant } from './yijun.ts';
import { candidateOf, onDay } from './yijun.ts';

type Code = Parameters<typeof candidateOf>[0];

const told =
  (...events: readonly string[]) =>
  (life: Life): void => {
    for (const type of events) tell(life, type);
  };

const enters =
  (day: string) =>
  (life: Life): void => {
    tell(life, 'phase-entered', { at: onDay(day) });
  };

const NEXT: { readonly [state: string]: (life: Life) => void } = {
  unregistered: told('register'),
  planning: told('record-evidence', 'record-evidence', 'record-evidence', 'submit-plan'),
  'plan-review': told('approve-plan'),
  mobilizing: told('record-evidence', 'record-evidence', 'confirm-mobilization'),
  acknowledging: told('acknowledge-mobilization'),
  mobilized: enters('2017-07-01'),
  creating: told('record-evidence', 'declare-created'),
  declared: told('confirm-created'),
  created: enters('2017-10-09'),
  cultivating: enters('2017-10-09'),
  'self-checking': told('submit-self-check'),
  'self-checked': enters('2017-11-01'),
  exempt: enters('2017-11-01'),
  evaluating: told('mass-evaluation-closed', 'record-assessment', 'record-assessment', 'apply'),
  'under-review': (life) => {
    if (where(life).startsWith('city')) tell(life, 'record-verification');
    tell(life, 'pass');
  },
  accepted: told('select'),
  'awaiting-notice': told('document-issued'),
  'public-notice': (life) => {
    fire(life, 'publicityPeriod');
  },
  cleared: told('propose-submission'),
  'submission-proposed': told('submit-upward'),
  confirmable: told('propose-conferral'),
  'conferral-proposed': told('confirm-conferral'),
  'awaiting-decision': told('document-issued'),
};

/** Takes the way until it comes to this place; answers the places it came through. */
export function goTo(life: Life, place: string): string[] {
  const passed = [where(life)];
  while (where(life) !== place) {
    const state = where(life).split('/').at(-1) ?? '';
    const next = NEXT[state];
    if (next === undefined) throw new Error(`no way on from ${passed.join(' → ')} to ${place}`);
    next(life);
    passed.push(where(life));
  }
  return passed;
}

/** A candidate of this category that has come to this place in good time. */
export function candidateAt(code: Code, place: string, change?: Variant): Life {
  const life = startOf('candidate', candidateOf(code, change), onDay('2017-05-23'));
  goTo(life, place);
  return life;
}
