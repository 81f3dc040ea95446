// 书面申报 (R62) through the interface: the form, what is frozen of it, its return and its correction.

import { createHash, randomUUID } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/rules/plan/canonical-json.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerWorker,
  score,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { COUNTY, openService } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let auditor: Person;
let number = 0;

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  auditor = await service.person(['auditor', COUNTY]);
  campaignId = await issueCampaign(cast);
  await registerTownship(cast, campaignId);
  await overridePhases(service, cast, campaignId);
});
afterAll(() => service.close());

const unscored = () => {
  number += 1;
  return registerWorker(cast, campaignId, `干事${number}`);
};
/** A worker who has passed both streams. */
const scored = async (): Promise<string> => {
  const id = await unscored();
  await score(cast, id);
  return id;
};
const formOf = async (who: Person, id: string) =>
  (await who.get(`/v1/candidates/${id}/application`)).body;
const tell = (who: Person, id: string, event: object) =>
  who.post(`/v1/candidates/${id}/events`, event);
const unmetOf = ({ status, body }: { status: number; body: { unmet?: object[] } }) => {
  expect(status, JSON.stringify(body)).toBe(422);
  return body.unmet as { requirement: string; clause: string; actual: unknown }[];
};
const FORM = { type: 'apply', statement: '申报先进工作者', signatory: '刘书记' };
const WORDS = { ...FORM, signatureEvidence: '申报表盖章页' };
const hashOf = (body: unknown): string =>
  createHash('sha256').update(canonicalJson(body)).digest('hex');

let shade = 0;
const upload = async (who: Person, organisationId?: string): Promise<string> => {
  shade += 23;
  const background = { r: shade % 256, g: (shade * 7) % 256, b: 40 };
  const scan = await sharp({ create: { width: 32, height: 24, channels: 3, background } })
    .png()
    .toBuffer();
  const unit = organisationId === undefined ? '' : `&organisationId=${organisationId}`;
  const { statusCode, payload } = await service.app.inject({
    method: 'POST',
    url: `/v1/files?campaignId=${campaignId}${unit}`,
    headers: { authorization: `Bearer ${who.key}`, 'content-type': 'image/png' },
    payload: scan,
  });
  if (statusCode >= 300) throw new Error(payload);
  return JSON.parse(payload).id;
};

describe('the form', () => {
  test('R62: stands ready from the data before anybody applies, with what is still owed', async () => {
    const id = await unscored();
    const record = {
      kind: 'problem',
      occurredOn: '2017-05-20',
      summary: '信号不稳',
    };
    done(await cast.committee.post(`/v1/candidates/${id}/evidence`, record));
    const before = await formOf(cast.committee, id);
    expect(before).toMatchObject({
      // Whoever accepts it is not among them (R62).
      applicants: ['township-committee', 'village-organisation', 'base'],
      mayApply: true,
      deadline: { dueAt: '2017-11-30T16:00:00Z', passed: false, admittedFor: null },
      signatureScanRequired: false,
      form: {
        candidate: {
          category: 'ADVANCED_WORKER',
          subject: 'person',
          personName: `干事${number}`,
          organisationId: unit('610222101-DW'),
        },
        created: { required: false, at: null },
        scores: { figures: {}, compositeCenti: null, passMarkCenti: 8000 },
        evidence: [{ kind: 'problem', summary: '信号不稳', verdict: null }],
        evidenceTotal: 1,
        cases: [],
      },
      frozen: [],
      corrections: [],
    });
    const owed = (form: { owed: { requirement: string }[] }) =>
      form.owed.map(({ requirement }) => requirement);
    expect(owed(before)).toEqual(expect.arrayContaining(['round-held', 'sheets-enough', 'signed']));
    await score(cast, id);
    const after = await formOf(cast.committee, id);
    expect(after.form.scores).toMatchObject({ figures: { assessment: 9250 } });
    expect(after.form.scores.compositeCenti).toBeGreaterThan(8000);
    expect(owed(after)).toEqual(['signed', ...after.attestations]);
    const { criteria } = after.form;
    expect(criteria.map(({ clause }: { clause: string }) => clause)).toEqual(
      expect.arrayContaining(['R32', 'R33', 'R34']),
    );
    expect((await formOf(cast.township, id)).mayApply).toBe(false);
  });

  test('R62: a neighbour does not learn that there is an application, an administrator neither', async () => {
    const id = await scored();
    done(await tell(cast.committee, id, WORDS));
    const neighbour = await service.person(['township-committee', unit('610222102-DW')]);
    const administrator = await service.person(['administrator', COUNTY]);
    for (const who of [neighbour, administrator]) {
      expect((await who.get(`/v1/candidates/${id}/application`)).status).toBe(404);
    }
    const nobody = `/v1/candidates/${randomUUID()}/application`;
    expect((await cast.office.get(nobody)).status).toBe(404);
    const seen = await Promise.all(
      [auditor, cast.office, cast.department, cast.city, cast.committee].map((who) =>
        formOf(who, id),
      ),
    );
    for (const { frozen } of seen) expect(frozen).toEqual(seen[0].frozen);
    expect(seen[0].frozen).toMatchObject([{ number: 1, verified: true, veiled: false }]);
  });

  test('R61: whoever is yet to judge reads the application without the scores', async () => {
    const id = await unscored();
    await score(cast, id);
    const { id: assessorId } = cast.assessor;
    const again = { candidateId: id, assessorId, round: 2 };
    const sheet = done(await cast.office.post('/v1/assessments', again)).body.id;
    const { form, owed } = await formOf(cast.assessor, id);
    expect(form.scores).toBeNull();
    expect(owed.map(({ clause }: { clause: string }) => clause)).not.toContain('R61');
    expect(
      form.criteria.find(({ clause }: { clause: string }) => clause === 'R34').measured,
    ).toBeNull();
    done(
      await cast.office.post(`/v1/assessments/${sheet}/events`, { type: 'void', reason: '误派' }),
    );
    expect((await formOf(cast.office, id)).form.scores.figures.assessment).toBe(9250);
  });
});

