// The effect that freezes a written application.

import { effect } from '../kit/effect.ts';
import type { KeepApplication } from './frozen-application.ts';

export const applicationEffects = {
  'keep-application': effect<KeepApplication>(),
};
