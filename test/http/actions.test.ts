// GET …/actions explains by the guard that decides: what it says is what the refusal says.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import {
  ADMITTED_LATE,
  applyFor,
  castOf,
  done,
  issueCampaign,
  overridePhase,
  registerTownship,
  registerVillage,
  registerWorker,
  score,
} from '../support/campaign.ts';
import { PAYLOADS } from '../support/candidate-payloads.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { unit } from '../support/units.ts';

type Action = {
  type: string;
  permitted: boolean;
  mayYou: boolean;
  roles: string[];
  requirements: { requirement: string; met: boolean; asksInput: boolean; text: string }[];
  unmet: object[];
};

let service: RunningService;
let cast: Cast;
let campaignId: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
});
afterAll(() => service.close());

const explained = async (person: Person, url: string, language: 'en' | 'zh-CN' = 'zh-CN') =>
  done(await person.get(`${url}/actions`, { language })).body.actions as Action[];

/** What is only done of a unit that has ended. */
const OF_ENDED_UNITS = ['succeed', 'end-with-unit'];

/** Sends every event that stands no chance, and compares what is said of it with what was told. */
async function hold(url: string, language: 'en' | 'zh-CN' = 'zh-CN'): Promise<string[]> {
  const refused: string[] = [];
  for (const [name, person] of Object.entries(cast)) {
    if ((await person.get(url)).status === 404) continue;
    for (const action of await explained(person, url, language)) {
      const { type, permitted, mayYou, roles, unmet } = action;
      if (permitted || !(type in PAYLOADS)) continue;
      const event = { type, ...PAYLOADS[type] };
      const { status, body } = await person.post(`${url}/events`, event, { language });
      if (!mayYou) {
        expect([status, body.roles], `${name} ${type}`).toEqual([403, roles]);
        continue;
      }
      expect(status, `${name} ${type}`).toBe(422);
      expect(body.unmet, `${name} ${type}`).toEqual(unmet);
      refused.push(type);
    }
  }
  return [...new Set(refused)].filter((type) => !OF_ENDED_UNITS.includes(type));
}

const urlOf = (id: string) => `/v1/candidates/${id}`;

test('phase by phase, what is explained is what is refused', async () => {
  const township = urlOf(await registerTownship(cast, campaignId));
  const village = urlOf(await registerVillage(cast, campaignId));
  const worker = urlOf(await registerWorker(cast, campaignId, '李建国'));
  expect(await hold(township)).toEqual(['confirm-disqualification', 'submit-plan']);
  expect(await hold(township, 'en')).toContain('submit-plan');

  done(await cast.office.post(`${village}/events`, event('propose-disqualification')));
  expect(await hold(village)).toEqual(['confirm-disqualification']);
  done(await cast.village.post(`${village}/events`, event('acknowledge-mobilization')));

  await overridePhase(service, cast, campaignId);
  expect(await hold(village)).toEqual(['confirm-disqualification', 'declare-created']);

  await overridePhase(service, cast, campaignId);
  await overridePhase(service, cast, campaignId);
  expect(await hold(worker)).toEqual([
    'confirm-disqualification',
    'apply',
    'admit-late-application',
  ]);
  await score(cast, worker.slice('/v1/candidates/'.length));
  done(await applyFor(cast, worker.slice('/v1/candidates/'.length)));
  done(await cast.office.post(`${worker}/events`, event('return-for-correction')));
  done(await cast.committee.post(`${worker}/events`, event('resubmit')));
  expect(await hold(worker)).toEqual(['confirm-disqualification', 'return-for-correction']);
});

const event = (type: string) => ({ type, ...PAYLOADS[type] });

test('an explanation asks for nothing that only comes with the event', async () => {
  const township = urlOf(
    await registerTownship(cast, campaignId, unit('610222103'), ADMITTED_LATE),
  );
  const committee = await service.person(['township-committee', unit('610222103-DW')]);
  const evidence = (await explained(committee, township)).find(
    ({ type }) => type === 'record-evidence',
  );
  expect(evidence).toMatchObject({ permitted: true, mayYou: true, unmet: [] });
  expect(evidence?.requirements).toMatchObject([
    { requirement: 'not-in-the-future', met: false, asksInput: true },
  ]);
});

