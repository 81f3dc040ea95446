// The places where the campaign stands when an even seed begins: one of five chapters, each with lives of
// its own that a few hundred commands would never come to. Odd seeds begin before the campaign.

import type pg from 'pg';
import { endings } from '../../src/command/conformance/denials.ts';
import { bringInCalendarYear } from '../../src/command/county/directory.ts';
import { SYSTEM_TELLER, tellAdministration } from '../../src/command/kernel/administrative-log.ts';
import type { Performer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { updateEnded } from '../../src/db/county/organisation-lives.ts';
import { listOrganisations } from '../../src/db/county/organisations.ts';
import { findReferenceHead } from '../../src/db/kernel/campaign-heads.ts';
import { inTransaction } from '../../src/db/kernel/connections.ts';
import type { Tx } from '../../src/db/kernel/transaction.ts';
import { insertOperation } from '../../src/db/list/imports.ts';
import type { Entropy } from '../../src/entropy.ts';
import { calendar } from '../machines/yijun.ts';
import { unitPath } from '../support/units.ts';
import { CAMPAIGN } from './county.ts';
import type { Life, Place } from './lives.ts';
import { bringIn, COUNTYWIDE, lifeOf } from './lives.ts';
import { person } from './people.ts';
import type { Way, Ways } from './ways.ts';

export type Chapter = {
  name: string;
  /** The number of phases after the first that the campaign has been led on, and the instant of the clock. */
  phasesOn: number;
  now: string;
  /** True for the lives of this chapter. */
  has: (way: Way) => boolean;
  /** True when enough candidates of each category wait to be selected that its quota binds. */
  accepted?: true;
};

const isOf =
  (...machines: readonly string[]) =>
  (way: Way) =>
    machines.includes(way.machine);
const inStage =
  (...stages: readonly string[]) =>
  (way: Way) =>
    way.machine === 'candidate' && stages.some((stage) => way.place.startsWith(`${stage}/`));

export const CHAPTERS: readonly Chapter[] = [
  {
    name: 'ending',
    phasesOn: 3,
    now: '2017-11-29T02:00:00.000Z',
    has: (way) => way.machine === 'candidate' && way.next.type === 'mass-evaluation-closed',
  },
  {
    name: 'creating',
    phasesOn: 1,
    now: '2017-09-26T02:00:00.000Z',
    has: (way) =>
      inStage('concentratedCreation', 'selfCheckRectification', 'evaluation')(way) ||
      isOf('ballot-round', 'score-sheet')(way),
  },
  {
    name: 'judged',
    phasesOn: 2,
    now: '2017-10-25T02:00:00.000Z',
    has: (way) =>
      inStage('countyAcceptance', 'cityVerification', 'conferred')(way) ||
      isOf('review-panel', 'objection', 'reconsideration')(way),
  },
  {
    name: 'owed',
    phasesOn: 0,
    now: '2017-06-26T02:00:00.000Z',
    has: (way) =>
      inStage('mobilization')(way) ||
      isOf(
        'rectification',
        'receipt',
        'draw',
        'document',
        'matter',
        'regression',
        'supplement',
        'policy-change',
      )(way),
  },
  {
    name: 'selected',
    phasesOn: 3,
    now: '2017-11-26T02:00:00.000Z',
    has: () => false,
    accepted: true,
  },
];

type Site = { id: string; path: string };
type Organisation = { id: string; kind: string; path: string; name: string };

/** The kind of place for the candidates of a category; the first categories are preferred to the others. */
const KINDS: readonly [category: string, kind: string][] = [
  ['DEMONSTRATION_VILLAGE', 'VILLAGE'],
  ['DEMONSTRATION_BASE', 'BASE'],
  ['ADVANCED_WORKER', 'TOWNSHIP_PARTY_COMMITTEE'],
  ['DEMONSTRATION_TOWNSHIP', 'TOWNSHIP'],
  ['OUTSTANDING_SITE_ADMINISTRATOR', 'VILLAGE_PARTY_ORGANIZATION'],
  ['ADVANCED_COUNTY', 'COUNTY'],
];
const CATEGORIES = KINDS.map(([category]) => category);

const categoryOf = ({ input }: Pick<Way, 'input'>): string =>
  (input as { category?: string }).category ?? '';

/** The best of these ways to each type: the shortest, of the first category that knows it. */
function best(ways: readonly Way[]): Way[] {
  const found = new Map<string, Way>();
  // Rounds that tellers count come first, because nobody casts secret ballots here.
  const worth = (way: Way) =>
    CATEGORIES.indexOf(categoryOf(way)) * 1_000 +
    ((way.input as { form?: string }).form === 'secret' ? 500 : 0) +
    way.told.length;
  for (const way of ways) {
    if (way.machine === 'candidate' && !CATEGORIES.includes(categoryOf(way))) continue;
    const known = found.get(way.next.type);
    if (known === undefined || worth(way) < worth(known)) found.set(way.next.type, way);
  }
  return [...found.values()];
}

/** One candidate more than any category selects and keeps in reserve. */
const WAITING = 4;
/** Candidates of these categories have lived the same life, so they have the same points. */
const TIED = new Set(['DEMONSTRATION_VILLAGE', 'ADVANCED_WORKER']);
const SELECTED = 'DEMONSTRATION_BASE';

/** Makes the lives of a chapter, each candidate at a place where none of its category stands yet. */
function populate(
  entropy: Entropy,
  ways: Ways,
  chapter: Chapter,
  organisations: readonly Organisation[],
  sites: readonly Site[],
): Life[] {
  const lives: Life[] = [];
  const taken = new Map<string, number>();
  const candidateOf = (way: Way, through?: true): Life => {
    const category = categoryOf(way);
    const kind = KINDS.find(([code]) => code === category)?.[1] ?? '';
    // There are more ways than townships, and than counties, so bases stand in for the rest.
    const free = organisations.filter((one) => one.kind === kind);
    if (/^(?:TOWNSHIP|COUNTY)$/.test(kind))
      free.push(...organisations.filter((one) => one.kind === 'BASE'));
    const number = taken.get(category) ?? 0;
    taken.set(category, number + 1);
    const isPerson = /PARTY/.test(kind);
    const at = free[isPerson ? number % free.length : number];
    if (at === undefined) throw new Error(`nowhere is left for a ${category}`);
    const personName = isPerson ? `人${number}` : null;
    const siteId = sites.find(({ path }) => path === at.path)?.id ?? null;
    const place: Place = {
      parentId: null,
      organisationId: at.id,
      path: at.path,
      name: personName ?? at.name,
      category,
      siteId,
      personName,
    };
    const life = lifeOf(entropy, way, chapter.now, place, {
      names: { 'site-1': siteId },
      siteIds: sites.flatMap(({ id, path }) => (path.startsWith(at.path) ? [id] : [])),
      ...(through && { through }),
    });
    lives.push(life);
    return life;
  };
  const candidates = ways.of.get('candidate') ?? [];
  const wayTo = (next: string, place = ''): Way => {
    const [way] = best(
      candidates.filter((one) => one.next.type === next && one.place.startsWith(place)),
    );
    if (way === undefined) throw new Error(`no way to ${next} ${place}`);
    return way;
  };
  const parentOfWay = (way: Way): Life => {
    const [parent, through] = parentOf(way, wayTo);
    return candidateOf(parent, through);
  };
  if (chapter.accepted)
    for (const category of CATEGORIES) {
      // There is but one county.
      if (category === 'ADVANCED_COUNTY') continue;
      const waits = candidates.filter(
        ({ next, place, ...way }) =>
          next.type === 'select' && place.endsWith('/accepted') && categoryOf(way) === category,
      );
      for (let number = 0; number < WAITING; number += 1)
        candidateOf(waits[TIED.has(category) ? 0 : number % waits.length] as Way);
    }
  for (const [machine, known] of ways.of) {
    for (const way of best(known.filter(chapter.has))) {
      if (machine === 'candidate') {
        candidateOf(way);
        // A candidate whose time runs out is easily brought further before it does, so there is another.
        if (way.dueAt !== null) candidateOf(way);
      } else lives.push(childOf(entropy, chapter, way, lives, parentOfWay));
    }
  }
  return lives;
}

/**
 * The way of the candidate that this life hangs on; `true` when that candidate has come to the end of its
 * way.
 */
function parentOf(
  { machine, input, next }: Way,
  wayTo: (next: string, place?: string) => Way,
): [Way] | [Way, true] {
  if (machine === 'ballot-round') return [wayTo('mass-evaluation-closed')];
  if (machine === 'score-sheet')
    return [wayTo(/send-back|accept/.test(next.type) ? 'retract-assessment' : 'record-assessment')];
  if (machine === 'review-panel') return [wayTo('pass', 'countyAcceptance')];
  if (machine === 'objection') return [wayTo('objection-closed', 'countyAcceptance')];
  if (machine === 'reconsideration')
    return [wayTo('reconsideration-closed', (input as { stage: string }).stage)];
  if (machine === 'regression') {
    if (next.type === 'close-with-candidate') return [wayTo('confirm-disqualification'), true];
    const isOfCity = (input as { office: string }).office === 'city-centre';
    return [wayTo(isOfCity ? 'record-verification' : 'select')];
  }
  return [wayTo('submit-plan')];
}

const ALONE = /^(?:document|draw|supplement|policy-change|receipt)$/;

/** A document that something awaits hangs on it, and is locked with it. */
const isAwaited = ({ input }: Way): boolean =>
  (input as { event?: { awaitedBy: string | null } | null }).event?.awaitedBy != null;

function childOf(
  entropy: Entropy,
  { now }: Chapter,
  way: Way,
  lives: readonly Life[],
  parentOfWay: (way: Way) => Life,
): Life {
  const { machine } = way;
  if (ALONE.test(machine) && !isAwaited(way)) {
    const id = entropy.newId();
    return lifeOf(entropy, way, now, COUNTYWIDE, {
      id,
      round: 100 + lives.length,
      names: { 'notice-1': id, 'unit-1': lives[0]?.draft.id ?? 'unit-1' },
    });
  }
  const parent = parentOfWay(way);
  const { id: parentId, organisationId, path, name, category, siteId } = parent.draft;
  const id = knownAs(machine, parent) ?? entropy.newId();
  const records = parent.told.flatMap((one) =>
    one.type === 'record-evidence' ? [String((one as { id?: unknown }).id)] : [],
  );
  const names = {
    'candidate-1': parentId,
    'site-1': siteId ?? 'site-1',
    'evidence-1': records.at(-1) ?? 'evidence-1',
    'record-1': records.at(-1) ?? 'record-1',
    'objection-1': id,
    'round-1': id,
    'sheet-1': id,
  };
  const place = { parentId, organisationId, path, name, category, siteId: null, personName: null };
  return lifeOf(entropy, way, now, place, { id, names });
}

/** The id by which the candidate knows this child; null where it was told of none. */
function knownAs(machine: string, { told }: Life): string | null {
  const heard = told as readonly { type: string; objectionId?: string; sheetId?: string }[];
  if (machine === 'objection')
    return heard.findLast(({ type }) => type === 'objection-opened')?.objectionId ?? null;
  if (machine === 'score-sheet')
    return heard.findLast(({ type }) => type === 'record-assessment')?.sheetId ?? null;
  return null;
}

/** Leads the campaign on to where the chapter begins, and brings its lives in. */
export async function open(
  pool: pg.Pool,
  performer: Performer,
  entropy: Entropy,
  ways: Ways,
  chapter: Chapter,
): Promise<void> {
  await pool.query('update virtual_clock set instant = $1', [chapter.now]);
  for (let phase = 0; phase < chapter.phasesOn; phase += 1) {
    for (const [type, by] of [
      ['request-override', 0],
      ['approve-override', 1],
      ['advance-phase', 0],
    ] as const) {
      await lead(performer, type, by, { reason: '汛期' });
    }
  }
  const lives = await inTransaction(pool, async (tx) => {
    const reference = await createReferenceCache().reference(tx, await findReferenceHead(tx));
    const { rows: organisations } = await tx.query<Organisation>(
      `select id, kind, path, name from organisation where path like '${unitPath('6102', '610222')}%' order by id`,
    );
    const { rows: sites } = await tx.query<Site>('select id, path from site order by id');
    const lives = populate(entropy, ways, chapter, organisations, sites);
    if (lives.length > 0) await bringIn(tx, entropy, reference, lives);
    // The calendar of the next year is added, and deadlines counted beyond the old one are counted again.
    const [topmost] = await listOrganisations(tx, {}, null, 1);
    const next = {
      year: 1 + Math.max(...Object.keys(calendar.years).map(Number)),
      version: 'the next year',
      daysOff: [],
      makeUpWorkdays: [],
      source: 'made for simulations',
    };
    const told = await bringInCalendarYear(tx, next, topmost?.path ?? '/');
    await tellAdministration(tx, SYSTEM_TELLER, [
      ...told,
      ...(await endUnits(tx, lives, organisations)),
    ]);
    return lives;
  });
  // One category is selected already, because a run is too short for all steps before somebody moves up.
  if (chapter.accepted) await select(performer, entropy, SELECTED, lives);
  const found = lives.find(
    ({ draft: { siteId, instance } }) =>
      siteId !== null && instance.status === 'active' && instance.context.appliedAt != null,
  );
  if (found !== undefined) await loseSite(pool, performer, entropy, String(found.draft.siteId));
}

/** Two villages that stand have merged into others: the office decides about their candidates (C07). */
async function endUnits(tx: Tx, lives: readonly Life[], organisations: readonly Organisation[]) {
  const taken = new Set(lives.map(({ draft }) => draft.organisationId));
  const villages = organisations.filter(({ kind }) => kind === 'VILLAGE');
  const ending = villages.filter(({ id }) =>
    lives.some(
      ({ draft: { organisationId, instance } }) =>
        organisationId === id && instance.status === 'active' && instance.value !== 'conferred',
    ),
  );
  const free = villages.filter(({ id }) => !taken.has(id));
  const ends = ending.slice(-2).map(({ id, path }, index) => {
    const successorIds = [free[index]?.id ?? ''];
    return { id, path, on: '2017-05-20', successorIds };
  });
  await updateEnded(tx, ends);
  return ends.map(({ id, path, ...after }) => ({
    kind: 'organisation-merged',
    subject: { kind: 'organisation' as const, id },
    path,
    after,
  }));
}

/** A site that conforms, and an import that has since recorded facts that deny it. */
async function loseSite(pool: pg.Pool, performer: Performer, entropy: Entropy, siteId: string) {
  const inspection = {
    id: entropy.newId(),
    kind: 'SCHEDULED',
    occurredOn: '2017-05-20',
    inspectors: ['张', '王'],
    triggers: [],
    findings: [],
    criteria: [],
    siteId,
    conforms: true,
  };
  await lead(performer, 'record-inspection', 0, inspection);
  // Somebody's account is disabled meanwhile.
  const { id: principalId, name: personName } = person(5);
  const counts = { sheets: 1, objections: 0, panels: 0, inspections: 1 };
  const left = { type: 'hand-over', principalId, personName, ...counts };
  await inTransaction(pool, async (tx) => {
    await tx.query(`update site set facts = facts || '{"televisionInches": 32}' where id = $1`, [
      siteId,
    ]);
    await insertOperation(tx, {
      id: entropy.newId(),
      campaignId: CAMPAIGN,
      kind: 'site-facts',
      createdBy: person(0).id,
      credential: null,
      detail: { sites: 1 },
      commands: [...endings([siteId]), left].map((event) => ({ subjectId: CAMPAIGN, event })),
    });
  });
}

/** Selects a category whose candidates all have the same points, by the decision of two. */
async function select(
  performer: Performer,
  entropy: Entropy,
  category: string,
  lives: readonly Life[],
): Promise<void> {
  const prefer = lives.flatMap(({ draft }) => (draft.category === category ? [draft.id] : []));
  await lead(performer, 'rank-candidates', 0, { id: entropy.newId(), category });
  await lead(performer, 'propose-tie-decision', 0, { category, prefer, reason: '示范作用' });
  await lead(performer, 'confirm-tie-decision', 1, { category });
  await lead(performer, 'select-by-merit', 0, { id: entropy.newId(), category });
}

/** Sends the campaign an event that it must take. */
async function lead({ perform }: Performer, type: string, by: number, more: object) {
  const outcome = await perform({
    campaignId: CAMPAIGN,
    subjectId: CAMPAIGN,
    event: { type, ...more },
    principal: person(by),
  });
  if (outcome.kind !== 'done') throw new Error(`${type}: ${JSON.stringify(outcome)}`);
}
