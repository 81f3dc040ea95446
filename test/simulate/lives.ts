// Lives that the explorer of the machines has lived, brought into the campaign as if they had been lived
// there. Each ends right before an event that random clients would seldom come to by themselves. Its whole
// log is told to its machine again, and its steps leave the rows that the service would store.

import { hash } from 'node:crypto';
import type pg from 'pg';
import { begin, type Told } from '../../machines/kit/step.ts';
import type { Scene } from '../../src/command/kernel/batch-context.ts';
import { type Draft, ownAct, subjectRow, tell } from '../../src/command/kernel/draft.ts';
import { expand } from '../../src/command/kernel/effects.ts';
import type { Reference } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { insertProcedures } from '../../src/db/kernel/procedures.ts';
import { noWrites, storeStatement } from '../../src/db/tables.ts';
import type { Entropy } from '../../src/entropy.ts';
import { PUBLIC } from '../../src/rules/access/access.ts';
import { CHAIN_START } from '../../src/rules/audit/link.ts';
import { COMMAND_EFFORT, effortOf } from '../../src/rules/plan/texts.ts';
import { releaseFor } from '../machines/yijun.ts';
import { unitPath } from '../support/units.ts';
import { sealedFor } from '../support/urns.ts';
import { drawMaterial } from './beginnings.ts';
import { CAMPAIGN, COUNTY, PEOPLE, simulated } from './county.ts';
import { SECRET } from './sayings.ts';
import { vault } from './vault.ts';
import type { Way } from './ways.ts';

/** A life on its way into the campaign: its draft, and its events in order. */
export type Life = { draft: Draft; told: readonly Told[]; material?: Material };
type Material = ReturnType<typeof drawMaterial>['draw'];

export type Place = {
  parentId: string | null;
  organisationId: string;
  path: string;
  name: string | null;
  category: string | null;
  siteId: string | null;
  personName: string | null;
};

export const COUNTYWIDE: Place = {
  parentId: null,
  organisationId: COUNTY,
  path: unitPath('6102', '610222'),
  name: null,
  category: null,
  siteId: null,
  personName: null,
};

const DAY_MS = 86_400_000;
const DATES = /\d{4}-\d\d-\d\d(?=T[\d:.]+Z|")/g;

/**
 * The whole days by which the life is moved to end right before `now`, or to have its timer due right after
 * it.
 */
function daysTo(now: string, { told, next, dueAt }: Way): number {
  const nowMs = Date.parse(now);
  if (next.type.startsWith('xstate.after.') && dueAt !== null)
    return Math.floor((nowMs - Date.parse(dueAt)) / DAY_MS) + 1;
  return Math.floor((nowMs - Date.parse(told.at(-1)?.at ?? now)) / DAY_MS);
}

const moved = (text: string, days: number): string =>
  text.replace(DATES, (date) => Temporal.PlainDate.from(date).add({ days }).toString());

/** The explorer's names, and the people of this county behind them. */
const NAMES: { readonly [name: string]: string } = Object.fromEntries([
  ...PEOPLE.map(({ id, name }) => [name, id]),
  ['chen', PEOPLE[5]?.id],
  ['c-1', '015c2350-0000-7000-8000-00000000c001'],
  ['c'.repeat(64), hash('sha256', SECRET, 'hex')],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [
    `assessor-${number}`,
    PEOPLE[(number - 1) % PEOPLE.length]?.id,
  ]),
]);

/** Ids that a life has made for its children, by their names in the explorer's world. */
const MADE = /"(?:sheet-\d+|objection\/[^"]*|round-\d+)"/g;

/**
 * Makes the life of this way, with its events up to `now` and these names for the subjects it mentions.
 * `through` adds the event that comes next.
 */
export function lifeOf(
  entropy: Entropy,
  way: Way,
  now: string,
  place: Place,
  options: {
    id?: string;
    names?: { readonly [name: string]: string | null };
    /** The sites that its mobilization has reached. */
    siteIds?: readonly string[];
    /** The round of the campaign's draws. */
    round?: number;
    through?: true;
  } = {},
): Life {
  const { id = entropy.newId(), names = {}, siteIds, through, round = 0 } = options;
  const made = new Map<string, string>();
  const drawn = way.machine === 'draw' ? drawMaterial(round, id, entropy.newId) : null;
  const nameOf = (quoted: string): string => {
    const known = { ...NAMES, ...names }[quoted.slice(1, -1)];
    return known === undefined ? quoted : JSON.stringify(known);
  };
  const ours = <Of>(value: Of): Of => {
    const text = moved(JSON.stringify(value), daysTo(now, way)).replace(
      /"[a-z]+(?:-\d+)?"/g,
      nameOf,
    );
    const owned = text.replace(MADE, (quoted) => {
      if (!made.has(quoted)) made.set(quoted, entropy.newId());
      return JSON.stringify(made.get(quoted));
    });
    const isProvisional = way.next.type === 'recalculate-deadline';
    return JSON.parse(
      isProvisional ? owned.replaceAll('"provisional":false', '"provisional":true') : owned,
    ) as Of;
  };
  const release = releaseFor(way.machine, way.input);
  const input = { ...ours(way.input), ...drawn?.input };
  const told = [...way.told, ...(through ? [way.next] : [])].map((one) => {
    // Instants are written as the database writes them, or the chain would not verify.
    const at = Temporal.Instant.from(one.at).toString({ fractionalSecondDigits: 3 });
    const by = one.type === 'lodge' ? { principalId: PUBLIC.id, roles: [] } : one.by;
    const told = ours({ ...one, at, by });
    return (one as { kind?: unknown }).kind === 'mobilization' ? { ...told, siteIds } : told;
  });
  const createdAt = told[0]?.at ?? now;
  const draft: Draft = {
    id,
    campaignId: CAMPAIGN,
    release,
    ...place,
    instance: begin(release, input),
    revision: 0,
    chainHash: CHAIN_START,
    createdAt,
    updatedAt: createdAt,
    events: [],
    personal: [],
    timers: new Map(),
    opened: [],
    isNew: true,
    input,
  };
  return { draft, told, ...(drawn && { material: drawn.draw }) };
}

