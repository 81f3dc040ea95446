// Documents as PDF through the interface, printed by LibreOffice.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createPrinter } from '../../src/documents/printer.ts';
import { type Cast, castOf, done, issueCampaign } from '../support/campaign.ts';
import { openService, type Person, type RunningService } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let second: Person;
let draftId: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chuangping-layout-'));
  const { office } = readConfig({ PATH: process.env.PATH });
  if (office === undefined) throw new Error('LibreOffice is not installed');
  service = await openService(undefined, undefined, { printer: createPrinter(office) });
  cast = await castOf(service);
  second = await service.person('county-office');
  const campaignId = await issueCampaign(cast);
  const asked = {
    ...{ campaignId, kind: 'notice', title: '关于报送工作信息的通知' },
    ...{ text: '请报送。\n一、时间\n每月底前。', addressees: [unit('610222101-DW')] },
  };
  draftId = done(await cast.office.post('/v1/documents', asked)).body.id;
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (person: Person, url: string, accept?: string) =>
  service.app.inject({
    method: 'GET',
    url,
    headers: { authorization: `Bearer ${person.key}`, ...(accept ? { accept } : {}) },
  });

/** The text of each page, without blanks. */
function pagesOf(pdf: Buffer): string[] {
  const file = join(folder, 'document.pdf');
  writeFileSync(file, pdf);
  const told = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  return told
    .split('\f')
    .slice(0, -1)
    .map((page) => page.replaceAll(/\s/g, ''));
}

test('O10: a draft is printed with 草稿 on every page', async () => {
  const answer = await ask(cast.office, `/v1/documents/${draftId}.pdf`);
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/pdf']);
  const pages = pagesOf(answer.rawPayload);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.filter((page) => !page.includes('草稿'))).toEqual([]);
});

test('O10: an issued document is downloaded as PDF under its number, by suffix, format and Accept', async () => {
  const events = `/v1/documents/${draftId}/events`;
  done(await second.post(events, { type: 'review' }));
  done(await cast.department.post(events, { type: 'sign', signatory: '田永强' }));
  const { body } = await cast.committee.get(`/v1/documents/${draftId}`);
  const started = performance.now();
  const first = await ask(cast.committee, `/v1/documents/${draftId}.pdf`);
  const tookMs = performance.now() - started;
  expect(first.headers['content-disposition']).toContain(
    encodeURIComponent(`${body.number} 关于报送工作信息的通知.pdf`),
  );
  const pages = pagesOf(first.rawPayload);
  expect(pages[0]).toContain(body.number.replaceAll(/\s/g, ''));
  expect(pages.join('')).not.toContain('草稿');
  // What was printed once is not printed again.
  const again = performance.now();
  for (const [url, accept] of [
    [`/v1/documents/${draftId}?format=pdf`, undefined],
    [`/v1/documents/${draftId}`, 'application/pdf'],
  ] as const) {
    const { rawPayload } = await ask(cast.committee, url, accept);
    expect(rawPayload.equals(first.rawPayload)).toBe(true);
  }
  expect(performance.now() - again).toBeLessThan(tookMs);
});

test('a draft is printed for nobody but its issuer, also after it was printed once', async () => {
  const other = done(
    await cast.office.post('/v1/documents', {
      campaignId: (await cast.office.get(`/v1/documents/${draftId}`)).body.campaignId,
      ...{ kind: 'notice', title: '关于另一件事的通知', text: '请知悉。' },
      addressees: [unit('610222101-DW')],
    }),
  ).body.id;
  expect((await ask(cast.office, `/v1/documents/${other}.pdf`)).statusCode).toBe(200);
  expect((await ask(cast.committee, `/v1/documents/${other}.pdf`)).statusCode).toBe(404);
});
