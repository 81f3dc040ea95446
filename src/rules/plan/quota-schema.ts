// The places of a category, and the limits within them.

import Type from 'typebox';
import { closed } from './schema-terms.ts';

export const PRIORITY_CLASSES = [
  'COOPERATIVE',
  'LEADING_ENTERPRISE',
  'INDUSTRIAL_BASE',
  'ENRICHMENT_PROJECT',
  'OTHER',
] as const;

const places = (description: string) =>
  Type.Integer({ minimum: 1, maximum: 1_000_000, description });
const PriorityClass = Type.Enum([...PRIORITY_CLASSES], {
  description: '优先类别 · The preference class',
});

const ShareSchema = Type.Object(
  {
    share: Type.Integer({ minimum: 1, maximum: 100, description: '百分比 · Percent' }),
    of: Type.Enum(['registered', 'applied'], {
      description:
        '择优时该类别登记的（registered）或已申报的（applied）个数，退出的不计 · Of those registered in the category when it is ranked, or of those who have applied, without the withdrawn',
    }),
    rounding: Type.Enum(['down', 'up', 'half-up'], {
      description:
        '不足一个名额的舍去、进一或四舍五入 · A part of a place is rounded down, up, or half up',
    }),
  },
  { ...closed, description: '按比例的名额 · A share as a quota' },
);

export const QuotaSchema = Type.Union(
  [Type.Integer({ minimum: 1, maximum: 1_000_000 }), ShareSchema, Type.Null()],
  {
    description:
      '名额：个数，或按登记、申报个数的比例；null 为不限 · Its places: a number, or a share; null is any number',
  },
);

export const CapsSchema = Type.Array(
  Type.Union([
    Type.Object(
      {
        per: Type.Enum(['township', 'village', 'unit'], {
          description: '每个乡镇、村（社区）或单位 · Of each township, village or unit',
        }),
        max: places('至多几名 · The most places of each'),
      },
      closed,
    ),
    Type.Object(
      { priorityClass: PriorityClass, max: places('至多几名 · The most places of it') },
      closed,
    ),
  ]),
  {
    maxItems: 8,
    description: '名额内的最高限额 · The most of a place or a class within the quota',
  },
);

export const ClassMinimaSchema = Type.Array(
  Type.Object(
    { priorityClass: PriorityClass, min: places('至少几名 · The least places of it') },
    closed,
  ),
  { maxItems: 5, description: '优先类别的最低名额 · Places kept for preference classes' },
);
