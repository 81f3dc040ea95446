// A command is admitted or answered here, before its machine is asked.

import { currentRelease } from '../../../machines/catalog.ts';
import type { Role } from '../../../machines/kit/access.ts';
import { accepts, begin, stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Protected } from '../../rules/access/access.ts';
import { isOpenTo, mayRead, maySend, rolesFor, SYSTEM } from '../../rules/access/access.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { CHAIN_START } from '../../rules/audit/link.ts';
import type { NewSubject } from '../new-subjects.ts';
import type { Command, Fault, Outcome } from './command.ts';
import type { Draft } from './draft.ts';
import { kept, phaseOf } from './draft.ts';
import type { Beginning, MachineHooks, Made } from './noun.ts';
import type { Reference } from './reference.ts';

const RESPONSIBLE: { readonly [kind: string]: Role } = {
  COUNTY: 'county-office',
  COUNTY_OFFICE: 'county-office',
  COUNTY_ORGANIZATION_DEPARTMENT: 'county-department',
  CITY_CENTRE: 'city-centre',
  TOWNSHIP: 'township-committee',
  TOWNSHIP_PARTY_COMMITTEE: 'township-committee',
  TOWNSHIP_OFFICE: 'township-office',
  VILLAGE: 'village-organisation',
  VILLAGE_PARTY_ORGANIZATION: 'village-organisation',
  BASE: 'base',
};

/** The subject as the access rules see it: its place, its stage and the roles that answer for it. */
export function protect(draft: Draft, organisation: Organisation | undefined): Protected {
  const role = organisation === undefined ? undefined : RESPONSIBLE[organisation.kind];
  return {
    access: draft.release.access,
    path: draft.path,
    stage: stageOf(draft.instance.value),
    drafters: kept(draft, 'drafters') ?? [],
    signatories: kept(draft, 'signatories') ?? [],
    applicants: applicantsOf(kept(draft, 'applicants') ?? [], role),
    responsible: role === undefined ? [] : [role],
    leaders: kept(draft, 'leaders') ?? [],
    office: kept(draft, 'office'),
  };
}

/**
 * R62: the unit that a person belongs to applies, or its township. The county office accepts applications
 * and therefore applies for its own people only.
 */
const applicantsOf = (applicants: readonly string[], own: Role | undefined): readonly string[] =>
  own !== undefined &&
  own !== 'county-office' &&
  applicants.some((role) => role !== 'county-office')
    ? applicants.filter((role) => role !== 'county-office')
    : applicants;

/**
 * The outcome of a command that goes no further, or null when it is admitted. Existence is checked first,
 * then place and role, then the revision: that is the order in which a caller may learn of them.
 */
export function admit(
  command: Command,
  draft: Draft | undefined,
  hooks: MachineHooks | undefined,
  reference: Reference,
): Outcome | null {
  if (draft === undefined) return { kind: 'unknown-subject' };
  const organisation = reference.directory.byId.get(draft.organisationId);
  const { principal, event, place } = command;
  const own = protect(draft, organisation);
  const guarded = place?.startsWith(draft.path) ? { ...own, path: place } : own;
  const isKnown =
    principal.id === SYSTEM.id ||
    command.create !== undefined ||
    mayRead(principal, guarded.path) ||
    (hooks?.isOpen === true && isOpenTo(principal, guarded, event.type));
  if (!isKnown) {
    return { kind: 'unknown-subject' };
  }
  const recorders = hooks?.narrow?.(event);
  if (!maySend(principal, guarded, event.type, recorders)) {
    const known = accepts(draft.release, draft.instance);
    if (known.includes(event.type)) {
      return { kind: 'forbidden', roles: rolesFor(guarded, event.type, recorders) };
    }
    return { kind: 'out-of-state', ...standing(draft), accepts: known };
  }
  if (typeof command.ifMatch === 'number' && command.ifMatch !== draft.revision) {
    return { kind: 'stale-revision', revision: draft.revision };
  }
  return command.principal.id === SYSTEM.id ? null : unitEnded(draft, event.type, hooks, reference);
}

/** The outcome that keeps new things from what has ended; null where this event is none, or the unit stands. */
export function unitEnded(
  draft: Draft,
  eventType: string,
  hooks: MachineHooks | undefined,
  { directory }: Reference,
): Outcome | null {
  const unit = directory.byId.get(draft.organisationId);
  if (!unit?.ended || !lays(draft, eventType, hooks)) return null;
  const { on, successorIds } = unit.ended;
  const successors = successorIds.flatMap((id) => directory.byId.get(id)?.name ?? []);
  return { kind: 'unit-ended', name: unit.name, on, successors };
}

const lays = (draft: Draft, eventType: string, hooks: MachineHooks | undefined): boolean =>
  draft.isNew ? hooks?.outlivesUnit !== true : hooks?.lays?.(draft, eventType) === true;

/** Where a subject stands that does not take an event, and of which machine it is. */
export const standing = (draft: Draft) => ({ machine: draft.release.name, ...where(draft) });

export const where = (draft: Draft) => ({
  stage: stageOf(draft.instance.value),
  state: stateOf(draft.instance.value),
});

export const fault = (path: string, zh: string, en: string): Fault => ({ path, zh, en });

/** The draft of a subject that does not exist yet, or the faults of its input, or the command's outcome. */
export function beginSubject(
  command: Command,
  create: NewSubject,
  hooks: MachineHooks | undefined,
  beginning: Beginning,
): { draft: Draft } | { faults: Fault[] } | { outcome: Outcome } {
  const made = (hooks?.begin ?? newChild)(create, beginning);
  if (!('organisation' in made)) return made;
  const at = beginning.head.now;
  const { organisation, input, release = currentRelease(create.machine), ...described } = made;
  return {
    draft: {
      id: command.subjectId,
      campaignId: command.campaignId,
      release,
      organisationId: organisation.id,
      path: organisation.path,
      ...described,
      instance: begin(release, input),
      revision: 0,
      chainHash: CHAIN_START,
      createdAt: at,
      updatedAt: at,
      events: [],
      personal: [],
      timers: new Map(),
      opened: [],
      isNew: true,
      input,
    },
  };
}

/** The beginning of a subject that hangs on a candidate or stands beside them in the campaign. */
export function newChild(
  create: NewSubject,
  { reference, parent }: Beginning,
): Made | { faults: Fault[] } {
  if (!('input' in create)) throw new Error(`nobody says how a ${create.machine} begins`);
  const { parentId, organisationId, name, input } = create;
  const own = organisationId === null ? undefined : reference.directory.byId.get(organisationId);
  const organisation =
    organisationId === null && parent ? { id: parent.organisationId, path: parent.path } : own;
  if (organisation === undefined || (parentId !== null && parent === undefined)) {
    return {
      faults: [fault('/organisationId', '没有这一单位或对象', 'no such organisation or candidate')],
    };
  }
  return {
    organisation,
    parentId,
    name: name ?? parent?.name ?? null,
    category: parent?.category ?? null,
    siteId: parent?.siteId ?? null,
    personName: parent?.personName ?? null,
    input,
  };
}

/**
 * The phase changes this candidate has not been told of, in order. No instant lies before the candidate's
 * last event, because a log never runs backwards.
 */
export function missedPhases(
  draft: Draft,
  phases: readonly { number: number; code: string; enteredAt: string }[],
): { phase: string; at: string }[] {
  const present = phaseOf(draft);
  return phases
    .filter(({ number }) => number > present)
    .map(({ code, enteredAt }) => ({
      phase: code,
      at: enteredAt > draft.updatedAt ? enteredAt : draft.updatedAt,
    }));
}
