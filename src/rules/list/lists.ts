// The lists that are imported, each with its columns.

import { ASSIGNMENT_COLUMNS } from './assignments.ts';
import { CANDIDATE_COLUMNS } from './candidates.ts';
import { DIVISION_COLUMNS, DIVISION_ROWS_MAX } from './divisions.ts';
import { ORGANISATION_COLUMNS } from './organisations.ts';
import { ROSTER_COLUMNS } from './rosters.ts';
import { SCORE_COLUMNS } from './scores.ts';
import { factColumn, SITE_COLUMNS } from './sites.ts';
import type { ListForm } from './table.ts';

export type ListName =
  | 'assignments'
  | 'candidates'
  | 'divisions'
  | 'organisations'
  | 'rosters'
  | 'scores'
  | 'sites';

export const LISTS: { readonly [Name in ListName]: ListForm } = {
  assignments: { columns: ASSIGNMENT_COLUMNS },
  candidates: { columns: CANDIDATE_COLUMNS },
  divisions: { columns: DIVISION_COLUMNS, rowsMax: DIVISION_ROWS_MAX },
  organisations: { columns: ORGANISATION_COLUMNS },
  rosters: { columns: ROSTER_COLUMNS },
  scores: { columns: SCORE_COLUMNS },
  sites: { columns: SITE_COLUMNS, furtherColumn: factColumn },
};
