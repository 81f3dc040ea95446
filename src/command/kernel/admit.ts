// Everything that is decided about a command before its machine is asked.

import { currentRelease } from '../../../machines/catalog.ts';
import type { Role, Who } from '../../../machines/kit/access.ts';
import type { PhaseCode } from '../../../machines/kit/phases.ts';
import { PHASES, phaseNumber } from '../../../machines/kit/phases.ts';
import { accepts, begin, stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Protected } from '../../rules/access/access.ts';
import {
  isOpenTo,
  mayRead,
  maySend,
  RECORDERS,
  rolesFor,
  SYSTEM,
} from '../../rules/access/access.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { divisionAbove } from '../../rules/access/addressees.ts';
import { standsWithSite } from '../../rules/candidate/site-bound.ts';
import type { Plan } from '../../rules/plan-check/plan.ts';
import { builtInKind } from '../../rules/record/record-kinds.ts';
import type { Command, Fault, NewSubject, Outcome } from './command.ts';
import type { Draft } from './draft.ts';
import { CHAIN_START } from './draft.ts';
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

/** What access asks about a subject: where it is, in which stage, and who answers for it. */
export function protect(draft: Draft, organisation: Organisation | undefined): Protected {
  const { context } = draft.instance;
  const route = context.route as { confirmedBy?: string; selfCheckedBy?: string } | undefined;
  const role = organisation === undefined ? undefined : RESPONSIBLE[organisation.kind];
  return {
    machine: draft.release.name,
    path: draft.path,
    stage: stageOf(draft.instance.value),
    drafters: (context.drafters as readonly string[] | undefined) ?? [],
    signatories: (context.signatories as readonly string[] | undefined) ?? [],
    applicants: applicantsOf((context.applicants as readonly string[] | undefined) ?? [], role),
    confirmedBy: route?.confirmedBy ?? null,
    selfCheckedBy: route?.selfCheckedBy ?? null,
    responsible: role === undefined ? [] : [role],
    leaders: (context.leaders as readonly string[] | undefined) ?? [],
  };
}

/**
 * R62: whoever a person belongs to applies, or its township. The county office, which accepts,
 * applies for its own people only.
 */
const applicantsOf = (applicants: readonly string[], own: Role | undefined): readonly string[] =>
  own !== undefined &&
  own !== 'county-office' &&
  applicants.some((role) => role !== 'county-office')
    ? applicants.filter((role) => role !== 'county-office')
    : applicants;

/** Existence, place and role, revision, state: in the order in which a caller may learn of them. */
export function admit(
  command: Command,
  draft: Draft | undefined,
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
    (draft.release.name === 'draw' && isOpenTo(principal, guarded, event.type));
  if (!isKnown) {
    return { kind: 'unknown-subject' };
  }
  const recorders = recordersOf(event);
  if (!maySend(principal, guarded, event.type, recorders)) {
    const known = accepts(draft.release, draft.instance);
    if (known.includes(event.type)) {
      return { kind: 'forbidden', roles: rolesFor(guarded, event.type, recorders) };
    }
    return { kind: 'out-of-state', ...where(draft), accepts: known };
  }
  if (typeof command.ifMatch === 'number' && command.ifMatch !== draft.revision) {
    return { kind: 'stale-revision', revision: draft.revision };
  }
  return null;
}

/** A kind of record that is left to some, such as a township's schedule to its office (R70). */
function recordersOf({ type, kind }: Command['event']): readonly Who[] | undefined {
  if (type !== 'record-evidence' || typeof kind !== 'string') return undefined;
  return builtInKind(kind)?.by ?? RECORDERS;
}

export const where = (draft: Draft) => ({
  stage: stageOf(draft.instance.value),
  state: stateOf(draft.instance.value),
});

const SUBJECT_KIND: { readonly [subject: string]: readonly string[] } = {
  county: ['COUNTY'],
  township: ['TOWNSHIP'],
  village: ['VILLAGE'],
  base: ['BASE'],
};

const fault = (path: string, zh: string, en: string): Fault => ({ path, zh, en });

/** A draft of a subject that does not exist yet, or what is wrong with it. */
export function beginSubject(
  command: Command,
  create: NewSubject,
  plan: Plan,
  reference: Reference,
  parent: Draft | undefined,
  at: string,
  /** False when the campaign has been moved to this version of its plan since it was issued. */
  isFirst = true,
): { draft: Draft } | { faults: Fault[] } {
  const made = makeOf(create, plan, reference, parent, isFirst);
  if ('faults' in made) return made;
  const release = currentRelease(create.machine);
  const { organisation, input, ...described } = made;
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
      timers: new Map(),
      opened: [],
      isNew: true,
      input,
    },
  };
}

