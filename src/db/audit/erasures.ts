// What an erasure finds, takes and masks. It is the owner's work: no log-in of the service may do it.

import type { PersonalPart } from '../../rules/audit/personal.ts';
import { comparableName } from '../../rules/candidate/personal-name.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

export type FoundPart = {
  campaignId: string;
  subjectId: string;
  machine: string;
  sequence: number;
  type: string;
  at: string;
  part: PersonalPart;
};

const FIND_PARTS = statement(
  'find-personal-parts',
  `
    with own as (
      select p.campaign_id, p.subject_id, p.sequence, p.personal, s.parent_id
        from event_personal p
        join subject s on s.campaign_id = p.campaign_id and s.id = p.subject_id
       where ($1::uuid is null or s.id = $1 or s.parent_id = $1)
         and ($2::text[] is null or exists (
               select from jsonb_each_text(p.personal) t, unnest($2) spelling (name)
                where strpos(t.value, spelling.name) > 0))
    ), told as (
      select o.campaign_id, o.parent_id, array_agg(t.value) as texts
        from own o cross join jsonb_each_text(o.personal) t
       where o.parent_id is not null and length(t.value) > 1
       group by o.campaign_id, o.parent_id
    ), found as (
      select campaign_id, subject_id, sequence from own
      union
      select p.campaign_id, p.subject_id, p.sequence
        from told
        join event_personal p on p.campaign_id = told.campaign_id and p.subject_id = told.parent_id
       where exists (select from jsonb_each_text(p.personal) t where t.value = any (told.texts))
    )
    select campaign_id as "campaignId", subject_id as "subjectId", s.machine, sequence, e.type, e.at,
           p.personal as part
      from found
      join event_personal p using (campaign_id, subject_id, sequence)
      join event e using (campaign_id, subject_id, sequence)
      join subject s using (campaign_id)
     where s.id = subject_id
     order by e.at, subject_id, sequence`,
);

/**
 * The personal parts of this subject and of what hangs on it, of those in which a spelling of the name stands, and what
 * the same words told the subject above; null leaves a condition out.
 */
export const findParts = (
  tx: Tx,
  subjectId: string | null,
  spellings: readonly string[] | null,
): Promise<FoundPart[]> => run(tx, FIND_PARTS, [subjectId, spellings]);

export type FoundCandidate = { campaignId: string; id: string; name: string; personName: string };

const FIND_CANDIDATES = statement(
  'find-persons',
  `
    select campaign_id as "campaignId", id, name, person_name as "personName" from candidate
     where person_name is not null and ($1::uuid is null or id = $1)
       and ($2::text is null or person_key = $2)
     order by id`,
);

/** The candidates that are this subject, of those that bear this name; null leaves a condition out. */
export const findPersons = (
  tx: Tx,
  subjectId: string | null,
  person: string | null,
): Promise<FoundCandidate[]> =>
  run(tx, FIND_CANDIDATES, [subjectId, person === null ? null : comparableName(person)]);

const ERASE = statement('erase-personal', 'select erase_personal($1, $2, $3, $4, $5) as parts');

/** Two officers, ids of principals, and why they erase. */
export type Named = { by: string; second: string; reason: string };

/**
 * Deletes these parts, and those of the administrative log at these numbers; keeps who, why and of which events.
 * Throws 23514: `erased_by_two` unless two officers are named, `erased_is_closed` of an account in use.
 */
export async function deleteParts(
  tx: Tx,
  { by, second, reason }: Named,
  parts: readonly Pick<FoundPart, 'campaignId' | 'subjectId' | 'sequence'>[],
  acts: readonly number[] = [],
): Promise<number> {
  const events = parts.map(({ campaignId, subjectId, sequence }) => ({
    campaign_id: campaignId,
    subject_id: subjectId,
    sequence,
  }));
  const [row] = await run<{ parts: number }>(tx, ERASE, [
    by,
    second,
    reason,
    JSON.stringify(events),
    acts,
  ]);
  return row?.parts ?? 0;
}

const WITH_CHILDREN = statement(
  'find-with-children',
  'select campaign_id as "campaignId", id from subject where id = $1 or parent_id = $1',
);

/** This subject and those that hang on it. */
export const findWithChildren = (
  tx: Tx,
  subjectId: string | null,
): Promise<{ campaignId: string; id: string }[]> => run(tx, WITH_CHILDREN, [subjectId]);

