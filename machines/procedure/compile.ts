// A procedure compiled to the chart of a candidate. Steps are folded from the last to the first: a step knows
// of the next one nothing but how it is entered.
//
//   unregistered ── register ──▶ stage ─▶ … ─▶ stage ── confirm-conferral ──▶ conferred ─▶ revoked
//                                  └─▶ not-created · not-selected · withdrawn · disqualified · lapsed

import { candidateSetup, notify, on } from '../candidate/chart.ts';
import type { CandidateEventType } from '../candidate/events.ts';
import type { Creation } from '../candidate/late-requirements.ts';
import { wayLiesAhead } from '../candidate/late-requirements.ts';
import {
  endWithUnitFrom,
  phaseHasCome,
  whileLive,
  withdrawFrom,
} from '../candidate/live-events.ts';
import type { Access, Role, Who } from '../kit/access.ts';
import { until } from '../kit/owing.ts';
import { requires } from '../kit/requirement.ts';
import { conferredRows, endsOf, startingContext } from './ends.ts';
import { ProcedureFault } from './fault.ts';
import type { Entry, Part, Place, Row, Selectable, StateConfig } from './part.ts';
import { LIVE_ROWS, REGISTER_ROW, REINSTATE_ROW, stateIn } from './part.ts';
import type { Procedure, ProcedureStep, Stage, StepKind } from './procedure.ts';
import { conferralOf } from './reading.ts';
import { creationAfter, registrationRules } from './registration.ts';
import { partOf } from './steps/library.ts';
import { AFTER_NOTICE_ROWS, afterNotice } from './steps/notice.ts';

/** Where a candidate stands: the step that is to be done, whose office does it, and how near a selection is. */
export type Standing = {
  step: StepKind | null;
  office: Role | null;
  selectable: Selectable | null;
  /** The streams that are gathered here. */
  gathers: readonly string[];
  /** What is still to be created, here or later. */
  creation?: Creation | undefined;
};

export type StageTable = {
  code: string;
  enter: Entry;
  states: { [state: string]: StateConfig };
  rows: Row[];
  standings: { [state: string]: Standing };
  debts: NonNullable<Part['debts']>;
  /** What every state of the stage accepts. */
  on: NonNullable<StateConfig['on']>;
};

const TITLE: Entry = { target: '#candidate.conferred' };

/** A timer and a phase change bring no deadline and lock no register, so what they lead to may need neither. */
function mustBringNothing({ opens, numbers }: Entry, path: string): void {
  if (opens === undefined && numbers === undefined) return;
  throw new ProcedureFault(
    path,
    '这一步的期限或者文号须由某项决定带来，不能由阶段变更或期满进入',
    'a decision brings the deadline or the number of this step; neither a phase change nor a period that ends does',
  );
}

/** The stage, folded from its last step; `next` is how the stage after it is entered. */
function stageTable(
  procedure: Procedure,
  at: number,
  next: Entry,
  reviewers: readonly Role[],
): StageTable {
  const stage = procedure.stages[at] as Stage;
  const path = `/stages/${at}`;
  const place: Place = { procedure, stage, nextReviewers: reviewers };
  const table: StageTable = {
    code: stage.code,
    enter: next,
    states: {},
    rows: [],
    standings: {},
    debts: {},
    on: whileLive,
  };
  const waits = restOf(procedure, at);
  if (waits !== null) {
    mustBringNothing(next, `/stages/${at + 1}/steps/0`);
    const rest = stage.rest ?? 'waiting';
    table.states[rest] = waitFor(procedure, waits, next);
    const last = stage.steps.at(-1)?.step ?? null;
    table.standings[rest] = {
      step: last,
      office: null,
      selectable: selectableAt(procedure, at, stage.steps.length),
      gathers: [],
      creation: creationAfter(procedure, at, stage.steps.length),
    };
    table.enter = { target: stateIn(place, rest) };
  }
  for (const [index, step] of [...stage.steps.entries()].reverse()) {
    if (step.step === 'notice') mustBringNothing(table.enter, `${path}/steps/${index + 1}`);
    const part = partOf(step, place, table.enter);
    const ahead = selectableAt(procedure, at, index);
    const creation = creationAfter(procedure, at, index);
    for (const state of Object.keys(part.states)) {
      if (state in table.states) {
        throw new ProcedureFault(
          `${path}/steps/${index}`,
          `同一环节中的步骤“${step.step}”重复`,
          `a stage has each kind of step once; ${step.step} comes again`,
        );
      }
      table.standings[state] = {
        gathers: [],
        ...part.standing,
        office: part.offices?.[state] ?? part.standing.office,
        creation,
        ...(part.awaiting?.includes(state) ? { step: null } : {}),
        selectable: ahead === null ? null : (part.selectable?.[state] ?? ahead),
      };
    }
    table.states = { ...part.states, ...table.states };
    table.rows.unshift(...part.rows);
    table.debts = { ...table.debts, ...part.debts };
    table.enter = part.enter;
    if (step.step === 'review') place.nextReviewers = step.by;
  }
  if (procedure.stages.slice(0, at + 1).some(({ steps }) => steps.some(isNotice))) {
    table.rows.push(...AFTER_NOTICE_ROWS);
    table.on = { ...whileLive, ...afterNotice };
  }
  if (Object.keys(table.states).length === 0) {
    throw new ProcedureFault(
      path,
      '环节没有步骤，又不等待以后的阶段',
      'a stage without steps waits for a later phase',
    );
  }
  if (at === 0) waitForTheFirst(procedure, place, table);
  return table;
}

