// The sheet on which assessors give points to a candidate of a category.

import Type from 'typebox';
import { ClauseId, closed, described, ProvenanceSchema, Text } from './schema-terms.ts';

/** Halves of a point are exact as numbers. */
const HalfPoints = Type.Number({ minimum: 0.5, maximum: 100, multipleOf: 0.5 });

const SheetItemsSchema = Type.Array(
  Type.Object(
    {
      id: Type.String({
        pattern: '^[a-z]+\\.[a-z0-9-]+$',
        description: '编号，本表内唯一 · Its id, unique on the sheet',
      }),
      clause: described(ClauseId, '所依据的条款 · The sentence it rests on'),
      text: described(Text, '项目的表述 · The item in Chinese'),
      english: described(Text, '英文表述 · The same in English'),
      points: described(HalfPoints, '分值 · Its full points'),
      external: Type.Optional(
        described(Text, '所依据的文件未收录 · It rests on a document that is not at hand'),
      ),
      bonus: Type.Optional(
        Type.Literal(true, {
          description:
            '加分项：在满分之外加分，合计不超过 bonusMax · Adds beyond the full points, up to bonusMax in all',
        }),
      ),
      mayNotApply: Type.Optional(
        Type.Literal(true, {
          description:
            '考评员可注明理由标为不适用，其余各项得分折算为满分 · The assessor may leave it out with a reason; the rest is scaled to the full points',
        }),
      ),
    },
    closed,
  ),
  { minItems: 1, maxItems: 100, description: '考评项目 · The items' },
);

/** The lines of the assessors' sheet add up to 100 points; a county's 考评标准 gives them. */
export const ScoreSheetSchema = Type.Object(
  {
    provenance: ProvenanceSchema,
    step: Type.Optional(
      Type.Enum([1, 0.5, 0.1, 0.01], {
        description:
          '计分单位：0.5 即可打半分；不写为 0.01 · The least part of a point that is given; 0.01 where it is left out',
      }),
    ),
    bonusMax: Type.Optional(
      described(HalfPoints, '加分合计的上限 · The most that all bonus items add'),
    ),
    items: Type.Optional(SheetItemsSchema),
    blocks: Type.Optional(
      Type.Array(
        Type.Object(
          {
            id: Type.String({
              pattern: '^[a-z][a-z0-9-]{0,59}$',
              description: '编号，本表内唯一 · Its id, unique on the sheet',
            }),
            name: described(Text, '板块名称 · Its name'),
            english: Type.Optional(described(Text, '英文名称 · Its name in English')),
            clause: Type.Optional(described(ClauseId, '所依据的条款 · The sentence it rests on')),
            points: described(HalfPoints, '板块分值 · Its points'),
            items: SheetItemsSchema,
          },
          closed,
        ),
        {
          minItems: 1,
          maxItems: 20,
          description:
            '板块，分值合计 100，各有其项目 · Parts that make 100 points, each with items',
        },
      ),
    ),
  },
  {
    ...closed,
    description:
      '组织考评的评分表，满分 100；没有的整数打分 · The sheet of the assessors, of 100 points; without one they give a total',
  },
);