const UPDATE_CONTEXT = statement(
  'update-erased-context',
  'update subject set context = $3 where campaign_id = $1 and id = $2',
);

export const updateContext = (tx: Tx, campaignId: string, id: string, context: object) =>
  run(tx, UPDATE_CONTEXT, [campaignId, id, JSON.stringify(context)]);

const UPDATE_PERSON = statement(
  'update-erased-person',
  `
    update candidate set name = $3, person_name = $3, person_key = $3, identity_digest = null
     where campaign_id = $1 and id = $2`,
);

export const updatePerson = (tx: Tx, { campaignId, id }: FoundCandidate, mask: string) =>
  run(tx, UPDATE_PERSON, [campaignId, id, mask]);

type Columns = { readonly [column: string]: 'json' | 'text' };

/** A table that repeats what events said; `where` is over `$1`, the campaign, and `$2`, the subjects about it. */
const copy = (table: string, columns: Columns, where: string) => {
  const names = Object.keys(columns);
  const texts = names.map((name) => `${name}::text`).join(', ');
  const masked = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
  return {
    table,
    columns,
    lock: statement(
      `lock-copies-${table}`,
      `
        select ctid::text as place, ${names.join(', ')} from ${table}
         where ${where}
           and exists (select from unnest($3::text[]) t where strpos(concat_ws(' ', ${texts}), t) > 0)
           for update`,
    ),
    update: statement(`mask-${table}`, `update ${table} set ${masked} where ctid = $1::tid`),
  };
};
export type Copy = ReturnType<typeof copy>;

const OF_SUBJECTS = 'campaign_id = $1 and subject_id = any ($2::uuid[])';
const OF_CAMPAIGN = 'campaign_id = $1 and $2::uuid[] is not null';

/** Answers that are kept for repeats; they belong to no campaign. */
export const ANSWERS: Copy = copy(
  'idempotency',
  { body: 'json' },
  '$1::uuid is not null and $2::uuid[] is not null',
);

export const COPIES: readonly Copy[] = [
  copy('record', { body: 'json', attributes: 'json', remark: 'text' }, OF_SUBJECTS),
  copy('notice', { title: 'text', body: 'text' }, OF_SUBJECTS),
  copy('ballot_roll', { name: 'text' }, 'campaign_id = $1 and round_id = any ($2::uuid[])'),
  copy(
    'document',
    { title: 'text', content: 'json', made_of: 'json' },
    `${OF_CAMPAIGN} and issued_at is null`,
  ),
  copy('conflict_of_interest', { reason: 'text', withdrawal_reason: 'text' }, OF_CAMPAIGN),
  copy('operation_item', { command: 'json', outcome: 'json' }, OF_CAMPAIGN),
  ANSWERS,
];

const FAMILY = statement(
  'find-families',
  `
    select s.id from subject s
     where s.campaign_id = $1
       and (s.id = any ($2) or s.parent_id = any ($2) or exists (
             select from subject c
              where c.campaign_id = $1 and c.id = any ($2) and c.parent_id = s.id))`,
);

/** These subjects, those they hang on and those that hang on them. */
export const findFamily = async (
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<string[]> =>
  (await run<{ id: string }>(tx, FAMILY, [campaignId, ids])).map(({ id }) => id);

/** The rows of a copy in which one of these texts stands, which the transaction holds from now on. */
export async function lockCopies(
  tx: Tx,
  { lock }: Copy,
  campaignId: string,
  family: readonly string[],
  texts: readonly string[],
): Promise<{ place: string; row: { [column: string]: unknown } }[]> {
  const asWritten = texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  const rows = await run<{ place: string }>(tx, lock, [campaignId, family, asWritten]);
  return rows.map(({ place, ...row }) => ({ place, row }));
}

/** Writes the columns of the row at this place, which the transaction holds. */
export async function updateCopy(
  tx: Tx,
  { columns, update }: Copy,
  place: string,
  row: { readonly [column: string]: unknown },
): Promise<void> {
  const values = Object.entries(columns).map(([name, type]) => {
    const value = row[name] ?? null;
    return type === 'json' && value !== null ? JSON.stringify(value) : value;
  });
  await run(tx, update, [place, ...values]);
}
