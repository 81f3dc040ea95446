// Official documents through the interface: drafted by events and by officers, read in three forms.

import { createHash } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeCheckpoint } from '../../src/command/audit/checkpoints.ts';
import { canonicalJson } from '../../src/rules/plan/canonical-json.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, registerVillage } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { signAll } from '../support/signing.ts';
import { unit } from '../support/units.ts';
import { unseen } from '../support/wall.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let villageId: string;
let circularId: string;
let second: Person;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  second = await service.person('county-office');
  campaignId = await issueCampaign(cast);
  villageId = await registerVillage(cast, campaignId);
  const answer = await cast.office.post('/v1/inspections', {
    candidateId: villageId,
    kind: 'FIELD_VISIT',
    occurredOn: '2017-05-20',
    inspectors: ['张', '王'],
    triggers: ['FORMALISM'],
    findings: ['<script>alert(1)</script>登记册空白'],
  });
  const opened = done(answer).body.opened as { kind: string; id: string }[];
  circularId = opened.find(({ kind }) => kind === 'document')?.id ?? '';
  await signAll(cast.department, campaignId);
});
afterAll(() => service.close());

const WRITTEN = { title: '关于报送工作信息的通知', addressees: [unit('610222101-DW')] };
const NOTICE = { kind: 'notice', ...WRITTEN };
const draft = async (person: Person, change: object = {}): Promise<string> =>
  done(
    await person.post('/v1/documents', {
      campaignId,
      text: '请报送。\n一、时间\n每月底前。',
      ...NOTICE,
      ...change,
    }),
  ).body.id;
const tell = (person: Person, id: string, event: object) =>
  person.post(`/v1/documents/${id}/events`, event);
/** Reviewed by the second officer, or by whoever signs, then signed. */
const sign = async (person: Person, id: string) => {
  const { status } = await tell(second, id, { type: 'review' });
  if (status !== 200) await tell(person, id, { type: 'review' });
  return tell(person, id, { type: 'sign', signatory: '田永强' });
};
const raw = async (person: Person, url: string, accept?: string) => {
  const headers = { authorization: `Bearer ${person.key}`, ...(accept ? { accept } : {}) };
  return service.app.inject({ method: 'GET', url, headers });
};

test('R59: an inspection answers with the order and both of its documents', async () => {
  const { items } = (await cast.office.get(`/v1/documents?aboutId=${villageId}`)).body;
  expect(items.map(({ kind, number }: { kind: string; number: string }) => [kind, number])).toEqual(
    [
      ['rectification-order', '君组发〔2017〕41号'],
      ['circular-of-criticism', '君组发〔2017〕40号'],
    ],
  );
});

test('R2: the campaign’s notice has the plan’s number, every township, and a receipt of each', async () => {
  const { items } = (await cast.committee.get('/v1/documents?kind=campaign-notice')).body;
  const { body } = await cast.committee.get(`/v1/documents/${items[0].id}`);
  expect(body).toMatchObject({
    number: '君组发〔2017〕39号',
    state: 'issued',
    issuedOn: '2017-05-20',
  });
  expect(body.content).toMatchObject({
    addressees: ['各乡镇（街道）党委'],
    issuer: '中共宜君县委组织部',
  });
  expect(body.deliveries).toHaveLength(9);
  const own = body.deliveries.find(
    (one: { organisationId: string }) => one.organisationId === unit('610222101-DW'),
  );
  expect(own).toMatchObject({ receivedAt: null, receiptRequired: true });
  done(
    await cast.committee.post(`/v1/notices/${own.noticeId}/events`, {
      type: 'sign',
      signatory: '刘',
    }),
  );
  const after = (await cast.office.get(`/v1/documents/${items[0].id}`)).body.deliveries;
  expect(after.filter(({ receivedAt }: { receivedAt: unknown }) => receivedAt)).toHaveLength(1);
});

test('R1: the register tells where this service began to number', async () => {
  const { items } = (await cast.office.get('/v1/document-registers')).body;
  expect(items).toMatchObject([
    { code: '君组发', year: 2017, organisationId: unit('610222-ZZB'), starts: [{ serial: 39 }] },
  ]);
});

