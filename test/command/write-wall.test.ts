// The wall behind the service's own checks: what the database refuses to write, and to whom.

import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MachineName, releaseOf } from '../../machines/catalog.ts';
import type { Role } from '../../machines/kit/access.ts';
import type { Instance } from '../../machines/kit/step.ts';
import type { Nouns } from '../../src/command/kernel/noun.ts';
import { nouns } from '../../src/command/nouns.ts';
import { type Principal, PUBLIC } from '../../src/rules/access/access.ts';
import { reachOf } from '../../src/rules/county/grants.ts';
import { ROLES } from '../../src/rules/plan/schema-terms.ts';
import { payloadOf } from '../machines/payloads.ts';
import { firstOf } from '../machines/situation.ts';
import { everyRelease } from '../machines/yijun.ts';
import { openScene, PENG, PENGCUN, type Scene, somebody } from '../support/scene.ts';
import { unit, unitPath } from '../support/units.ts';
import { knock, placeSubjects, type Row, unseen } from '../support/wall.ts';

const COUNTY_PATH = unitPath('6102', '610222');
const WULI_PATH = unitPath('6102', '610222', '610222102');
const NO_BUSINESS: readonly string[] = [
  'administrator',
  'security-officer',
  'operator',
  'scheduler',
];
const FROM_BELOW = ['campaign record-inspection', 'draw declare-recusal'];
const FROM_ANYWHERE = ['objection raise'];
/** Nobody with an account tells these. */
const OF_THE_PUBLIC = ['objection lodge'];

/** Every event of every machine, as people may send them by the service's own rules. */
const EVENTS: ReadonlyMap<MachineName, readonly string[]> = new Map(
  [...Map.groupBy(everyRelease, ({ name }) => name)].map(([machine, ofMachine]) => [
    machine,
    [...new Set(ofMachine.flatMap(({ access }) => Object.keys(access)))].sort(),
  ]),
);

const UNCHECKED: Nouns = {
  ...nouns,
  admits: (_, draft) => (draft === undefined ? { kind: 'unknown-subject' } : null),
};

const STORED = `
  select jsonb_strip_nulls(jsonb_build_object('machine', machine, 'version', version,
           'procedure', procedure, 'status', status))
         || jsonb_build_object('value', value, 'context', context) as instance, updated_at as at
    from subject where id = $1`;

let scene: Scene;
let people: ReadonlyMap<Role, Principal>;
let places: readonly (readonly ['own' | 'foreign' | 'above', ReadonlyMap<MachineName, string>])[];
beforeAll(async () => {
  scene = await openScene();
  const { pool, campaignId } = scene;
  people = new Map(ROLES.map((role) => [role, somebody(role, PENG)]));
  for (const person of people.values()) await scene.letIn(person);
  places = [
    [
      'own',
      await placeSubjects(
        pool,
        campaignId,
        unitPath('6102', '610222', '610222101', '610222101203'),
      ),
    ],
    ['foreign', await placeSubjects(pool, campaignId, WULI_PATH)],
    ['above', await placeSubjects(pool, campaignId, COUNTY_PATH)],
  ];
});
afterAll(() => scene.drop());

const rowOf = (subjectId: string, type: string, { id }: Principal): Row => ({
  campaignId: scene.campaignId,
  subjectId,
  type,
  principalId: id,
});
const incidents = () =>
  scene.query<{ subject_id: string; item: string; status: string; cause_code: string }>(
    `select subject_id, item, status, cause_code from incident where lane = 'walls' order by id`,
  );

