// Whether two registrations speak of one person (R63: nobody takes two places). No identity number is
// ever stored: whoever registers may hand in a digest of it, made with a secret of their own
// (HMAC-SHA-256), so that a leak of this database is no list of numbers to be guessed back.

export type Identity = { name: string; birthYear: number | null; digest: string | null };

/** `same`: one person · `alike`: one name, and nothing that tells them apart · `different`. */
export function likeness(a: Identity, b: Identity): 'same' | 'alike' | 'different' {
  if (a.digest !== null && b.digest !== null) return a.digest === b.digest ? 'same' : 'different';
  if (a.name !== b.name) return 'different';
  if (a.birthYear === null || b.birthYear === null) return 'alike';
  return a.birthYear === b.birthYear ? 'same' : 'different';
}
