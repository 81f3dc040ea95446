// The texts of what a schema finds, in both languages. The value itself is never repeated, because it
// may be a secret or personal data. Pure.

import type { Text } from './fault.ts';

const typeNames: Record<string, string> = {
  string: '文本',
  number: '数字',
  integer: '整数',
  boolean: 'true 或 false',
  object: '对象',
  array: '数组',
  null: 'null',
};

const formatNames: Record<string, [zh: string, en: string]> = {
  'date-time': [
    '带时区的时间，如 2017-05-20T09:00:00+08:00（2000–2100 年）',
    'an RFC 3339 time with zone, as 2017-05-20T09:00:00+08:00 (years 2000–2100)',
  ],
  date: ['日期，如 2017-05-20（2000–2100 年）', 'a date, as 2017-05-20 (years 2000–2100)'],
  uuid: ['UUID', 'a UUID'],
  uri: ['URI', 'a URI'],
  email: ['电子邮件地址', 'an e-mail address'],
};

/** What Ajv and TypeBox say of a value: the keyword of JSON Schema that it breaks, and its limits. */
export type SchemaError = { keyword: string; params: object };
type Params = Record<string, unknown>;
const listed = (value: unknown, separator: string): string =>
  (value as unknown[]).map(String).join(separator);
const named = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

const comparisons: Record<string, string> = {
  '>=': '不小于',
  '<=': '不大于',
  '>': '大于',
  '<': '小于',
};
const compared = ({ comparison, limit }: Params): [string, string] => [
  `应${comparisons[String(comparison)] ?? comparison} ${limit}`,
  `must be ${comparison} ${limit}`,
];

const texts: Record<string, (params: Params) => [zh: string, en: string]> = {
  required: () => ['必填', 'is required'],
  additionalProperties: () => ['未知的属性', 'is not known here'],
  type: ({ type }) => [
    `应为${named(type)
      .map((name) => typeNames[name] ?? name)
      .join('或')}`,
    `must be ${named(type).join(' or ')}`,
  ],
  format: ({ format }) => {
    const [zh, en] = formatNames[String(format)] ?? [String(format), String(format)];
    return [`应为${zh}`, `must be ${en}`];
  },
  enum: ({ allowedValues }) => [
    `应为其中之一：${listed(allowedValues, '、')}`,
    `must be one of: ${listed(allowedValues, ', ')}`,
  ],
  const: ({ allowedValue }) => [`应为 ${allowedValue}`, `must be ${allowedValue}`],
  pattern: ({ pattern }) =>
    pattern === '\\S'
      ? ['不能只有空白', 'must not be blank']
      : [`应符合格式 ${pattern}`, `must match ${pattern}`],
  minLength: ({ limit }) => [`至少 ${limit} 个字符`, `must have at least ${limit} characters`],
  maxLength: ({ limit }) => [`至多 ${limit} 个字符`, `must have at most ${limit} characters`],
  minItems: ({ limit }) => [`至少 ${limit} 项`, `must have at least ${limit} items`],
  maxItems: ({ limit }) => [`至多 ${limit} 项`, `must have at most ${limit} items`],
  minProperties: ({ limit }) => [`至少 ${limit} 个属性`, `must have at least ${limit} properties`],
  maxProperties: ({ limit }) => [`至多 ${limit} 个属性`, `must have at most ${limit} properties`],
  uniqueItems: () => ['各项不得重复', 'must not repeat an item'],
  multipleOf: ({ multipleOf }) => [
    `应为 ${multipleOf} 的倍数`,
    `must be a multiple of ${multipleOf}`,
  ],
  minimum: compared,
  maximum: compared,
  exclusiveMinimum: compared,
  exclusiveMaximum: compared,
  discriminator: ({ tag }) => [`${tag} 的值不在允许之列`, `has an unknown ${tag}`],
  oneOf: () => ['不符合任何一种允许的形式', 'has none of the allowed forms'],
  anyOf: () => ['不符合任何一种允许的形式', 'has none of the allowed forms'],
};

export const schemaText = ({ keyword, params }: SchemaError): Text => {
  const [zh, en] = texts[keyword]?.(params as Params) ?? ['不符合要求', 'is not valid'];
  return { zh, en };
};
