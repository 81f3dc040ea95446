// The notices of a plan: every one that is sent is there and asks for what it is told.

import { TEMPLATES } from '../../../machines/notice/templates.ts';
import { templateFaults } from '../notice/notices.ts';
import { type Fault, fault, pointer } from '../plan/fault.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { isRuleOf, unknownClause } from './clause-references.ts';
import type { Sound } from './shape.ts';

/** Every fault of the templates of notices. */
export function noticeFaults({ notices = {}, clauses = {} }: Sound<Plan>): Fault[] {
  const missing = Object.keys(TEMPLATES).filter((name) => !Object.hasOwn(notices, name));
  return [
    ...missing.map((name) =>
      fault(`/notices/${name}`, '缺少这一通知的文本，系统会发出它', 'is missing: it is sent'),
    ),
    ...Object.entries(notices).flatMap(([template, notice]) => {
      if (notice === undefined) return [];
      const path = `/notices/${pointer(template)}`;
      const { clause } = notice;
      return [
        ...(clause !== undefined && isRuleOf(clauses, clause)
          ? []
          : unknownClause(clauses, clause, `${path}/clause`)),
        ...templateFaults(template, notice).map(({ part, message }) => ({
          path: `${path}/${part}`,
          message,
        })),
      ];
    }),
  ];
}
