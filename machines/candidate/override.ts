// An open rectification blocks (Q11). The county may override that where it submits upward and where
// it confers by itself.

import { approvedByAnother, keepApproval, keepRequest, overrideReason } from '../kit/override.ts';
import { requires } from '../kit/requirement.ts';
import { notify, on } from './chart.ts';

export const override = {
  'request-override': {
    actions: [
      on('request-override', keepRequest),
      notify('override-requested', ['county-department'], overrideReason),
    ],
  },
  'approve-override': {
    guard: requires(approvedByAnother('R63')),
    actions: on('approve-override', keepApproval),
  },
};
