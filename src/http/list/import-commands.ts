import { standingInWords } from '../../rules/words/states.ts';
// Lists whose rows are commands of one campaign, done together; refusals are reported by row and cell.

import type { Measurement } from '../../../machines/kit/requirement.ts';
import type { Command } from '../../command/kernel/command.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Principal } from '../../rules/access/access.ts';
import { endInWords } from '../../rules/county/lives.ts';
import type { CellFault, Table } from '../../rules/list/table.ts';
import { inOrder } from '../../rules/list/table.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import { cite } from '../../rules/plan/citations.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { inPlansWords, rolesInWords } from '../../rules/plan/titles.ts';
import type { Undone } from '../kernel/outcomes.ts';
import type { Text } from '../kernel/problem-catalog.ts';
import { describeRequirement, namesIn } from '../kernel/requirements.ts';
import type { Service } from '../kernel/service.ts';
import type { Carried, UnmetAtRow } from './imports.ts';

/**
 * The most rows of such a list. All of them are one transaction, which holds its locks to its end:
 * 2,000 rows take 4 to 8 s on two cores that others load too (docs/exchange.md).
 */
export const IMPORT_COMMANDS_MAX = 2_000;
const UNMET_TOLD_MAX = 100;

/** A command with the cells it came from. */
export type RowCommand = {
  /** The row that faults of the command as a whole are reported at. */
  row: number;
  command: Omit<Command, 'campaignId' | 'principal'>;
};

/** The cells that a requirement is about; the first one is in the command's own row. */
export type CellsOf = (
  index: number,
  measurement: Pick<Measurement, 'name' | 'actual'> | null,
) => readonly { row: number; column: string }[];

type Commanded = {
  service: Service;
  tx: Tx;
  plan: Plan;
  campaignId: string;
  principal: Principal;
  table: Table;
  rows: readonly RowCommand[];
  cellsOf: CellsOf;
};

/** Performs all commands in `tx`. The caller rolls back when there are faults. */
export async function carryOutRows({
  service,
  tx,
  plan,
  campaignId,
  principal,
  table,
  rows,
  cellsOf,
}: Commanded): Promise<Omit<Carried, 'counts'>> {
  const commands = rows.map(({ command }) => ({ ...command, campaignId, principal }));
  const outcomes = await service.performer.performTogether(tx, campaignId, commands);
  const faults: CellFault[] = [];
  const warnings: CellFault[] = [];
  const unmet: UnmetAtRow[] = [];
  const names = await namesIn(
    service,
    outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? outcome.unmet : [])),
  );
  const tell = (into: CellFault[], index: number, text: Text, measurement: Measurement | null) => {
    const clause = measurement === null ? null : cite(plan, measurement.clause).clause;
    for (const { row, column } of cellsOf(index, measurement)) {
      const fault = table.fault(row, column, text);
      into.push({ ...fault, clause: clause ?? measurement?.clause ?? null });
    }
  };
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind === 'done' || outcome.kind === 'repeated') {
      for (const one of outcome.answer.body.warnings) {
        tell(warnings, index, inPlansWords(plan, one), one);
      }
    } else if (outcome.kind === 'refused') {
      for (const one of outcome.unmet) {
        tell(faults, index, inPlansWords(plan, one), one);
        unmet.push({
          ...describeRequirement(planFor(plan, outcome.category), one, names),
          row: rows[index]?.row,
        });
      }
    } else {
      tell(faults, index, wordsOf(plan, outcome), null);
    }
  }
  return {
    faults: inOrder(faults),
    warnings: inOrder(warnings),
    unmet: unmet.slice(0, UNMET_TOLD_MAX),
  };
}

function wordsOf(plan: Plan, outcome: Exclude<Undone, { kind: 'refused' }>): Text {
  switch (outcome.kind) {
    case 'out-of-state': {
      const { zh, en } = standingInWords(plan, outcome);
      return {
        zh: `现为“${zh}”，不能办理这一事项`,
        en: `it is “${en}”, which does not take this`,
      };
    }
    case 'forbidden': {
      const { zh, en } = rolesInWords(plan, outcome.roles);
      return {
        zh: `须由以下角色在其管辖范围内办理：${zh}`,
        en: `it takes one of these roles, held over this place: ${en}`,
      };
    }
    case 'invalid':
      return {
        zh: outcome.faults.map(({ zh }) => zh).join('；'),
        en: outcome.faults.map(({ en }) => en).join('; '),
      };
    case 'duplicate':
      return { zh: '同一类别中已经登记', en: 'is registered in this category already' };
    case 'unit-ended':
      return endInWords(outcome.name, outcome, outcome.successors);
    case 'unknown-subject':
      return {
        zh: '没有这一对象，或不在您的管辖范围',
        en: 'is not there, or not within your reach',
      };
    case 'unknown-version':
      return {
        zh: `属于 ${outcome.machine} 第 ${outcome.version} 版，须由已升级的进程办理`,
        en: `is of ${outcome.machine} version ${outcome.version}: a process that was upgraded can do it`,
      };
    case 'stale-revision':
    case 'key-reused':
    case 'stale-timer':
      throw new Error(`a row of a list came to ${outcome.kind}`);
    default: {
      const never: never = outcome;
      throw new Error(`unknown outcome ${JSON.stringify(never)}`);
    }
  }
}

/** The fault of the first row beyond the limit; null for a list within it. */
export function tooManyRows(table: Table, column: string): CellFault | null {
  const beyond = table.rows[IMPORT_COMMANDS_MAX];
  if (beyond === undefined) return null;
  const zh = `一次至多 ${IMPORT_COMMANDS_MAX} 行，请分批导入`;
  return table.fault(beyond.row, column, { zh, en: `at most ${IMPORT_COMMANDS_MAX} rows at once` });
}