test('F16, O19: what units owe before the campaign moves on is told as /duties tells it, with the names of who is missing', async () => {
  const drafted = await issueCampaign(cast);
  const url = `/v1/campaigns/${drafted}`;
  const advance = async (person: Person) =>
    (await explained(person, url)).find(({ type }) => type === 'advance-phase');
  const owing = async (person: Person): Promise<string[]> => {
    const { items } = done(await person.get(`${url}/duties?met=false`)).body;
    return [
      ...new Set<string>(items.map((one: { organisationName: string }) => one.organisationName)),
    ];
  };
  const named = (action: Action | undefined): string[] => {
    const lists = action?.unmet.flatMap((one) => ('actual' in one ? [one.actual] : [])) ?? [];
    return [...new Set(lists.filter(Array.isArray).flat())];
  };
  const counted = [{ clause: 'R51' }, { clause: 'R48', actual: 0, required: 8 }, { clause: 'R49' }];
  const recorded = ['R66', 'R67', 'R68', 'R69', 'R70'].map((clause) => ({ clause }));

  expect(await owing(cast.village)).toEqual([]);
  expect(await advance(cast.village)).toMatchObject({
    permitted: false,
    mayYou: false,
    roles: ['county-office'],
    unmet: counted,
  });

  const planned = (action: Action | undefined) =>
    ((action?.unmet ?? []) as { clause: string; actualText: string }[]).find(
      ({ clause }) => clause === 'R48',
    )?.actualText;
  // O19: who is missing is named, to whoever may know of them.
  expect(planned(await advance(cast.office))).toMatch(/^0个（缺：.*五里镇.*）$/);
  expect(planned(await advance(cast.committee))).toBe('0个（缺：彭镇）');
  expect(planned(await advance(cast.village))).toBe('0个');

  const own = await owing(cast.committee);
  expect(own).toHaveLength(1);
  const committee = await advance(cast.committee);
  expect(committee).toMatchObject({ mayYou: false, unmet: [...counted, ...recorded] });
  expect(named(committee)).toEqual(own);

  const office = await advance(cast.office);
  expect(office).toMatchObject({ mayYou: true, unmet: [...counted, ...recorded] });
  expect(named(office)).toHaveLength(8);
  expect((await owing(cast.office)).toSorted()).toEqual(
    expect.arrayContaining(named(office).toSorted()),
  );
  const { status, body } = await cast.office.post(`${url}/events`, { type: 'advance-phase' });
  expect([status, body.unmet]).toEqual([422, office?.unmet]);
});

test('F16: no page that only reads takes a connection of those who write', async () => {
  const township = urlOf(
    await registerTownship(cast, campaignId, unit('610222105'), ADMITTED_LATE),
  );
  const url = `/v1/campaigns/${campaignId}`;
  const pages = [
    `${url}/actions`,
    `${township}/actions`,
    `${township}/criteria`,
    `${township}/application`,
    `${url}/outcome-bounds?category=LEARNING_APPLICATION_PACESETTER`,
  ];
  const held: (() => void)[] = [];
  const { max } = service.writers.options;
  for (let index = 0; index < (max ?? 0); index += 1) {
    const client = await service.writers.connect();
    held.push(() => client.release());
  }
  try {
    for (const page of pages) {
      expect([page, (await cast.office.get(page)).status]).toEqual([page, 200]);
    }
  } finally {
    for (const release of held) release();
  }
});

test('explaining changes nothing', async () => {
  const id = await registerTownship(cast, campaignId, unit('610222104'), ADMITTED_LATE);
  const before = await cast.office.get(urlOf(id));
  await explained(cast.office, urlOf(id));
  const after = await cast.office.get(urlOf(id));
  expect([after.body, after.headers.etag]).toEqual([before.body, before.headers.etag]);
});
