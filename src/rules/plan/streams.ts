// The streams of a plan: the figures that are gathered about a candidate, each a name of the plan's own.

import type { StreamKind } from '../../../machines/procedure/procedure.ts';
import type { Plan, Policies } from './plan-schema.ts';

/** Rounds of ballots are held for these; sheets are given out for the other kind. */
export const OF_BALLOTS: readonly StreamKind[] = ['ballots', 'survey'];
export const OF_SHEETS: readonly StreamKind[] = ['sheets'];

/** The codes of the streams of these kinds. */
export const streamsOf = ({ streams }: Plan, kinds: readonly StreamKind[]): string[] =>
  Object.entries(streams)
    .filter(([, { kind }]) => kinds.includes(kind))
    .map(([code]) => code)
    .sort();

/** The stream of this code or name; where none is named, the only one there is. Null for no such. */
export function findStream(
  plan: Plan,
  kinds: readonly StreamKind[],
  named: string | undefined,
): string | null {
  const codes = streamsOf(plan, kinds);
  if (named === undefined) return codes.length === 1 ? (codes[0] ?? null) : null;
  return codes.find((code) => code === named || plan.streams[code]?.name === named) ?? null;
}

/** True of a stream that a composite score is made of. */
export const weighs = ({ streamWeights }: Policies, stream: string): boolean =>
  (streamWeights.value[stream] ?? 0) > 0;

/** The pass mark in points; 0 where no stream weighs: there is no composite score to fall short. */
export const passMarkOf = (policies: Policies): number =>
  Object.keys(policies.streamWeights.value).some((stream) => weighs(policies, stream))
    ? policies.passMark.value
    : 0;
