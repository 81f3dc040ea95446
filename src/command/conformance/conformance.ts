// A finding about a site becomes a dated fact of it, moves the roll-ups above it, and is notified. A loss
// after the application asks for a decision and revokes nothing by itself.

import { hash } from 'node:crypto';
import type {
  AmendRoster,
  AssessSites,
  SiteAssessment,
} from '../../../machines/conformance/effects.ts';
import type { Role } from '../../../machines/kit/access.ts';
import type { Notify } from '../../../machines/notice/effects.ts';
import { OFFICES } from '../../../machines/procedure/part.ts';
import type { AffectedRow, SiteStandingRow } from '../../db/conformance/conformance.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import type { Counts, Level } from '../../rules/conformance/conformance.ts';
import {
  added,
  allConform,
  assess,
  countedKinds,
  NO_SITES,
  sumOf,
} from '../../rules/conformance/conformance.ts';
import type { SiteKind } from '../../rules/county/organisations.ts';
import type { Handlers, Scene } from '../kernel/batch-context.ts';
import type { Command } from '../kernel/command.ts';
import type { Draft } from '../kernel/draft.ts';
import type { HeldRollUps } from './roll-ups.ts';
import { countedRow, placeOf, replaceRow, standingOf } from './roll-ups.ts';

type Moment = { scene: Scene; draft: Draft; at: string; held: HeldRollUps };

/** Adds the rows of these assessments and gives the notices about them. */
function assessSites(scene: Scene, draft: Draft, effect: AssessSites, at: string): Notify[] {
  const moment = { scene, draft, at, held: heldOf(scene) };
  return effect.assessments.flatMap((assessment) => assessSite(moment, assessment));
}

const heldOf = ({ held }: Scene): HeldRollUps => {
  const rollUps = held['roll-ups'];
  if (rollUps === undefined) throw new Error('roll-ups are not held');
  return rollUps;
};

function assessSite(moment: Moment, assessment: SiteAssessment): Notify[] {
  const { scene, draft, at, held } = moment;
  const { writes, by } = scene;
  const { siteId, conforms, assessedOn, source, clause, criteria } = assessment;
  const site = held.sites.get(siteId);
  // A campaign's log may name a site that is gone from the directory, which cannot be assessed.
  if (site === undefined) return [];
  const before = standingOf(held, writes, siteId);
  const { standing, stands, turn } = assess(before, { conforms, assessedOn }, at);
  writes.conformanceChanges.push({
    site_id: siteId,
    revision: standing.revision,
    conforms,
    stands,
    assessed_on: assessedOn,
    at,
    source,
    clause,
    criteria,
    subject_id: draft.id,
    sequence: draft.revision,
    recorded_by: by.principalId,
  });
  replaceRow(writes.conformances, 'site_id', {
    site_id: siteId,
    revision: standing.revision,
    conforms: standing.conforms,
    assessed_on: standing.assessedOn,
    assessed_at: at,
    lost_at: standing.lostAt,
  });
  if (turn === null) return [];
  const rests = clauseOf(scene, assessment);
  const words = tellSite(scene, site, turn, criteria, rests);
  if (site.onRoster) {
    words.push(...rollUp(moment, site, { total: 0, conforming: conforms ? 1 : -1 }));
  }
  if (turn === 'lost') raiseRegressions(moment, site, rests, at);
  if (turn === 'regained') settleRegressions(moment, site, before?.lostAt ?? at);
  return words;
}

/** The clause that a finding rests on: that of the first failing criterion, where one is named. */
function clauseOf({ plan }: Scene, { criteria, clause }: SiteAssessment): string {
  const all = plan.categories.flatMap((category) => category.criteria);
  return all.find(({ id }) => id === criteria[0])?.clause ?? clause;
}

/** Moves every place on the way to the site, from the county down, and gives notices for those that turn. */
function rollUp(
  { scene, draft, at, held }: Moment,
  site: Pick<SiteStandingRow, 'path' | 'kind' | 'name'>,
  change: { total: number; conforming: number },
): Notify[] {
  const { writes, plan, reference } = scene;
  return placesAbove(scene, site.path).flatMap((place) => {
    const level = levelOf(place);
    const { revision, counts } = placeOf(held, writes, place.id) ?? NO_PLACE;
    const moved = added(counts, site.kind as SiteKind, change);
    const row = {
      organisation_id: place.id,
      path: place.path,
      code_path: place.codePath,
      level,
      revision: revision + 1,
      ...countedRow(moved),
    };
    replaceRow(writes.rollUps, 'organisation_id', row);
    const { path: _, code_path: __, level: ___, ...counted } = row;
    const said = { at, subject_id: draft.id, sequence: draft.revision };
    writes.rollUpChanges.push({ ...counted, ...said });
    const kinds = countedKinds(plan.policies, level);
    const tells = level === 'county' || level === 'township';
    return tells
      ? tellPlace(reference, { place, level, site: site.name }, kinds, counts, moved)
      : [];
  });
}

