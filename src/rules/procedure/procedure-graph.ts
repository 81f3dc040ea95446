// The chart of a procedure as a graph, without its guards: somebody may send each event, each state is
// reached, and the title is reached from each. Takes under a millisecond, because nothing is decided.

import type { Role, Who } from '../../../machines/kit/access.ts';
import type { StateDefinition } from '../../../machines/kit/definition.ts';
import { definitionOf } from '../../../machines/kit/definition.ts';
import type { CompiledProcedure } from '../../../machines/procedure/compile.ts';
import type { StepKind } from '../../../machines/procedure/procedure.ts';
import type { Text } from '../plan/fault.ts';

/** A state of a stage in which somebody waits in vain; `step` is the one that brings it, null for a rest. */
export type GraphFault = { stage: string; state: string; step: StepKind | null; message: Text };

/** Those who can act: offices over the candidate, its own bodies, and the service. */
export const actorsOf = (by: readonly Who[], offices: readonly Role[]): Who[] =>
  by.filter(
    (who) =>
      who === 'responsible' ||
      who === 'applicant' ||
      who === 'system' ||
      offices.some((office) => office === who),
  );

type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/** Every fault of the graph. `offices` are the roles that hold an office over such a candidate. */
export function graphFaults(compiled: CompiledProcedure, offices: readonly Role[]): GraphFault[] {
  const { states } = definitionOf({
    name: 'candidate',
    version: 1,
    chart: compiled.chart,
    effects: {},
  });
  const codes = compiled.procedure.stages.map(({ code }) => code);
  const own = states.filter(({ path, type }) => type === 'atomic' && codes.includes(stageOf(path)));
  const actors = (path: string, event: string) =>
    actorsOf(compiled.rowOf(event, stageOf(path))?.by ?? [], offices);
  const edges = edgesOf(states, (path, event) => actors(path, event).length > 0);
  const reached = from('unregistered', edges);
  const back = from('conferred', reversed(edges));
  return own.flatMap(({ path, events }) => [
    ...events
      .filter(({ type }) => actors(path, type).length === 0)
      .map(({ type }) =>
        faultAt(compiled, path, `无人可以办理“${type}”`, `nobody may send ${type}`),
      ),
    ...(reached.has(path) ? [] : [faultAt(compiled, path, '不会有人到达', 'nobody comes there')]),
    ...(back.has(path)
      ? []
      : [faultAt(compiled, path, '由此不能到达最终确定', 'no way leads on to the title')]),
  ]);
}

const stageOf = (path: string): string => path.split('.')[0] ?? '';

function faultAt(
  { standing }: CompiledProcedure,
  path: string,
  zh: string,
  en: string,
): GraphFault {
  const [stage = '', state = ''] = path.split('.');
  const place = `${stage}/${state}`;
  const step = standing(stage, state)?.step ?? null;
  return { stage, state, step, message: { zh: `${place}：${zh}`, en: `${place}: ${en}` } };
}

/** Where one may come from each state by an event of somebody, by time, or at once. */
function edgesOf(
  states: readonly StateDefinition[],
  isSent: (path: string, event: string) => boolean,
): Edges {
  const initial = new Map(states.map((state) => [state.path, state.initial]));
  const entered = (path: string): string => initial.get(path) ?? path;
  return new Map(
    states.map(({ path, events, waits, passages }) => {
      const told = events
        .filter(({ type }) => isSent(path, type))
        .flatMap(({ targets }) => targets);
      const passed = [...waits, ...passages].flatMap(({ target }) => target ?? []);
      return [path, new Set([...told, ...passed].map(entered))];
    }),
  );
}

function reversed(edges: Edges): Edges {
  const back = new Map<string, Set<string>>();
  for (const [one, others] of edges) {
    for (const other of others) back.set(other, (back.get(other) ?? new Set()).add(one));
  }
  return back;
}

function from(start: string, edges: Edges): ReadonlySet<string> {
  const reached = new Set([start]);
  for (const one of reached) for (const other of edges.get(one) ?? []) reached.add(other);
  return reached;
}
