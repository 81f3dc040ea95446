// Whether a procedure leads to the title: first its shape, then its graph, and what the search finds. Every
// refusal names a state and who is stuck there.

import type { CompiledProcedure } from '../../../machines/procedure/compile.ts';
import { compileProcedure } from '../../../machines/procedure/compile.ts';
import type { Procedure } from '../../../machines/procedure/procedure.ts';
import type { Text } from '../plan/fault.ts';
import { graphFaults } from './procedure-graph.ts';
import { searchProcedure, type Trouble } from './procedure-search.ts';
import { shapeFaults } from './procedure-shape.ts';
import type { World } from './search-world.ts';

/**
 * `path` is `''` for the whole procedure, `/3` for its fourth stage as it lists it, and
 * `/stages/3/steps/0` for a part of that stage. `stuck` is null where the fault keeps nobody from the title.
 */
export type ProcedureFinding = { path: string; message: Text; stuck: Trouble | null };

/** Faults of shape and graph, with what the search finds then; a procedure without any is not searched. */
export function checkProcedure(procedure: Procedure, world: World, left: Left): ProcedureFinding[] {
  const compiled = compiledOf(procedure);
  const ofShape = shapeFaults(procedure);
  const faults =
    ofShape.length > 0 || compiled === null
      ? ofShape
      : graphFaults(compiled, world.offices).map(({ stage, step, message }) => ({
          path: pathOf(procedure, stage, step),
          message,
        }));
  if (faults.length === 0) return [];
  const stuck = compiled === null ? NO_CHART : (troublesOf(compiled, world, left)[0] ?? null);
  return faults.map(({ path, message }) => ({ path, message: withWitness(message, stuck), stuck }));
}

/** What the search finds of a procedure; one that does not compile has faults of shape. */
export function playProcedure(procedure: Procedure, world: World, left: Left): ProcedureFinding[] {
  const compiled = compiledOf(procedure);
  if (compiled === null) return [];
  return troublesOf(compiled, world, left).map((trouble) => {
    const [stage = '', state = ''] = trouble.state.split('/');
    return {
      path: pathOf(procedure, stage, compiled.standing(stage, state)?.step ?? null),
      message: MESSAGES[trouble.kind](trouble),
      stuck: trouble,
    };
  });
}

/** The states that may still be searched of a plan; each search takes its own from them. */
export type Left = { states: number };

function troublesOf(compiled: CompiledProcedure, world: World, left: Left): Trouble[] {
  const { states, troubles } = searchProcedure(compiled, world, left.states);
  left.states -= states;
  return troubles;
}

/** Nobody is registered where no chart can be made. */
const NO_CHART: Trouble = { kind: 'stuck', state: 'unregistered', who: [] };

/** Null where the steps do not join. A plan that does not say who determines is told so elsewhere. */
function compiledOf(procedure: Procedure): CompiledProcedure | null {
  try {
    return compileProcedure({
      ...procedure,
      stages: procedure.stages.map((stage) => ({
        ...stage,
        steps: stage.steps.map((step) =>
          step.step === 'confer' ? { ...step, stated: true } : step,
        ),
      })),
    });
  } catch {
    // XState and the steps throw errors of many kinds about what the shape tells in words.
    return null;
  }
}

function pathOf({ stages }: Procedure, code: string, kind: string | null): string {
  const stage = stages.findIndex((one) => one.code === code);
  if (stage < 0) return '';
  const step = stages[stage]?.steps.findIndex((one) => one.step === kind) ?? -1;
  return step < 0 ? `/${stage}` : `/stages/${stage}/steps/${step}`;
}

const whoOf = ({ who }: Trouble, none: string): string => (who.length > 0 ? who.join('、') : none);

const MESSAGES: { readonly [Kind in Trouble['kind']]: (trouble: Trouble) => Text } = {
  stuck: (trouble) => ({
    zh: `停在 ${trouble.state} 不能到达最终确定（等候 ${whoOf(trouble, '无人')}）`,
    en: `whoever comes to ${trouble.state} never comes to the title (it waits for ${whoOf(trouble, 'nobody')})`,
  }),
  unreached: (trouble) => ({
    zh: `${trouble.state} 不会有人到达（${whoOf(trouble, '无人')}）`,
    en: `nobody ever comes to ${trouble.state} (${whoOf(trouble, 'nobody')})`,
  }),
  untimely: (trouble) => ({
    zh: `按期办理的也在阶段以外到达 ${trouble.state}（${whoOf(trouble, '无人')}）`,
    en: `even those in time come to ${trouble.state} outside its phase (${whoOf(trouble, 'nobody')})`,
  }),
  'too-large': () => ({
    zh: '可能的状态太多，无法推演',
    en: 'it has too many states to be played',
  }),
  unearned: ({ state }) => ({
    zh: `未经申报、评审和最终确定即到达 ${state}`,
    en: `${state} is reached without application, review and conferral`,
  }),
};

function withWitness({ zh, en }: Text, stuck: Trouble | null): Text {
  if (stuck === null) return { zh, en };
  if (stuck === NO_CHART)
    return {
      zh: `${zh}（无法形成流程，无人可以登记）`,
      en: `${en} (no chart can be made, so nobody is registered)`,
    };
  const seen = MESSAGES[stuck.kind](stuck);
  return { zh: `${zh}；推演：${seen.zh}`, en: `${en}; played: ${seen.en}` };
}
