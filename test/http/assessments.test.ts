// 组织考评 (R61) through the interface: sheets given out, filled in, handed in, passed on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fireDueTimers } from '../../src/command/kernel/timers.ts';
import { holdRound } from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import {
  assess,
  castOf,
  done,
  filledIn,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerWorker,
  settle,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let number = 0;
const worker = () => {
  number += 1;
  return registerWorker(cast, campaignId, `职工${number}`);
};
const assessors: Person[] = [];

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  await registerTownship(cast, campaignId);
  await overridePhases(service, cast, campaignId);
  for (let count = 0; count < 6; count += 1) assessors.push(await service.person('assessor'));
});
afterAll(() => service.close());

const [first, second] = [() => assessors[0] as Person, () => assessors[1] as Person];
const assign = async (candidateId: string, assessor: Person): Promise<string> =>
  done(await cast.office.post('/v1/assessments', { candidateId, assessorId: assessor.id })).body.id;
const tell = (person: Person, id: string, event: object) =>
  person.post(`/v1/assessments/${id}/events`, event);
const sheetOf = async (person: Person, id: string) =>
  (await person.get(`/v1/assessments/${id}`)).body;
const pointsFor = async (person: Person, id: string, total: number) =>
  filledIn((await sheetOf(person, id)).scheme.items, total);
const scoresOf = async (person: Person, id: string) =>
  (await person.get(`/v1/candidates/${id}`)).body.context.scores;

