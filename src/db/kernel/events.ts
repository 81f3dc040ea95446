// The log of events, as it is read: each with its personal part put back, unless that was erased.

import { sql } from 'kysely';
import { type PersonalPart, putBack } from '../../rules/audit/personal.ts';
import type { KernelDatabase } from './tables.ts';

export type EventRow = Awaited<ReturnType<typeof listEvents>>[number];

/** A personal part with the digest that its link holds; salt (hexadecimal) and part are null once erased. */
type Sealed = { digest: string; salt: string | null; part: PersonalPart | null };

/** The events of a subject, the oldest first. */
export async function listEvents(
  db: KernelDatabase,
  filter: { campaignId: string; subjectId: string; after: number; limit: number },
) {
  const rows = await db
    .selectFrom('event')
    .leftJoin('event_personal as own', (join) =>
      join
        .onRef('own.campaign_id', '=', 'event.campaign_id')
        .onRef('own.subject_id', '=', 'event.subject_id')
        .onRef('own.sequence', '=', 'event.sequence'),
    )
    .select([
      'event.sequence',
      'event.type',
      'event.at',
      'event.principal_id as principalId',
      'event.roles',
      'event.credential',
      'event.payload',
      'event.facts',
      'event.stage',
      'event.state',
      'event.hash',
      'event.personal as digest',
      sql<string | null>`encode(own.salt, 'hex')`.as('salt'),
      'own.personal as part',
    ])
    .where('event.campaign_id', '=', filter.campaignId)
    .where('event.subject_id', '=', filter.subjectId)
    .where('event.sequence', '>', filter.after)
    .orderBy('event.sequence')
    .limit(filter.limit)
    .execute();
  return rows.map(({ payload, facts, digest, salt, part, ...row }) => {
    const sealed: Sealed | null = digest === null ? null : { digest, salt, part };
    return { ...row, ...putBack({ payload, facts }, part), personal: sealed };
  });
}
