// The events sent to a subject, and their senders: payloads of the pure machines, with the ids of this
// database put in.

import { hash } from 'node:crypto';
import type { CampaignContext } from '../../machines/campaign/events.ts';
import { advance, stateOf } from '../../machines/kit/step.ts';
import { localDate } from '../../machines/kit/time.ts';
import { parentFacts } from '../../src/command/kernel/facts.ts';
import type { Principal } from '../../src/rules/access/access.ts';
import { ROLL } from '../machines/ballot-payloads.ts';
import { factsOf, payloadOf } from '../machines/payloads.ts';
import { firstOf } from '../machines/situation.ts';
import { unit } from '../support/units.ts';
import { sealedFor } from '../support/urns.ts';
import { COUNTY, PEOPLE, SITES, simulated, VILLAGES } from './county.ts';
import type { Known } from './invariants.ts';
import type { Event, Situation, Wish } from './people.ts';
import { choose, id, inState, later, officer, person } from './people.ts';
import { vault } from './vault.ts';

const [plan] = simulated;

type Context = Known['instance']['context'];

const SECOND =
  /^(?:mark-voter|confirm|approve|uphold|grant|dismiss|decline|sign|close|reopen|submit-upward|review|admit|return-report)/;

/** An event for a subject, from somebody who may send it. */
export function about(situation: Situation, subject: Known, type: string): Wish {
  const { random, seen } = situation;
  const at = later(subject.updatedAt, seen.instant);
  const pick = <Choice>(...choices: readonly Choice[]): Choice =>
    (random() < 0.85 ? choices[0] : choose(random, choices)) as Choice;
  const told = {
    type,
    ...payloadOf(type, { release: subject.release, instance: subject.instance, at, pick }),
  };
  const event = complete(situation, subject, told, at);
  const index = SECOND.test(type) ? (random() < 0.9 ? 1 : 0) : random() < 0.9 ? 0 : 2;
  const bound =
    actor(subject, event) ??
    (type === 'assess-evidence'
      ? officer('county-office', 4)
      : /contribution/.test(type)
        ? officer(event.party as never, event.party === 'auditor' ? 4 : 5)
        : null);
  const principal = bound ?? person(index);
  const sealed = sealedFor(vault, subject.id, event);
  return { subjectId: subject.id, event, principal, ...(sealed === null ? {} : { sealed }) };
}

/**
 * True when the machine would take the event from this principal if the world were as it should be: the
 * facts are those of the machines' own tests, whatever the database knows.
 */
export function wouldTake(
  { seen }: Situation,
  { release, instance, updatedAt, parentId }: Known,
  { event, principal }: Pick<Wish, 'event' | 'principal'>,
): boolean {
  const at = later(updatedAt, seen.instant);
  const above = seen.subjects.get(parentId ?? '');
  const by = { principalId: principal.id, roles: principal.grants.map(({ role }) => role) };
  const situation = { release, instance, at, pick: firstOf };
  const facts = {
    ...factsOf(situation, event),
    ...known(event),
    ...(above && { parent: parentFacts(above) }),
  };
  return advance(release, instance, { ...event, at, by, facts }).kind === 'step';
}

/** Facts of this world that the tests of the machines do not know. */
const known = ({ previewHash, party, value }: Event): object => ({
  interests: Object.fromEntries(PEOPLE.map(({ id: one }) => [one, FREE])),
  ...(previewHash === undefined ? {} : { preview: { hash: previewHash, subjects: [] } }),
  ...(party === undefined ? {} : { contributionHash: hash('sha256', String(value), 'hex') }),
});
const FREE = { known: true, roles: ['county-office'], conflict: null };

/** The one person who may send the event: the assessor of a sheet, the investigator, a member of a panel. */
function actor({ instance: { context }, release }: Known, { type }: Event): Principal | null {
  const own = (id: unknown) => {
    const index = PEOPLE.findIndex((one) => one.id === id);
    return index < 0 ? null : person(index);
  };
  if (release.name === 'score-sheet' && /save-draft|submit|declare/.test(type))
    return own(context.assessorId);
  if (release.name === 'objection' && /^(?:report|recuse)$/.test(type))
    return own(context.investigatorId);
  if (release.name === 'objection' && /uphold|dismiss/.test(type)) return person(3);
  if (release.name === 'review-panel') {
    const members = context.members as string[];
    const voted = (context.verdicts as { memberId: string }[]).map(({ memberId }) => memberId);
    if (type === 'give-verdict' || type === 'recuse')
      return own(members.find((id) => !voted.includes(id)) ?? members[0]);
    if (type === 'break-tie') return own(context.chair);
  }
  return null;
}

