// A draft is a subject while a batch decides about it, with the rows as which its steps will be stored.

import type {
  ContextField,
  ContextOf,
  ContextValue,
  MachineName,
  Release,
} from '../../../machines/catalog.ts';
import { MACHINE_NAMES } from '../../../machines/catalog.ts';
import type { Advance } from '../../../machines/effects.ts';
import type { Instance, Told } from '../../../machines/kit/step.ts';
import { accepts, stageOf, stateOf } from '../../../machines/kit/step.ts';
import { personalFields } from '../../../machines/personal.ts';
import { advancePinned } from '../../../machines/pinning.ts';
import type { Standing } from '../../../machines/procedure/compile.ts';
import { linkNumber } from '../../../machines/procedure/phases.ts';
import type { SubjectRow } from '../../db/kernel/subjects.ts';
import type { Entropy } from '../../entropy.ts';
import type { LinkedEvent } from '../../rules/audit/link.ts';
import { type PersonalPart, takeOut } from '../../rules/audit/personal.ts';
import { eventHash, sealPart } from './chain.ts';

type EventRow = LinkedEvent & { hash: string };

/** The personal part of an event, which may be erased; its salt is hexadecimal, as PostgreSQL reads bytes. */
type PersonalRow = { subject_id: string; sequence: number; salt: string; personal: PersonalPart };

/** By whose hand an event comes to the log. */
type Telling = { credential: string | null; entropy: Entropy };

export type Draft = {
  id: string;
  campaignId: string;
  release: Release;
  parentId: string | null;
  organisationId: string;
  path: string;
  name: string | null;
  category: string | null;
  siteId: string | null;
  personName: string | null;
  /** Distinguishes a person about to be registered from others; it stands in no log, the year sealed. */
  identity?: { name: string; birthYear: string | null; digest: string | null } | null;
  instance: Instance;
  revision: number;
  chainHash: string;
  createdAt: string;
  updatedAt: string;
  events: EventRow[];
  personal: PersonalRow[];
  /** The net change of each timer: the instant it is due at, or null when it goes. */
  timers: Map<string, string | null>;
  opened: { kind: string; id: string }[];
  isNew: boolean;
  /** The input of a new instance; it stands in the first event, so that the log alone can be replayed. */
  input: object | null;
};

/** The context of the draft's machine. Throws when the draft is of another machine: a bug. */
export function contextOf<Name extends MachineName>(
  { release, instance }: Pick<Draft, 'release' | 'instance'>,
  machine: Name,
): ContextOf<Name> {
  if (release.name !== machine) throw new Error(`a ${release.name} is taken for a ${machine}`);
  // load() and begin() make sure that the instance was made by this very machine.
  return instance.context as ContextOf<Name>;
}

/**
 * The value that the draft's machine keeps under this name; undefined when it has no such field. The cast
 * holds because a stored context is of its machine's type.
 */
export const kept = <Field extends ContextField>(
  { instance }: Pick<Draft, 'instance'>,
  field: Field,
): ContextValue<Field> | undefined => instance.context[field] as ContextValue<Field> | undefined;

/** The principal of an event that follows from another. */
export const SYSTEM_BY = { principalId: 'system', roles: [] as readonly string[] };

/** The service's own telling, which comes by no key. */
export const ownAct = ({ entropy }: Pick<Telling, 'entropy'>): Telling => ({
  credential: null,
  entropy,
});

export const draftOf = (row: SubjectRow, release: Release): Draft => ({
  id: row.id,
  campaignId: row.campaign_id,
  release,
  parentId: row.parent_id,
  organisationId: row.organisation_id,
  path: row.path,
  name: row.name,
  category: row.category,
  siteId: row.site_id,
  personName: row.person_name,
  instance: {
    machine: row.machine,
    version: row.version,
    ...(row.procedure === null ? {} : { procedure: row.procedure }),
    value: row.value,
    context: row.context,
    status: row.status,
  },
  revision: row.revision,
  chainHash: row.chain_hash,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  events: [],
  personal: [],
  timers: new Map(),
  opened: [],
  isNew: false,
  input: null,
});

/**
 * Tells the draft one event, which came by this credential. A step is taken over into the draft; a refusal
 * leaves it as it was.
 */
export function tell(draft: Draft, event: Told, { credential, entropy }: Telling): Advance {
  const { name: machine, version, procedure } = draft.release;
  const pin = procedure === undefined ? {} : { procedure };
  const begun = { begin: { machine, version, ...pin, input: draft.input } };
  const told = draft.revision === 0 ? { ...event, ...begun } : event;
  const { release, answer } = advancePinned(draft.instance, told);
  if (answer.kind !== 'step') return answer;
  draft.release = release;
  const { instance, timers } = answer.step;
  const { type, at, by, facts, ...payload } = told;
  const { content, part } = takeOut({ payload, facts }, personalFields(machine, type));
  const sealed = part && sealPart(entropy, part);
  const place = { subject_id: draft.id, sequence: draft.revision + 1 };
  const row = {
    ...place,
    type,
    at,
    principal_id: by.principalId,
    roles: by.roles,
    credential,
    ...content,
    stage: stageOf(instance.value),
    state: stateOf(instance.value),
    personal: sealed?.digest ?? null,
  };
  if (sealed !== null)
    draft.personal.push({ ...place, salt: `\\x${sealed.salt}`, personal: part ?? {} });
  draft.chainHash = eventHash(draft.chainHash, row);
  draft.events.push({ ...row, hash: draft.chainHash });
  draft.revision += 1;
  draft.updatedAt = at;
  draft.instance = instance;
  for (const timer of timers)
    draft.timers.set(timer.timerId, timer.op === 'set' ? timer.dueAt : null);
  return answer;
}

/** True when some state of this machine knows the event. */
export const knows = ({ access }: Release, type: string): boolean => access[type] !== undefined;

/** True while the subject's state takes phase changes. */
export const followsPhase = ({ release, instance }: Draft): boolean =>
  accepts(release, instance).includes('phase-entered');

/** The place of the subject's link in its chain; 0 before the issue and for a subject without phases. */
export function phaseOf(draft: Draft): number {
  const { chain } = draft.release;
  const phase = kept(draft, 'phase');
  return chain !== null && phase ? linkNumber(chain, phase) : 0;
}

const lockRank = (machine: MachineName): number => MACHINE_NAMES.indexOf(machine) + 1;

/** The step of its procedure that the subject stands at, whose office that is, and how near a selection. */
export function standingOf({
  release,
  instance: { value },
}: Pick<Draft, 'release' | 'instance'>): Standing {
  return release.standing(stageOf(value), stateOf(value)) ?? NOWHERE;
}

const NOWHERE: Standing = { step: null, office: null, selectable: null, gathers: [] };

const columnsOf = ({ step, office, selectable }: Standing) => ({ step, office, selectable });

/** The row of table `subject` as which this draft is stored. */
export const subjectRow = (draft: Draft) => ({
  ...columnsOf(standingOf(draft)),
  id: draft.id,
  machine: draft.release.name,
  version: draft.release.version,
  procedure: draft.release.procedure ?? null,
  lock_rank: lockRank(draft.release.name),
  parent_id: draft.parentId,
  organisation_id: draft.organisationId,
  path: draft.path,
  value: draft.instance.value,
  context: draft.instance.context,
  status: draft.instance.status,
  stage: stageOf(draft.instance.value),
  state: stateOf(draft.instance.value),
  phase: phaseOf(draft),
  follows_phase: followsPhase(draft),
  revision: draft.revision,
  chain_hash: draft.chainHash,
  created_at: draft.createdAt,
  updated_at: draft.updatedAt,
});
