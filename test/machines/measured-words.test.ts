// O20: whatever a machine of any life measures, people read it: no id, no instant, no code of the service.

import { beforeAll, expect, test } from 'vitest';
import { MACHINE_NAMES } from '../../machines/catalog.ts';
import type { Measurement } from '../../machines/kit/requirement.ts';
import { explain } from '../../machines/kit/step.ts';
import { idsIn, measuredInWords } from '../../src/rules/words/measured.ts';
import { explore } from './exploration.ts';
import { plan } from './yijun.ts';

const names = new Map([
  ['zhang', '张三'],
  ['li', '李四'],
  ['wang', '王五'],
  ['qian', '钱六'],
  ['u', '哭泉镇'],
  ['nobody', '马家村'],
  ['site-1', '哭泉村站点'],
  ['site-9', '彭村站点'],
  ['c-1', '麻庄村'],
  ['c-2', '哭泉村'],
  ['c-3', '彭村'],
  ['unit-1', '五里镇'],
  ['unknown', '谁也不认识的'],
  ['recused', '已回避'],
]);

const measured = new Map<string, Measurement>();

beforeAll(() => {
  for (const machine of MACHINE_NAMES) {
    explore(machine, ({ before, told, answer, life }) => {
      const explained = explain(life.release, before, told) ?? [];
      for (const one of [...explained, ...(answer.kind === 'refused' ? answer.unmet : [])]) {
        // The lives name newcomers by the moment that they come: i/2017-05-25T05:00:00Z.
        for (const id of idsIn(one)) if (id.includes('/')) names.set(id, '赵七');
        measured.set(`${machine} ${one.name} ${JSON.stringify([one.actual, one.required])}`, one);
      }
    });
  }
}, 120_000);

/** Latin letters stand for nothing that people read in a Chinese text but the names of posts: A岗. */
const UNREADABLE = /[A-Za-z_]{2,}|\d{4}-\d{2}-\d{2}|[0-9a-f]{8}|[≠≥≤<>∉{}]|undefined|null/;

test('O20: the texts of a measurement have neither id nor instant nor code', () => {
  expect(measured.size).toBeGreaterThan(300);
  const unreadable = [...measured].flatMap(([key, one]) => {
    const { actual, required } = measuredInWords({ plan, names }, one);
    const all = [actual.zh, required.zh];
    const isNameless = all.some((text) => text.includes('未列名'));
    return all.some((text) => UNREADABLE.test(text)) || isNameless ? [[key, ...all]] : [];
  });
  expect(unreadable).toEqual([]);
});

test.each([
  ['another-officer', 'zhang', '≠ zhang', '张三', '另一人（不是张三）'],
  ['another-officer', null, '≠ somebody', '无', '另一人'],
  ['panel-agrees', 'sitting', 'pass', '验收组尚未作出结论', '通过'],
  [
    'applied-in-time',
    '2017-12-06T01:30:00Z',
    '2017-12-05T16:00:00Z',
    '2017年12月6日9时30分',
    '不晚于2017年12月5日24时',
  ],
  [
    'window-has-come',
    '2017-06-28T19:00:00Z',
    '2017-06-30T16:00:00Z',
    '2017年6月29日3时',
    '2017年7月1日0时起',
  ],
  ['opens', null, '≥ 2017-05-20T05:00:00Z', '无', '不早于2017年5月20日13时'],
  ['is-a-member', 'zhang', ['li', 'qian'], '张三', '李四、钱六'],
  [
    'slips-suffice',
    ['members 3'],
    ['members ≥ 4', 'masses ≥ 4'],
    '党员干部3',
    '党员干部不少于4、群众不少于4',
  ],
  ['members-suffice', 2, '≥ 3，单数', '2人', '不少于3，单数'],
  ['made-by-the-county', ['township-office'], ['county-office'], '乡镇办', '县远程办'],
  ['files-exist', ['01a2'], 0, '1个文件', '无'],
  ['pass-mark', 79.5, 80, '79.5分', '80分'],
  ['every-criterion-checked', ['village.screen'], [], '配备50吋以上电视机或投影', '无'],
  [
    'solved-in-its-time',
    '2018-01-01',
    ['2017-05-20', '2017-06-01'],
    '2018年1月1日',
    '2017年5月20日至2017年6月1日',
  ],
])('O20: %s is told to people as people say it', (name, actual, required, is, asked) => {
  const said = measuredInWords({ plan, names }, { name, actual, required });
  expect([said.actual.zh, said.required.zh]).toEqual([is, asked]);
});

test('O20: English readers get English texts', () => {
  const { actual, required } = measuredInWords(
    { plan, names },
    { name: 'applied-in-time', actual: '2017-12-06T01:30:00Z', required: '2017-12-05T16:00:00Z' },
  );
  expect(actual.en).toBe('09:30 on 6 December 2017');
  expect(required.en).toBe('no later than 24:00 on 5 December 2017');
});
