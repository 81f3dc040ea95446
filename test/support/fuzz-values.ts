// Requests made from the OpenAPI document: values that each schema allows, and values that nobody should
// send.

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';

export type Schema = {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: { [name: string]: Schema };
  required?: string[];
  additionalProperties?: boolean | Schema;
  patternProperties?: { [pattern: string]: Schema };
  items?: Schema;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  minimum?: number;
  maximum?: number;
  examples?: unknown[];
};

/** A number below `below`, the same sequence for the same seed (mulberry32). */
export type Random = (below: number) => number;

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

export const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[random(items.length)] as Item;

/** Values that really exist, by the name of the property or parameter that asks for them. */
export type Pool = { [name: string]: unknown[] };

const HUGE = 'x'.repeat(200_000);

/** Values of every type that no schema means; each may stand anywhere in a body. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  -9_007_199_254_740_992,
  2_147_483_648,
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  '🀄'.repeat(50),
  '\u202e\u0000',
  HUGE,
  "'; drop table candidate; --",
  '{{ 7 | times: 7 }}',
  '../../etc/passwd',
  '0000-00-00',
  '9999-99-99T99:99:99Z',
  '2017-02-30',
  '00000000-0000-0000-0000-000000000000',
  [],
  [[]],
  [null],
  {},
  { type: 'x' },
  { zh: 1, en: 2 },
  Array.from({ length: 1500 }, () => 'y'),
];

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Bodies that are no JSON, or JSON that is a trap. */
export const RAW: readonly (readonly [payload: string | Buffer, type: string])[] = [
  ['', 'application/json'],
  ['{', 'application/json'],
  ['nul', 'application/json'],
  ['null', 'application/json'],
  ['"text"', 'application/json'],
  ['1e999', 'application/json'],
  ['{"type":"issue","type":"withdraw"}', 'application/json'],
  ['{"__proto__":{"type":"issue"}}', 'application/json'],
  ['{"constructor":{"prototype":{"a":1}}}', 'application/json'],
  ['{"toString":1,"hasOwnProperty":2,"valueOf":null}', 'application/json'],
  [nested(40), 'application/json'],
  [nested(20_000), 'application/json'],
  [`{"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`, 'application/json'],
  [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 'application/json'],
  [Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), 'application/json'],
  ['{"type":"\\ud800"}', 'application/json'],
  ['{"type":"\\u0000"}', 'application/json'],
  [`{"type":"${'x'.repeat(1_100_000)}"}`, 'application/json'],
  ['{}', 'application/json; charset=gbk'],
  ['{}', 'text/plain'],
  ['{}', 'application/xml'],
  ['{}', ';;;'],
  ['a=b', 'application/x-www-form-urlencoded'],
  ['a: &a [*a]', 'application/yaml'],
  ['a: 1\na: 2', 'application/yaml'],
  ['__proto__: {x: 1}', 'application/yaml'],
  ['"', 'text/csv'],
  ['类别,单位,姓名\n示范村,彭镇,\n=1+1,\t,"a\nb"', 'text/csv'],
  ['代码,上级代码,类型,名称\n610222101999,610222101,VILLAGE,x\n-1,,,', 'text/csv'],
  ['站点代码,facts.seats,facts.__proto__\nx,1e999,1', 'text/csv'],
  ['a,b\n"1', 'text/csv'],
  ['PK\u0003\u0004', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  [Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg'],
  ['%PDF-1.7', 'application/pdf'],
];

/** Parts of an address as they stand in it, already escaped. */
export const HOSTILE_PARTS: readonly string[] = [
  '%00',
  '%',
  '%ZZ',
  '%ED%A0%80',
  '%FF',
  '..%2f..%2fetc',
  '-1',
  '0',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  '1e3',
  '99999999999999999999',
  '%27%3B%20drop%20table%20event%3B--',
  '%F0%9F%80%84',
  'x'.repeat(99),
  'x'.repeat(3_000),
  '00000000-0000-0000-0000-000000000000',
  '00000000-0000-0000-0000-00000000000G',
];

const matching = new Map<string, string[]>();

function matchOf(random: Random, pattern: string): string {
  const known =
    matching.get(pattern) ??
    fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), { seed: 7, numRuns: 6 });
  matching.set(pattern, known);
  return pick(random, known);
}

