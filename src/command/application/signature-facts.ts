// Whose the file is that shows the signature of an application (R62).

import type { CandidateFacts } from '../../../machines/candidate/events.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { FilePlaces } from '../../db/record/record-facts.ts';
import { lockUsedFiles } from '../../db/record/record-facts.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { Reference } from '../kernel/reference.ts';

type Signature = CandidateFacts['signature'];

type Signing = { signatureFileId?: string; application?: { signatureFileId?: string } };
const fileOf = ({ event }: Ask): string | undefined =>
  (event as Signing).signatureFileId ?? (event as Signing).application?.signatureFileId;

/** The fact of each ask; asks nothing of the database when no page is handed in. */
export async function loadSignatures(
  tx: Tx,
  campaignId: string,
  reference: Reference,
  asks: readonly Ask[],
): Promise<(ask: Ask) => Signature> {
  const ids = [...new Set(asks.flatMap((ask) => fileOf(ask) ?? []))];
  const rows = ids.length === 0 ? [] : await lockUsedFiles(tx, campaignId, ids);
  const files = new Map(rows.map((row) => [row.id, row]));
  return (ask) => signatureOf(reference, ask, files);
}

/**
 * The page is of the unit that applies: the candidate's own or one of its own bodies, or the one in
 * whose name the applicant acts.
 */
const DIVISIONS: readonly string[] = ['CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE', 'BASE'];

function signatureOf(
  { directory }: Reference,
  ask: Ask,
  files: ReadonlyMap<string, FilePlaces>,
): Signature {
  const { draft, principal } = ask;
  const applicants = draft.instance.context.applicants as readonly string[];
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
  // Whose a foreign file is, is not the caller's to know.
  return { unit: isOwn ? file.organisationId : null, isOwn, owners };
}