test('F11: whatever the role and the event, the wall lets in what lies within reach and nothing else', async () => {
  const asked = [...people].flatMap(([role, person]) =>
    places.flatMap(([place, subjects]) =>
      [...EVENTS].flatMap(([machine, types]) =>
        types.map((type) => ({
          role,
          place,
          name: `${machine} ${type}`,
          row: rowOf(subjects.get(machine) ?? '', type, person),
        })),
      ),
    ),
  );
  const isIn = await knock(
    scene.facts,
    asked.map(({ row }) => row),
  );
  const wrong = asked.filter(({ role, place, name }, index) => {
    const isBusiness = !NO_BUSINESS.includes(role);
    const may =
      isBusiness &&
      !OF_THE_PUBLIC.includes(name) &&
      (place === 'own' ||
        FROM_ANYWHERE.includes(name) ||
        (place === 'above' && FROM_BELOW.includes(name)));
    return isIn[index] !== may;
  });
  expect(wrong.map(({ role, place, name }) => `${role} ${place} ${name}`)).toEqual([]);
  expect(asked.length).toBeGreaterThan(4_000);
});

test('C15: whoever has no account lodges objections, at any place, and the wall lets in nothing else of theirs', async () => {
  const asked = places.flatMap(([, subjects]) =>
    [...EVENTS].flatMap(([machine, types]) =>
      types.map((type) => ({
        name: `${machine} ${type}`,
        row: rowOf(subjects.get(machine) ?? '', type, PUBLIC),
      })),
    ),
  );
  const isIn = await knock(
    scene.facts,
    asked.map(({ row }) => row),
  );
  expect(asked.filter((_, index) => isIn[index]).map(({ name }) => name)).toEqual(
    places.map(() => 'objection lodge'),
  );
});

test('F11: a stranger, a disabled person and one whose role was just taken away write nothing', async () => {
  const [own] = places;
  const id = own?.[1].get('candidate') ?? '';
  const [gone, disabled] = [somebody('township-office', PENG), somebody('township-office', PENG)];
  for (const person of [gone, disabled]) await scene.letIn(person);
  const rows = [somebody('township-office', PENG), gone, disabled].map((person) =>
    rowOf(id, 'record-evidence', person),
  );
  const strange = ['operator', 'SYSTEM', '', 'nobody'].map((principalId) => ({
    ...(rows[0] as Row),
    principalId,
  }));
  expect(await knock(scene.facts, [...rows, ...strange])).toEqual([
    false,
    true,
    true,
    ...strange.map(() => false),
  ]);
  await unseen(
    scene.pool,
    `update role_grant set revoked_by = 'x', revoked_at = now() where principal_id = '${gone.id}'`,
  );
  await unseen(scene.pool, `update principal set disabled_at = now() where id = '${disabled.id}'`);
  expect(await knock(scene.facts, rows)).toEqual([false, false, false]);
});

test('F11: with the checks of the service left out, no event of a candidate is stored beyond a reach', async () => {
  const performer = scene.another(UNCHECKED);
  const own = await scene.register({ organisationId: PENG });
  const foreign = await scene.register({ organisationId: unit('610222102') });
  const ended = new Map<string, number>();
  const businesslike = [...people].filter(([role]) => !NO_BUSINESS.includes(role));
  for (const [, person] of businesslike) {
    for (const subjectId of [own, foreign]) {
      for (const type of EVENTS.get('candidate') ?? []) {
        const [stored] = await scene.query<{ instance: Instance; at: string }>(STORED, subjectId);
        if (stored === undefined) throw new Error('it was registered');
        const situation = { release: releaseOf(stored.instance), ...stored, pick: firstOf };
        const event = { ...payloadOf(type, situation), type };
        const command = { campaignId: scene.campaignId, subjectId, event, principal: person };
        const how = await performer.perform(command).then(
          ({ kind }) => kind,
          ({ constraint }: { constraint?: string }) => constraint ?? 'broken',
        );
        const key = `${subjectId === own ? 'own' : 'foreign'} ${how}`;
        ended.set(key, (ended.get(key) ?? 0) + 1);
      }
    }
  }
  const stored = await scene.query<{ reach: string | null; path: string; kind: string }>(
    `select o.kind, o.path as reach, s.path
       from event e
       join subject s on s.campaign_id = e.campaign_id and s.id = e.subject_id
       left join role_grant g on g.present and g.principal_id::text = e.principal_id
       left join organisation o on o.id = g.organisation_id
      where e.subject_id = any ($1) and e.principal_id <> 'system'`,
    [own, foreign],
  );
  const beyond = stored.filter(
    ({ kind, reach, path }) => reach === null || !path.startsWith(reachOf({ kind, path: reach })),
  );
  expect(beyond).toEqual([]);
  expect(ended.get('foreign write_wall')).toBeGreaterThan(5);
  expect(ended.get('own done')).toBeGreaterThan(3);
  expect([...ended.keys()]).not.toContain('foreign done');
}, 60_000);

