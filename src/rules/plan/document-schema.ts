// The part of a plan about its official documents: their issuers, codes and texts.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { ClauseId, closed, described, ProvenanceSchema } from './schema-terms.ts';
import { TEMPLATE_LENGTH_MAX } from './texts.ts';

/** Kinds of official documents and forms; events draft the first five. */
export const DOCUMENT_KINDS = [
  'campaign-notice',
  'circular-of-criticism',
  'rectification-order',
  'public-notice',
  'final-decision',
  'notice',
  'commendation',
  'application-form',
  'acceptance-sheet',
  'ranking-summary',
  'correction',
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

const Text = Type.String({ minLength: 1, maxLength: TEMPLATE_LENGTH_MAX });
const Name = Type.String({ pattern: '^[a-z][a-z-]{0,39}$' });

const DRAFTERS = [
  'city-centre',
  'county-office',
  'county-department',
  'township-committee',
  'township-office',
  'village-organisation',
  'base',
] as const satisfies readonly Role[];
const RoleSchema = Type.Enum([...DRAFTERS]);

const ContactSchema = Type.Object(
  {
    body: described(Text, '受理异议的机构 · The office that takes objections'),
    telephone: described(Text, '联系电话 · Its telephone'),
    address: described(Text, '通信地址和邮政编码 · Its address'),
    provenance: ProvenanceSchema,
  },
  { ...closed, description: '公示写明的受理机构 · Whom a public notice names for objections' },
);

/** What a public notice says of objections (R63, R65). */
const ObjectionsSchema = Type.Object(
  {
    about: described(Text, '可以就什么提出异议 · What may be objected to'),
    how: described(Text, '怎样提出 · How'),
    provenance: ProvenanceSchema,
  },
  { ...closed, description: '公示中关于异议的规定 · What a public notice says of objections' },
);

const GroundsSchema = Type.Object(
  {
    text: described(Text, '“根据”之后的文字，如文件名称 · What stands after 根据'),
    provenance: ProvenanceSchema,
  },
  {
    ...closed,
    description:
      '该机关行文的依据；不写为本方案 · What this issuer rests on; unsaid, the plan itself',
  },
);

const IssuerSchema = Type.Object(
  {
    body: Type.Enum(['county-department', 'county-office', 'city-centre', 'responsible'], {
      description:
        '承担的角色；responsible 为申报单位自己 · The role of the register; responsible is the candidate’s own body',
    }),
    name: Type.Optional(
      described(Text, '发文机关署名；不写为单位名称 · Its signature; by default its own name'),
    ),
    mark: Type.Optional(described(Text, '发文机关标志 · Its mark at the head')),
    code: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 20,
        description: '发文机关代字；不写的不编号 · Its code; without one nothing is numbered',
      }),
    ),
    printedBy: Type.Optional(described(Text, '印发机关 · The office that prints')),
    drafters: Type.Array(RoleSchema, { minItems: 1, description: '由谁拟稿 · Who may draft' }),
    signatories: Type.Array(RoleSchema, { minItems: 1, description: '由谁签发 · Who may sign' }),
    grounds: Type.Optional(GroundsSchema),
    contact: Type.Optional(ContactSchema),
    note: Type.Optional(described(Text, '说明 · A note')),
  },
  { ...closed, description: '一个发文机关 · One issuer' },
);

const KindSchema = Type.Object(
  {
    name: described(Text, '文种，如“通知” · The kind of text as it is printed'),
    clause: described(
      ClauseId,
      '所依据的条款，或者规则编号 · The sentence it rests on, or the number of a rule',
    ),
    issuer: described(Name, '发文机关，见 issuers · One of the issuers'),
    numbered: Type.Boolean({ description: '编发文字号 · It takes a number' }),
    upward: Type.Boolean({
      description: '上行文，注明签发人 · It goes upwards and names who signed',
    }),
    public: Type.Boolean({
      description: '印发后所有参加单位可见 · All participants may read it once it is issued',
    }),
    delivery: Type.String({
      pattern: '^[a-z0-9-]+$',
      description: '以哪种通知送达 · The notice by which it is delivered',
    }),
    selfIssued: Type.Optional(
      described(
        ProvenanceSchema,
        '由谁决定此文种拟稿即印发，不经核稿签发；不写即须签发 · Who decided that it issues itself with its draft; unsaid, it is signed',
      ),
    ),
    unreviewed: Type.Optional(
      described(
        ProvenanceSchema,
        '由谁决定此文种不经核稿即可签发；不写即须核稿 · Who decided that it is signed without a review; unsaid, it is reviewed',
      ),
    ),
    /**
     * A public notice or a final decision is for each candidate (the default), or for a list. A selection
     * drafts the county's notice of its list; other lists are drafted when their body closes the batch.
     */
    per: Type.Optional(
      Type.Enum(['candidate', 'list'], {
        description:
          'candidate 每个对象一件（默认），list 一批一件 · One for each candidate, the default, or one for a list',
      }),
    ),
    title: described(Text, '标题（LiquidJS） · Its title, a LiquidJS text'),
    body: described(
      Text,
      '正文（LiquidJS），一行一段，一、和（一）起头的为标题 · Its body; a line is a paragraph, 一、 and （一） begin headings',
    ),
    note: Type.Optional(described(Text, '附注 · A note below the text')),
  },
  { ...closed, description: '一种公文 · One kind of document' },
);

export const OfficialDocumentsSchema = Type.Object(
  {
    issuers: Type.Record(Name, IssuerSchema, { ...closed, description: '发文机关 · The issuers' }),
    objections: ObjectionsSchema,
    kinds: Type.Object(
      Object.fromEntries(DOCUMENT_KINDS.map((kind) => [kind, KindSchema])) as {
        [Kind in DocumentKind]: typeof KindSchema;
      },
      { ...closed, description: '文种 · The kinds of documents' },
    ),
  },
  closed,
);

export type IssuerOfDocuments = Static<typeof IssuerSchema>;
export type Contact = Static<typeof ContactSchema>;
