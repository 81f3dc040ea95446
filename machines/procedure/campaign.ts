// The chart of a campaign, compiled from the phases of its plan. The county leads it through the links of
// their chain in order; none is skipped (R46).
//
//   unregistered ─▶ draft ── its notice is issued ──▶ <first link> ─▶ … ─▶ <last link> ── conclude ──▶ concluded
//                              advance-phase: the windows of the phases that open have come and the
//                              gates of those that close hold, or an override with a second approver
//   every link: due soon, overrun (the county office is told by itself) · cancel ──▶ cancelled

import { campaignSetup, notify, on, say } from '../campaign/chart.ts';
import type { CampaignContext, CampaignEvent } from '../campaign/events.ts';
import type { Gate, GateName } from '../campaign/gates.ts';
import { CAMPAIGN_RULES } from '../campaign/gates.ts';
import {
  everyCandidateDecided,
  everyTitleWritten,
  lastChangeArrived,
  nothingUndecided,
  windowHasCome,
  windowIsOver,
} from '../campaign/requirements.ts';
import { keepReason, moveCandidates, whileRunning } from '../campaign/running.ts';
import { owing, until } from '../kit/owing.ts';
import { requires } from '../kit/requirement.ts';
import type { TemplateName } from '../notice/templates.ts';
import { closeTies, meritSelection } from '../selection/merit-selection.ts';
import type { Chain, Link } from './phases.ts';
import { hasCome } from './phases.ts';

/** `clause` is the plan's sentence about the phase; `leave` names what must hold when it closes. */
export type PhaseDefinition = {
  code: string;
  name: string;
  clause: string;
  leave: readonly GateName[];
};

/** All that the chart depends on, as plain JSON. It holds no dates, which a plan may move. */
export type CampaignDefinition = {
  chain: Chain;
  phases: readonly PhaseDefinition[];
  /** The phases in which candidates are selected on merit. */
  selects: readonly string[];
};

/** Compiles the chart of a definition. Throws when its chain names a phase that it does not define. */
export function compileCampaign(definition: CampaignDefinition) {
  const { links } = definition.chain;
  const [first] = links;
  if (first === undefined) throw new Error('a campaign has a phase');
  const chart = campaignSetup.createMachine({
    id: 'campaign',
    version: '1',
    context: ({ input }) => ({
      ...input,
      phase: null,
      windows: null,
      override: null,
      selections: {},
      ties: {},
      tieTasks: 0,
      rosterVersion: 0,
      reason: null,
    }),
    initial: 'unregistered',
    states: {
      // No wait may start here, because `xstate.init` carries no time.
      unregistered: { on: { draft: { target: 'draft', actions: draftNotice } } },
      draft: {
        on: {
          'document-issued': { target: first.code, actions: issue },
          'document-abandoned': { target: 'cancelled', actions: keepAbandoned },
          cancel: { target: 'cancelled', actions: keepReason },
        },
      },
      ...Object.fromEntries(links.map((link) => [link.code, linkState(definition, link)])),
      concluded: { type: 'final' },
      cancelled: { type: 'final' },
    },
  });
  const due = dueIn(definition.chain);
  return chart.provide({
    delays: { phaseDueSoon: until(due, 'dueSoonAt'), phaseWindow: until(due, 'dueAt') },
  });
}

const issue = [
  campaignSetup.assign(({ event }) => ({ windows: event.facts.windows ?? null, rosterVersion: 1 })),
  say('freeze-roster', () => ({})),
];

/** A campaign is issued by the signature under its notice, which is drafted with it. */
const draftNotice = say('draft-document', () => ({
  kind: 'campaign-notice',
  to: ['every-township-committee'],
  copyTo: ['county-office'],
  params: {},
}));

const keepAbandoned = on('document-abandoned', ({ event }) => ({
  reason: event.reason,
  phase: 'cancelled',
}));

const windowOf = ({ windows }: CampaignContext, phase: string) => {
  const window = windows?.[phase];
  if (window === undefined) throw new Error(`nobody has measured the window of ${phase}`);
  return window;
};

/** The last day of the link under way. Phases that close together end on one day. */
const dueIn = (chain: Chain) => (context: CampaignContext) => {
  const [closing] = chain.links.find(({ code }) => code === context.phase)?.closes ?? [];
  return closing === undefined ? null : windowOf(context, closing);
};

/** A link goes on past its last day; its work is late. */
const TEMPLATES = { 'due-soon': 'phase-due-soon', overdue: 'phase-overrun' } as const;

const generationOf = ({ phaseGeneration }: CampaignContext): number => phaseGeneration ?? 1;