const isNotice = ({ step }: ProcedureStep): boolean => step === 'notice';

/** A delay is named by its debt and knows no stage, so each debt is owed in one stage; codes differ. */
function mustBeOwn({ code, debts }: StageTable, later: readonly StageTable[], path: string): void {
  const again = later.find(
    (table) => table.code === code || Object.keys(debts).some((debt) => debt in table.debts),
  );
  if (again === undefined) return;
  throw new ProcedureFault(
    path,
    `与环节 ${again.code} 的代码或者有期限的步骤重复`,
    `repeats the code of ${again.code}, or a step of it that has a day of its own`,
  );
}

/** Whoever is registered before the phase of the first stage waits for it. */
function waitForTheFirst(procedure: Procedure, place: Place, table: StageTable): void {
  const { in: phase } = place.stage;
  if (procedure.chain.links[0]?.open.includes(phase) !== false) return;
  mustBringNothing(table.enter, '/stages/0/steps/0');
  table.states.registered = waitFor(procedure, phase, table.enter);
  table.standings.registered = {
    step: null,
    office: null,
    selectable: selectableAt(procedure, 0, 0),
    gathers: [],
    creation: creationAfter(procedure, 0, 0),
  };
  table.enter = { target: stateIn(place, 'registered') };
}

/** How a candidate at this step stands before the selection; null after it and where there is none. */
function selectableAt({ stages }: Procedure, at: number, index: number): 'later' | 'now' | null {
  const follows = (kind: StepKind): boolean =>
    stages.some(({ steps }, stage) =>
      steps.some(
        ({ step }, place) => step === kind && (stage > at || (stage === at && place >= index)),
      ),
    );
  if (!follows('select')) return null;
  return follows('apply') ? 'later' : 'now';
}

/** The phase that is waited for at the end of this stage; null when the next stage goes on at once. */
function restOf({ chain, stages }: Procedure, at: number): string | null {
  const [phase, nextPhase] = [stages[at]?.in, stages[at + 1]?.in];
  if (phase === undefined || nextPhase === undefined || phase === nextPhase) return null;
  const places = [phase, nextPhase].map((code) =>
    chain.links.findIndex(({ opens }) => opens.includes(code)),
  );
  return (places[0] ?? 0) < (places[1] ?? 0) ? nextPhase : null;
}

const waitFor = ({ chain }: Procedure, phase: string, { target }: Entry): StateConfig =>
  candidateSetup.createStateConfig({
    always: { guard: phaseHasCome(chain, phase), target },
  });

const merge = (rows: readonly Row[]): ReadonlyMap<CandidateEventType, Row> => {
  const merged = new Map<CandidateEventType, Row>();
  for (const row of rows) {
    const before = merged.get(row.event);
    merged.set(row.event, before === undefined ? row : both(before, row));
  }
  return merged;
};

const both = (a: Row, b: Row): Row => ({
  ...a,
  ...b,
  by: [...new Set([...a.by, ...b.by])],
});

export type CompiledProcedure = {
  procedure: Procedure;
  chart: ReturnType<typeof chartOf>;
  /** The senders of each event, by the stage. */
  access: Partial<Access<CandidateEventType>>;
  /** Who may send the event in this stage, and what it opens; undefined where the stage knows it not. */
  rowOf: (eventType: string, stage: string) => Row | undefined;
  /** Null where no step is the candidate's: before it is registered, and at its end. */
  standing: (stage: string, state: string) => Standing | null;
};

