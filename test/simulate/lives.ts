// Lives that the explorer of the machines has lived, brought into the campaign as if they had been lived
// there: one for every state, with its whole log. A run of a few hundred commands would never come to
// most states by itself. Their logs tell what the explorer knew of the world; what is decided about them
// from then on rests on what the database knows.

import type pg from 'pg';
import type { CandidateInput } from '../../machines/candidate/events.ts';
import type { MachineName } from '../../machines/catalog.ts';
import { currentRelease } from '../../machines/catalog.ts';
import { begin, stageOf, type Told } from '../../machines/kit/step.ts';
import { CHAIN_START, type Draft, subjectRow, tell } from '../../src/command/kernel/draft.ts';
import { noWrites, storeStatement, type Writes } from '../../src/db/tables.ts';
import { randomFrom, walk } from '../machines/walk.ts';
import { CAMPAIGN, COUNTY, simulated } from './county.ts';
import type { seededEntropy } from './entropy.ts';

/** Lives of each kind that are looked through for states nobody has come to before. */
const LIVES = 60;
const STEPS = 60;
/** Those that take longer than the campaign are left out. */
const UNTIL = '2017-12-20T00:00:00Z';

type Life = { input: object; told: Told[]; endsAt: string };
type Place = { id: string; kind: string; path: string; name: string };
type Entropy = ReturnType<typeof seededEntropy>;

const [plan] = simulated;

/** The shortest way to each state that lives of this input come to. */
function waysOf(machine: MachineName, input: object): Life[] {
  const ways = new Map<string, Life>();
  const random = randomFrom(2017);
  for (let life = 0; life < LIVES; life += 1) {
    const told: Told[] = [];
    const seeds = Array.from({ length: STEPS }, () => Math.floor(random() * 2 ** 31));
    walk(machine, input, seeds, (step) => {
      if (step.answer.kind !== 'step') return;
      // As the database tells instants, or the chain would not verify.
      const at = Temporal.Instant.from(step.told.at).toString({ fractionalSecondDigits: 3 });
      told.push({ ...step.told, at });
      const state = JSON.stringify(step.answer.step.instance.value);
      const known = ways.get(state);
      if (step.told.at < UNTIL && (known === undefined || known.told.length > told.length))
        ways.set(state, { input, told: [...told], endsAt: step.told.at });
    });
  }
  return [...ways.values()];
}

const inputOf = (code: string, siteId: string | null): CandidateInput => {
  const category = plan.categories.find((one) => one.code === code);
  if (category === undefined) throw new Error(`no category ${code}`);
  const { track, subject, route, applicants } = category;
  return { category: code, track, subject, route, applicants, siteId };
};

/** A draft that has been told this life; null when the machine, begun so, does not take it. */
function lived(
  entropy: Entropy,
  machine: MachineName,
  life: Life,
  own: Partial<Draft>,
): Draft | null {
  const release = currentRelease(machine);
  const [first] = life.told;
  const draft: Draft = {
    id: entropy.newId(),
    campaignId: CAMPAIGN,
    release,
    parentId: null,
    organisationId: COUNTY,
    path: `/6102/${COUNTY}/`,
    name: null,
    category: null,
    siteId: null,
    personName: null,
    instance: begin(release, life.input),
    revision: 0,
    chainHash: CHAIN_START,
    createdAt: first?.at ?? '',
    updatedAt: first?.at ?? '',
    events: [],
    timers: new Map(),
    opened: [],
    isNew: true,
    input: life.input,
    ...own,
  };
  for (const told of life.told) {
    draft.timers.delete(told.type);
    if (tell(draft, told).kind !== 'step') return null;
  }
  return draft;
}

function put(writes: Writes, draft: Draft): void {
  writes.subjects.push(subjectRow(draft));
  writes.events.push(...draft.events);
  for (const [timer_id, due_at] of draft.timers) {
    if (due_at !== null) writes.timersSet.push({ subject_id: draft.id, timer_id, due_at });
  }
  const { category, name } = draft;
  if (draft.release.name !== 'candidate' || category === null || name === null) return;
  writes.candidates.push({
    id: draft.id,
    category,
    name,
    organisation_id: draft.organisationId,
    site_id: draft.siteId,
    person_name: draft.personName,
    birth_year: null,
    identity_digest: null,
    path: draft.path,
    created_at: draft.createdAt,
  });
}

/** Where each category's candidates may stand; a person may stand anywhere, by another name. */
const PLACES: readonly [category: string, kind: string][] = [
  ['DEMONSTRATION_VILLAGE', 'VILLAGE'],
  ['DEMONSTRATION_BASE', 'BASE'],
  ['ADVANCED_WORKER', 'TOWNSHIP_PARTY_COMMITTEE'],
  ['DEMONSTRATION_TOWNSHIP', 'TOWNSHIP'],
];

/** Brings them in, and moves the clock to where the last of them stands. */
export async function bringIn(db: pg.PoolClient, entropy: Entropy): Promise<void> {
  const { rows: places } = await db.query<Place>(
    `select id, kind, path, name from organisation where path like '/6102/610222/%' order by id`,
  );
  const writes = noWrites();
  const candidates: Draft[] = [];
  let latest = '';
  for (const [category, kind] of PLACES) {
    const free = places.filter((one) => one.kind === kind);
    const isPerson = kind === 'TOWNSHIP_PARTY_COMMITTEE';
    for (const [index, way] of waysOf('candidate', inputOf(category, null)).entries()) {
      const place = isPerson ? free[index % free.length] : free[index];
      if (place === undefined) break;
      const siteId = kind === 'VILLAGE' ? `${place.id}-S1` : null;
      const personName = isPerson ? `人${index}` : null;
      const draft = lived(
        entropy,
        'candidate',
        { ...way, input: inputOf(category, siteId) },
        {
          organisationId: place.id,
          path: place.path,
          name: personName ?? place.name,
          category,
          siteId,
          personName,
        },
      );
      if (draft === null) continue;
      candidates.push(draft);
      if (way.endsAt > latest) latest = way.endsAt;
      put(writes, draft);
    }
  }
  const children: [MachineName, object, RegExp][] = [
    ['regression', { clause: 'R19', authority: 'county' }, /countyAcceptance|conferred/],
    ['regression', { clause: 'R12', authority: 'city' }, /cityVerification|conferred/],
  ];
  for (const [machine, input, stage] of children) {
    const parents = candidates.filter(
      ({ instance }) =>
        stage.test(stageOf(instance.value)) && instance.context.subject !== 'person',
    );
    const own = {
      siteId: 'site-1',
      siteName: '彭村站点',
      lostAt: '2017-05-20T01:00:00Z',
      ...input,
    };
    for (const [index, way] of waysOf(machine, { candidateId: 'candidate-1', ...own }).entries()) {
      const parent = parents[index % parents.length];
      if (parent === undefined) break;
      const { id, organisationId, path, name, category, siteId } = parent;
      const begun = { ...way, input: { ...own, candidateId: id, siteId: siteId ?? 'site-1' } };
      const draft = lived(entropy, machine, begun, {
        parentId: id,
        organisationId,
        path,
        name,
        category,
        siteId,
      });
      if (draft !== null) put(writes, draft);
    }
  }
  const { text, values } = storeStatement(CAMPAIGN, writes);
  await db.query(text, values);
  await db.query('update virtual_clock set instant = greatest(instant, $1)', [latest]);
}
