// What the rehearsal takes for no text of a person.

import { expect, test } from 'vitest';
import { faultOfCell, faultOfText } from '../../rehearsal/checks/texts.ts';

test.each([
  '依据：R40。',
  '站点 01a22746-9fb0-7281-a54d-25086d4b0622 已检查',
  '收件人：u0123456789a',
  '期限为2017-12-05T16:00:00Z',
  '期限为2017-12-05',
  '处理情况：[object Object]',
  '关于{subject}的通知',
  '关于“”的通报',
  '第一阶段：第一阶段：动员部署',
  '哭泉镇哭泉镇哭泉村',
  '请于10月31日前报送。。',
  '状态：undefined',
  '情形：wall-posting',
  '情形：FIELD_VISIT',
  '颜色：red',
  '须由以下角色办理：county-department',
])('O11, O20: %s is told as a fault', (text) => {
  expect(faultOfText(text)).toBeDefined();
});

test.each([
  '关于哭泉镇麻庄村逾期未报送自查整改情况的通知',
  '期限为12月5日24时',
  '红土镇街道社区',
  `种子：${'0a'.repeat(32)}`,
  '观看DVD和48吋电视',
  '君组发〔2017〕39号',
])('%s is a text', (text) => {
  expect(faultOfText(text)).toBeUndefined();
});

test.each(['wall-posting', 'red', 'R40', '内容：[object Object]', '分项：studyPosts：3'])(
  'O21: a cell with %s is told as a fault',
  (cell) => {
    expect(faultOfCell(cell)).toBeDefined();
  },
);