/** Adds the ids and values of this database, which the payloads of pure machines cannot know. */
function complete(situation: Situation, subject: Known, event: Event, at: string): Event {
  const { random, newId, seen } = situation;
  const { release, instance } = subject;
  const { context } = instance;
  const own: { [name: string]: unknown } = 'id' in event ? { id: newId() } : {};
  const records =
    seen.records.get(release.name === 'rectification' ? (subject.parentId ?? '') : subject.id) ??
    [];
  const { openRecords } = context as { openRecords?: string[] };
  const today = localDate(at);
  switch (event.type) {
    case 'record-evidence': {
      const isRaised = seen.types.has('matter raise') || random() < 0.75;
      const kind = isRaised ? String(event.kind) : 'hot-issue';
      return { ...event, ...own, kind, ...evidence(situation, kind, today, subject) };
    }
    case 'assess-evidence':
      return {
        ...event,
        id: seen.cases.get(subject.id) ?? newId(),
        verdict: 'accepted',
        impact: 'MAJOR',
        promotionScope: 'CITYWIDE',
      };
    case 'record-inspection':
      return {
        ...event,
        ...own,
        kind: choose(random, ['FIELD_VISIT', 'SCHEDULED', 'UNSCHEDULED']),
        occurredOn: today,
        triggers: choose(random, [[], ['FORMALISM']]),
        inspectors: ['张', '王'],
        criteria: [],
        openFacts: ['televisionInches'],
        openRecords: records.slice(-1),
        ...(release.name === 'campaign'
          ? ofSite(situation)
          : { siteId: context.siteId ?? undefined }),
      };
    case 'supersede-record':
      return { ...event, ...own, recordId: openRecords?.[0] ?? records.at(-1) ?? newId() };
    case 'void-record':
      return { ...event, recordId: records.at(-1) ?? newId() };
    case 'submit':
      return release.name === 'rectification' ? { ...event, evidence: records.slice(-1) } : event;
    case 'assign':
    case 'reassign':
    case 'admit':
      return {
        ...event,
        assessorId: id(Math.floor(random() * 6)),
        investigatorId: id(2 + Math.floor(random() * 2)),
      };
    case 'replace':
      return { ...event, substituteId: id(4 + Math.floor(random() * 2)) };
    case 'declare-conflict':
    case 'withdraw-conflict':
      return release.name === 'campaign'
        ? { ...event, ...own, principalId: id(5), organisationId: unit('610222104') }
        : event;
    case 'succeed':
      return {
        ...event,
        organisationId: situation.successors.get(subject.organisationId) ?? COUNTY,
      };
    case 'record-veto':
      return { ...event, ...own, organisationId: choose(random, VILLAGES) };
    case 'amend-roster': {
      const site = choose(random, SITES);
      return {
        ...event,
        ...choose(random, [
          { add: [site], remove: [] },
          { add: [], remove: [site] },
        ]),
      };
    }
    case 'apply': {
      const { signatureFileId: _, ...rest } = event;
      return { ...rest, attestations: criteriaOf(context).map((one) => one.id) } as Event;
    }
    case 'pass':
    case 'confirm-requirements-met': {
      const judging = criteriaOf(context).filter((one) => one.at === 'acceptance');
      return {
        ...event,
        judged: judging.map((one) => ({ criterion: one.id, met: random() < 0.97 })),
      };
    }
    case 'submit-self-check': {
      const checking = criteriaOf(context).filter((one) => one.at === 'self-check');
      const owned = { priority: 'high', responsiblePerson: '李' };
      const results = checking.map(({ id: criterion }) =>
        random() < 0.85 ? { criterion, met: true } : { criterion, met: false, ...owned },
      );
      return { ...event, ...own, results };
    }
    case 'approve':
      return release.name === 'policy-change' ? { ...event, previewHash: seen.preview } : event;
    case 'propose-tie-decision':
    case 'confirm-tie-decision': {
      const ties = Object.entries((context as unknown as CampaignContext).ties);
      const [category, task] = ties.find(([, { confirmedBy }]) => confirmedBy === null) ?? [];
      if (category === undefined) return event;
      return { ...event, category, ...('prefer' in event ? { prefer: task?.tied.flat() } : {}) };
    }
    case 'rank-candidates':
    case 'select-by-merit':
    case 'move-up':
    case 'release-reserves':
      return { ...event, ...own, category: categoryToSelect(situation, context, event.type) };
    case 'revise':
      return release.name === 'document' ? { ...event, choices } : event;
    case 'commit-contribution':
    case 'reveal-contribution':
      return { ...event, ...contribution(event) };
    case 'declare-recusal':
      return {
        ...event,
        inspectorId: id(Math.floor(random() * 4)),
        unitId: choose(random, SITES),
      };
    case 'reconvene':
      return { ...event, roll: ROLL };
    case 'issue-token':
      return { ...event, entry: choose(random, ROLL).entry };
    default:
      return { ...event, ...own };
  }
}

