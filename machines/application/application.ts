// 书面申报 (R62): what the applicant declares, what a return opens of it, and what a correction changes.

/** The parts of an application that a return may open. `evidence` is what stands on record. */
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

/** One point of the complete list; a bare text opens nothing, the statement of the answer is enough. */
export type SentCorrection =
  | string
  | { text: string; fields?: readonly ApplicationField[] | undefined };

/** A point as it is kept; `answered` says that it has to be answered by itself. */
export type Correction = {
  text: string;
  fields: readonly ApplicationField[];
  answered: boolean;
};

/** What was done about the correction of this place in the list, from 1. */
export type CorrectionAnswer = { correction: number; text: string };

/** What stands in the application by the applicant's own word. */
export type Declared = {
  statement: string;
  signatory: string;
  signatureEvidence: string | null;
  signatureFileId: string | null;
  attestations: readonly string[];
  priorityClass: string | null;
  fileIds: readonly string[];
};

/** The parts of it that a correction says otherwise. */
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

/** The complete list as it is kept. */
export const correctionsOf = (sent: readonly SentCorrection[]): Correction[] =>
  sent.map((one) =>
    typeof one === 'string'
      ? { text: one, fields: [], answered: false }
      : { text: one.text, fields: [...new Set(one.fields ?? [])], answered: true },
  );

/** What the list opens, each field once. */
export const openedFields = (corrections: readonly Correction[]): ApplicationField[] => [
  ...new Set(corrections.flatMap(({ fields }) => fields)),
];

/** A correction as a notice tells it: with what may be corrected. */
export const correctionTold = ({ text, fields }: Correction): string =>
  fields.length === 0
    ? text
    : `${text}（可更正：${fields.map((field) => FIELD_NAMES[field]).join('、')}）`;