test('a document is frozen: its hash is that of what is told', async () => {
  const { body } = await cast.village.get(`/v1/documents/${circularId}`);
  expect(createHash('sha256').update(canonicalJson(body.content)).digest('hex')).toBe(body.sha256);
});

test('a document that was changed past the service is told to nobody, in no form', async () => {
  const forged = `'{title}', '"关于撤销通报的通知"'`;
  const { rows } = await service.pool.query<{ content: object }>(
    'select content from document where id = $1',
    [circularId],
  );
  await unseen(
    service.pool,
    `update document set content = jsonb_set(content, ${forged}), sha256 = repeat('0', 64)
      where id = '${circularId}'`,
  );
  for (const url of ['', '.html', '.docx'].map((form) => `/v1/documents/${circularId}${form}`)) {
    expect([url, (await raw(cast.village, url)).statusCode]).toEqual([url, 500]);
  }
  const { rows: hashes } = await service.pool.query<{ sha256: string }>(
    `select context ->> 'sha256' as sha256 from subject where id = $1`,
    [circularId],
  );
  await unseen(
    service.pool,
    `update document set content = '${JSON.stringify(rows[0]?.content)}', sha256 = '${hashes[0]?.sha256}'
      where id = '${circularId}'`,
  );
  expect((await raw(cast.village, `/v1/documents/${circularId}`)).statusCode).toBe(200);
});

test('R2: nobody signs what they drafted, and only the issuer’s officer signs at all', async () => {
  const both = await service.person('county-office', 'county-department');
  const id = await draft(both);
  const own = await sign(both, id);
  expect(own.status).toBe(422);
  expect(own.body.unmet).toMatchObject([{ requirement: 'signed-by-another', clause: 'R2' }]);
  expect((await sign(second, id)).status).toBe(403);
  const signed = done(await sign(cast.department, id)).body;
  expect(signed).toMatchObject({ state: 'issued', revision: 4 });
  const { body } = await cast.committee.get(`/v1/documents/${id}`);
  expect(body.number).toMatch(/^君组发〔2017〕\d+号$/);
  expect(body.content.body).toEqual([
    { text: '请报送。', level: 0 },
    { text: '一、时间', level: 1 },
    { text: '每月底前。', level: 0 },
  ]);
  expect((await tell(cast.office, id, { type: 'revise', ...WRITTEN, text: '改' })).status).toBe(
    409,
  );
});

test('a draft is seen by its issuer only; what is issued by whom it is addressed to', async () => {
  const id = await draft(cast.office);
  expect((await cast.committee.get(`/v1/documents/${id}`)).status).toBe(404);
  done(await tell(second, id, { type: 'review' }));
  done(await tell(second, id, { type: 'return', reason: '缺日期' }));
  done(await tell(cast.office, id, { type: 'revise', ...WRITTEN, text: '六月底前报送。' }));
  done(await sign(cast.department, id));
  expect((await cast.committee.get(`/v1/documents/${id}`)).body.content.body[0].text).toBe(
    '六月底前报送。',
  );
  const wuli = await service.person(['township-committee', unit('610222102-DW')]);
  expect((await wuli.get(`/v1/documents/${id}`)).status).toBe(404);
  // O4: a circular of criticism goes to every township, not to the criticised alone.
  expect((await wuli.get(`/v1/documents/${circularId}`)).status).toBe(200);
});

