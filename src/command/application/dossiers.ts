// Written applications are composed of dossiers, which are held while an application is frozen (R62).

import type { DeclaredChange } from '../../../machines/application/application.ts';
import { findDossiers } from '../../db/application/applications.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Dossier } from '../../rules/application/applications.ts';
import type { Ask } from '../kernel/fact-request.ts';

/** Gives the dossier of a candidate by the candidate's id. */
type Dossiers = (candidateId: string) => Dossier;

declare module '../kernel/locked-rows.ts' {
  interface HeldRows {
    dossiers: Dossiers;
  }
}

/** The dossiers of candidates that apply or correct; their records change only under the candidate's lock. */
export const loadDossiers = (
  { tx, campaignId }: { tx: Tx; campaignId: string },
  asks: readonly Ask[],
): Promise<Dossiers> =>
  findDossiers(
    tx,
    campaignId,
    asks.map(({ draft }) => draft.id),
    [...new Set(asks.flatMap(({ event }) => filesNamed(event)))],
  );

type Sent = { fileIds?: readonly string[]; signatureFileId?: string } & {
  application?: DeclaredChange;
};

/** The files that an application or its correction names. */
function filesNamed(event: object): string[] {
  const { application, ...own } = event as Sent;
  return [own, application ?? {}].flatMap(({ fileIds, signatureFileId }) => [
    ...(fileIds ?? []),
    ...(signatureFileId === undefined ? [] : [signatureFileId]),
  ]);
}
