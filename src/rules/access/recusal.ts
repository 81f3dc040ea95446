// 回避 (R61) at every access: what is kept from somebody who reads only to assess. The same as
// migrations/0014_recusal.sql says of rows; the two are held together by a test.

/** An avoided place, with everything below it, or only the candidates that stand at exactly it. */
export type Avoided = { campaign_id: string; path: string; whole: boolean };

/** Of one reader: what they read by another role, and what they stay away from. */
export type Recusal = { others: readonly string[]; avoided: readonly Avoided[] };

/** How far somebody reads, and what of it is kept from them; null when nothing is. */
export type Reading = { reaches: readonly string[]; recusal: Recusal | null };

/**
 * True when what lies at this place and is about that one is kept from this reader. `campaignId` null: whatever campaign
 * it is that keeps them away.
 */
export const keptFrom = (
  recusal: Recusal | null,
  campaignId: string | null,
  { lies, about, isCandidate }: { lies: string; about: string; isCandidate: boolean },
): boolean =>
  recusal !== null &&
  !recusal.others.some((other) => lies.startsWith(other)) &&
  recusal.avoided.some(
    (avoided) =>
      (campaignId === null || avoided.campaign_id === campaignId) &&
      (avoided.whole ? about.startsWith(avoided.path) : isCandidate && about === avoided.path),
  );
