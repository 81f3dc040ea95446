// A machine as a Mermaid chart. Mermaid draws no edge from inside one box into another, so an edge that
// crosses a border is drawn between the outermost boxes it leaves and enters. Events that keep the state of
// a whole box are left to the table.

import type { MachineDefinition, StateDefinition } from './definition.ts';
import { definitionOf } from './definition.ts';
import type { Machine } from './step.ts';

/** `level` is the box both ends stand in, '' at the top. */
type Edge = { level: string; from: string; to: string; label: string };

/** Where a box is entered and left. */
const START = '[*]';
const END = '[*]';

/** The Mermaid text (stateDiagram-v2) of one release; the same release gives the same text. */
export function mermaidOf(release: Machine): string {
  const definition = definitionOf(release);
  const edges = joinLabels(definition.states.flatMap((state) => edgesFrom(definition, state)));
  return ['stateDiagram-v2', ...box(definition, edges, ''), ''].join('\n');
}

const parentOf = (path: string): string => path.split('.').slice(0, -1).join('.');
const keyOf = (path: string): string => path.split('.').at(-1) ?? path;
const idOf = (path: string): string => path.replaceAll(/[^A-Za-z0-9]/g, '_');
const isWithin = (path: string, box: string): boolean =>
  box === '' || path === box || path.startsWith(`${box}.`);

function box(definition: MachineDefinition, edges: readonly Edge[], path: string): string[] {
  const children = definition.states.filter((state) => parentOf(state.path) === path);
  const parent = definition.states.find((state) => state.path === path);
  const lines = children.flatMap((child, index) => [
    ...(parent?.type === 'parallel' && index > 0 ? ['--'] : []),
    ...draw(definition, edges, child),
  ]);
  const initial = path === '' ? definition.initial : parent?.initial;
  const start = initial === undefined ? [] : [`${START} --> ${idOf(initial)}`];
  const inner = edges
    .filter(({ level }) => level === path)
    .map(({ from, to, label }) => `${from} --> ${to}${label === '' ? '' : ` : ${label}`}`);
  return [...lines, ...start, ...inner].map((line) => `  ${line}`);
}

function draw(
  definition: MachineDefinition,
  edges: readonly Edge[],
  state: StateDefinition,
): string[] {
  const named = `state "${keyOf(state.path)}" as ${idOf(state.path)}`;
  if (state.type === 'final') return [named, `${idOf(state.path)} --> ${END}`];
  if (state.type === 'atomic') return [named];
  return [`${named} {`, ...box(definition, edges, state.path), '}'];
}

function edgesFrom(definition: MachineDefinition, state: StateDefinition): Edge[] {
  const ways = [
    ...state.passages.map(({ target, when }) => ({ target, label: when ? `when ${when}` : '' })),
    ...state.waits.map(({ delay, target, when }) => ({
      target,
      label: `after ${delay}${when ? ` when ${when}` : ''}`,
    })),
    ...state.events.flatMap(({ type, targets }) =>
      (targets.length === 0 ? [undefined] : targets).map((target) => ({ target, label: type })),
    ),
  ];
  return ways.flatMap(({ target, label }) => {
    const edge = edgeBetween(definition, state, target ?? state.path, label);
    return edge === null ? [] : [edge];
  });
}

function edgeBetween(
  definition: MachineDefinition,
  source: StateDefinition,
  target: string,
  label: string,
): Edge | null {
  if (source.type !== 'atomic' && source.path === target) return null;
  const level = levelOf(definition, source.path, target);
  const to = idOf(below(level, target));
  const leaves = isWithin(source.path, level) && source.path !== level;
  return { level, from: leaves ? idOf(below(level, source.path)) : START, to, label };
}

/**
 * The innermost box around both ends. For an edge between two parts of a parallel state it is the part
 * entered.
 */
function levelOf(definition: MachineDefinition, source: string, target: string): string {
  let level = parentOf(target);
  while (!isWithin(source, level)) level = parentOf(level);
  const isParallel = definition.states.some(
    ({ path, type }) => path === level && type === 'parallel',
  );
  return isParallel ? below(level, target) : level;
}

/** The child of `level` in which `path` stands. */
function below(level: string, path: string): string {
  const depth = level === '' ? 0 : level.split('.').length;
  return path
    .split('.')
    .slice(0, depth + 1)
    .join('.');
}

/** Edges between the same two ends are one, with all their labels. */
function joinLabels(edges: readonly Edge[]): Edge[] {
  const joined = new Map<string, Edge>();
  for (const edge of edges) {
    const key = JSON.stringify([edge.level, edge.from, edge.to]);
    const labels = new Set(joined.get(key)?.label.split(' · '));
    joined.set(key, { ...edge, label: [...labels.add(edge.label)].filter(Boolean).join(' · ') });
  }
  return [...joined.values()];
}
