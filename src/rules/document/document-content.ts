// What an official document consists of, in the elements of GB/T 9704-2012: 版头, 主体, 版记.
// A rendering (DOCX, HTML) is a function of this and of nothing else.

import type { CheckpointName } from '../audit/checkpoint.ts';
import type { DocumentKind } from '../plan/document-schema.ts';

export type DocumentParagraph = {
  text: string;
  /** 0 is running text, 1 is 一、 in 黑体, 2 is （一） in 楷体. */
  level: 0 | 1 | 2;
};

/** A list or a summary. */
export type DocumentTable = {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
};

/** What a notice brings out (印发): it follows the notice, and is none of its 附件. */
export type DocumentText = { title: string; paragraphs: readonly DocumentParagraph[] };

/** A part of a form: a name, a value, or a box to be filled in by hand. */
export type FormCell = {
  text: string;
  /** It names what stands beside it. */
  isLabel?: true;
  /** How many columns and rows it takes; one each where unsaid. */
  columns?: number;
  rows?: number;
  /** The room that is left to write in, in lines. */
  lines?: number;
  /** What stands at the foot of a box: （盖章）　年　月　日. */
  foot?: string;
};

/** A form as offices print it. */
export type DocumentForm = {
  title: string;
  /** The widths of its columns; they make one. */
  shares: readonly number[];
  cells: readonly (readonly FormCell[])[];
  /** In small print below: a hash, an id. */
  smallPrint: string | null;
};

export type DocumentAttachment = DocumentTable | DocumentText | DocumentForm;

/** 附件, which a document names below its text; what it brings out is named in its title. */
export const isNamed = (attachment: DocumentAttachment): boolean => !('paragraphs' in attachment);

/** 发文字号: issuer code, year in 六角括号, serial. */
export type DocumentNumber = { code: string; year: number; serial: number };

/** What stands before a document is issued; the rest is filled in by issuing it. */
export type DraftContent = {
  kind: DocumentKind;
  /** 文种: 通知, 通报, 决定 … */
  kindName: string;
  clause: string;
  quote: string;
  /** 份号 and 密级, where there are any. */
  copyNumber: string | null;
  secrecy: string | null;
  urgency: string | null;
  /** False of a form and of a 公示: they take no number and have no head. */
  numbered: boolean;
  /** 发文机关标志. */
  mark: string;
  upward: boolean;
  title: string;
  /** Names and words of the campaign, which no title is broken within. */
  names: readonly string[];
  /** 主送机关. */
  addressees: readonly string[];
  body: readonly DocumentParagraph[];
  attachments: readonly DocumentAttachment[];
  /** 发文机关署名. */
  issuer: string;
  /** 附注, without its brackets. */
  note: string | null;
  /** 抄送机关. */
  copyTo: readonly string[];
  /** 印发机关. */
  printedBy: string;
  /** The document this one corrects. */
  corrects: { id: string; number: string | null; title: string } | null;
  /** Of an issued public notice: its first day, 'YYYY-MM-DD', and its end, exclusive. */
  period: { beginsOn: string; dueAt: string } | null;
  /** Of an invented campaign: 示例 stands on every page. */
  sample: boolean;
};

export type DocumentContent = DraftContent & {
  /** Version of this shape: frozen documents keep theirs. */
  schema: 1;
  /** '某组发〔2027〕1号'; null for forms without a number. */
  number: string | null;
  /** 签发人, of an upward document. */
  signatory: string | null;
  /** 成文日期 and 印发日期: '2017年5月20日'. */
  issueDate: string;
  printDate: string;
  /** Not issued: 草稿 stands on every page. */
  draft?: true;
  /** The last checkpoint of the logs before it was issued; null while there is none. */
  checkpoint: CheckpointName | null;
};

/** 〔 and 〕 are 六角括号, U+3014 and U+3015; the serial has no 第 and no leading zeros. */
export const inNumber = ({ code, year, serial }: DocumentNumber): string =>
  `${code}〔${year}〕${serial}号`;