describe('what is frozen', () => {
  test('R62: number 1 with its hash, attachments and signed page; anybody recomputes it', async () => {
    const id = await scored();
    const [scan, photo] = [await upload(cast.committee), await upload(cast.committee)];
    const sent = { ...FORM, signatureFileId: scan, fileIds: [photo] };
    done(await tell(cast.committee, id, sent));
    const { form, owed, frozen, mayApply } = await formOf(auditor, id);
    expect([form, owed, mayApply]).toEqual([null, [], false]);
    expect(frozen).toHaveLength(1);
    const [{ body, sha256, verified, submittedBy }] = frozen;
    expect(verified).toBe(true);
    expect(hashOf(body)).toBe(sha256);
    expect(submittedBy).toBe(cast.committee.id);
    expect(body).toMatchObject({
      number: 1,
      stage: 'evaluation',
      submittedAt: frozen[0].submittedAt,
      submittedBy: { principalId: cast.committee.id, roles: ['township-committee'] },
      deadline: { dueAt: '2017-11-30T16:00:00Z', inTime: true, admittedFor: null },
      declared: {
        statement: '申报先进工作者',
        signatory: '刘书记',
        signatureEvidence: null,
        signatureFile: { id: scan, mediaType: 'image/png' },
        attachments: [{ id: photo }],
      },
      correction: null,
      corrected: [],
    });
    // What it refers to is read by whoever accepts it, and is not swept away.
    for (const fileId of [scan, photo]) {
      expect(
        (await service.pool.query('select 1 from file_use where file_id = $1', [fileId])).rowCount,
      ).toBe(1);
    }
  });

  test('R62: the row is for good: the database refuses to change or remove it', async () => {
    for (const sql of [
      `update application set body = body || '{"number": 9}'`,
      'delete from application',
      'truncate application',
    ]) {
      await expect(service.pool.query(sql)).rejects.toThrow(/not changed/);
    }
  });

  test('R62: what comes after the application does not change what was applied with', async () => {
    const id = await scored();
    done(await tell(cast.committee, id, WORDS));
    const [before] = (await formOf(auditor, id)).frozen;
    const record = { kind: 'problem', occurredOn: '2017-05-20', summary: '申报以后的' };
    done(await cast.committee.post(`/v1/candidates/${id}/evidence`, record));
    expect((await formOf(auditor, id)).frozen).toEqual([before]);
  });

  test('R62: applied with twice at once, one is taken and one number frozen', async () => {
    const id = await scored();
    const answers = await Promise.all([1, 2, 3].map(() => tell(cast.committee, id, WORDS)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await formOf(auditor, id)).frozen).toHaveLength(1);
  });
});