/** The county office owes the end of a phase in the link that closes it. */
const debtOf = ({ code, clause }: PhaseDefinition) =>
  owing<CampaignContext, CampaignEvent, TemplateName>({
    key: (context) => ({ kind: `phase:${code}`, generation: generationOf(context) }),
    clause: () => clause,
    owner: () => 'county-office',
    due: (context) => windowOf(context, code),
    outcomes: { cancel: 'waived', 'adopt-policy': 'superseded' },
    notice: (context, level) => ({
      template: TEMPLATES[level],
      params: { phase: code, dueAt: windowOf(context, code).dueAt },
    }),
  });

type Debt = ReturnType<typeof debtOf>;

/** Several debts of one day are reminded of by one wait; a link that closes no phase has none. */
function waitsOf(debts: readonly Debt[]) {
  if (debts.length === 0) return {};
  const each = (waits: readonly { actions: ReturnType<Debt['raise']> }[]) =>
    waits.flatMap(({ actions }) => actions);
  const dueSoon = debts.map((one) => one.dueSoon(['county-office']));
  const overdue = debts.map((one) => one.overdue(['county-office', 'county-department']));
  return {
    phaseDueSoon: { actions: each(dueSoon) },
    phaseWindow: { actions: each(overdue) },
  };
}

/** A link is entered again when its window moves; nobody is notified that it has begun. */
const isMoved = ({ event }: { event: CampaignEvent }): boolean => event.type === 'adopt-policy';

/** Another version of the plan moves the windows; the debts of the link are a new generation. */
const adoptPolicy = on('adopt-policy', ({ context, event }) => ({
  planVersion: event.planVersion,
  windows: event.facts.windows ?? null,
  phaseGeneration: generationOf(context) + 1,
}));

/** A link opens debts of the county office for its last day, and tells every township. */
const entryOf = (code: string, debts: readonly Debt[]) => [
  campaignSetup.assign(({ event }) => ({
    phase: code,
    override: null,
    ...(isMoved({ event }) ? {} : { phaseGeneration: 1 }),
  })),
  ...debts.map(({ open }) => open),
  say('notify', (args) => ({
    to: ['county-office', 'every-township-committee'],
    ...(isMoved(args)
      ? { template: 'policy-adopted', params: { planVersion: args.context.planVersion ?? null } }
      : { template: 'phase-entered', params: { phase: code } }),
  })),
];

function linkState({ chain, phases, selects }: CampaignDefinition, link: Link) {
  const phaseOf = (code: string): PhaseDefinition => {
    const found = phases.find((phase) => phase.code === code);
    if (found === undefined) throw new Error(`the chain names ${code}, which is no phase`);
    return found;
  };
  const closing = link.closes.map(phaseOf);
  const debts = closing.map(debtOf);
  const gates = gatesOf(closing);
  const next = chain.links[chain.links.indexOf(link) + 1];
  // Whoever passes a review after the phase of the selection has ended is still selected.
  const isSelecting = selects.some((code) => hasCome(chain, link.code, code));
  return campaignSetup.createStateConfig({
    entry: entryOf(link.code, debts),
    exit: debts.map(({ settle }) => settle),
    after: waitsOf(debts),
    on: {
      ...whileRunning,
      'adopt-policy': { target: link.code, reenter: true, actions: adoptPolicy },
      ...(isSelecting ? meritSelection : {}),
      ...(next === undefined ? concludeBy(gates) : advanceTo(next, gates, closing, phaseOf)),
    },
  });
}

/** Two phases that close together may ask the same; it is asked once. */
const gatesOf = (closing: readonly PhaseDefinition[]): Gate[] => {
  const named = closing.flatMap(({ code, leave }) => leave.map((name) => ({ name, code })));
  return named
    .filter(
      ({ name }, index) =>
        name === 'recorded-duties' || named.findIndex((one) => one.name === name) === index,
    )
    .map(({ name, code }) => CAMPAIGN_RULES[name](code));
};

const advanceTo = (
  next: Link,
  gates: readonly Gate[],
  closing: readonly PhaseDefinition[],
  phaseOf: (code: string) => PhaseDefinition,
) => ({
  'advance-phase': {
    guard: requires(
      lastChangeArrived,
      ...next.opens.map(phaseOf).map(windowHasCome),
      ...(next.opens.length === 0 ? closing.slice(0, 1).map(windowIsOver) : []),
      ...gates,
    ),
    target: next.code,
    actions: moveCandidates(next.code),
  },
});

const concludeBy = (gates: readonly Gate[]) => ({
  conclude: {
    guard: requires(
      lastChangeArrived,
      nothingUndecided,
      everyTitleWritten,
      everyCandidateDecided,
      ...gates,
    ),
    target: 'concluded',
    actions: [
      closeTies,
      campaignSetup.assign({ phase: 'concluded' }),
      notify('campaign-concluded', ['county-office', 'every-township-committee', 'city-centre']),
      moveCandidates('concluded'),
    ],
  },
});