describe('a sheet', () => {
  test('R61: one for each assessor, candidate and round, also when it is asked for twice at once', async () => {
    const id = await worker();
    const ask = { candidateId: id, assessorId: first().id };
    const answers = await Promise.all([
      cast.office.post('/v1/assessments', ask),
      cast.office.post('/v1/assessments', ask),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    const refused = answers.find(({ status }) => status === 422);
    expect(refused?.body.unmet).toMatchObject([
      { requirement: 'one-sheet-per-assessor', clause: 'R61' },
    ]);
    const rows = await service.pool.query('select 1 from score_sheet where candidate_id = $1', [
      id,
    ]);
    expect(rows.rowCount).toBe(1);
  });

  test('R61: it belongs to the only stream of sheets, and is of no stream that the plan has not', async () => {
    const candidateId = await worker();
    const id = await assign(candidateId, first());
    expect(await sheetOf(cast.office, id)).toMatchObject({ stream: 'assessment' });
    const ask = { candidateId, assessorId: second().id, stream: 'mass' };
    expect(await cast.office.post('/v1/assessments', ask)).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/body/stream', message: '请写明评价环节：assessment' }] },
    });
  });

  test('R61: only the county office gives it out, and only to an assessor', async () => {
    const candidateId = await worker();
    const own = await cast.township.post('/v1/assessments', {
      candidateId,
      assessorId: first().id,
    });
    expect([own.status, own.body.roles]).toEqual([403, ['county-office']]);
    const nobody = await cast.office.post('/v1/assessments', {
      candidateId,
      assessorId: cast.township.id,
    });
    expect(nobody.body.unmet).toMatchObject([{ requirement: 'holds-the-role', clause: 'R61' }]);
  });

  test('C11: a slip found at the acceptance is corrected by two with a reason, until the selection, and the score follows', async () => {
    const candidateId = await worker();
    await holdRound(cast, candidateId, (_, index) => (index === 0 ? '较好' : '好'));
    const id = await assess(cast, cast.assessor, candidateId, 92.5);
    await assess(cast, cast.assessor2, candidateId, 92.5);
    const apply = {
      ...{ type: 'apply', statement: '申报先进工作者', signatory: '刘书记' },
      signatureEvidence: '申报表盖章页',
    };
    done(await cast.committee.post(`/v1/candidates/${candidateId}/events`, apply));
    const before = await scoresOf(cast.office, candidateId);
    const [line] = (await sheetOf(cast.office, id)).submitted[0].points;
    const slip = { item: line.item, points: line.points - 10 };
    const propose = { type: 'propose-correction', points: [slip], reason: '合计多加十分' };
    const other = await tell(cast.assessor2, id, propose);
    expect([404, 422]).toContain(other.status);
    const same = { ...propose, points: [line] };
    expect((await tell(cast.office, id, same)).body.unmet).toMatchObject([
      { requirement: 'corrects-something' },
    ]);
    done(await tell(cast.office, id, propose));
    expect((await sheetOf(cast.office, id)).correction).toMatchObject({
      total: 82.5,
      reason: '合计多加十分',
      proposedBy: cast.office.id,
    });
    const confirm = { type: 'confirm-correction' };
    expect((await tell(cast.office, id, confirm)).body.unmet).toMatchObject([
      { requirement: 'another-officer', clause: 'R61' },
    ]);
    expect(await scoresOf(cast.office, candidateId)).toEqual(before);
    const another = await service.person('county-office');
    done(await tell(another, id, confirm));
    const sheet = await sheetOf(cast.office, id);
    expect(sheet.correction).toBeNull();
    expect(sheet.submitted.map(({ total }: { total: number }) => total)).toEqual([92.5, 82.5]);
    const after = await scoresOf(cast.office, candidateId);
    expect([before, after].map((one) => one.streams.assessment.points)).toEqual([92.5, 87.5]);
    const derived = done(await cast.office.get(`/v1/candidates/${candidateId}/score`)).body;
    expect([derived.composite, derived.announced]).toEqual([after.composite, after.composite]);
    const [log] = (await cast.office.get(`/v1/assessments/${id}/events`)).body.items.slice(-2);
    expect(log).toMatchObject({ type: 'propose-correction', payload: { reason: '合计多加十分' } });
  });

  test('R61: a draft is nobody else’s to see, neither the office’s nor another assessor’s', async () => {
    const candidateId = await worker();
    const id = await assign(candidateId, first());
    const other = await assign(candidateId, second());
    const points = await pointsFor(first(), id, 88.5);
    done(await tell(first(), id, { type: 'save-draft', points: points.slice(0, 2) }));
    expect((await sheetOf(first(), id)).draft.points).toHaveLength(2);
    expect(await sheetOf(cast.office, id)).toMatchObject({ state: 'drafting', draft: null });
    const log = (await cast.office.get(`/v1/assessments/${id}/events`)).body.items;
    expect(log.at(-1)).toMatchObject({ type: 'save-draft', payload: {} });
    const own = (await first().get(`/v1/assessments/${id}/events`)).body.items;
    expect(own.at(-1).payload.points).toHaveLength(2);
    expect((await second().get(`/v1/assessments/${id}`)).status).toBe(404);
    done(await tell(first(), id, { type: 'submit', points }));
    // Blind: not before their own is in; the candidate's scores are kept from them as well.
    expect((await second().get(`/v1/assessments/${id}`)).status).toBe(404);
    expect(await scoresOf(second(), candidateId)).toMatchObject({
      streams: { assessment: { points: null, sheets: [] } },
      composite: null,
    });
    const events = (await second().get(`/v1/candidates/${candidateId}/events`)).body.items;
    expect(events.at(-1)).toMatchObject({ type: 'record-assessment', payload: {}, facts: {} });
    done(
      await tell(second(), other, { type: 'submit', points: await pointsFor(second(), other, 90) }),
    );
    const peers = await sheetOf(second(), id);
    expect(peers).toMatchObject({ draft: null, submitted: [{ number: 1, total: 88.5 }] });
    expect((await cast.committee.get(`/v1/assessments/${id}`)).status).toBe(404);
    expect((await scoresOf(cast.committee, candidateId)).streams.assessment.sheets).toEqual([]);
    expect((await scoresOf(cast.office, candidateId)).streams.assessment.sheets).toHaveLength(2);
  });

  test('R61: submitted it is not changed, in the service or in the database; sent back it is a new one', async () => {
    const candidateId = await worker();
    const id = await assess(cast, first(), candidateId, 70);
    const points = await pointsFor(first(), id, 99);
    const changed = await tell(first(), id, { type: 'submit', points });
    expect([changed.status, changed.body.accepts]).toEqual([
      409,
      [
        ...['propose-correction', 'decline-correction', 'confirm-correction'],
        ...['accept', 'send-back', 'void'],
      ],
    ]);
    const forge = service.pool.query(
      'update score_sheet_submission set total_centi = 9900 where sheet_id = $1',
      [id],
    );
    await expect(forge).rejects.toThrow('what was submitted is not changed');
    done(await tell(cast.office, id, { type: 'send-back', reason: '第一项漏评一个方面' }));
    expect((await scoresOf(cast.office, candidateId)).streams.assessment.sheets).toEqual([]);
    done(await tell(first(), id, { type: 'submit', points: await pointsFor(first(), id, 75) }));
    expect((await sheetOf(cast.office, id)).submitted).toMatchObject([
      { number: 1, total: 70 },
      { number: 2, total: 75 },
    ]);
    done(await tell(cast.office, id, { type: 'accept' }));
    expect(await sheetOf(cast.office, id)).toMatchObject({ state: 'accepted', status: 'done' });
  });

  test('R60: after the application no sheet is sent back any more', async () => {
    const candidateId = await worker();
    const id = await assess(cast, first(), candidateId, 95);
    await assess(cast, second(), candidateId, 95);
    await holdRound(cast, candidateId);
    const url = `/v1/candidates/${candidateId}/events`;
    const form = { statement: '申报', signatory: '刘', signatureEvidence: '盖章页' };
    done(await cast.committee.post(url, { type: 'apply', ...form }));
    const late = await tell(cast.office, id, { type: 'send-back', reason: '重新打分' });
    expect([late.status, late.body.unmet[0]?.requirement]).toEqual([
      422,
      'candidate-under-evaluation',
    ]);
    expect((await sheetOf(cast.office, id)).state).toBe('submitted');
    const more = await cast.office.post('/v1/assessments', {
      candidateId,
      assessorId: assessors[2]?.id,
    });
    expect(more.body.unmet).toMatchObject([
      { requirement: 'candidate-under-evaluation', clause: 'R60' },
    ]);
  });

  test('R61: points that do not fit the scheme are refused with the items', async () => {
    const id = await assign(await worker(), first());
    const wrong = [{ item: 'worker.duties', points: 33.35 }];
    const refused = await tell(first(), id, { type: 'save-draft', points: wrong });
    expect(refused.body.unmet).toMatchObject([
      { requirement: 'points-fit-the-scheme', actual: ['worker.duties'] },
    ]);
    const short = await tell(first(), id, { type: 'submit' });
    expect(short.body.unmet).toMatchObject([{ requirement: 'every-item-scored' }]);
    expect((await tell(first(), id, { type: 'save-draft', points: 'all' })).status).toBe(400);
  });
});

