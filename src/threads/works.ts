// The works done in threads: everything whose cost a client's content decides. Values go over as clones, so
// a refusal is a value, too.

import { renderDocx } from '../documents/docx.ts';
import { renderHtml } from '../documents/html.ts';
import { renderXlsx } from '../documents/xlsx.ts';
import { readXlsx, UnreadableWorkbook } from '../documents/xlsx-reader.ts';
import { drawThumbnail, takeIn } from '../files/content.ts';
import { planLibrary } from '../plan-library.ts';
import { LISTS, type ListName } from '../rules/list/lists.ts';
import { readCsv } from '../rules/list/records.ts';
import type { Records, TableData, Text } from '../rules/list/table.ts';
import { readTable, unreadableTable } from '../rules/list/table.ts';
import type { Plan } from '../rules/plan/plan-schema.ts';
import { readYaml } from '../rules/plan/yaml-text.ts';
import { type PlacedFault, readAndPlayPlan } from '../rules/plan-check/plan.ts';

// A clone of a buffer arrives as plain bytes.
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** The most faults of a plan that one answer lists: more than anybody mends before trying again. */
const PLAN_FAULTS_MAX = 500;

/** A list as a request brings it: CSV, a workbook, or the records of a JSON array. */
export type SentList = string | Uint8Array | Records;

export const works = {
  takeIn: (content: Uint8Array) => takeIn(bufferOf(content)),
  drawThumbnail: (content: Uint8Array) => drawThumbnail(bufferOf(content)),
  readYaml,
  /** `withHidden`: also the rows of a workbook that are hidden. */
  readTable: async (
    sent: SentList,
    name: ListName,
    withHidden: boolean,
  ): Promise<TableData | { fault: Text }> => {
    if (typeof sent === 'string') {
      const read = readCsv(sent, LISTS[name].rowsMax);
      if ('row' in read) return unreadableTable(read.row, read.text);
      return readTable(read.records, LISTS[name]);
    }
    if (!(sent instanceof Uint8Array)) return readTable(sent, LISTS[name]);
    try {
      const { records, hidden } = await readXlsx(sent, LISTS[name].rowsMax);
      return readTable(records, LISTS[name], hidden, withHidden);
    } catch (error) {
      if (!(error instanceof UnreadableWorkbook)) throw error;
      return { fault: { zh: error.zh, en: error.message } };
    }
  },
  /** `text` is the YAML that the body was, null for JSON. */
  readPlan: (
    body: unknown,
    text: string | null,
  ): { plan: Plan } | { faults: PlacedFault[]; count: number } => {
    const checked = readAndPlayPlan(body, planLibrary, text);
    if ('plan' in checked) return checked;
    return { faults: checked.faults.slice(0, PLAN_FAULTS_MAX), count: checked.faults.length };
  },
  renderXlsx,
  renderDocx,
  renderHtml,
};

export type Works = typeof works;
