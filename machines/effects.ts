// Every effect of every machine, by its type. The noun's folder in src/command has its handler.

import { applicationEffects } from './application/effects.ts';
import { assessmentEffects } from './assessment/effects.ts';
import { ballotEffects } from './ballot/effects.ts';
import { campaignEffects } from './campaign/effects.ts';
import type { SettledChild } from './candidate/child-events.ts';
import { candidateEffects } from './candidate/effects.ts';
import { conformanceEffects } from './conformance/effects.ts';
import { documentEffects } from './document/effects.ts';
import { drawEffects } from './draw/effects.ts';
import { inspectionEffects } from './inspection/effects.ts';
import type { EffectOf, OpenSubject, TellChildren, TellParent } from './kit/effect.ts';
import { effect, obligationEffects } from './kit/effect.ts';
import type { AdvanceOf, StepOf } from './kit/step.ts';
import { noticeEffects } from './notice/effects.ts';
import { recordEffects } from './record/effects.ts';
import { selectionEffects } from './selection/effects.ts';

/** The actions that every chart is set up with: `setup({ actions: effects })`. */
export const effects = {
  ...obligationEffects,
  'tell-parent': effect<TellParent>(),
  'open-subject': effect<OpenSubject<'matter'>>(),
  'tell-children': effect<TellChildren<SettledChild>>(),
  ...applicationEffects,
  ...assessmentEffects,
  ...ballotEffects,
  ...campaignEffects,
  ...candidateEffects,
  ...conformanceEffects,
  ...documentEffects,
  ...drawEffects,
  ...inspectionEffects,
  ...noticeEffects,
  ...recordEffects,
  ...selectionEffects,
};

export type Effect = EffectOf<typeof effects>;
export type Step = StepOf<typeof effects>;
export type Advance = AdvanceOf<typeof effects>;
export type EffectType = Effect['type'];

export type ParamsOf<Type extends EffectType> = Parameters<(typeof effects)[Type]>[1];
