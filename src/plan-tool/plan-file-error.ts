import type { Text } from '../rules/plan/fault.ts';

export type Language = 'zh' | 'en';

/** A file that is no plan at all, so that there is nothing to check. */
export class PlanFileError extends Error {
  override name = 'PlanFileError';
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.text = text;
  }
}