describe('the signed page', () => {
  test('R62: nobody signs with words left out, another unit’s page, or one that is not there', async () => {
    const id = await scored();
    expect(unmetOf(await tell(cast.committee, id, FORM))).toMatchObject([
      { requirement: 'signed', clause: 'R62' },
    ]);
    const blank = { ...WORDS, signatory: ' ' };
    expect(unmetOf(await tell(cast.committee, id, blank))).toMatchObject([
      { requirement: 'signed' },
    ]);
    const neighbour = await service.person(['township-committee', unit('610222102-DW')]);
    expect((await tell(cast.office, id, WORDS)).status).toBe(403);
    for (const signatureFileId of [
      await upload(neighbour),
      await upload(cast.office),
      await upload(cast.village),
      randomUUID(),
    ]) {
      const unmet = unmetOf(await tell(cast.committee, id, { ...WORDS, signatureFileId }));
      expect(unmet).toMatchObject([
        { requirement: 'signature-is-own', clause: 'R62', actual: null },
      ]);
    }
    const lost = { ...WORDS, fileIds: [randomUUID()] };
    expect(unmetOf(await tell(cast.committee, id, lost))).toMatchObject([
      { requirement: 'files-exist', clause: 'R62' },
    ]);
    const wrong = await tell(cast.committee, id, { ...WORDS, signatureFileId: 'page.png' });
    expect(wrong.status).toBe(400);
    expect((await formOf(auditor, id)).frozen).toEqual([]);
    done(
      await tell(cast.committee, id, { ...FORM, signatureFileId: await upload(cast.committee) }),
    );
  });
});

const LIST = [
  { text: '盖章页缺支部公章', fields: ['signature'] },
  { text: '陈述与记录不符', fields: ['statement', 'attachments'] },
  { text: '说明姓名是否有误' },
];
const ANSWERS = LIST.map((_, index) => ({ correction: index + 1, text: `已补正 ${index + 1}` }));
const RETURN = { type: 'return-for-correction', corrections: LIST };

/** Applied with and under review at the county. */
const applied = async (): Promise<string> => {
  const id = await scored();
  done(await tell(cast.committee, id, WORDS));
  return id;
};