const NO_PLACE = { revision: 0, counts: NO_SITES };

const LEVELS: { readonly [kind: string]: Level } = {
  COUNTY: 'county',
  TOWNSHIP: 'township',
  VILLAGE: 'village',
  BASE: 'base',
};

const levelOf = ({ kind }: Organisation): Level => LEVELS[kind] ?? 'base';

const placesAbove = ({ reference }: Scene, path: string): Organisation[] =>
  path
    .split('/')
    .flatMap((id) => reference.directory.byId.get(id) ?? [])
    .filter(({ kind }) => kind in LEVELS);

function bodiesOf({ directory }: Scene['reference'], divisionId: string, ...kinds: string[]) {
  const bodies = directory.childrenOf.get(divisionId) ?? [];
  return bodies.filter(({ kind }) => kinds.includes(kind));
}

const TOLD: { readonly [L in 'county' | 'township']: readonly string[] } = {
  county: ['COUNTY_OFFICE', 'COUNTY_ORGANIZATION_DEPARTMENT'],
  township: ['TOWNSHIP_PARTY_COMMITTEE', 'TOWNSHIP_OFFICE'],
};

function tellPlace(
  reference: Scene['reference'],
  { place, level, site }: { place: Organisation; level: Level; site: string },
  kinds: readonly SiteKind[],
  before: Counts,
  after: Counts,
): Notify[] {
  const sum = sumOf(after, kinds);
  const isWhole = allConform(sum);
  if (allConform(sumOf(before, kinds)) === isWhole) return [];
  const restsOn = level === 'county' ? 'R12' : 'R15';
  const told = bodiesOf(reference, place.id, ...TOLD[level as 'county' | 'township']);
  const notice = { to: [], organisations: told.map(({ id }) => id) };
  const params = { place: place.name, total: sum.total, restsOn };
  return [
    isWhole
      ? { ...notice, template: 'place-conformance-reached', params }
      : {
          ...notice,
          template: 'place-conformance-lost',
          params: { ...params, site, conforming: sum.conforming },
        },
  ];
}

/** The notices to the village or base itself, its township's office and the county office. */
function tellSite(
  scene: Scene,
  site: SiteStandingRow,
  turn: 'lost' | 'regained' | 'reached',
  criteria: readonly string[],
  restsOn: string,
): Notify[] {
  if (turn === 'reached') return [];
  const { reference } = scene;
  const told = placesAbove(scene, site.path).flatMap((place) => {
    if (place.kind === 'COUNTY') return bodiesOf(reference, place.id, 'COUNTY_OFFICE');
    if (place.kind === 'TOWNSHIP') return bodiesOf(reference, place.id, 'TOWNSHIP_OFFICE');
    if (place.kind === 'BASE') return [place];
    return bodiesOf(reference, place.id, 'VILLAGE_PARTY_ORGANIZATION');
  });
  const notice = { to: [], organisations: told.map(({ id }) => id) };
  const params = { site: site.name, restsOn };
  return [
    turn === 'lost'
      ? {
          ...notice,
          template: 'site-conformance-lost',
          params: { ...params, findings: criteria },
        }
      : { ...notice, template: 'site-conformance-regained', params },
  ];
}

/** The candidates whose standing rests on this site: they name it, or are the township or county above it. */
function concerned({ scene, held }: Moment, site: SiteStandingRow): AffectedRow[] {
  const counts = (subject: string): boolean => {
    const level = subject === 'county' ? 'county' : 'township';
    return countedKinds(scene.plan.policies, level).includes(site.kind);
  };
  return held.affected.filter(
    ({ siteId, subject, path }) =>
      siteId === site.id ||
      (siteId === null && site.onRoster && site.path.startsWith(path) && counts(subject)),
  );
}

