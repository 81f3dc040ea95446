// Notices, by the name of their text.

import type { Addressee, ObligationKey, ObligationLevel } from '../kit/effect.ts';
import { effect } from '../kit/effect.ts';
import type { Plain } from '../kit/requirement.ts';
import type { TemplateName } from './templates.ts';

export type Notify = {
  template: TemplateName;
  to: readonly Addressee[];
  /** Organisations by id, beside those that `to` resolves to. */
  organisations?: readonly string[];
  params?: { readonly [name: string]: Plain };
  /** Set on deadline notices: one notice per obligation, generation, level and addressee. */
  obligation?: ObligationKey & { level: ObligationLevel };
};

export const noticeEffects = {
  notify: effect<Notify>(),
};