test('F11: what the wall refuses in one command is its own 42501 and an incident, and its neighbours commit', async () => {
  const performer = scene.another(UNCHECKED);
  const village = somebody('village-organisation', PENGCUN);
  const township = somebody('township-office', PENG);
  await scene.letIn(village);
  await scene.letIn(township);
  const [other, next] = [unit('610222103'), unit('610222101201')];
  const ids = await Promise.all([
    scene.register({ organisationId: PENGCUN, category: 'DEMONSTRATION_VILLAGE' }),
    scene.register({ organisationId: other }),
    scene.register({ organisationId: next, category: 'DEMONSTRATION_VILLAGE' }),
  ]);
  const tell = (subjectId: string | undefined, principal: Principal) =>
    performer.perform({
      campaignId: scene.campaignId,
      subjectId: subjectId ?? '',
      principal,
      event: {
        type: 'record-evidence',
        id: randomUUIDv7(),
        kind: 'consultation',
        occurredOn: '2017-05-20',
        title: '征求意见',
      },
    });
  const before = (await incidents()).length;
  const outcomes = await Promise.allSettled([
    tell(ids[0], village),
    tell(ids[1], township),
    tell(ids[2], township),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { code: '42501', constraint: 'write_wall' } });
  expect((await incidents()).slice(before)).toEqual([
    { subject_id: ids[1], item: 'record-evidence', status: 'open', cause_code: '42501' },
  ]);
});

test('the stored reach of every organisation is the one that access decides by', async () => {
  const rows = await scene.query<{ kind: string; path: string; reach: string }>(
    'select kind, path, reach from organisation',
  );
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((row) => row.reach !== reachOf(row))).toEqual([]);
});

const namesOf = (access: object): string[] =>
  Object.values(access).flatMap((entry: readonly string[] | object) =>
    Array.isArray(entry) ? entry : Object.values(entry).flat(),
  );

test('docs/write-wall.md lists what a wrong role could write within its reach', async () => {
  const lines = [...EVENTS].map(([machine, types]) => {
    const ofMachine = everyRelease.filter(({ name }) => name === machine);
    const senders = [...new Set(ofMachine.flatMap(({ access }) => namesOf(access)))]
      .filter((who) => who !== 'system')
      .sort();
    const told = senders.length === 0 ? 'the service alone' : senders.join(', ');
    return `| ${machine} | ${told} | ${types.join(', ')} |\n`;
  });
  await expect(`${HEAD}${lines.join('')}`).toMatchFileSnapshot('../../docs/write-wall.md');
});

const HEAD = `# What the write wall does not see

Generated by \`test/command/write-wall.test.ts\` (\`-u\` writes it anew); the wall itself: [security](security.md).

The wall knows places, not duties. Within its own reach any role of the business could write each of these events if the
checks of the service were gone; who may send them by those checks is told beside. Outside its reach none writes any, but for
\`${[...FROM_BELOW, ...FROM_ANYWHERE].join('`, `')}\`; the public writes \`${OF_THE_PUBLIC.join('`, `')}\` and nothing else,
which nobody else writes. Administrators, security officers, operators and schedulers write none.

| machine | may send some of them | events |
|---|---|---|
`;
