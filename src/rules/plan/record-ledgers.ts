// Ledgers (台账) of records; other ledgers list orders, applications and inspections.

export const RECORD_LEDGERS = [
  'plans',
  'mobilization',
  'meetings',
  'activities',
  'study',
  'problems',
  'faults',
  'trainings',
  'supervision',
  'archives',
  'cases',
  'exemplars',
  'good-practice',
  'publicity',
  'persons',
] as const;

export type RecordLedger = (typeof RECORD_LEDGERS)[number];
