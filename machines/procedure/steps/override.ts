// An open rectification blocks (Q11). Two officers may override that where a step allows it.

import { notify, on } from '../../candidate/chart.ts';
import {
  approvedByAnother,
  keepApproval,
  keepRequest,
  overrideReason,
} from '../../kit/override.ts';
import { requires } from '../../kit/requirement.ts';
import type { Row } from '../part.ts';

export const overriding = (clause: string) => ({
  'request-override': {
    actions: [
      on('request-override', keepRequest),
      notify('override-requested', ['county-department'], overrideReason),
    ],
  },
  'approve-override': {
    guard: requires(approvedByAnother(clause)),
    actions: on('approve-override', keepApproval),
  },
});

export const OVERRIDE_ROWS: readonly Row[] = [
  { event: 'request-override', by: ['county-office'] },
  { event: 'approve-override', by: ['county-office', 'county-department'] },
];
