import { expect, test } from 'vitest';
import { acceptanceSheet } from '../../src/rules/document/acceptance-form.ts';
import { plan as yijun } from '../machines/yijun.ts';

const [worker] = yijun.categories.filter(({ subject }) => subject === 'person');
if (worker === undefined) throw new Error('the plan has persons');
const plan = {
  ...yijun,
  categories: [worker, { ...worker, code: 'COURTYARD', subject: 'household' as const }],
};

test.each([
  [worker.code, '王军', '王军'],
  ['COURTYARD', '李家小院', '李家小院（户主：李桂兰）'],
])('a form of %s names %s as it is known', (category, name, said) => {
  const personName = category === 'COURTYARD' ? '李桂兰' : '王军';
  const about = { category, name, personName, organisation: '彭村', siteId: null };
  const [head] = acceptanceSheet(
    plan,
    { ...about, siteName: null, compositeCenti: null },
    { visits: [], panel: null, verdict: null },
  );
  const cells = head && 'cells' in head ? head.cells : [];
  expect(cells[0]?.slice(0, 2)).toEqual([{ text: '验收对象', isLabel: true }, { text: said }]);
});
