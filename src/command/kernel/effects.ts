// The handlers of the nouns turn the effects of a step into rows. The subjects that a step opens begin here.

import type { MachineName } from '../../../machines/catalog.ts';
import { currentRelease } from '../../../machines/catalog.ts';
import type { Advance, Effect, EffectType, ParamsOf } from '../../../machines/effects.ts';
import type { TellParent } from '../../../machines/kit/effect.ts';
import { begin } from '../../../machines/kit/step.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { CHAIN_START } from '../../rules/audit/link.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import type { Handlers, Scene } from './batch-context.ts';
import type { Draft } from './draft.ts';
import { ownAct, SYSTEM_BY, tell } from './draft.ts';
import { type Facts, factsAtHand, type Place } from './facts.ts';

/** Adds the rows that the effects of one step, told at `at`, ask for. */
export function expand(scene: Scene, draft: Draft, effects: readonly Effect[], at: string): void {
  for (const effect of effects) apply(scene, draft, effect, at);
}

function apply<Type extends EffectType>(
  scene: Scene,
  draft: Draft,
  { type, params }: { type: Type; params: ParamsOf<Type> },
  at: string,
): void {
  scene.handlers[type](scene, draft, params, at);
}

/** A candidate refused an event that the step of one of its children told it. */
export class ParentRefused extends Error {
  readonly answer: Exclude<Advance, { kind: 'step' }>;
  readonly parent: Draft;

  constructor(parent: Draft, answer: Exclude<Advance, { kind: 'step' }>) {
    super(`the candidate does not take it: ${answer.kind}`);
    this.parent = parent;
    this.answer = answer;
  }
}

/** What hangs on a candidate of another category is decided by the policies of that one. */
const placeOf = ({ plan, reference }: Scene, { category }: Draft): Place => ({
  plan: planFor(plan, category),
  reference,
});

export function tellParent(scene: Scene, child: Draft, { event }: TellParent, at: string): void {
  const parent = child.parentId === null ? undefined : scene.drafts.get(child.parentId);
  if (parent === undefined) throw new Error(`${child.release.name} hangs on no candidate`);
  const facts = scene.parentFacts.get(`${child.id} ${event.type}`)?.();
  const answer = tellRelated(scene, parent, event, at, facts);
  if (answer.kind !== 'step') throw new ParentRefused(parent, answer);
}

/** Tells another subject of the batch what follows for it; its answer says whether it took it. */
export function tellRelated(
  scene: Scene,
  draft: Draft,
  event: TellParent['event'],
  at: string,
  loaded?: Facts,
): Advance {
  const { parentId } = draft;
  const parent = parentId === null ? undefined : scene.drafts.get(parentId);
  const place = placeOf(scene, parent ?? draft);
  const facts = loaded ?? factsAtHand(scene.sources, place, { draft, parent, event, at });
  const answer = tell(draft, { ...event, at, by: SYSTEM_BY, facts }, ownAct(scene));
  if (answer.kind === 'step') expand(scene, draft, answer.step.effects, at);
  return answer;
}

type Opening = {
  input: object;
  /** The subject's first event; `issue` if left out. */
  event?: ParamsOf<'open-subject'>['event'];
  /** Whoever told it; the service itself if left out. */
  by?: { principalId: string; roles: readonly string[] };
  /** The facts of that event; the facts at hand if left out. */
  facts?: { readonly [name: string]: unknown };
  parentId: string | null;
  name?: string | null;
  category?: string | null;
};

/** Begins a subject that a step opens, tells it its first event at once, and adds it to the batch. */
export function open(
  scene: Scene,
  machine: MachineName,
  id: string,
  organisation: Organisation,
  at: string,
  opening: Opening,
): Draft {
  const release = currentRelease(machine);
  const draft: Draft = {
    id,
    campaignId: scene.campaignId,
    release,
    parentId: opening.parentId,
    organisationId: organisation.id,
    path: organisation.path,
    name: opening.name ?? null,
    category: opening.category ?? null,
    siteId: null,
    personName: null,
    instance: begin(release, opening.input),
    revision: 0,
    chainHash: CHAIN_START,
    createdAt: at,
    updatedAt: at,
    events: [],
    personal: [],
    timers: new Map(),
    opened: [],
    isNew: true,
    input: opening.input,
  };
  scene.drafts.set(id, draft);
  const event = opening.event ?? { type: 'issue' };
  const parent = opening.parentId === null ? undefined : scene.drafts.get(opening.parentId);
  const place = placeOf(scene, parent ?? draft);
  const facts = opening.facts ?? factsAtHand(scene.sources, place, { draft, parent, event, at });
  const { by = SYSTEM_BY } = opening;
  const answer = tell(draft, { ...event, at, by, facts }, ownAct(scene));
  if (answer.kind !== 'step') throw new Error(`${machine} refused its ${event.type}`);
  expand(scene, draft, answer.step.effects, at);
  return draft;
}

/** The effects by which one subject speaks to those that hang together with it. */
export const familyHandlers: Handlers<'tell-parent' | 'tell-children' | 'open-subject'> = {
  'tell-parent': tellParent,

  // The children are in the batch already, because their candidate might come to its end (see `decide`).
  'tell-children': (scene, parent, { machine, event }, at) => {
    for (const child of [...scene.drafts.values()]) {
      const hangsOnIt = child.parentId === parent.id && child.release.name === machine;
      if (!hangsOnIt || child.instance.status !== 'active') continue;
      const answer = tell(child, { ...event, at, by: SYSTEM_BY, facts: {} }, ownAct(scene));
      if (answer.kind === 'step') expand(scene, child, answer.step.effects, at);
    }
  },

  'open-subject': (scene, parent, effect, at) => {
    const organisation = scene.reference.directory.byId.get(parent.organisationId);
    if (organisation === undefined) throw new Error(`no organisation ${parent.organisationId}`);
    const child = open(
      scene,
      effect.machine,
      effect.id ?? scene.entropy.newId(),
      organisation,
      at,
      {
        input: effect.input,
        event: effect.event,
        parentId: parent.id,
        name: parent.name,
        category: parent.category,
      },
    );
    parent.opened.push({ kind: effect.machine, id: child.id });
  },
};
