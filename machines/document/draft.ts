// What a drafted document is made of: what its drafter chose, and what stood when it was drafted.

export type DraftChoices = {
  title?: string;
  text?: string;
  remark?: string;
  /** Organisations by id. */
  addressees: readonly string[];
  copyTo: readonly string[];
  category?: string;
  copyNumber?: string;
  secrecy?: string;
  urgency?: string;
  note?: string;
};

/** A table, or a form with its boxes, as documents have them. */
type Table =
  | {
      title: string;
      columns: readonly string[];
      rows: readonly (readonly string[])[];
    }
  | {
      title: string;
      shares: readonly number[];
      cells: readonly (readonly Cell[])[];
      smallPrint: string | null;
    };

type Cell = {
  text: string;
  isLabel?: true;
  columns?: number;
  rows?: number;
  lines?: number;
  foot?: string;
};

/** As it stood under the lock: with the choices and the plan it says every word of the draft. */
export type DraftMaterial = {
  campaignName: string;
  /** The organisation behind the issuer. */
  issuerName: string;
  /** The candidate it is about, after so many events of its log. */
  about: { id: string; revision: number; name: string | null; organisation: string } | null;
  category: string | null;
  corrects: { id: string; number: string | null; title: string } | null;
  /** 主送 and 抄送, as the document names them. */
  addressees: readonly string[];
  copyTo: readonly string[];
  tables: readonly Table[];
  /** Of a public notice or a decision: whom it names, and when every notice of the list ends. */
  list: { named: readonly string[]; authority: 'city' | 'county'; dueAt: string | null } | null;
  /** False of an application form for which nothing was applied with. */
  hasApplied: boolean;
};
