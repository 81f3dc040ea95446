import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planLibrary } from '../../src/plan-library.ts';
import { canonicalJson } from '../../src/rules/plan/canonical-json.ts';
import { expandPlan } from '../../src/rules/plan/extends.ts';
import { RULE_NUMBERS } from '../../src/rules/plan/rule-numbers.ts';
import { readPlan } from '../../src/rules/plan-check/plan.ts';

/** A base that ships is never changed: what has grown out of it is the next, base@2 (CONTRIBUTING). */
const PUBLISHED: { readonly [base: string]: string } = {
  'chuangping/base@1': 'cd1a9352b3f4f41fdabfac1dff8b43c14f1486a0b1ac9c02f3f4c64e4655039e',
};

const BASE = {
  notices: {
    selected: { clause: 'R63', title: '入选', body: '文一' },
    lapsed: { clause: 'R65', title: '终止', body: '文二' },
  },
  policies: { passMark: { value: 80, provenance: { kind: 'default', note: '百分制' } } },
  cites: { R2: { kind: 'default', note: '签收' }, R8: { kind: 'default', note: '台账' } },
  recordKinds: [
    { code: 'lesson', name: '党课', clause: 'R23' },
    { code: 'visit', name: '走访', clause: 'R38' },
  ],
};
const extending = (own: object) => expandPlan({ extends: 'base@1', ...own }, { 'base@1': BASE });

test('every base that ships is as it was published', () => {
  const hashes = Object.entries(planLibrary).map(([name, base]) => [
    name,
    createHash('sha256').update(canonicalJson(base)).digest('hex'),
  ]);
  expect(Object.fromEntries(hashes)).toEqual(PUBLISHED);
});

test('the base answers for every rule, and says of each policy that it is our own reading', () => {
  const { cites, policies } = planLibrary['chuangping/base@1'] as {
    cites: { [rule: string]: { kind: string } };
    policies: { [name: string]: { provenance: { kind: string; note?: string } } };
  };
  expect(Object.keys(cites)).toEqual(Object.keys(RULE_NUMBERS));
  const said = [...Object.values(cites), ...Object.values(policies).map((one) => one.provenance)];
  expect(said.filter(({ kind }) => kind !== 'default')).toEqual([]);
  expect(said.filter((one) => !('note' in one))).toEqual([]);
});

test('what a plan says replaces the base’s, field by field, and the rest stays', () => {
  expect(extending({ notices: { selected: { body: '文三' }, own: { title: '另' } } })).toEqual({
    plan: {
      ...BASE,
      notices: {
        selected: { clause: 'R63', title: '入选', body: '文三' },
        lapsed: BASE.notices.lapsed,
        own: { title: '另' },
      },
    },
  });
});

test('a policy and a citation are one statement: who gives another value says who decided it', () => {
  const policies = { passMark: { value: 70 } };
  const cites = { R2: { kind: 'plan', clause: 'W2' } };
  expect(extending({ policies, cites })).toEqual({
    plan: { ...BASE, policies, cites: { ...cites, R8: BASE.cites.R8 } },
  });
});

test('lists of things with a code merge by it; an empty list is none', () => {
  const own = [
    { code: 'visit', name: '入户' },
    { code: 'fair', name: '赶集', clause: 'W9' },
  ];
  expect(extending({ recordKinds: own })).toEqual({
    plan: {
      ...BASE,
      recordKinds: [
        BASE.recordKinds[0],
        { code: 'visit', name: '入户', clause: 'R38' },
        { code: 'fair', name: '赶集', clause: 'W9' },
      ],
    },
  });
  expect(extending({ recordKinds: [] })).toEqual({ plan: { ...BASE, recordKinds: [] } });
  // Named twice, a thing is there twice, so that the check of the plan finds it.
  const twice = extending({ recordKinds: [{ code: 'visit' }, { code: 'visit' }] });
  expect(twice).toMatchObject({ plan: { recordKinds: { length: 3 } } });
});

test('null removes a key of the base, and is a value where the base has none', () => {
  const { cites: _, ...without } = BASE;
  expect(extending({ cites: null, quota: null })).toEqual({ plan: { ...without, quota: null } });
});

test('a base may extend another, as the next version of it does', () => {
  const next = { 'base@1': BASE, 'base@2': { extends: 'base@1', cites: null } };
  const { cites: _, ...without } = BASE;
  expect(expandPlan({ extends: 'base@2' }, next)).toEqual({ plan: without });
});

test.each([
  ['an unknown base', { extends: 'chuangping/base@99' }, 'known: chuangping/base@1'],
  ['a base that is no name', { extends: 7 }, 'no base 7'],
  ['a property of every object', { extends: 'toString' }, 'no base toString'],
])('%s is told at its place and names what there is', (_, plan, message) => {
  expect(readPlan(plan, planLibrary)).toMatchObject({
    faults: expect.arrayContaining([
      {
        path: '/extends',
        message: { zh: expect.any(String), en: expect.stringContaining(message) },
      },
    ]),
  });
});

test('bases that extend each other are told, not followed for ever', () => {
  const circle = { a: { extends: 'b' }, b: { extends: 'a' } };
  expect(expandPlan({ extends: 'a' }, circle)).toEqual({
    faults: [
      {
        path: '/extends',
        message: { zh: '蓝本引用了自身：a → b → a', en: 'extends itself: a → b → a' },
      },
    ],
  });
});

test('whatever extends the base is answered, and never changes it', () => {
  const before = canonicalJson(planLibrary);
  const part = fc.oneof(fc.anything(), fc.dictionary(fc.string(), fc.anything()));
  const written = fc.record(
    { notices: part, policies: part, cites: part, documents: part, recordKinds: part },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(written, (own) => {
      const read = readPlan({ extends: 'chuangping/base@1', ...own }, planLibrary);
      expect(read).toHaveProperty('faults');
    }),
    // Every text of the base is written on trial each time.
    { numRuns: 25 },
  );
  expect(canonicalJson(planLibrary)).toBe(before);
});