const INSTANTS = ['2017-05-20T02:00:00Z', '2017-06-30T16:00:00Z', '2017-12-31T16:00:00+08:00'];
const DATES = ['2017-05-20', '2017-05-19', '2017-12-31', '2000-01-01', '2100-12-31'];
const TEXTS = ['彭镇', '学用活动', 'R59', 'x', '好', '2017', '=1+1', '<b>&amp;</b>', '5 rows'];

function textOf(random: Random, schema: Schema): string {
  const { format, pattern, minLength = 0, maxLength = 1_000 } = schema;
  if (format === 'uuid') return randomUUID();
  if (format === 'date') return pick(random, DATES);
  if (format === 'date-time') return pick(random, INSTANTS);
  if (pattern !== undefined && pattern !== '\\S') return matchOf(random, pattern);
  const text = random(20) === 0 ? 'x'.repeat(maxLength) : pick(random, TEXTS);
  return text.padEnd(minLength, '文').slice(0, maxLength);
}

function numberOf(random: Random, { minimum = 0, maximum = 1_000, type }: Schema): number {
  const at = pick(random, [minimum, maximum, minimum + random(maximum - minimum + 1)]);
  return type === 'integer' ? Math.trunc(at) : at;
}

function objectOf(random: Random, schema: Schema, pool: Pool): object {
  const { properties = {}, required = [] } = schema;
  const sparse = random(2) === 0;
  const entries = Object.entries(properties).flatMap(([name, inner]) =>
    required.includes(name) || (!sparse && random(2) === 0)
      ? [[name, sampleOf(random, inner, pool, name)] as const]
      : [],
  );
  return Object.fromEntries(entries);
}

/** A value that the schema allows; seven times in eight one of the pool's of this name, if it has any. */
export function sampleOf(random: Random, schema: Schema, pool: Pool, name = ''): unknown {
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return pick(random, schema.enum);
  const known = pool[name];
  if (known !== undefined && known.length > 0 && random(8) > 0) return pick(random, known);
  const among = schema.anyOf ?? schema.oneOf;
  if (among !== undefined) return sampleOf(random, pick(random, among), pool, name);
  if (schema.examples !== undefined && random(3) === 0) return pick(random, schema.examples);
  switch ([schema.type].flat()[0]) {
    case 'string':
      return textOf(random, schema);
    case 'integer':
    case 'number':
      return numberOf(random, schema);
    case 'boolean':
      return random(2) === 0;
    case 'null':
      return null;
    case 'array': {
      const length = (schema.minItems ?? 0) + random(3);
      const singular = name.endsWith('s') ? name.slice(0, -1) : name;
      return Array.from({ length }, () => sampleOf(random, schema.items ?? {}, pool, singular));
    }
    case 'object':
      return objectOf(random, schema, pool);
    default:
      return pick(random, HOSTILE);
  }
}

/** The value with one place of it replaced, left out, or added to. */
export function broken(random: Random, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || random(4) === 0) return pick(random, HOSTILE);
  if (Array.isArray(value)) {
    if (value.length === 0) return [pick(random, HOSTILE)];
    return value.with(random(value.length), broken(random, pick(random, value)));
  }
  const names = Object.keys(value);
  const name = names.length === 0 ? 'x' : pick(random, names);
  const copy: { [name: string]: unknown } = { ...value };
  switch (random(4)) {
    case 0:
      delete copy[name];
      return copy;
    case 1:
      return { ...copy, [pick(random, ['x', 'id', 'state', 'toString', '\0', HUGE])]: 1 };
    default:
      return { ...copy, [name]: broken(random, copy[name]) };
  }
}
