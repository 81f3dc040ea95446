import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Content } from '../../src/rules/audit/personal.ts';
import { ERASED, putBack, takeOut, withoutPart } from '../../src/rules/audit/personal.ts';

const told: Content = {
  payload: {
    corrections: ['缺公章', { text: '王某未签字', fields: ['signature'] }],
    detail: { 'a/b~c': '李某', people: 26, names: ['张', ''] },
    remark: '',
  },
  facts: { awaited: ['周明', '吴芳'], deadline: { dueAt: '2017-06-01' } },
};
const FIELDS = {
  payload: ['corrections[]', 'corrections[].text', 'detail.**', 'remark', 'nothing.of[].it'],
  facts: { awaited: ['[]'] },
};

test('a placeholder stays for each text, and what else was said stays itself', () => {
  expect(takeOut(told, FIELDS)).toEqual({
    content: {
      payload: {
        corrections: [ERASED, { text: ERASED, fields: ['signature'] }],
        detail: { 'a/b~c': ERASED, people: 26, names: [ERASED, ''] },
        remark: '',
      },
      facts: { awaited: [ERASED, ERASED], deadline: { dueAt: '2017-06-01' } },
    },
    part: {
      '/payload/corrections/0': '缺公章',
      '/payload/corrections/1/text': '王某未签字',
      '/payload/detail/a~1b~0c': '李某',
      '/payload/detail/names/0': '张',
      '/facts/awaited/0': '周明',
      '/facts/awaited/1': '吴芳',
    },
  });
});

test('an event in which nobody is named has no personal part', () => {
  const content = { payload: { points: [{ item: 'a', points: 1 }] }, facts: {} };
  expect(takeOut(content, FIELDS)).toEqual({ content, part: null });
});

test('what was told is left as it was, because its effects go on with it', () => {
  const before = structuredClone(told);
  takeOut(told, FIELDS);
  expect(told).toEqual(before);
});

test('the part that is put back gives what was told, whatever it was', () => {
  const EVERY = { payload: ['**'], facts: { known: ['**'] } };
  const payload = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(payload, fc.jsonValue(), (said, known) => {
      const content: Content = JSON.parse(JSON.stringify({ payload: said, facts: { known } }));
      const { content: left, part } = takeOut(content, EVERY);
      expect(putBack(left, part)).toEqual(content);
      expect(withoutPart(content, part)).toEqual(left);
      expect(putBack(left, null)).toEqual(left);
    }),
  );
});
