// Another version of a plan may lead a category another way. A candidate that stands where the new way has no
// such state, or waits otherwise there, goes over by a move that the plan names: it leaves the old state as it
// was told to leave it, and enters the new one as anybody does.

import { adoptPolicy, isOwnWait } from '../candidate/chart.ts';
import type { StageTable } from './compile.ts';
import { chartOf, tablesOf } from './compile.ts';
import type { StateConfig } from './part.ts';
import type { Procedure } from './procedure.ts';

/** A move of a plan: paths of states, `stage.state`. */
export type Move = { from: string; to: string };

/**
 * The chart of `to` with the state that is left, as `from` knows it. It knows only the way out: the event of
 * the adoption. Throws when either way has no such state.
 */
export function compileBridge(from: Procedure, to: Procedure, move: Move) {
  const { tables, first } = tablesOf(to);
  const [stage = '', state = ''] = move.from.split('.');
  const left = tablesOf(from).tables.find(({ code }) => code === stage);
  const config = left?.states[state];
  if (left === undefined || config === undefined || !mayEnter(tables, move.to)) {
    throw new Error(`no move leads from ${move.from} to ${move.to}`);
  }
  const own = tables.find(({ code }) => code === stage);
  const leaving = { ...config, ...wayOut(config, move.to) } as StateConfig;
  const bridged: StageTable = {
    ...(own ?? { ...left, states: {}, enter: { target: `#candidate.${move.from}` } }),
    states: { ...own?.states, [state]: leaving },
    debts: { ...left.debts, ...own?.debts },
  };
  const others = tables.filter(({ code }) => code !== stage);
  return chartOf(to, [...others, bridged], first);
}

/** An adoption brings no deadline, so nobody is moved to where one is waited for. */
function mayEnter(tables: readonly StageTable[], path: string): boolean {
  const [stage = '', state = ''] = path.split('.');
  const config = tables.find(({ code }) => code === stage)?.states[state];
  return config !== undefined && !Object.keys(config.after ?? {}).some(isOwnWait);
}

/** Its waits are known, so that they are given up; where they led is of no interest any more. */
const wayOut = ({ after }: StateConfig, to: string) => ({
  always: undefined,
  after: Object.fromEntries(Object.keys(after ?? {}).map((delay) => [delay, {}])),
  on: { 'adopt-policy': { ...adoptPolicy, target: `#candidate.${to}` } },
});
