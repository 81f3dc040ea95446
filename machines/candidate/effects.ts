// The effect of a candidate that goes on under the successor of its unit.

import { effect } from '../kit/effect.ts';

/** The candidate, and what hangs on it, stands for this organisation from now on. */
export type GoOnUnder = { organisationId: string };

export const candidateEffects = { 'go-on-under': effect<GoOnUnder>() };
