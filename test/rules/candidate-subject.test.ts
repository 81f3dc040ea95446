import { expect, test } from 'vitest';
import { acceptanceTable } from '../../src/rules/document/document-tables.ts';
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
  const { rows } = acceptanceTable(plan, { ...about, compositeCenti: null });
  expect(rows[1]).toEqual(['2', '申报对象', '', said]);
});