test('a document is corrected only by a later one that names it, and once', async () => {
  const id = await draft(cast.office, { title: '有错的通知' });
  done(await sign(cast.department, id));
  const correction = {
    kind: 'correction',
    correctsId: id,
    text: '“六月”应为“七月”。',
    title: undefined,
  };
  const first = await draft(cast.office, correction);
  const rival = await draft(cast.office, correction);
  const before = (await cast.office.get('/v1/document-registers')).body.items[0].lastSerial;
  done(await sign(cast.department, first));
  const wrong = (await cast.office.get(`/v1/documents/${id}`)).body;
  expect(wrong).toMatchObject({ state: 'superseded', supersededBy: first });
  expect((await cast.office.get(`/v1/documents/${first}`)).body.content.corrects).toEqual({
    id,
    number: wrong.number,
    title: '有错的通知',
  });
  // The second correction is refused by the document it names, and takes no number with it.
  expect((await sign(cast.department, rival)).status).toBe(409);
  expect((await cast.office.get('/v1/document-registers')).body.items[0].lastSerial).toBe(
    before + 1,
  );
  expect((await draftOf({ kind: 'correction', text: '无' })).body.errors[0].path).toBe(
    '/body/correctsId',
  );
});
const draftOf = (change: object) =>
  cast.office.post('/v1/documents', { campaignId, ...NOTICE, ...change });

test('what is recalled stays readable, and whoever had it is told', async () => {
  const id = await draft(cast.office, { title: '将撤回的通知' });
  done(await sign(cast.department, id));
  done(await tell(cast.department, id, { type: 'recall', reason: '内容有误' }));
  expect((await cast.committee.get(`/v1/documents/${id}`)).body).toMatchObject({
    state: 'recalled',
    reason: '内容有误',
  });
  const { items } = (await cast.committee.get(`/v1/notices?subjectId=${id}`)).body;
  expect(items.map(({ template }: { template: string }) => template).sort()).toEqual([
    'document-delivered',
    'document-recalled',
  ]);
});

test('R62, R63: forms are drafted from the data and bear no number', async () => {
  const form = { candidateId: villageId, title: undefined, text: undefined };
  const id = await draft(cast.office, { kind: 'acceptance-sheet', ...form });
  done(await sign(cast.department, id));
  const { body } = await cast.office.get(`/v1/documents/${id}`);
  expect(body.number).toBeNull();
  const [head] = body.content.attachments;
  expect(head.cells.flat().map(({ text }: { text: string }) => text)).toContain('彭镇彭村');
  // The other form is made of the application; this village has not applied (applications.test.ts).
  const unapplied = await draftOf({ kind: 'application-form', ...form });
  expect(unapplied.body.unmet).toMatchObject([{ requirement: 'has-applied', clause: 'R62' }]);
  expect((await draftOf({ kind: 'application-form' })).body.errors[0].path).toBe(
    '/body/candidateId',
  );
});

test('what a draft lacks or does not know is told where it is', async () => {
  expect((await draftOf({ text: undefined })).body.errors[0].path).toBe('/body/text');
  expect((await draftOf({ text: '无', addressees: ['nobody'] })).body.errors[0].path).toBe(
    '/body/addressees',
  );
  expect((await draftOf({ text: '无', issuer: 'nobody' })).body.errors[0].path).toBe(
    '/body/issuer',
  );
  expect((await draftOf({ text: '无', issuer: 'applicant' })).body.errors[0].path).toBe(
    '/body/issuer',
  );
  expect((await draftOf({ kind: 'campaign-notice' })).status).toBe(400);
  expect(
    (await cast.village.post('/v1/documents', { campaignId, ...NOTICE, text: '无' })).status,
  ).toBe(403);
});

test('the page escapes everything, has no script and may fetch nothing', async () => {
  for (const answer of [
    await raw(cast.village, `/v1/documents/${circularId}.html`),
    await raw(cast.village, `/v1/documents/${circularId}?format=html`),
    await raw(cast.village, `/v1/documents/${circularId}`, 'text/html,*/*'),
  ]) {
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.payload).toContain('&lt;script&gt;alert(1)&lt;/script&gt;登记册空白');
    expect(answer.payload).not.toMatch(/<script|src=|https?:|url\(/);
    expect(answer.payload).toContain('君组发〔2017〕40号');
  }
});

