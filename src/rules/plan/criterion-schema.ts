// The criteria of a category: what is demanded, when, and how it is measured.

import Type from 'typebox';
import { ClauseId, closed, described, ModalitySchema, Text } from './schema-terms.ts';

const testFields = {
  evidence: Type.Optional(
    described(
      Text,
      '计数的佐证材料种类，须经认定 · The kind of evidence that is counted, if accepted',
    ),
  ),
  where: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Array(Text, {
        minItems: 1,
        maxItems: 50,
        description: '该属性可取的值 · The values of this attribute that count',
      }),
      {
        maxProperties: 20,
        description:
          '只计属性取这些值的，以审核人认定的为准 · Only evidence with these attributes, as the reviewer determined them',
      },
    ),
  ),
  fact: Type.Optional(
    described(
      Text,
      '事实，如 site.seats、stream.mass.score；与 of 合用时为其中须成立的一项 · A recorded fact; with `of`, what must hold of each',
    ),
  ),
  equals: Type.Optional(
    Type.Union([Type.Boolean(), Type.String({ maxLength: 200 })], {
      description: '事实须等于 · The fact must be this',
    }),
  ),
  atLeast: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: '不少于（含本数） · At least so many, inclusive',
    }),
  ),
  atLeastFact: Type.Optional(
    described(Text, '不少于另一事实，如座位不少于党员数 · At least as much as another fact'),
  ),
  atLeastPolicy: Type.Optional(
    described(Text, '不少于某项政策的数值，如 passMark · At least the number of this policy'),
  ),
};

/**
 * The measurement of a criterion. `evidence` counts accepted records of that kind whose attributes,
 * as the reviewer determined them, are among those of `where`. `fact` compares one measured fact,
 * or the share of `of` for which it holds with `percent`. `atLeast` is inclusive (以上, 不少于, 至少).
 */
export const RequiredSchema = Type.Object(
  {
    ...testFields,
    anyOf: Type.Optional(
      Type.Array(Type.Object(testFields, closed), {
        minItems: 2,
        maxItems: 20,
        description: '满足其中一项即可 · One of these is enough',
      }),
    ),
    of: Type.Optional(
      described(
        Text,
        '按比例计的对象：sites 站点、site-administrators 站点管理员 · Of what a share is measured',
      ),
    ),
    siteKinds: Type.Optional(
      Type.Array(Type.Enum(['VILLAGE', 'COMMUNITY', 'BASE']), {
        maxItems: 3,
        description: '只计这些站点：村、社区、基地 · Only sites of these kinds',
      }),
    ),
    percent: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        description: '成立的比例，进整 · The share for which it holds, rounded up to whole ones',
      }),
    ),
  },
  {
    ...closed,
    description: '怎样量化；凭人判断的不写 · How it is measured; left out for people to judge',
  },
);

export const CriterionSchema = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z]+\\.[a-z0-9-]+$',
      maxLength: 120,
      description: '编号，方案内唯一，如 village.seats · Its id, unique in the plan',
    }),
    clause: described(ClauseId, '所依据的条款 · The sentence it rests on'),
    modality: ModalitySchema,
    kind: Type.Enum(
      ['attestation', 'measure', 'count', 'coverage', 'document', 'roll-up', 'judgement'],
      {
        description:
          '类别：确认、量值、件数、覆盖率、材料、逐级汇总、评判 · Attested, measured, counted, a share covered, a document, rolled up, or judged',
      },
    ),
    text: described(Text, '标准的表述 · The criterion in Chinese'),
    english: described(Text, '英文表述 · The same in English'),
    at: Type.Enum(['self-check', 'application', 'acceptance'], {
      description:
        '何时须达到：自查、申报、验收 · When it must be met: at self-check, application or acceptance',
    }),
    required: Type.Optional(RequiredSchema),
    deniedByFact: Type.Optional(
      Type.String({
        pattern: '^(site|base)\\.[A-Za-z][A-Za-z0-9]{0,63}$',
        description:
          '此项事实为“否”时视为未达到，不论佐证 · A recorded fact that denies it when it says no, whatever the evidence',
      }),
    ),
    // Q19: the criterion rests on a document that we do not hold, and we invent nothing for it.
    external: Type.Optional(
      described(
        Text,
        '所依据的文件未收录，内容不臆造 · It rests on a document that is not at hand',
      ),
    ),
  },
  closed,
);