/** The effects of a step that are stored; effects on other subjects stand in those subjects' own lives. */
const STORED: ReadonlySet<string> = new Set<keyof Scene['handlers']>([
  'open-obligation',
  'raise-obligation',
  'close-obligation',
  'store-record',
  'assess-record',
  'close-record',
  'supersede-record',
  'void-record',
  'keep-sheet',
  'keep-submission',
  'keep-draft',
  'store-roll',
  'fill-urn',
  'mark-roll',
  'extend-urn',
  'close-urn',
]);

/** Some lives go ways that the plan itself leads nobody to. */
const statedOf = ({ release: { name, version, procedure, stated } }: Draft) =>
  procedure === undefined || stated === undefined
    ? []
    : [{ hash: procedure, library: `${name} v${version}`, stated }];

/** Tells the lives, one event of each at a time, and stores each round as the service stores a batch. */
export async function bringIn(
  db: pg.PoolClient,
  entropy: Entropy,
  reference: Reference,
  lives: readonly Life[],
): Promise<void> {
  await insertProcedures(
    db,
    lives.flatMap(({ draft }) => statedOf(draft)),
  );
  const longest = Math.max(...lives.map(({ told }) => told.length));
  for (let round = 0; round < longest; round += 1) {
    const writes = noWrites();
    for (const { draft, told, material } of lives) {
      const event = told[round];
      if (event === undefined) continue;
      if (round === 0 && material !== undefined) {
        const { secret, ...published } = material;
        writes.draws.push({ id: draft.id, ...published });
        writes.drawSecrets.push({ id: draft.id, secret });
      }
      if (event.type.startsWith('xstate.')) draft.timers.set(event.type, null);
      const answer = tell(draft, event, ownAct({ entropy }));
      const { name, category } = draft;
      if (answer.kind !== 'step')
        throw new Error(`${draft.release.name} does not take ${event.type}: ${answer.kind}`);
      const effects = answer.step.effects.filter(({ type }) => STORED.has(type));
      const sealed = sealedFor(vault, draft.id, event);
      expand({ ...sceneOf(entropy, reference, event, writes), sealed }, draft, effects, event.at);
      writes.subjects.push(subjectRow(draft));
      writes.events.push(...draft.events);
      writes.personalParts.push(...draft.personal);
      for (const [timerId, dueAt] of draft.timers) {
        const timer = { subject_id: draft.id, timer_id: timerId };
        if (dueAt === null) writes.timersGone.push(timer);
        else writes.timersSet.push({ ...timer, due_at: dueAt });
      }
      draft.events = [];
      draft.personal = [];
      draft.timers = new Map();
      if (round > 0 || draft.release.name !== 'candidate' || category === null || name === null)
        continue;
      writes.candidates.push({
        id: draft.id,
        category,
        name,
        organisation_id: draft.organisationId,
        site_id: draft.siteId,
        person_name: draft.personName,
        person_key: draft.personName,
        birth_year: null,
        identity_digest: null,
        path: draft.path,
        created_at: draft.createdAt,
      });
    }
    // The explorer's cases all have one name, which only one may claim, and its files do not exist.
    Object.assign(writes, { casesClaimed: [], casesReleased: [], fileUses: [] });
    const { text, values } = storeStatement(CAMPAIGN, writes);
    await db.query(text, values);
  }
}

const sceneOf = (
  entropy: Entropy,
  reference: Reference,
  { by, facts }: Told,
  writes: Scene['writes'],
): Scene => ({
  handlers: nouns.handlers,
  campaignId: CAMPAIGN,
  plan: simulated[0],
  reference,
  campaignName: '四创三评',
  writes,
  drafts: new Map(),
  entropy,
  by,
  reaches: () => true,
  facts,
  sources: nouns.facts,
  parentFacts: new Map(),
  held: {},
  effort: effortOf(COMMAND_EFFORT),
  sealed: null,
});