type Made = Pick<Draft, 'parentId' | 'name' | 'category' | 'siteId' | 'personName' | 'identity'> & {
  organisation: Pick<Organisation, 'id' | 'path'>;
  input: object;
};

function makeOf(
  create: NewSubject,
  plan: Plan,
  reference: Reference,
  parent: Draft | undefined,
  isFirst: boolean,
): Made | { faults: Fault[] } {
  if (create.machine === 'campaign') return newCampaign(create, plan, reference);
  if (create.machine === 'candidate') return newCandidate(create, plan, reference, isFirst);
  return newChild(create, reference, parent);
}

/** What hangs on a candidate, or stands beside them in the campaign. */
function newChild(
  create: Exclude<NewSubject, { machine: 'campaign' | 'candidate' }>,
  reference: Reference,
  parent: Draft | undefined,
): Made | { faults: Fault[] } {
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

function newCampaign(
  create: Extract<NewSubject, { machine: 'campaign' }>,
  plan: Plan,
  reference: Reference,
): Made | { faults: Fault[] } {
  const organisation = reference.directory.byId.get(plan.divisionCode);
  if (organisation === undefined) {
    return {
      faults: [
        fault('/planId', '方案所属的行政区划不存在', 'the division of the plan does not exist'),
      ],
    };
  }
  return {
    organisation,
    parentId: null,
    name: create.name,
    category: null,
    siteId: null,
    personName: null,
    input: { planId: plan.id, divisionCode: plan.divisionCode },
  };
}

function newCandidate(
  create: Extract<NewSubject, { machine: 'candidate' }>,
  plan: Plan,
  reference: Reference,
  isFirst: boolean,
): Made | { faults: Fault[] } {
  const category = plan.categories.find(({ code }) => code === create.category);
  const organisation = reference.directory.byId.get(create.organisationId);
  const county = divisionAbove(reference.directory, create.organisationId, 'COUNTY');
  if (category === undefined) {
    return { faults: [fault('/category', '方案没有这一类别', 'the plan has no such category')] };
  }
  if (organisation === undefined || county?.id !== plan.divisionCode) {
    return {
      faults: [fault('/organisationId', '该单位不在本县', 'not an organisation of this county')],
    };
  }
  const kinds = SUBJECT_KIND[category.subject];
  if (kinds !== undefined && !kinds.includes(organisation.kind)) {
    return {
      faults: [
        fault(
          '/organisationId',
          `类别“${category.name}”的对象应为 ${kinds.join('、')}`,
          `${category.code} takes ${kinds.join(', ')}, not ${organisation.kind}`,
        ),
      ],
    };
  }
  const isPerson = category.subject === 'person';
  if (isPerson !== (create.personName !== null)) {
    return {
      faults: [
        fault(
          '/personName',
          isPerson ? '评选个人须写明姓名' : '创建单位不写个人姓名',
          isPerson ? 'a person needs a name' : 'a unit has no personal name',
        ),
      ],
    };
  }
  // Q18: whoever is judged by a site names it, or nothing of it could ever be measured.
  if (isPerson && create.siteId === null && standsWithSite(category)) {
    return {
      faults: [fault('/siteId', '须写明所在站点', 'a candidate of this category names its site')],
    };
  }
  const { route, track, subject, applicants } = category;
  return {
    organisation,
    parentId: null,
    name: create.name ?? (isPerson ? create.personName : organisation.name),
    category: category.code,
    siteId: create.siteId,
    personName: create.personName,
    identity:
      create.personName === null
        ? null
        : {
            name: create.personName,
            birthYear: create.birthYear ?? null,
            digest: create.identityDigest ?? null,
          },
    input: {
      category: category.code,
      track,
      subject,
      route,
      applicants,
      siteId: create.siteId,
      ...(isFirst ? {} : { planVersion: plan.version }),
    },
  };
}

/** The phase changes this candidate has not been told of, in order, with the instant of each. */
export function missedPhases(
  draft: Draft,
  phases: readonly { number: number; code: string; enteredAt: string }[],
): { phase: PhaseCode; at: string }[] {
  const present = draft.instance.context.phase as PhaseCode;
  return phases
    .filter(({ number }) => number > phaseNumber(present))
    .map(({ number, enteredAt }) => ({
      phase: PHASES[number - 1] as PhaseCode,
      at: enteredAt > draft.updatedAt ? enteredAt : draft.updatedAt,
    }));
}