describe('the return for correction', () => {
  test('R62: opens what it names; the correction changes nothing else, answers all, and is number 2', async () => {
    const id = await applied();
    done(await tell(cast.office, id, RETURN));
    const open = await formOf(cast.committee, id);
    expect(open.corrections).toEqual([
      { text: '盖章页缺支部公章', fields: ['signature'], answered: true },
      { text: '陈述与记录不符', fields: ['statement', 'attachments'], answered: true },
      { text: '说明姓名是否有误', fields: [], answered: true },
    ]);
    const notice = (await cast.committee.get(`/v1/notices?subjectId=${id}&limit=100`)).body.items;
    const told = notice.find(
      ({ template }: { template: string }) => template === 'returned-for-correction',
    );
    expect((await cast.committee.get(`/v1/notices/${told.id}`)).body.body).toContain(
      '盖章页缺支部公章（可更正：签字盖章）',
    );
    const resubmit = (application: object, answers: object[] = ANSWERS) =>
      tell(cast.committee, id, { type: 'resubmit', statement: '已补正', answers, application });

    const beyond = await resubmit({ priorityClass: 'OTHER', statement: '新陈述' });
    expect(unmetOf(beyond)).toMatchObject([
      {
        requirement: 'changes-only-the-opened',
        clause: 'R62',
        actual: ['priorityClass'],
        required: ['signature', 'statement', 'attachments'],
      },
    ]);
    expect(unmetOf(await resubmit({}, ANSWERS.slice(1)))).toMatchObject([
      { requirement: 'every-correction-answered', clause: 'R62', actual: [1] },
    ]);
    expect(unmetOf(await resubmit({ fileIds: [randomUUID()] }))).toMatchObject([
      { requirement: 'files-exist', clause: 'R62' },
    ]);
    const foreign = await resubmit({ signatureFileId: await upload(cast.village) });
    expect(unmetOf(foreign)).toMatchObject([{ requirement: 'signature-is-own', clause: 'R62' }]);
    expect((await resubmit({ scores: 100 })).status).toBe(400);
    const other = await tell(cast.office, id, { type: 'resubmit', statement: '代交' });
    expect(other.status).toBe(403);

    const [scan, photo] = [await upload(cast.committee), await upload(cast.committee)];
    done(await resubmit({ statement: '新陈述', signatureFileId: scan, fileIds: [photo] }));
    const { frozen, corrections } = await formOf(auditor, id);
    expect(corrections).toEqual([]);
    const [first, second] = frozen;
    expect(
      frozen.map((one: { number: number; verified: boolean }) => [one.number, one.verified]),
    ).toEqual([
      [1, true],
      [2, true],
    ]);
    for (const { body, sha256 } of frozen) expect(hashOf(body)).toBe(sha256);
    expect(first.body.declared.statement).toBe('申报先进工作者');
    expect(second.stage).toBe('countyAcceptance');
    expect(second.body.correction).toEqual({
      corrections: open.corrections,
      answers: ANSWERS,
      statement: '已补正',
    });
    expect(second.body.corrected).toMatchObject([
      { field: 'statement', from: '申报先进工作者', to: '新陈述' },
      { field: 'attachments', from: [], to: [{ id: photo }] },
      { field: 'signature', from: { fileId: null }, to: { fileId: scan, signatory: '刘书记' } },
    ]);
    const { scores, criteria, evidence } = first.body;
    expect(second.body).toMatchObject({ scores, criteria, evidence });
  });

  test('R63: a second return is refused, however little it asks', async () => {
    const id = await applied();
    done(await tell(cast.office, id, RETURN));
    const answer = { type: 'resubmit', statement: '已补正', answers: ANSWERS };
    done(await tell(cast.committee, id, answer));
    expect(unmetOf(await tell(cast.office, id, RETURN))).toMatchObject([
      { requirement: 'returned-once', clause: 'R63' },
    ]);
    expect((await tell(cast.committee, id, answer)).status).toBe(409);
    expect((await formOf(auditor, id)).frozen[1].body.corrected).toEqual([]);
  });

  test('R62: opened evidence is taken down anew, what was not opened stays as it was frozen', async () => {
    const [opened, shut] = [await applied(), await applied()];
    for (const [id, fields] of [
      [opened, ['evidence']],
      [shut, ['statement']],
    ] as const) {
      const corrections = [{ text: '补材料', fields }];
      done(await tell(cast.office, id, { type: 'return-for-correction', corrections }));
      const record = { kind: 'problem', occurredOn: '2017-05-20', summary: '补的材料' };
      done(await cast.committee.post(`/v1/candidates/${id}/evidence`, record));
      const answers = [{ correction: 1, text: '已补' }];
      done(await tell(cast.committee, id, { type: 'resubmit', statement: '已补', answers }));
      const { body } = (await formOf(auditor, id)).frozen[1];
      const isOpened = id === opened;
      expect(body.evidence).toHaveLength(isOpened ? 1 : 0);
      expect(body.corrected.map(({ field }: { field: string }) => field)).toEqual(
        isOpened ? ['evidence'] : [],
      );
    }
  });

  test('R62: a list of bare texts is still taken, opens nothing, and the statement answers it', async () => {
    const id = await applied();
    const corrections = ['缺支部意见', { text: '补说明' }];
    done(await tell(cast.office, id, { type: 'return-for-correction', corrections }));
    const sent = { type: 'resubmit', statement: '已补正' };
    expect(unmetOf(await tell(cast.committee, id, sent))).toMatchObject([
      { requirement: 'every-correction-answered', actual: [2], required: [2] },
    ]);
    done(await tell(cast.committee, id, { ...sent, answers: [{ correction: 2, text: '见附' }] }));
    for (const wrong of [
      [{ text: '', fields: [] }],
      [{ text: '改', fields: ['scores'] }],
      [{ text: '改', fields: ['statement', 'statement'] }],
      [],
      [7],
    ]) {
      const returned = { type: 'return-for-correction', corrections: wrong };
      expect((await tell(cast.office, id, returned)).status).toBe(400);
    }
  });

  test('R62: the ledger of applications shows the corrected form, and the first as superseded', async () => {
    const id = await applied();
    done(await tell(cast.office, id, RETURN));
    const answer = { type: 'resubmit', statement: '已补正', answers: ANSWERS };
    done(await tell(cast.committee, id, answer));
    const { items } = (await cast.office.get(`/v1/candidates/${id}/evidence?kind=application-form`))
      .body;
    expect(items).toHaveLength(2);
    expect(items[0].supersededBy ?? items[0].superseded?.by).toBe(items[1].id);
    // The ids of records are those of their candidate.
    const row = await service.pool.query(
      'select body from record where subject_id = $1 and id = $2',
      [id, items[1].id],
    );
    expect(row.rows[0].body.detail).toMatchObject({ number: 2, answers: ANSWERS });
  });
});

