// The categories of a plan: who may stand in each, by which way, for how many places and by what criteria.

import Type from 'typebox';
import { SUBJECTS } from '../../../machines/candidate/subject.ts';
import { CriterionSchema } from './criterion-schema.ts';
import { CategoryPoliciesSchema } from './policies-schema.ts';
import { CapsSchema, ClassMinimaSchema, PRIORITY_CLASSES, QuotaSchema } from './quota-schema.ts';
import { closed, described, ProvenanceSchema, RoleSchema, Text } from './schema-terms.ts';
import { ScoreSheetSchema } from './score-sheet-schema.ts';
import { StreamCodeSchema } from './streams-schema.ts';

export const CategorySchema = Type.Object(
  {
    code: Type.String({
      pattern: '^[A-Z][A-Z0-9_]{1,59}$',
      description: '代码，方案内唯一 · Its code, unique in the plan',
    }),
    name: described(Text, '正式名称 · Its name in the document'),
    aliases: Type.Array(Text, {
      maxItems: 20,
      description: '别名，导入名单时也认 · Other names that lists may use',
    }),
    track: Type.Enum(['CREATE', 'APPRAISE'], {
      description:
        'CREATE 创建（单位），APPRAISE 评选（个人） · Units are created, persons appraised',
    }),
    subject: Type.Enum([...SUBJECTS], {
      description:
        '申报对象：区县、乡镇、村（社区）、基地、户、个人 · What stands in it: county, township, village, base, household, person',
    }),
    provenance: Type.Optional(ProvenanceSchema),
    procedure: Type.String({
      description: '程序，见 procedures · The procedure of its candidates, by its name',
    }),
    applicants: Type.Array(RoleSchema, {
      minItems: 1,
      description: '由谁书面申报 · The roles that apply for it in writing',
    }),
    quota: QuotaSchema,
    caps: Type.Optional(CapsSchema),
    classMinima: Type.Optional(ClassMinimaSchema),
    criteria: Type.Array(CriterionSchema, {
      minItems: 1,
      maxItems: 100,
      description: '标准 · Its criteria',
    }),
    scoreSheets: Type.Optional(
      Type.Record(StreamCodeSchema, ScoreSheetSchema, {
        ...closed,
        description: '各考评环节的考评表 · The score sheet of each stream of sheets',
      }),
    ),
    policies: Type.Optional(
      described(
        CategoryPoliciesSchema,
        '该类别自己的政策；不写的从方案 · Policies of its own; the others are the plan’s',
      ),
    ),
    priorityClasses: Type.Optional(
      Type.Array(Type.Enum([...PRIORITY_CLASSES]), {
        description:
          '择优时优先的类别，先列先优 · Classes that are preferred in the selection, the first most',
      }),
    ),
  },
  closed,
);