test('the DOCX has the elements, margins, fonts and number of GB/T 9704', async () => {
  const answer = await raw(cast.village, `/v1/documents/${circularId}.docx`);
  expect(answer.headers['content-disposition']).toContain(
    `filename*=UTF-8''${encodeURIComponent('君组发〔2017〕40号')}`,
  );
  const files = unzipSync(answer.rawPayload);
  const xml = strFromU8(files['word/document.xml'] ?? new Uint8Array());
  expect(xml).toMatch(/<w:pgSz w:w="11906" w:h="16838"/);
  const margin = /<w:pgMar ([^>]*)\/>/.exec(xml)?.[1] ?? '';
  const of = (side: string) => Number(new RegExp(`w:${side}="(\\d+)"`).exec(margin)?.[1]);
  // Twips: 37, 35, 28 and 26 mm.
  expect([of('top'), of('bottom'), of('left'), of('right')]).toEqual([2098, 1984, 1587, 1474]);
  // 28 characters of 16 points, set closer by these twips, fill the width, and 29 do not.
  const closer = Number(/<w:spacing w:val="(-?\d+)"\/>/.exec(xml)?.[1]);
  expect(Math.floor((11906 - 1587 - 1474) / (320 + closer))).toBe(28);
  // The foot of the last page holds the record of copies and printing, whatever precedes it.
  expect(xml).toMatch(/<w:framePr [^>]*w:vAnchor="margin"[^>]*w:yAlign="bottom"/);
  // 22 exact lines of text fill the height between the margins, and 23 do not; no grid rounds others.
  expect(xml).not.toContain('<w:docGrid w:type');
  const line = Number(/w:line="(\d+)" w:lineRule="exact"\/><w:ind w:firstLine/.exec(xml)?.[1]);
  expect(Math.floor((16838 - 2098 - 1984) / line)).toBe(22);
  expect(xml).toContain('w:eastAsia="仿宋_GB2312"');
  expect(xml).toContain('w:eastAsia="方正小标宋简体"');
  const text = [...xml.matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g)].map(([, word]) => word).join('\n');
  for (const element of [
    '中共宜君县委组织部文件',
    '君组发〔2017〕40号',
    '的通报',
    '2017年5月20日',
    '抄送：',
    '2017年5月20日印发',
  ]) {
    expect(text).toContain(element);
  }
  // A place is left for the seal.
  expect(text).not.toContain('印章');
  const fonts = strFromU8(files['word/fontTable.xml'] ?? new Uint8Array());
  expect(fonts).toContain(
    '<w:font w:name="仿宋_GB2312"><w:altName w:val="FangSong_GB2312,仿宋,FangSong',
  );
  const footers = Object.entries(files).filter(([name]) => /^word\/footer\d+\.xml$/.test(name));
  expect(footers).toHaveLength(2);
  for (const [, footer] of footers) expect(strFromU8(footer)).toMatch(/— [\s\S]*PAGE[\s\S]* —/);
  expect(strFromU8(files['word/settings.xml'] ?? new Uint8Array())).toContain('evenAndOddHeaders');
});

test('O10: where nothing prints, a PDF is refused in words, with the address of the DOCX', async () => {
  const plain = `/v1/documents/${circularId}`;
  for (const [url, accept] of [
    [`${plain}.pdf`, undefined],
    [`${plain}?format=pdf`, undefined],
    [plain, 'application/pdf'],
  ] as const) {
    const answer = await raw(cast.village, url, accept);
    expect([answer.statusCode, answer.json()]).toEqual([
      501,
      expect.objectContaining({
        type: expect.stringContaining('print-unavailable'),
        detail: '服务器上没有安装排版所用的 LibreOffice。',
        docx: `${plain}.docx`,
      }),
    ]);
  }
  const { body } = await cast.village.get(`${plain}.pdf`, { language: 'en' });
  expect(body.detail).toContain('LibreOffice');
});

