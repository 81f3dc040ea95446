// Drafts are composed under the lock: what stands in one is what its log and its candidate's log say.

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DraftChoices, DraftMaterial } from '../../machines/document/draft.ts';
import { composeDraft } from '../../src/rules/document/drafts.ts';
import { effortOf, TEXT_EFFORT } from '../../src/rules/plan/texts.ts';
import { plan } from '../machines/yijun.ts';
import type { Cast } from '../support/campaign.ts';
import { applyFor, done, score } from '../support/campaign.ts';
import { openSelection } from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let workers: string[];

beforeAll(async () => {
  ({ service, cast, campaignId, workers } = await openSelection(['李', '王', '赵', '孙']));
  for (const id of workers) await score(cast, id);
});
afterAll(() => service.close());

type LogRow = {
  sequence: number;
  type: string;
  at: string;
  payload: { choices: DraftChoices };
  facts: { material: DraftMaterial };
};
const logOf = async (path: string): Promise<LogRow[]> =>
  (await cast.office.get(`/v1/${path}/events?limit=100`)).body.items;
const draftForm = (candidateId: string) =>
  cast.committee.post('/v1/documents', { campaignId, kind: 'application-form', candidateId });
const send = (person: Person, id: string, event: object) =>
  person.post(`/v1/candidates/${id}/events`, event);
const drafted = async (id: string) => {
  const [row] = await logOf(`documents/${id}`);
  if (row === undefined) throw new Error(`${id} has no log`);
  return { at: row.at, ...row.payload, ...row.facts };
};
/** How often it had been applied with when the candidate's log had come so far. */
const appliedBy = async (id: string, revision: number): Promise<number> =>
  (await logOf(`candidates/${id}`)).filter(
    ({ type, sequence }) => ['apply', 'resubmit'].includes(type) && sequence <= revision,
  ).length;

/** Which application the form is made of, and the last one before its place in the candidate's log. */
async function numbersOf(id: string, candidateId: string): Promise<[made: number, last: number]> {
  const { material } = await drafted(id);
  const { content } = (await cast.committee.get(`/v1/documents/${id}`)).body;
  expect(content.attachments).toEqual(material.tables);
  const [form] = material.tables;
  const made = form && 'smallPrint' in form ? form.smallPrint?.match(/^第(\d+)次申报/)?.[1] : '';
  return [Number(made), await appliedBy(candidateId, material.about?.revision ?? 0)];
}

test('R62: a form drafted while it is applied with is made of what the log says at its place', async () => {
  for (const [index, id] of workers.entries()) {
    const [early, applied] = await Promise.all([
      delay(index * 3).then(() => draftForm(id)),
      applyFor(cast, id),
    ]);
    done(applied);
    if (early.status === 422) {
      expect(early.body.unmet).toMatchObject([{ requirement: 'has-applied', clause: 'R62' }]);
    } else expect(await numbersOf(done(early).body.id, id)).toEqual([1, 1]);
    const corrections = [{ text: '写明年度', fields: ['statement'] }];
    done(await send(cast.office, id, { type: 'return-for-correction', corrections }));
    const [form, corrected] = await Promise.all([
      draftForm(id),
      delay(index * 3).then(() =>
        send(cast.committee, id, {
          type: 'resubmit',
          statement: '已补正',
          answers: [{ correction: 1, text: '已写明' }],
          application: { statement: '2017 年度申报' },
        }),
      ),
    ]);
    done(corrected);
    const [made, last] = await numbersOf(done(form).body.id, id);
    expect(made).toBe(last);
  }
});

test('the log and the plan say every word of a draft', async () => {
  const written = {
    campaignId,
    kind: 'notice',
    title: '关于报送的通知',
    text: '一、时间\n月底前。',
    addressees: [unit('610222101-DW')],
  };
  const { id } = done(await cast.office.post('/v1/documents', written)).body;
  const { at, choices, material } = await drafted(id);
  expect(choices).toEqual({
    title: written.title,
    text: written.text,
    addressees: written.addressees,
    copyTo: [],
  });
  const asked = { kind: 'notice', issuer: 'county', params: {}, at } as const;
  const content = composeDraft(plan, asked, choices, material, effortOf(TEXT_EFFORT));
  expect((await cast.office.get(`/v1/documents/${id}`)).body.content).toEqual(content);
});

test('an organisation that nobody knows is refused where it was named', async () => {
  const { status, body } = await cast.office.post('/v1/documents', {
    campaignId,
    kind: 'notice',
    title: '关于报送的通知',
    text: '月底前。',
    addressees: [unit('610222101-DW')],
    copyTo: ['999999'],
  });
  expect([status, body.errors]).toEqual([
    400,
    [{ path: '/body/copyTo', message: '没有单位 999999' }],
  ]);
});
