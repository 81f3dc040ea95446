// A candidate begins in a category of the plan and in the county of the campaign, while that is under way.

import type { CandidateInput } from '../../../machines/candidate/events.ts';
import { chainOf } from '../../../machines/procedure/chain.ts';
import { hasCome, isEnd, isOver } from '../../../machines/procedure/phases.ts';
import { authorityOf } from '../../../machines/procedure/reading.ts';
import { findSameCandidates } from '../../db/candidate/candidates.ts';
import { candidateReleaseOf } from '../../db/plan/releases.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { divisionAbove, divisionOf } from '../../rules/access/addressees.ts';
import { comparableName } from '../../rules/candidate/personal-name.ts';
import { standsWithSite } from '../../rules/candidate/site-bound.ts';
import {
  bearsPersonalName,
  defaultName,
  personalNameFault,
  STANDS_AT,
} from '../../rules/candidate/subject.ts';
import { KIND_NAMES } from '../../rules/county/organisations.ts';
import type { Category, Plan } from '../../rules/plan/plan-schema.ts';
import { procedureOf } from '../../rules/procedure/procedures.ts';
import { fault } from '../kernel/admit.ts';
import type { Command, Fault, Outcome } from '../kernel/command.ts';
import type { Draft } from '../kernel/draft.ts';
import type { Beginning, Deciding, Made } from '../kernel/noun.ts';
import type { NewSubject } from '../new-subjects.ts';

type NewCandidate = Extract<NewSubject, { machine: 'candidate' }>;

function asCandidate(create: NewSubject): NewCandidate {
  if (create.machine !== 'candidate') throw new Error(`${create.machine} is no candidate`);
  return create;
}

export function newCandidate(
  asked: NewSubject,
  beginning: Beginning,
): Made | { faults: Fault[] } | { outcome: Outcome } {
  const closed = campaignClosed(beginning);
  if (closed !== null) return { outcome: closed };
  const create = asCandidate(asked);
  const found = findPlace(create, beginning);
  if ('faults' in found) return found;
  const { category, organisation } = found;
  const { plan, isFirst } = beginning;
  const nameless = personalNameFault(category.subject, create.personName);
  if (nameless !== null) return { faults: [fault('/personName', nameless.zh, nameless.en)] };
  // Q18: a candidate that is judged by a site names it, because the site could not be measured otherwise.
  if (bearsPersonalName(category.subject) && create.siteId === null && standsWithSite(category)) {
    return {
      faults: [fault('/siteId', '须写明所在站点', 'a candidate of this category names its site')],
    };
  }
  const { track, subject, applicants } = category;
  const release = candidateReleaseOf(plan, category.code);
  return {
    organisation,
    release,
    parentId: null,
    name: create.name ?? defaultName(subject, create.personName, organisation.name),
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
      applicants,
      finalAuthority: authorityOf(procedureOf(plan, category.code)),
      siteId: create.siteId,
      ...(isFirst ? {} : { planVersion: plan.version }),
      ...lateIn(plan, beginning.head.state),
    },
  };
}

/** What is missed by whoever joins a campaign in this link of its chain; nothing in its first phase. */
function lateIn(plan: Plan, link: string | null): { late?: CandidateInput['late'] } {
  const chain = chainOf(plan.phases);
  if (link === null) return {};
  const missed = plan.phases.map(({ code }) => code).filter((code) => isOver(chain, link, code));
  const open = plan.phases.filter(
    ({ code }) => !isOver(chain, link, code) && hasCome(chain, link, code),
  );
  const until = open.toSorted((a, b) => a.end.localeCompare(b.end)).at(-1)?.code;
  return missed.length === 0 || until === undefined ? {} : { late: { missed, until } };
}

/** The category and the unit that stands in it, or the faults of the two. */
function findPlace(
  create: NewCandidate,
  { plan, reference }: Beginning,
): { category: Category; organisation: Organisation } | { faults: Fault[] } {
  const category = plan.categories.find(({ code }) => code === create.category);
  const organisation = reference.directory.byId.get(create.organisationId);
  const county = divisionAbove(reference.directory, create.organisationId, 'COUNTY');
  if (category === undefined) {
    return { faults: [fault('/category', '方案没有这一类别', 'the plan has no such category')] };
  }
  if (
    organisation === undefined ||
    county === undefined ||
    county !== divisionOf(reference.directory, plan)
  ) {
    return {
      faults: [fault('/organisationId', '该单位不在本县', 'not an organisation of this county')],
    };
  }
  const kind = STANDS_AT[category.subject];
  if (kind !== null && organisation.kind !== kind) {
    return {
      faults: [
        fault(
          '/organisationId',
          `类别“${category.name}”的单位应为${KIND_NAMES[kind]}`,
          `${category.code} takes ${kind}, not ${organisation.kind}`,
        ),
      ],
    };
  }
  return { category, organisation };
}

/** The outcome that keeps a candidate from a campaign not issued or already ended; null while it is open. */
function campaignClosed({ head, issued: plan }: Beginning): Outcome | null {
  const { phase, state } = head;
  if (phase === null || state === null) return { kind: 'unknown-subject' };
  if (phase > 0 && !isEnd(state)) return null;
  const unmet = {
    name: 'campaign-under-way',
    clause: 'R47',
    modality: 'M' as const,
    zh: '活动已经印发且尚未结束',
    en: 'the campaign has been issued and has not ended',
    asksInput: false,
    actual: phase === 0 ? 'draft' : state,
    required: chainOf(plan.phases).links.map(({ code }) => code),
    met: false,
  };
  const { id: planId, version: planVersion } = plan;
  return { kind: 'refused', planId, planVersion, category: null, unmet: [unmet] };
}

export async function findTwins(
  { tx, campaignId }: Deciding,
  commands: readonly Command[],
): Promise<Map<Command, string>> {
  const asked = commands.flatMap((command) =>
    command.create?.machine === 'candidate' ? [{ command, create: command.create }] : [],
  );
  if (asked.length === 0) return new Map();
  const same = await findSameCandidates(
    tx,
    campaignId,
    asked.map(({ create }) => create),
  );
  const found = new Map<Command, string>();
  for (const { command, create } of asked) {
    const twin = same.find(
      (row) =>
        row.category === create.category &&
        row.organisationId === create.organisationId &&
        comparableName(row.personName ?? '') === comparableName(create.personName ?? ''),
    );
    if (twin !== undefined) found.set(command, twin.id);
  }
  return found;
}

/** The names that keep two equal candidates in different batches, as one batch cannot find its own twins. */
export function claimsOfCandidate(asked: NewSubject, campaignId: string): string[] {
  const { category, organisationId, personName, identityDigest } = asCandidate(asked);
  const person = comparableName(personName ?? '');
  const claims = [`candidate ${campaignId} ${category} ${organisationId} ${person}`];
  if (personName !== null) claims.push(`person ${campaignId} ${person}`);
  if (identityDigest) claims.push(`person ${campaignId} ${identityDigest}`);
  return claims;
}

export function enrolCandidate({ writes }: Deciding, asked: NewSubject, draft: Draft): void {
  if (draft.name === null) throw new Error('a candidate has a name');
  writes.candidates.push({
    id: draft.id,
    category: asCandidate(asked).category,
    name: draft.name,
    organisation_id: draft.organisationId,
    site_id: draft.siteId,
    person_name: draft.personName,
    person_key: draft.personName === null ? null : comparableName(draft.personName),
    birth_year: draft.identity?.birthYear ?? null,
    identity_digest: draft.identity?.digest ?? null,
    path: draft.path,
    created_at: draft.createdAt,
  });
}