test('F11: a document bears the last checkpoint before it was issued, and the same one for ever', async () => {
  const before = await raw(cast.village, `/v1/documents/${circularId}.html`);
  expect(before.payload).not.toContain('核验码');
  const taken = await takeCheckpoint(service.performer);
  const id = await draft(cast.office, { title: '给镇党委的通知' });
  done(await sign(cast.department, id));
  const { content } = (await cast.committee.get(`/v1/documents/${id}`)).body;
  expect(content.checkpoint).toEqual({ number: taken?.number, root: taken?.root });
  expect((await takeCheckpoint(service.performer))?.number).toBe((taken?.number ?? 0) + 1);
  const page = (await raw(cast.committee, `/v1/documents/${id}.html`)).payload;
  const [, digits = '', number] = /核验码 ([0-9a-f ]+)（第 (\d+) 号检查点）/.exec(page) ?? [];
  expect([digits.replaceAll(' ', ''), Number(number)]).toEqual([
    taken?.root.slice(0, 32),
    taken?.number,
  ]);
  // On the line of the page number, odd and even, below what the standard orders.
  const files = unzipSync((await raw(cast.committee, `/v1/documents/${id}.docx`)).rawPayload);
  const footers = Object.entries(files).filter(([name]) => /^word\/footer\d+\.xml$/.test(name));
  for (const [, footer] of footers) expect(strFromU8(footer)).toContain(`核验码 ${digits}`);
  expect(strFromU8(files['word/document.xml'] ?? new Uint8Array())).not.toContain('核验码');
  expect((await raw(cast.village, `/v1/documents/${circularId}.html`)).payload).toBe(
    before.payload,
  );
});

test('a village reads what is public and what it was sent, and lists no more', async () => {
  const { items } = (await cast.village.get('/v1/documents?limit=100')).body;
  const kinds = new Set(items.map(({ kind }: { kind: string }) => kind));
  expect(kinds).toEqual(
    new Set(['campaign-notice', 'circular-of-criticism', 'rectification-order']),
  );
  const one = await cast.village.get(`/v1/documents?addresseeId=${unit('610222101203-DZB')}`);
  expect(one.body.items).toHaveLength(2);
});

const begin = (person: Person, change: object = {}, key?: string) =>
  person.post(
    '/v1/document-registers',
    {
      campaignId,
      issuer: 'city',
      year: 2017,
      serial: 31,
      reason: '今年已手工编号 30 件',
      ...change,
    },
    key === undefined ? {} : { key },
  );

test('R2: a register begins where the office left off, by whoever signs, before its first number only', async () => {
  expect((await begin(cast.department)).status).toBe(403);
  expect((await begin(cast.village)).status).toBe(403);
  expect((await begin(cast.city, { issuer: 'applicant' })).status).toBe(400);
  expect((await begin(cast.city, { serial: 0 })).status).toBe(400);
  const far = await begin(cast.city, { year: 2019 });
  expect(far.body.unmet).toMatchObject([{ requirement: 'year-is-near', clause: 'R2' }]);
  // The plan's own number has begun the county's register.
  const county = await begin(cast.department, { issuer: 'county', serial: 20 });
  expect(county.body.unmet).toMatchObject([
    { requirement: 'nothing-numbered', clause: 'R2' },
    { requirement: 'after-the-plan', clause: 'R2' },
  ]);
  const answers = await Promise.all([begin(cast.city, {}, 'k-1'), begin(cast.city, {}, 'k-1')]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(answers[0].body).toMatchObject({ code: '铜远教发', lastSerial: 30 });
  expect(answers[1].body.starts).toHaveLength(1);
  const signer = await service.person('city-centre');
  const next = { issuer: 'city', addressees: [] };
  const [first, then] = [await draft(cast.city, next), await draft(cast.city, next)];
  // Begun anew and numbered at once: whichever comes first, no number is left out.
  const [signed, again] = await Promise.all([
    sign(signer, first),
    begin(cast.city, { serial: 41, reason: '更正为 40 件' }),
  ]);
  done(signed);
  done(await sign(signer, then));
  const numbers = await Promise.all(
    [first, then].map(async (id) => (await cast.city.get(`/v1/documents/${id}`)).body.serial),
  );
  expect(numbers).toEqual(again.status === 200 ? [41, 42] : [31, 32]);
  const late = await begin(cast.city, { serial: 60 });
  expect(late.body.unmet).toMatchObject([{ requirement: 'nothing-numbered', actual: 2 }]);
});
