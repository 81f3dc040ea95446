// Who may do what, and where: a principal holds roles at organisations, each reaching a subtree.

export type Role =
  | 'city-centre'
  | 'county-office'
  | 'county-department'
  | 'township-committee'
  | 'township-office'
  | 'village-organisation'
  | 'base'
  | 'assessor'
  | 'scheduler'
  | 'integrator'
  | 'auditor'
  | 'administrator';

/** `reach` is a prefix of organisation paths, '/6102/610222/' for a county and all below it. */
export type Grant = { role: Role; organisationId: string; reach: string };

export type Principal = { id: string; name: string; grants: Grant[] };
