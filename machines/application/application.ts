// 书面申报 (R62): the applicant's declaration, the fields that a return opens, and their correction.

/** The parts of an application that a return may open. `evidence` means the records. */
export const APPLICATION_FIELDS = [
  'statement',
  'attestations',
  'priorityClass',
  'attachments',
  'signature',
  'evidence',
] as const;
export type ApplicationField = (typeof APPLICATION_FIELDS)[number];

const FIELD_NAMES: { readonly [F in ApplicationField]: string } = {
  statement: '申报陈述',
  attestations: '承诺事项',
  priorityClass: '优先类别',
  attachments: '附件',
  signature: '签字盖章',
  evidence: '材料',
};

/** One point of the complete list; a bare text opens no field and needs no answer of its own. */
export type SentCorrection =
  | string
  | { text: string; fields?: readonly ApplicationField[] | undefined };

/** A point as it is kept; `answered` points need an answer of their own. */
export type Correction = {
  text: string;
  fields: readonly ApplicationField[];
  answered: boolean;
};

/** The answer to the point at this place in the list, from 1. */
export type CorrectionAnswer = { correction: number; text: string };

/** The applicant's own declaration. */
export type Declared = {
  statement: string;
  signatory: string;
  signatureEvidence: string | null;
  signatureFileId: string | null;
  attestations: readonly string[];
  priorityClass: string | null;
  fileIds: readonly string[];
};

/** The parts of the declaration that a correction changes. */
export type DeclaredChange = {
  statement?: string;
  signatory?: string;
  signatureEvidence?: string;
  signatureFileId?: string;
  attestations?: readonly string[];
  priorityClass?: string;
  fileIds?: readonly string[];
};

const FIELD_OF: { readonly [Name in keyof Declared]: ApplicationField } = {
  statement: 'statement',
  signatory: 'signature',
  signatureEvidence: 'signature',
  signatureFileId: 'signature',
  attestations: 'attestations',
  priorityClass: 'priorityClass',
  fileIds: 'attachments',
};

/** The fields that a correction touches, each once. */
export const changedFields = (change: DeclaredChange): ApplicationField[] => [
  ...new Set(
    Object.entries(change).flatMap(([name, value]) =>
      value === undefined ? [] : [FIELD_OF[name as keyof Declared]],
    ),
  ),
];

export const correctionsOf = (sent: readonly SentCorrection[]): Correction[] =>
  sent.map((one) =>
    typeof one === 'string'
      ? { text: one, fields: [], answered: false }
      : { text: one.text, fields: [...new Set(one.fields ?? [])], answered: true },
  );

/** The fields that the list opens, each once. */
export const openedFields = (corrections: readonly Correction[]): ApplicationField[] => [
  ...new Set(corrections.flatMap(({ fields }) => fields)),
];

/** The text of a point in a notice, with the fields that may be corrected. */
export const correctionTold = ({ text, fields }: Correction): string =>
  fields.length === 0
    ? text
    : `${text}（可更正：${fields.map((field) => FIELD_NAMES[field]).join('、')}）`;