describe('whoever must stay away', () => {
  test('R61: from their own township and all below it; who serves two houses cannot judge one', async () => {
    const inspector = await service.person('assessor', ['township-office', unit('610222101-ZF')]);
    const refused = await cast.office.post('/v1/assessments', {
      candidateId: await worker(),
      assessorId: inspector.id,
    });
    expect(refused.body.unmet).toMatchObject([
      {
        requirement: 'no-conflict-of-interest',
        clause: 'R61',
        actual: ['own-unit', unit('610222101-ZF')],
      },
    ]);
  });

  test('R61: declared on a sheet, it goes to the next, with all they owe there; the file is closed to them', async () => {
    const [one, two] = [await worker(), await worker()];
    const leaving = assessors[3] as Person;
    const asked = {
      campaignId,
      candidateIds: [one, two],
      assessorIds: [leaving.id, assessors[4]?.id],
      perCandidate: 1,
    };
    // Both sheets to one person, the other to take over.
    for (const candidateId of [one, two]) await assign(candidateId, leaving);
    expect(
      done(await cast.office.post('/v1/assignments?dryRun=true', asked)).body.assigned,
    ).toEqual([]);
    const owed = (await leaving.get('/v1/assessments/worklist')).body.items;
    expect(owed).toHaveLength(2);
    expect((await leaving.get(`/v1/candidates/${one}`)).status).toBe(200);
    const declare = { type: 'declare-conflict', reason: '申报人系本人配偶' };
    const answer = done(await tell(leaving, owed[0].id, declare)).body;
    expect(answer.opened).toMatchObject([{ kind: 'operation' }]);
    expect((await leaving.get(`/v1/candidates/${one}`)).status).toBe(404);
    expect((await leaving.get(`/v1/candidates/${two}`)).status).toBe(404);
    expect((await leaving.get(`/v1/candidates/${two}/evidence`)).status).toBe(404);
    expect((await leaving.get(`/v1/assessments/${owed[1].id}`)).status).toBe(404);
    expect((await leaving.get('/v1/assessments/worklist')).body.items).toEqual([]);
    const listed = (await leaving.get(`/v1/candidates?campaignId=${campaignId}`)).body.items;
    expect(listed.map(({ id }: { id: string }) => id)).not.toContain(one);
    await settle(service);
    for (const { id } of owed) {
      const sheet = await sheetOf(cast.office, id);
      expect(sheet).toMatchObject({ state: 'assigned', generation: 2 });
      expect(sheet.assessorId).not.toBe(leaving.id);
    }
    const { items } = (await cast.office.get(`/v1/campaigns/${campaignId}/conflicts-of-interest`))
      .body;
    expect(items).toMatchObject([
      { principalId: leaving.id, organisationId: unit('610222101-DW') },
    ]);
  });

  test('R61: declared beforehand for an organisation, nothing of it is assigned to them', async () => {
    const url = `/v1/campaigns/${campaignId}/events`;
    const careful = await service.person('assessor');
    const declare = {
      type: 'declare-conflict',
      principalId: careful.id,
      organisationId: PENG,
      reason: '曾在该镇任职',
    };
    const foreign = await second().post(url, declare);
    expect(foreign.body.unmet).toMatchObject([
      { requirement: 'oneself-or-the-office', clause: 'R61' },
    ]);
    done(await careful.post(url, declare));
    const own = (await careful.get(`/v1/campaigns/${campaignId}/conflicts-of-interest`)).body.items;
    expect(own).toHaveLength(1);
    const refused = await cast.office.post('/v1/assessments', {
      candidateId: await worker(),
      assessorId: careful.id,
    });
    expect(refused.body.unmet).toMatchObject([{ actual: ['declared', PENG] }]);
    const nowhere = await careful.post(url, { ...declare, organisationId: 'NOWHERE' });
    expect(nowhere.status).toBe(400);
  });

  test('C18: a conflict declared on the wrong sheet is taken back by the office with a reason, and the bar ends', async () => {
    const [candidateId, mistaken] = [await worker(), await service.person('assessor')];
    const sheet = await assign(candidateId, mistaken);
    const url = `/v1/campaigns/${campaignId}/events`;
    done(await tell(mistaken, sheet, { type: 'declare-conflict', reason: '与对象系亲属' }));
    await settle(service);
    expect((await mistaken.get(`/v1/candidates/${candidateId}`)).status).toBe(404);
    const back = {
      type: 'withdraw-conflict',
      principalId: mistaken.id,
      organisationId: unit('610222101-DW'),
      reason: '点错了表，本人书面说明',
    };
    expect((await mistaken.post(url, back)).status).toBe(403);
    const other = await cast.office.post(url, { ...back, organisationId: PENG });
    expect(other.body.unmet).toMatchObject([{ requirement: 'recusal-stands', clause: 'R61' }]);
    done(await cast.office.post(url, back));
    expect((await mistaken.get(`/v1/candidates/${candidateId}`)).status).toBe(200);
    const listed = async () =>
      (await mistaken.get(`/v1/campaigns/${campaignId}/conflicts-of-interest`)).body.items;
    expect(await listed()).toMatchObject([
      { reason: '与对象系亲属', withdrawn: { by: cast.office.id, reason: back.reason } },
    ]);
    // It was passed on meanwhile; the office gives it back, and it is filled in.
    const given = { type: 'reassign', assessorId: mistaken.id, reason: '回避已撤销' };
    done(await tell(cast.office, sheet, given));
    expect((await mistaken.get(`/v1/assessments/${sheet}`)).status).toBe(200);
    done(await tell(mistaken, sheet, { type: 'save-draft', points: [], remark: '已阅' }));
    // The office cannot decide about its own, and a conflict may be declared again.
    done(await tell(mistaken, sheet, { type: 'declare-conflict', reason: '确系亲属' }));
    expect(await listed()).toMatchObject([{ reason: '确系亲属', withdrawn: null }]);
    const { rows } = await service.pool.query(
      `select type from event where subject_id in ($1, $2) and type like '%conflict' order by at, sequence`,
      [sheet, campaignId],
    );
    expect(
      rows.map(({ type }) => type).filter((type) => type === 'withdraw-conflict'),
    ).toHaveLength(1);
  });

  test('C17: whoever disables an account, or takes its role, is told what it has in hand; the office is told to hand over', async () => {
    const [candidateId, leaving] = [await worker(), await service.person('assessor')];
    const administrator = await service.person('administrator');
    const sheet = await assign(candidateId, leaving);
    const told = async () =>
      (await cast.office.get('/v1/notices?limit=100')).body.items.filter(
        ({ template }: { template: string }) => template === 'hand-over-due',
      );
    const account = `/v1/principals/${leaving.id}`;
    const [grant] = (await administrator.get(`/v1/grants?principalId=${leaving.id}`)).body.items;
    const revoke = { type: 'revoke', reason: '调离' };
    for (const [url, event] of [
      [`${account}/events`, { type: 'disable' }],
      [`/v1/grants/${grant.id}/events`, revoke],
    ] as const) {
      const { status, body } = await administrator.post(url, event);
      expect([status, body.type]).toEqual([409, '/docs/problems#work-in-hand']);
      expect(body.openWork).toEqual([
        {
          campaignId,
          campaignName: '宜君县“四创三评”活动',
          sheets: 1,
          objections: 0,
          panels: 0,
          inspections: 0,
        },
      ]);
      expect(body.detail).toContain('1份考评表');
    }
    expect((await administrator.get(account)).body.disabledAt).toBeNull();
    expect(await told()).toEqual([]);
    const disabled = done(
      await administrator.post(`${account}/events`, { type: 'disable', acknowledged: true }),
    );
    expect(disabled.body.disabledAt).not.toBeNull();
    const [notice, ...more] = await told();
    expect([notice.subjectId, more]).toEqual([campaignId, []]);
    expect(notice.body).toContain('考评表1份');
    expect(notice.body).not.toContain('异议');
    // The office assigns it to somebody else, and nothing is left in hand.
    const heir = await service.person('assessor');
    const reassign = { type: 'reassign', assessorId: heir.id, reason: '原考评员账户停用' };
    done(await tell(cast.office, sheet, reassign));
    done(await administrator.post(`/v1/grants/${grant.id}/events`, revoke));
  });

  test('C09: whoever passed a sheet on sees nothing further of it, though their grant is at the office', async () => {
    const at = unit('610222-YCB');
    const [earlier, later] = [
      await service.person(['assessor', at]),
      await service.person(['assessor', at]),
    ];
    const sheet = await assign(await worker(), earlier);
    const ofSheet = async (person: Person): Promise<string[]> =>
      done(await person.get(`/v1/notices?subjectId=${sheet}`)).body.items.map(
        ({ id }: { id: string }) => id,
      );
    done(
      await tell(cast.office, sheet, {
        type: 'reassign',
        assessorId: later.id,
        reason: '本人申请回避',
      }),
    );
    done(await tell(later, sheet, { type: 'declare-conflict', reason: '与对象系亲属' }));
    await settle(service);
    const told = await ofSheet(cast.office);
    expect(told.length).toBeGreaterThan(0);
    for (const person of [earlier, later]) {
      expect(await ofSheet(person)).toEqual([]);
      for (const id of told) expect((await person.get(`/v1/notices/${id}`)).status).toBe(404);
      expect((await person.get(`/v1/assessments/${sheet}`)).status).toBe(404);
      expect((await person.get(`/v1/assessments/${sheet}/events`)).status).toBe(404);
    }
  });

  test('R61: where nobody is left the sheet waits, and the office finds somebody', async () => {
    const candidateId = await worker();
    const [only, later] = [await service.person('assessor'), await service.person('assessor')];
    const asked = { campaignId, candidateIds: [candidateId], perCandidate: 1 };
    const body = { ...asked, assessorIds: [only.id] };
    done(await cast.office.post('/v1/assignments', body));
    await settle(service);
    const [sheet] = (await only.get('/v1/assessments/worklist')).body.items;
    done(await tell(only, sheet.id, { type: 'declare-conflict', reason: '师徒' }));
    expect((await sheetOf(cast.office, sheet.id)).state).toBe('vacant');
    const reassign = { type: 'reassign', assessorId: later.id, reason: '无人可派' };
    done(await tell(cast.office, sheet.id, reassign));
    expect((await later.get('/v1/assessments/worklist')).body.items).toHaveLength(1);
  });
});

