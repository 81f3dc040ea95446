// The categories of a plan: each name once, and parties, places and points that agree.

import { type Fault, fault } from '../plan/fault.ts';
import type { Category, Plan } from '../plan/plan-schema.ts';
import { provenanceFaults } from './clause-references.ts';
import { criterionFaults } from './criterion-references.ts';
import { limitFaults } from './limit-references.ts';
import { officeFaults } from './office-references.ts';
import { sheetFaults } from './score-sheet-references.ts';
import type { Sound } from './shape.ts';

/** Every fault of the categories, their criteria among them. */
export function categoryFaults(plan: Sound<Plan>): Fault[] {
  const { categories = [], clauses = {} } = plan;
  const faults: Fault[] = [];
  const seen = new Map<string, string>();
  const once = (value: string | undefined, path: string) => {
    if (value === undefined) return;
    const first = seen.get(value);
    if (first === undefined) seen.set(value, path);
    else {
      faults.push(fault(path, `${value} 已用于 ${first}`, `${value} is already taken by ${first}`));
    }
  };
  categories.forEach((category, index) => {
    if (category === undefined) return;
    const path = `/categories/${index}`;
    once(category.code, `${path}/code`);
    once(category.name, `${path}/name`);
    category.aliases?.forEach((alias, at) => {
      once(alias, `${path}/aliases/${at}`);
    });
    category.criteria?.forEach((criterion, at) => {
      if (criterion === undefined) return;
      once(criterion.id, `${path}/criteria/${at}/id`);
      faults.push(...criterionFaults(plan, category, criterion, `${path}/criteria/${at}`));
    });
    faults.push(...trackFaults(category, path));
    faults.push(...limitFaults(category, path));
    faults.push(...officeFaults(category, path));
    for (const [stream, sheet] of Object.entries(category.scoreSheets ?? {})) {
      if (sheet === undefined) continue;
      faults.push(...sheetFaults(sheet, clauses, `${path}/scoreSheets/${stream}`));
    }
    faults.push(...provenanceFaults(category.provenance, clauses, `${path}/provenance`));
  });
  return faults;
}

function trackFaults({ track, subject }: Sound<Category>, path: string): Fault[] {
  const isTold = track !== undefined && subject !== undefined && subject !== 'household';
  if (isTold && (track === 'APPRAISE') !== (subject === 'person')) {
    return [
      fault(
        `${path}/track`,
        '单位为创建（CREATE），个人为评选（APPRAISE）（R5）',
        'units are created (CREATE) and persons appraised (APPRAISE) (R5)',
      ),
    ];
  }
  return [];
}
