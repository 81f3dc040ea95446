// The check that schemas of events fit the machine's own types: a misfit does not compile.

type Typed = { type: string };
// The server adds the fields left out here; `id` is that of the record an event leaves.
type Payload<Known extends Typed, Type> = Omit<
  Extract<Known, { type: Type }>,
  'at' | 'by' | 'facts' | 'id'
>;

/** The events of `Known` that have no schema among `Sent`, or one of another shape. */
type Misfit<Sent extends Typed, Known extends Typed> = {
  [Type in Known['type']]: Extract<Sent, { type: Type }> extends Payload<Known, Type>
    ? [Extract<Sent, { type: Type }>] extends [never]
      ? Type
      : never
    : Type;
}[Known['type']];

/** `true` when every event of `Known` has its schema among `Sent`; else the events that have none. */
export type Fit<Sent extends Typed, Known extends Typed> = [Misfit<Sent, Known>] extends [never]
  ? true
  : Misfit<Sent, Known>;