describe('many sheets', () => {
  test('a sheet that an operation hands out came by the key of whoever asked for the operation', async () => {
    const only = await service.person('assessor');
    const body = { campaignId, candidateIds: [await worker()], perCandidate: 1 };
    done(await cast.office.post('/v1/assignments', { ...body, assessorIds: [only.id] }));
    await settle(service);
    const { rows } = await service.pool.query<{ credential: string }>(
      `select credential from event where type = 'assign' and payload ->> 'assessorId' = $1`,
      [only.id],
    );
    expect(rows).toEqual([{ credential: `key:${cast.office.key.split('_')[1]}` }]);
  });

  test('R61: are given out evenly as one operation; the same question gives the same plan', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => service.person('assessor')));
    const candidateIds = [await worker(), await worker(), await worker(), await worker()];
    const body = {
      campaignId,
      candidateIds,
      assessorIds: people.map(({ id }) => id),
      perCandidate: 3,
    };
    const dry = done(await cast.office.post('/v1/assignments?dryRun=true', body)).body;
    expect(dry).toMatchObject({ operationId: null, short: [] });
    expect(dry.loads.map(({ sheets }: { sheets: number }) => sheets)).toEqual([3, 3, 3, 3]);
    const made = done(await cast.office.post('/v1/assignments', body));
    expect([made.status, made.body.assigned]).toEqual([202, dry.assigned]);
    await settle(service);
    const operation = (await cast.office.get(String(made.headers.location))).body;
    expect(operation).toMatchObject({ status: 'done', total: 12, done: 12, refused: 0 });
    const again = done(await cast.office.post('/v1/assignments', body)).body;
    expect(again.assigned).toEqual([]);
    const forbidden = await cast.township.post('/v1/assignments', body);
    expect([forbidden.status, forbidden.body.roles]).toEqual([403, ['county-office']]);
    const by = `/v1/campaigns/${campaignId}/assessment-progress?by=assessor&limit=100`;
    const rows = (await cast.office.get(by)).body.items;
    expect(rows.filter(({ id }: { id: string }) => body.assessorIds.includes(id))).toMatchObject(
      people.map(() => ({ assigned: 3, submitted: 0, overdue: 0 })),
    );
    expect((await cast.committee.get(by)).status).toBe(403);
  });

  test('R61: the worklist is in order of due date, and what is overdue is told', async () => {
    const person = await service.person('assessor');
    const early = await assign(await worker(), person);
    await service.setClock('2017-05-23T01:00:00Z');
    const late = await assign(await worker(), person);
    const ids = (await person.get('/v1/assessments/worklist')).body.items.map(
      ({ id }: { id: string }) => id,
    );
    expect(ids).toEqual([early, late]);
    const one = (await person.get('/v1/assessments/worklist?limit=1')).body;
    expect(one.items.map(({ id }: { id: string }) => id)).toEqual([early]);
    const rest = (await person.get(`/v1/assessments/worklist?cursor=${one.next}`)).body;
    expect(rest.items.map(({ id }: { id: string }) => id)).toEqual([late]);
    await service.setClock('2017-06-02T00:00:00Z');
    const overdue = (await cast.office.get(`/v1/assessments?assessorId=${person.id}&overdue=true`))
      .body.items;
    expect(overdue).toHaveLength(2);
    expect((await cast.committee.get('/v1/assessments')).body.items).toEqual([]);
  });

  test('R61: the assessor sees when a sheet is due, its colour, and the reminders, nobody else’s', async () => {
    const other = await service.person('assessor');
    const person = await service.person('assessor');
    const id = await assign(await worker(), person);
    const owed = async () => (await person.get('/v1/assessments/worklist')).body.items[0];
    const fresh = await owed();
    expect(fresh).toMatchObject({ id, colour: 'none', level: 'armed', reminders: [] });
    const before = Temporal.Instant.from(fresh.dueAt).subtract({ seconds: 1 }).toString();
    await service.setClock(before);
    await fireDueTimers(service.pool, service.performer);
    const soon = await owed();
    expect(soon).toMatchObject({ colour: 'blue', level: 'due-soon' });
    expect(soon.reminders).toMatchObject([{ template: 'obligation-due-soon', level: 'due-soon' }]);
    await service.setClock(fresh.dueAt);
    await fireDueTimers(service.pool, service.performer);
    const late = await owed();
    expect(late).toMatchObject({ colour: 'red', level: 'overdue' });
    expect(late.reminders.map(({ level }: { level: string }) => level)).toEqual([
      'overdue',
      'due-soon',
    ]);
    const inbox = (await person.get(`/v1/notices?subjectId=${id}`)).body.items;
    expect(inbox.map(({ id: noticeId }: { id: string }) => noticeId)).toEqual(
      late.reminders.map(({ noticeId }: { noticeId: string }) => noticeId),
    );
    const url = `/v1/notices/${inbox[0].id}`;
    expect((await person.get(url)).status).toBe(200);
    expect((await other.get(url)).status).toBe(404);
    expect((await other.get(`/v1/notices?subjectId=${id}`)).body.items).toEqual([]);
    expect((await person.post(`${url}/events`, { type: 'read' })).status).toBe(403);
    const recuse = { type: 'recuse', reason: '改由他人' };
    done(await cast.office.post(`/v1/assessments/${id}/events`, recuse));
    expect((await person.get(url)).status).toBe(404);
  });

  test('R61: an assessor whose role does not reach the candidate is not asked', async () => {
    const outside = await service.person(['assessor', unit('610222102-ZF')], 'scheduler');
    const asked = { candidateId: await worker(), assessorId: outside.id };
    const refused = await cast.office.post('/v1/assessments', asked);
    expect(refused.body.unmet).toMatchObject([{ requirement: 'holds-the-role' }]);
  });
});
