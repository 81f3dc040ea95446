// The effect that sends a notice, by the name of its template.

import type { Addressee, ObligationKey, ObligationLevel } from '../kit/effect.ts';
import { effect } from '../kit/effect.ts';
import type { Plain } from '../kit/requirement.ts';
import type { TemplateName } from './templates.ts';

export type Notify = {
  template: TemplateName;
  to: readonly Addressee[];
  /** Ids of organisations, beside those that `to` resolves to. */
  organisations?: readonly string[];
  params?: { readonly [name: string]: Plain };
  /** A deadline notice goes once per obligation, generation, level and addressee. */
  obligation?: ObligationKey & { level: ObligationLevel };
};

export const noticeEffects = {
  notify: effect<Notify>(),
};