test('R62: the official form is made of what was frozen, and of nothing typed in', async () => {
  const id = await scored();
  const draft = (change: object = {}) =>
    cast.office.post('/v1/documents', {
      campaignId,
      kind: 'application-form',
      candidateId: id,
      ...change,
    });
  expect(unmetOf(await draft())).toMatchObject([{ requirement: 'has-applied', clause: 'R62' }]);
  done(await tell(cast.committee, id, { ...WORDS, statement: '恪尽职守' }));
  expect((await draft({ text: '另写的' })).body.errors[0].path).toBe('/body/text');
  const documentId = done(await draft()).body.id;
  const [{ sha256 }] = (await formOf(auditor, id)).frozen;
  const { content } = (await cast.office.get(`/v1/documents/${documentId}`)).body;
  // O8: the form as offices print it; hash and ids stand in small print alone.
  const [form] = content.attachments;
  const cells: { text: string; foot?: string }[] = form.cells.flat();
  for (const told of ['恪尽职守', '刘书记', '申报表盖章页', '照片', '主要事迹', '政治面貌']) {
    expect(cells.map(({ text }) => text)).toContain(told);
  }
  const boxes = cells.filter(({ foot }) => foot !== undefined);
  expect(boxes.map(({ foot }) => foot)).toEqual(Array(4).fill('（盖章）　　　　年　　月　　日　'));
  expect(cells.map(({ text }) => text).filter((text) => text.endsWith('意见'))).toEqual([
    '村（社区）意见',
    '乡镇（街道）意见',
    '县级意见',
    '市级意见',
  ]);
  expect(form.smallPrint).toBe(`第1次申报，申报内容的散列（SHA-256）：${sha256}`);
  const said = cells.map(({ text }) => text).join();
  expect(said).not.toContain(sha256);
  expect(said).not.toMatch(/R\d|-S1|[0-9a-f]{32}/);
  const docx = await service.app.inject({
    method: 'GET',
    url: `/v1/documents/${documentId}.docx`,
    headers: { authorization: `Bearer ${cast.office.key}` },
  });
  const xml = strFromU8(unzipSync(docx.rawPayload)['word/document.xml'] ?? new Uint8Array());
  expect(xml).toContain('恪尽职守');
  done(await tell(cast.office, id, RETURN));
  const application = { statement: '恪尽职守，成绩突出' };
  const answer = { type: 'resubmit', statement: '已补正', answers: ANSWERS, application };
  done(await tell(cast.committee, id, answer));
  const second = done(await draft()).body.id;
  const corrected = (await cast.office.get(`/v1/documents/${second}`)).body.content.attachments;
  expect(corrected.at(-1).title).toBe('补正情况');
  expect(corrected.at(-1).rows).toContainEqual(['', '更正的内容', '申报陈述']);
  expect(corrected.at(-1).rows).toContainEqual(['', '申报陈述原为', '恪尽职守']);
});

// Last, because the clock only goes on.
test('R62: at 24:00 of the last day it is late, a second before it is not; admitted with a reason it is taken', async () => {
  const [inTime, late] = [await scored(), await scored()];
  await service.setClock('2017-11-30T15:59:59Z');
  done(await tell(cast.committee, inTime, WORDS));
  await service.setClock('2017-11-30T16:00:00Z');
  expect(unmetOf(await tell(cast.committee, late, WORDS))).toMatchObject([
    { requirement: 'applied-in-time', clause: 'R62' },
  ]);
  expect((await formOf(cast.committee, late)).deadline).toMatchObject({ passed: true });
  const admit = { type: 'admit-late-application', reason: '道路中断，材料晚到' };
  expect((await tell(cast.committee, late, admit)).status).toBe(403);
  expect((await tell(cast.office, late, { ...admit, reason: ' ' })).status).toBe(400);
  expect(unmetOf(await tell(cast.city, late, admit))).toMatchObject([
    { requirement: 'admitted-by-reviewer', clause: 'R62' },
  ]);
  done(await tell(cast.office, late, admit));
  done(await tell(cast.committee, late, WORDS));
  const { frozen, deadline } = await formOf(auditor, late);
  expect(deadline.admittedFor).toBe('道路中断，材料晚到');
  expect(frozen[0].body.deadline).toEqual({
    dueAt: '2017-11-30T16:00:00Z',
    inTime: false,
    admittedFor: '道路中断，材料晚到',
  });
  expect((await formOf(auditor, inTime)).frozen[0].body.deadline).toMatchObject({ inTime: true });

  // Returned now, the correction has five working days: 7 December is the last.
  done(await tell(cast.office, late, RETURN));
  const answer = { type: 'resubmit', statement: '已补正', answers: ANSWERS };
  await service.setClock('2017-12-08T16:00:00Z');
  expect(unmetOf(await tell(cast.committee, late, answer))).toMatchObject([
    { requirement: 'resubmitted-in-time', clause: 'R62' },
  ]);
  done(await tell(cast.office, late, { type: 'admit-late-resubmission', reason: '雪灾' }));
  done(await tell(cast.committee, late, answer));
  const corrected = (await formOf(auditor, late)).frozen[1].body.deadline;
  expect(corrected).toMatchObject({ inTime: false, admittedFor: '雪灾' });
});
