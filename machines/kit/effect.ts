// Effects are data. The transaction that stores the state stores what they say, or neither. Here are
// those that any machine may have; each noun declares its own, and machines/effects.ts names them all.

/** To whom, by role and place in the tree; resolved to organisations when the step is stored. */
export type Addressee =
  | 'responsible'
  | 'superior'
  | 'township-committee'
  | 'every-township-committee'
  | 'county-office'
  | 'county-department'
  | 'city-centre';

export type ObligationLevel =
  | 'armed'
  | 'due-soon'
  | 'overdue'
  | 'escalated'
  | 'satisfied'
  | 'waived'
  | 'superseded';

export type ObligationKey = { kind: string; generation: number };

export type OpenObligation = ObligationKey & {
  clause: string;
  owner: Addressee;
  dueAt: string;
  provisional: boolean;
  calendarVersion: string;
};

export type RaiseObligation = ObligationKey & { level: 'due-soon' | 'overdue' | 'escalated' };

export type CloseObligation = ObligationKey & { outcome: 'satisfied' | 'waived' | 'superseded' };

/** A child of the present subject, begun with `input` and told `event` at once, in the same step. */
export type OpenSubject<Machine extends string> = {
  machine: Machine;
  /** Its id, where something else already bears it; a new one when nothing is said. */
  id?: string;
  input: { readonly [name: string]: unknown };
  event: { type: string; readonly [name: string]: unknown };
};

/**
 * An event the service tells the candidate this subject hangs on, in the same transaction. When the
 * candidate refuses or does not know it, the whole command is refused with what the candidate says.
 */
export type TellParent = { event: { type: string; readonly [name: string]: unknown } };

/** An event told to every live subject of a kind that hangs on this one, in the same transaction. */
export type TellChildren<Machine extends string> = {
  machine: Machine;
  event: { type: string; readonly [name: string]: unknown };
};

export type Actions = { readonly [type: string]: (_: never, params: never) => void };

/** The effects that these actions say, told apart by their type. */
export type EffectOf<Of extends Actions> = {
  [Type in keyof Of & string]: { type: Type; params: Parameters<Of[Type]>[1] };
}[keyof Of & string];

/** An action that is only ever read from a step; running it is a mistake of the caller. */
export const effect =
  <Params>() =>
  (_: unknown, __: Params): void => {
    throw new Error('effects are data: they are stored, never run');
  };

export const obligationEffects = {
  'open-obligation': effect<OpenObligation>(),
  'raise-obligation': effect<RaiseObligation>(),
  'close-obligation': effect<CloseObligation>(),
};
