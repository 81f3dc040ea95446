// One refusal, asked of two campaigns: each speaks the words of its own plan.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign } from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let yijuns: string;
let others: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  yijuns = await issueCampaign(cast);
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body;
  plan.version = 2;
  plan.titles = {
    roles: { 'county-office': { name: '县妇联', english: 'the women’s federation' } },
    levels: { township: { name: '街道' } },
    things: { site: { name: '庭院', english: 'courtyard' } },
  };
  done(await cast.department.post('/v1/plans', plan));
  others = await issueCampaign(cast);
});
afterAll(() => service.close());

const conflictOfAnother = {
  type: 'declare-conflict',
  organisationId: unit('610222'),
  reason: '亲属',
};
const refusalOf = async (campaignId: string, language: 'en' | 'zh-CN') => {
  const event = { ...conflictOfAnother, principalId: cast.office.id };
  const url = `/v1/campaigns/${campaignId}/events`;
  const { body } = await cast.assessor.post(url, event, { language });
  return body;
};

test('an unmet requirement names the office as the plan does, in both languages', async () => {
  const words = async (id: string, language: 'en' | 'zh-CN') => {
    const { unmet } = await refusalOf(id, language);
    return unmet.map(({ text }: { text: string }) => text);
  };
  expect(await words(yijuns, 'zh-CN')).toEqual(['回避由本人申明，或由县远程办决定']);
  expect(await words(others, 'zh-CN')).toEqual(['回避由本人申明，或由县妇联决定']);
  expect(await words(others, 'en')).toEqual([
    'a conflict of interest is declared by whoever has it, or by the women’s federation',
  ]);
  expect((await refusalOf(others, 'zh-CN')).detail).toContain('县妇联决定');
});

test('a refusal by role names the roles as the plan does', async () => {
  const ask = async (campaignId: string) => {
    const url = `/v1/campaigns/${campaignId}/events`;
    const answer = await cast.city.post(url, { type: 'request-override', reason: '提前' });
    expect([answer.status, answer.body.roles]).toEqual([403, ['county-office']]);
    return answer.body.detail;
  };
  expect(await ask(yijuns)).toBe('须由以下角色在其管辖范围内办理：县远程办。');
  expect(await ask(others)).toBe('须由以下角色在其管辖范围内办理：县妇联。');
});

test('a machine, which belongs to no plan, is described in neutral words', async () => {
  const { body } = await cast.office.get('/v1/machines/draw/1');
  const text = JSON.stringify(body.definition);
  expect(text).toContain('由县级主办单位决定');
  expect(text).not.toMatch(/\{county-office\}|县远程办/);
});
