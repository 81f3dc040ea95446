// Schemas of events are held to the machine's own types: what does not fit does not compile.

type Told = { type: string };
// The server adds these; `id` names the record that an event leaves.
type Payload<Known extends Told, Type> = Omit<
  Extract<Known, { type: Type }>,
  'at' | 'by' | 'facts' | 'id'
>;

/** The events of `Known` that have no schema among `Sent`, or one of another shape; never if none. */
export type Misfit<Sent extends Told, Known extends Told> = {
  [Type in Known['type']]: Extract<Sent, { type: Type }> extends Payload<Known, Type>
    ? [Extract<Sent, { type: Type }>] extends [never]
      ? Type
      : never
    : Type;
}[Known['type']];