/** The UUID (version 8, RFC 9562) of one loss of one candidate; a loss told twice gets the same one. */
function regressionId(candidateId: string, siteId: string, lostAt: string): string {
  const digest = hash('sha256', `regression\n${candidateId}\n${siteId}\n${lostAt}`, 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const [a, b, c] = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(13, 16)];
  return `${a}-${b}-8${c}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

function raiseRegressions(
  moment: Moment,
  site: SiteStandingRow,
  clause: string,
  lostAt: string,
): void {
  const commands = concerned(moment, site).map((candidate) => ({
    subjectId: regressionId(candidate.id, site.id, lostAt),
    create: {
      machine: 'regression' as const,
      parentId: candidate.id,
      organisationId: null,
      name: null,
      input: {
        candidateId: candidate.id,
        siteId: site.id,
        siteName: site.name,
        lostAt,
        clause: OF_PLACE[candidate.subject] ?? clause,
        office: officeOf(candidate),
      },
    },
    event: { type: 'raise' },
  }));
  follow(moment, 'regression', commands, { siteId: site.id, lostAt });
}

const OF_PLACE: { readonly [subject: string]: string } = { county: 'R12', township: 'R15' };

/** Whoever gave the title decides, and before that the office that has the candidate before it. */
const officeOf = ({ office, conferredBy }: AffectedRow): Role =>
  conferredBy === null ? (office ?? OFFICES.county) : OFFICES[conferredBy];

/** Settles the losses of a site that was regained before a decision, as none is left to take. */
function settleRegressions(moment: Moment, site: SiteStandingRow, lostAt: string): void {
  const commands = concerned(moment, site)
    .filter(({ appliedAt }) => Temporal.Instant.compare(appliedAt, lostAt) < 0)
    .map(({ id }) => ({
      subjectId: regressionId(id, site.id, lostAt),
      event: { type: 'regain' },
    }));
  follow(moment, 'regression-regained', commands, { siteId: site.id, lostAt });
}

/** Stores the commands as a durable operation, because their candidates are not locked here. */
function follow(
  { scene, draft, at }: Moment,
  kind: string,
  commands: readonly Pick<Command, 'subjectId' | 'create' | 'event'>[],
  detail: object,
): void {
  if (commands.length === 0) return;
  const id = scene.entropy.newId();
  scene.writes.operations.push({
    id,
    kind,
    status: 'running',
    total: commands.length,
    finished_at: null,
    detail: { ...detail, by: draft.id },
    created_by: scene.by.principalId,
    created_at: at,
  });
  commands.forEach((command, index) => {
    scene.writes.operationItems.push({ operation_id: id, index, command });
  });
}

/** Freezes the sites of the division as version 1 of the roster on the day of issue. */
function freezeRoster(scene: Scene, draft: Draft, at: string): void {
  const { writes, by } = scene;
  writes.rosters.push({ version: 1, at, reason: null, changed_by: by.principalId });
  const said = { subject_id: draft.id, sequence: draft.revision };
  writes.rostersFrozen.push({ path: draft.path, version: 1, at, ...said });
}

/** Adds and takes off sites by command, which gives the next version of the roster and its roll-ups. */
function amendRoster(
  scene: Scene,
  draft: Draft,
  { add, remove, reason }: AmendRoster,
  at: string,
): Notify[] {
  const { writes, by } = scene;
  const held = heldOf(scene);
  const moment = { scene, draft, at, held };
  const version = Number(draft.instance.context.rosterVersion);
  writes.rosters.push({ version, at, reason, changed_by: by.principalId });
  const change = (siteId: string, total: 1 | -1): Notify[] => {
    const site = held.sites.get(siteId);
    if (site === undefined) throw new Error(`site ${siteId} is not held`);
    const conforms = standingOf(held, writes, siteId)?.conforms ?? false;
    if (total === 1) {
      writes.rosterSitesAdded.push({
        site_id: siteId,
        since_version: version,
        since: at,
        organisation_id: site.organisationId,
        path: site.path,
        kind: site.kind,
        name: site.name,
      });
    } else writes.rosterSitesRemoved.push({ site_id: siteId, version, at });
    return rollUp(moment, site, { total, conforming: conforms ? total : 0 });
  };
  return [
    ...add.flatMap((siteId) => change(siteId, 1)),
    ...remove.flatMap((siteId) => change(siteId, -1)),
  ];
}

export const conformanceHandlers: Handlers<
  'assess-sites' | 'freeze-roster' | 'amend-roster' | 'adopt-supplement' | 'correct-site-fact'
> = {
  'assess-sites': (scene, draft, found, at) => {
    for (const word of assessSites(scene, draft, found, at)) {
      scene.handlers.notify(scene, draft, word, at);
    }
  },
  'freeze-roster': (scene, draft, _, at) => freezeRoster(scene, draft, at),
  'amend-roster': (scene, draft, changes, at) => {
    for (const word of amendRoster(scene, draft, changes, at)) {
      scene.handlers.notify(scene, draft, word, at);
    }
  },
  'adopt-supplement': ({ writes, by }, draft, supplement, at) => {
    writes.supplements.push({
      ...supplement,
      organisation_id: draft.organisationId,
      path: draft.path,
      subject_id: draft.id,
      approved_at: at,
      approved_by: by.principalId,
    });
  },
  'correct-site-fact': ({ writes, by }, _, { siteId, field, value }, at) => {
    writes.siteFacts.push({ site_id: siteId, field, value, at, by: by.principalId });
  },
};
