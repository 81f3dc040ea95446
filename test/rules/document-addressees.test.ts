// How documents call units, and whom they are addressed to (O3, O4, O9).

import { expect, test } from 'vitest';
import type { Organisation } from '../../src/rules/access/addressees.ts';
import { directoryOf } from '../../src/rules/access/addressees.ts';
import {
  addresseesIn,
  homeIn,
  placeIn,
  subjectIn,
} from '../../src/rules/county/directory-names.ts';
import { pathsBelow } from '../../src/rules/county/organisations.ts';
import { composeDraft } from '../../src/rules/document/drafts.ts';
import { lineFault } from '../../src/rules/document/line-of-command.ts';
import { effortOf, TEXT_EFFORT } from '../../src/rules/plan/texts.ts';
import { plan } from '../machines/yijun.ts';

const at = (id: string, kind: Organisation['kind'], name: string, parent?: Organisation) => ({
  ...{ id, code: id, kind, name, parentId: parent?.id ?? null },
  ...pathsBelow(parent, { id, code: id }),
});
const county = at('c', 'COUNTY', '宜君县');
const kuquan = at('t1', 'TOWNSHIP', '哭泉镇', county);
const pengzhen = at('t2', 'TOWNSHIP', '彭镇', county);
const village = at('v1', 'VILLAGE', '西村村委会', kuquan);
const namesake = at('v2', 'VILLAGE', '西村村委会', pengzhen);
const organisations = [
  ...[county, kuquan, pengzhen, village, namesake],
  at('d1', 'TOWNSHIP_PARTY_COMMITTEE', '哭泉镇党委', kuquan),
  at('d2', 'TOWNSHIP_PARTY_COMMITTEE', '彭镇党委', pengzhen),
  at('p1', 'VILLAGE_PARTY_ORGANIZATION', '西村党支部', village),
  at('o', 'COUNTY_OFFICE', '宜君县远程办', county),
];
const directory = directoryOf(1, organisations);

test('O3: a village is called with its township, and its body only where it is addressed', () => {
  expect(['v1', 'v2'].map((id) => placeIn(directory, id))).toEqual(['哭泉镇西村', '彭镇西村']);
  expect(placeIn(directory, 'p1')).toBe('哭泉镇西村党支部');
  const unit = { name: '西村村委会', personName: null, organisationId: 'v2' };
  expect([subjectIn(directory, unit), homeIn(directory, unit)]).toEqual(['彭镇西村', '彭镇']);
  const person = { name: '李某', personName: '李某', organisationId: 'v1' };
  expect([subjectIn(directory, person), homeIn(directory, person)]).toEqual(['李某', '哭泉镇西村']);
});

test('O9: all committees are one name of the plan, a few stand apart by 、', () => {
  const everyCommittee = plan.document.addressees;
  const named = (ids: string[]) =>
    addresseesIn(directory, { divisionId: 'c', everyCommittee }, ids);
  expect(named(['d1', 'd2'])).toEqual(['各乡镇（街道）党委']);
  expect(named(['o', 'd1', 'd2'])).toEqual(['各乡镇（街道）党委', '宜君县远程办']);
  expect(named(['d1', 'p1'])).toEqual(['哭泉镇党委', '哭泉镇西村党支部']);
});

test('O4: documents go to the level below; what is meant for a village goes through its township', () => {
  const [city, department] = [{ body: 'city-centre' }, { body: 'county-department' }] as const;
  expect(lineFault(city, 'COUNTY_OFFICE')).toBeNull();
  expect(lineFault(city, 'TOWNSHIP_PARTY_COMMITTEE')?.zh).toContain('主送县级');
  expect(lineFault(department, 'TOWNSHIP_PARTY_COMMITTEE')).toBeNull();
  expect(lineFault(department, 'VILLAGE_PARTY_ORGANIZATION')?.zh).toContain('由其转发');
});

test('O7: the notice of a plan brings out its text, which is none of its 附件', () => {
  const material = {
    ...{ campaignName: '活动', issuerName: '某部', about: null, category: null, corrects: null },
    ...{ addressees: [], copyTo: ['宜君县远程办'], tables: [], list: null, hasApplied: true },
  };
  const asked = {
    ...{ kind: 'campaign-notice' as const, issuer: 'county', params: {} },
    at: '2017-05-20T01:00:00Z',
  };
  const choices = { addressees: [], copyTo: [] };
  const content = composeDraft(plan, asked, choices, material, effortOf(TEXT_EFFORT));
  const [text] = content.attachments;
  const lines = text && 'paragraphs' in text ? text.paragraphs : [];
  expect(text?.title).toBe(plan.title);
  expect(lines[0]?.text).toMatch(/^按照市委组织部/);
  expect(lines.filter(({ level }) => level === 1).map((one) => one.text)).toEqual([
    '一、目标要求',
    '二、创建标准',
    '三、方法步骤',
    '四、组织领导',
  ]);
  // The office that prints it gets no copy.
  expect([content.printedBy, content.copyTo]).toEqual(['宜君县远程办', []]);
});
