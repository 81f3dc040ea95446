// Events, with the facts that were known when they happened.

export type By = { principalId: string; roles: readonly string[] };

/** `at` is RFC 3339; the log keeps it with the sender `by` and the `facts` that were loaded. */
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

/** A fact of this event. A missing fact is a bug of the loader, never a zero. */
export function factOf<Facts, Name extends keyof Facts & string>(
  { type, facts }: { type: string; facts: Partial<Facts> },
  name: Name,
): Facts[Name] {
  const value: Facts[Name] | undefined = facts[name];
  if (value === undefined) throw new Error(`fact ${name} was not loaded for ${type}`);
  return value;
}
