// The part of a plan about its official documents: their issuers, codes and texts.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { TEMPLATE_LENGTH_MAX } from './texts.ts';

/** Kinds of official documents and forms; the machines issue the first four by themselves. */
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

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1, maxLength: TEMPLATE_LENGTH_MAX });
const ClauseId = Type.String({ pattern: '^[A-Z]{1,3}[1-9][0-9]{0,3}$' });
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

const IssuerSchema = Type.Object(
  {
    /** The role and place of the register; `responsible` is the candidate's own body. */
    body: Type.Enum(['county-department', 'county-office', 'city-centre', 'responsible']),
    /** 发文机关署名 and 发文机关标志; the organisation's own name by default. */
    name: Type.Optional(Text),
    mark: Type.Optional(Text),
    /** 发文机关代字; the documents of an issuer without one are not numbered. */
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
    printedBy: Type.Optional(Text),
    drafters: Type.Array(RoleSchema, { minItems: 1 }),
    signatories: Type.Array(RoleSchema, { minItems: 1 }),
    note: Type.Optional(Text),
  },
  closed,
);

const KindSchema = Type.Object(
  {
    name: Text,
    clause: ClauseId,
    issuer: Name,
    numbered: Type.Boolean(),
    /** An upward document (上行文) names its signatory (签发人). */
    upward: Type.Boolean(),
    /** Every participant of the campaign may read the document once it is issued. */
    public: Type.Boolean(),
    /** The notice by which it is delivered to its addressees. */
    delivery: Type.String({ pattern: '^[a-z0-9-]+$' }),
    /**
     * A public notice or a final decision is for each candidate and issues itself (the default), or
     * is for a list. The county's notice of a list is issued with the selection; a decision about a
     * list is drafted and signed for everybody who was determined.
     */
    per: Type.Optional(Type.Enum(['candidate', 'list'])),
    title: Text,
    /** A line is a paragraph; one that begins with 一、 or （一） is a heading. */
    body: Text,
    note: Type.Optional(Text),
  },
  closed,
);

export const OfficialDocumentsSchema = Type.Object(
  {
    issuers: Type.Record(Name, IssuerSchema, closed),
    kinds: Type.Object(
      Object.fromEntries(DOCUMENT_KINDS.map((kind) => [kind, KindSchema])) as {
        [Kind in DocumentKind]: typeof KindSchema;
      },
      closed,
    ),
  },
  closed,
);

export type IssuerOfDocuments = Static<typeof IssuerSchema>;
