// The stream that a round or a sheet belongs to, as requests name it.

import Type from 'typebox';
import type { Plan, Stream } from '../../rules/plan/plan-schema.ts';
import { findStream, streamsOf } from '../../rules/plan/streams.ts';
import { fault } from './problems.ts';

/** The code of a stream of the plan. */
export const StreamCode = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,29}$',
  description: '评价环节，见方案 streams · Stream, as the plan names it',
  examples: ['assessment'],
});

/** The stream that is named, or the only one of these kinds. Throws 400 with those there are. */
export function assertStream(
  plan: Plan,
  kinds: readonly Stream['kind'][],
  named: string | undefined,
): string {
  const found = findStream(plan, kinds, named);
  if (found !== null) return found;
  const known = streamsOf(plan, kinds);
  if (known.length === 0)
    throw fault('stream', '方案没有这类评价环节', 'the plan has no such stream');
  const codes = known.join('、');
  throw fault('stream', `请写明评价环节：${codes}`, `name the stream: ${known.join(', ')}`);
}