/**
 * The chart of a procedure and the tables beside it. The caller has checked the shape of the procedure;
 * throws ProcedureFault when the steps do not join.
 */
export function compileProcedure(procedure: Procedure): CompiledProcedure {
  const { tables, first } = tablesOf(procedure);
  const conferral = conferralOf(procedure) ?? { clause: 'R65', by: [] };
  const rows = new Map([
    ['unregistered', merge([REGISTER_ROW])],
    ...tables.map((table) => [table.code, merge([...LIVE_ROWS, ...table.rows])] as const),
    ['conferred', merge(conferredRows(conferral))],
    ['withdrawn', merge([REINSTATE_ROW, ...AFTER_NOTICE_ROWS])],
  ]);
  const standings = new Map(tables.map(({ code, standings: own }) => [code, own]));
  return {
    procedure,
    chart: chartOf(procedure, tables, first),
    access: accessOf(rows),
    rowOf: (eventType, stage) => rows.get(stage)?.get(eventType as CandidateEventType),
    standing: (stage, state) => standings.get(stage)?.[state] ?? null,
  };
}

/** The stages of a procedure, folded from the last, and how the first is entered. */
export function tablesOf(procedure: Procedure): { tables: StageTable[]; first: Entry } {
  const tables: StageTable[] = [];
  let next = TITLE;
  let reviewers: readonly Role[] = [];
  for (let at = procedure.stages.length - 1; at >= 0; at -= 1) {
    const table = stageTable(procedure, at, next, reviewers);
    mustBeOwn(table, tables, `/stages/${at}`);
    tables.unshift(table);
    next = table.enter;
    const own = procedure.stages[at]?.steps.find(({ step }) => step === 'review');
    if (own?.step === 'review') reviewers = own.by;
  }
  mustBringNothing(next, '/stages/0/steps/0');
  return { tables, first: next };
}

/** The rows by event instead of by stage. */
function accessOf(
  rows: ReadonlyMap<string, ReadonlyMap<CandidateEventType, Row>>,
): CompiledProcedure['access'] {
  const access: { [Type in CandidateEventType]?: { [stage: string]: readonly Who[] } } = {};
  for (const [stage, own] of rows) {
    for (const [event, { by }] of own) access[event] = { ...access[event], [stage]: by };
  }
  return access;
}

export function chartOf(procedure: Procedure, tables: readonly StageTable[], first: Entry) {
  const conferral = conferralOf(procedure) ?? { clause: 'R65', by: [] };
  const debts = Object.entries(
    Object.assign({}, ...tables.map((table) => table.debts)) as StageTable['debts'],
  );
  const delays = debts.flatMap(([name, { due }]) => [
    [`${name}DueSoon`, until(due, 'dueSoonAt')] as const,
    [`${name}Window`, until(due, 'dueAt')] as const,
  ]);
  return candidateSetup
    .createMachine({
      id: 'candidate',
      version: '1',
      context: ({ input }) => startingContext(input, procedure.chain),
      initial: 'unregistered',
      states: {
        // No wait may start here, because `xstate.init` carries no time.
        unregistered: {
          on: {
            register: {
              guard: requires(...registrationRules(procedure)),
              target: first.target,
              actions: [
                on('register', ({ event }) => ({
                  windows: event.facts.windows ?? null,
                  ...(event.admittedLateFor === undefined
                    ? {}
                    : { registeredLateFor: event.admittedLateFor }),
                })),
                notify('candidate-registered', ['responsible']),
              ],
            },
          },
        },
        ...Object.fromEntries(tables.map((table) => [table.code, stageConfig(table)])),
        ...endsOf(
          conferral,
          tables.flatMap(({ code, states, standings }) =>
            Object.keys(states).map((state) => ({
              path: `${code}.${state}`,
              goesOn: wayLiesAhead(procedure.chain, standings[state]?.creation),
            })),
          ),
        ),
      },
    })
    .provide({ delays: Object.fromEntries(delays) });
}

const stageConfig = ({ code, enter, states, on }: StageTable): StateConfig =>
  candidateSetup.createStateConfig({
    initial: enter.target.split('.').at(-1) ?? '',
    on,
    states: Object.fromEntries(
      Object.entries(states).map(([state, config]) => [
        state,
        {
          ...config,
          on: {
            ...config.on,
            withdraw: withdrawFrom(`${code}.${state}`),
            'end-with-unit': endWithUnitFrom(`${code}.${state}`),
          },
        },
      ]),
    ),
  });