/**
 * An inspection by which a site conforms, then no more, then again; a site of an applicant, where there is
 * one.
 */
function ofSite(situation: Situation) {
  const { random, seen } = situation;
  const lost = regainable(situation);
  // The records of one of these sites deny it, whatever an inspection says.
  if (lost.length > 0 && random() < 0.6)
    return { siteId: String(choose(random, lost).instance.context.siteId), conforms: true };
  const applied = [...seen.subjects.values()].filter(
    ({ instance: { context, status } }) =>
      status === 'active' && context.siteId != null && context.appliedAt != null,
  );
  const last = applied.at(-1);
  const siteId =
    last === undefined || random() < 0.2
      ? choose(random, SITES)
      : String(last.instance.context.siteId);
  return { siteId, conforms: (seen.types.get('campaign record-inspection') ?? 0) % 2 === 0 };
}

/** Losses that a regain would find: the service makes their ids of the loss (UUID version 8). */
export const regainable = (situation: Situation): Known[] =>
  inState(situation, 'regression', /deciding/).filter(({ id: loss }) => loss.charAt(14) === '8');

const criteriaOf = ({ category }: Context) =>
  plan.categories.find(({ code }) => code === category)?.criteria ?? [];

/** The contribution of each party to a draw. */
export const SECRET = 'd'.repeat(64);
const contribution = ({ type }: Event) =>
  type === 'commit-contribution'
    ? { commitment: hash('sha256', SECRET, 'hex') }
    : { value: SECRET };

/** A category with candidates that wait to be selected, or that have been. */
function categoryToSelect({ random, seen }: Situation, context: Context, type: string) {
  const selected = Object.keys(context.selections ?? {});
  if (/move-up|release/.test(type) && selected.length > 0) return choose(random, selected);
  const accepted = [...seen.subjects.values()].flatMap(({ instance: { value, context: own } }) =>
    stateOf(value) === 'accepted' ? [String(own.category)] : [],
  );
  const open = [...new Set(accepted)].filter((code) => !selected.includes(code)).sort();
  return choose(random, open.length > 0 ? open : ['DEMONSTRATION_VILLAGE']);
}

export function evidence(
  { random, sites }: Situation,
  kind: string,
  today: string,
  { path }: Known,
) {
  const siteIds = sites.filter((one) => one.path.startsWith(path)).map(({ id: site }) => site);
  const common = { occurredOn: kind === 'consultation' ? '2017-05-20' : today, summary: '记录' };
  if (kind === 'consultation')
    return { ...common, detail: { asked: '党员群众', people: 40, opinions: ['增加培训'] } };
  if (kind === 'activity')
    return { ...common, form: '集中收看', detail: { participants: 26, effect: '学会' }, siteIds };
  if (kind === 'mobilization')
    return { ...common, form: choose(random, ['会议动员', '广播']), siteIds };
  if (kind === 'showcase-case')
    return { ...common, detail: { title: `矮化密植${Math.floor(random() * 50)}` } };
  if (kind === 'hot-issue') return { ...common, occurredOn: today };
  return common;
}

export const choices = {
  title: '通知',
  text: '请报送。',
  addressees: [unit('610222101-DW')],
  copyTo: [unit('610222-YCB')],
};
