import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { STEP_KINDS } from '../machines/procedure/procedure.ts';
import { PLAN_FIELDS, PLAN_JSON_SCHEMA, planFields } from '../scripts/plan-docs.ts';
import { planJsonSchema, undescribed } from '../scripts/plan-json-schema.ts';

const PLANS = join(import.meta.dirname, '../plans');
const plans = readdirSync(PLANS).filter((file) => file.endsWith('.yaml'));
const read = (file: string) => readFileSync(join(PLANS, file), 'utf8');

test('`npm run docs` has been run: the schema and the list of fields are those of the code', () => {
  expect(readFileSync(PLAN_JSON_SCHEMA, 'utf8')).toBe(
    `${JSON.stringify(planJsonSchema(), null, 1)}\n`,
  );
  expect(readFileSync(PLAN_FIELDS, 'utf8')).toBe(planFields());
});

test('P9: an author is told of every field what it is, in Chinese and in English', () => {
  expect(undescribed(planJsonSchema())).toEqual([]);
  const told = JSON.stringify(planJsonSchema()).matchAll(/"description":"([^"]*)"/g);
  const descriptions = [...told].map(([, text = '']) => text);
  expect(descriptions.length).toBeGreaterThan(150);
  expect(descriptions.filter((text) => !/^[^·]*\p{Script=Han}.* · [A-Za-z]/u.test(text))).toEqual(
    [],
  );
});

test.each(plans)('an editor finds no fault in %s, and is told where the schema is', (file) => {
  const isPlan = new Ajv({ strict: false, allErrors: true }).compile(planJsonSchema());
  expect(isPlan(parse(read(file))) ? [] : isPlan.errors).toEqual([]);
  expect(read(file).split('\n')[0]).toBe('# yaml-language-server: $schema=plan.schema.json');
});

test('P9: an editor marks what no plan may say, and what the base does not say for it', () => {
  const isPlan = new Ajv({ strict: false, allErrors: true }).compile(planJsonSchema());
  const { title: _, ...plan } = parse(read('wangyi-2018.yaml'));
  const wrong = { ...plan, levels: {}, policies: { ...plan.policies, passMark: { value: 70 } } };
  expect(isPlan(wrong)).toBe(false);
  expect(isPlan.errors?.map(({ instancePath, params }) => [instancePath, params])).toEqual(
    expect.arrayContaining([
      ['', { missingProperty: 'title' }],
      ['', { additionalProperty: 'levels' }],
      ['/policies/passMark', { missingProperty: 'provenance' }],
    ]),
  );
});

test('the page for authors speaks of every section of a plan and of every step', () => {
  const page = readFileSync(join(PLANS, '../docs/plans.md'), 'utf8');
  const names = [...Object.keys(planJsonSchema().properties ?? {}), ...STEP_KINDS];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
