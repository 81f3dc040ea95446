// What is done in threads: everything whose cost a client's content decides. Values go over as clones,
// so what is refused is a value, too.

import { renderDocx } from '../documents/docx.ts';
import { renderHtml } from '../documents/html.ts';
import { renderXlsx } from '../documents/xlsx.ts';
import { csvOfXlsx, UnreadableWorkbook } from '../documents/xlsx-reader.ts';
import { takeIn } from '../files/content.ts';
import { readCells } from '../rules/list/csv.ts';
import { factColumn } from '../rules/list/csv-sites.ts';
import type { TextRead } from '../rules/plan/json-text.ts';
import { readYaml } from '../rules/plan/yaml-text.ts';
import type { Fault, Plan } from '../rules/plan-check/plan.ts';
import { validatePlan } from '../rules/plan-check/plan.ts';

// A clone of a buffer arrives as plain bytes.
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** Faults of a plan that are told at once: more than anybody mends before trying again. */
export const PLAN_FAULTS_MAX = 500;

/** Whose further columns a list may have. */
export type FurtherColumns = 'site-facts' | 'none';

export const works = {
  takeIn: (content: Uint8Array) => takeIn(bufferOf(content)),
  readYaml,
  readWorkbook: async (content: Uint8Array): Promise<TextRead> => {
    try {
      return { value: await csvOfXlsx(content) };
    } catch (error) {
      if (!(error instanceof UnreadableWorkbook)) throw error;
      return { fault: { zh: error.zh, en: error.message } };
    }
  },
  readCells: (text: string, columns: Parameters<typeof readCells>[1], further: FurtherColumns) =>
    readCells(text, columns, further === 'site-facts' ? factColumn : undefined),
  validatePlan: (body: unknown): { plan: Plan } | { faults: Fault[]; count: number } => {
    const checked = validatePlan(body);
    if ('plan' in checked) return checked;
    return { faults: checked.faults.slice(0, PLAN_FAULTS_MAX), count: checked.faults.length };
  },
  renderXlsx,
  renderDocx,
  renderHtml,
};

export type Works = typeof works;
