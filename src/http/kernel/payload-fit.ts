// The check that schemas of events fit the machine's own types: a misfit does not compile.

type Told = { type: string };
// The server adds the fields left out here; `id` is that of the record an event leaves.
type Payload<Known extends Told, Type> = Omit<
  Extract<Known, { type: Type }>,
  'at' | 'by' | 'facts' | 'id'
>;

/** The events of `Known` that have no schema among `Sent`, or one of another shape. */
export type Misfit<Sent extends Told, Known extends Told> = {
  [Type in Known['type']]: Extract<Sent, { type: Type }> extends Payload<Known, Type>
    ? [Extract<Sent, { type: Type }>] extends [never]
      ? Type
      : never
    : Type;
}[Known['type']];
