// The file with the signature of an application belongs to a unit, which its guard must know (R62).

import type { CandidateFacts } from '../../../machines/candidate/events.ts';
import type { FilePlaces } from '../../db/record/record-facts.ts';
import { lockUsedFiles } from '../../db/record/record-facts.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, SourcesOf } from '../kernel/facts.ts';
import type { Reference } from '../kernel/reference.ts';

type Signature = CandidateFacts['signature'];

type Signing = { signatureFileId?: string; application?: { signatureFileId?: string } };
const fileOf = ({ event }: Ask): string | undefined =>
  (event as Signing).signatureFileId ?? (event as Signing).application?.signatureFileId;

const loadSignatures: FactLoader<'signature'> = async (world, wants) => {
  const { tx, campaignId, reference } = world;
  const ids = [...new Set(wants('signature').flatMap((ask) => fileOf(ask) ?? []))];
  const rows = ids.length === 0 ? [] : await lockUsedFiles(tx, campaignId, ids);
  const files = new Map(rows.map((row) => [row.id, row]));
  return { signature: (ask) => signatureOf(reference, ask, files) };
};

export const applicationFacts: SourcesOf<'signature'> = { signature: loadSignatures };

const DIVISIONS: readonly string[] = ['COUNTY', 'TOWNSHIP', 'VILLAGE', 'BASE'];

/**
 * The signed page must be of the unit that applies: the candidate's own or one of its own bodies, or the one
 * in whose name the applicant acts.
 */
function signatureOf(
  { directory }: Reference,
  ask: Ask,
  files: ReadonlyMap<string, FilePlaces>,
): Signature {
  const { draft, principal } = ask;
  const applicants = contextOf(draft, 'candidate').applicants;
  const acting = (principal?.grants ?? [])
    .filter(({ role, reach }) => applicants.includes(role) && draft.path.startsWith(reach))
    .map(({ organisationId }) => organisationId);
  const bodies = (directory.childrenOf.get(draft.organisationId) ?? [])
    .filter(({ kind }) => !DIVISIONS.includes(kind))
    .map(({ id }) => id);
  const owners = [...new Set([draft.organisationId, ...bodies, ...acting])];
  const id = fileOf(ask);
  const file = id === undefined ? undefined : files.get(id);
  const isOwn = file !== undefined && owners.includes(file.organisationId);
  // The caller may not learn the owner of another unit's file.
  return { unit: isOwn ? file.organisationId : null, isOwn, owners };
}
