// What is told to a machine, and what was known of the world when it was told.

export type By = { principalId: string; roles: readonly string[] };

/** `at` is when it happens (RFC 3339), `facts` what was loaded for it; the log keeps both, and `by`. */
export type MachineEvent<Type extends string, Facts, Payload = unknown> = {
  type: Type;
  at: string;
  by: By;
  facts: Partial<Facts>;
} & Payload;

/** The events of these types among all that a machine knows. */
export type EventOf<Event extends { type: string }, Type extends Event['type']> = Extract<
  Event,
  { type: Type }
>;

/** A fact the loader owes this event; its absence is a bug, never a zero. */
export function factOf<Facts, Name extends keyof Facts & string>(
  { type, facts }: { type: string; facts: Partial<Facts> },
  name: Name,
): Facts[Name] {
  const value: Facts[Name] | undefined = facts[name];
  if (value === undefined) throw new Error(`fact ${name} was not loaded for ${type}`);
  return value;
}
