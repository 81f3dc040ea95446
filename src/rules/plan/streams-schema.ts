// What is gathered about each candidate, in rounds of ballots or on sheets of assessors.

import Type from 'typebox';
import { STREAM_KINDS } from '../../../machines/procedure/procedure.ts';
import { closed, described, Text } from './schema-terms.ts';

export const StreamCodeSchema = Type.String({ pattern: '^[a-z][a-z0-9-]{0,29}$' });
const Answers = Type.Array(Type.String({ pattern: '^(?!ABSTAIN$)\\S{1,20}$' }), {
  minItems: 1,
  maxItems: 5,
  uniqueItems: true,
});

/** A figure that is gathered about each candidate, in rounds of ballots or on sheets of assessors. */
export const StreamSchema = Type.Object(
  {
    kind: Type.Enum([...STREAM_KINDS], {
      description:
        'ballots 测评票；sheets 考评表；survey 满意度测评：公开填写，得分为满意答案占有效答案的百分比 · Ballots, sheets, or an open round whose score is the percentage of satisfied answers',
    }),
    name: described(Text, '名称 · Its name'),
    english: Type.Optional(described(Text, '英文名称 · Its name in English')),
    satisfied: Type.Optional(
      described(Answers, 'survey 中算满意的答案 · The answers of a survey that count as satisfied'),
    ),
    dissatisfied: Type.Optional(
      described(Answers, 'survey 中算不满意的答案 · The answers of a survey that count against it'),
    ),
  },
  { ...closed, description: '一个评议环节 · One stream' },
);

export const StreamsSchema = Type.Record(StreamCodeSchema, StreamSchema, {
  ...closed,
  maxProperties: 10,
  description: '评议和考评的环节，代码自定 · The streams of scores, by codes of its own',
});
