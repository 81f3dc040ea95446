// The results of a simulation: its notices, its deadlines and the states of its subjects.

import type pg from 'pg';

type SimulatedNotice = {
  at: string;
  template: string;
  kind: string;
  clause: string;
  title: string;
  level: string | null;
  subject: string;
  organisationId: string;
  organisationKind: string;
};

type SimulatedDeadline = {
  subject: string;
  kind: string;
  generation: number;
  clause: string;
  organisationId: string;
  organisationKind: string;
  openedAt: string;
  dueAt: string;
  provisional: boolean;
  level: string;
  closedAt: string | null;
};

type SimulatedSubject = {
  key: string;
  machine: string;
  category: string | null;
  stage: string;
  state: string;
  status: string;
};

export type SimulatedRows = {
  notices: SimulatedNotice[];
  deadlines: SimulatedDeadline[];
  subjects: SimulatedSubject[];
};

const NOTICES = `
  select n.issued_at as at, n.template, n.kind, n.clause, n.title, n.level, n.subject_id as subject,
         n.organisation_id as "organisationId", o.kind as "organisationKind"
    from notice n join organisation o on o.id = n.organisation_id
   where n.campaign_id = $1`;
const DEADLINES = `
  select b.subject_id as subject, b.kind, b.generation, b.clause,
         b.organisation_id as "organisationId", o.kind as "organisationKind",
         b.opened_at as "openedAt", b.due_at as "dueAt", b.provisional, b.level,
         b.closed_at as "closedAt"
    from obligation b join organisation o on o.id = b.organisation_id
   where b.campaign_id = $1`;
const SUBJECTS = `
  select s.id as key, s.machine, c.category, s.stage, s.state, s.status
    from subject s
    left join candidate c on c.campaign_id = s.campaign_id and c.id = s.id
   where s.campaign_id = $1 and s.machine <> 'receipt'
   order by s.lock_rank, s.created_at, array_position($2::uuid[], s.id), s.id`;

/**
 * Sorts rows by their own content, not by id: subjects below a candidate get new ids each time, and the
 * same simulation has to give the same text.
 */
function inOrder<Row extends SimulatedNotice | SimulatedDeadline>(rows: Row[]): Row[] {
  const keyOf = (row: Row): string =>
    'at' in row
      ? [row.at, row.template, row.organisationId, row.subject, JSON.stringify(row)].join('\n')
      : [row.dueAt, row.kind, row.organisationId, row.subject, JSON.stringify(row)].join('\n');
  return rows
    .map((row) => [keyOf(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}

/** The rows of the session's own tables; subjects are named by their keys, others by machine. */
export async function findSimulated(
  pool: pg.Pool,
  campaignId: string,
  keys: ReadonlyMap<string, string>,
): Promise<SimulatedRows> {
  const read = async <Row extends pg.QueryResultRow>(
    text: string,
    ...more: unknown[]
  ): Promise<Row[]> => (await pool.query<Row>(text, [campaignId, ...more])).rows;
  const parents = new Map(
    (
      await read<{ id: string; parent: string | null; machine: string }>(
        'select id, parent_id as parent, machine from subject where campaign_id = $1',
      )
    ).map(({ id, parent, machine }) => [id, { parent, machine }]),
  );
  const named = (id: string): string => {
    const known = keys.get(id);
    if (known !== undefined) return known;
    const { parent = null, machine = id } = parents.get(id) ?? {};
    return parent === null ? machine : `${named(parent)}/${machine}`;
  };
  const byName = <Row extends { subject: string }>(row: Row): Row => ({
    ...row,
    subject: named(row.subject),
  });
  return {
    notices: inOrder((await read<SimulatedNotice>(NOTICES)).map(byName)),
    deadlines: inOrder((await read<SimulatedDeadline>(DEADLINES)).map(byName)),
    subjects: (await read<SimulatedSubject>(SUBJECTS, [...keys.keys()])).map((row) => ({
      ...row,
      key: named(row.key),
    })),
  };
}
