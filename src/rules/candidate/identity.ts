// Compares two registrations to find one person in two places (R63). The service stores no identity
// numbers. The registering unit may hand in a digest made with a secret of its own (HMAC-SHA-256),
// so that nobody can guess the numbers back from a leaked database.

export type Identity = { name: string; birthYear: number | null; digest: string | null };

/** `same` is one person, `alike` is one name that nothing tells apart. */
export function likeness(a: Identity, b: Identity): 'same' | 'alike' | 'different' {
  if (a.digest !== null && b.digest !== null) return a.digest === b.digest ? 'same' : 'different';
  if (a.name !== b.name) return 'different';
  if (a.birthYear === null || b.birthYear === null) return 'alike';
  return a.birthYear === b.birthYear ? 'same' : 'different';
}
