// Effects are data: one transaction stores the state and the effects, or neither. This file holds the
// effects of all machines; each noun declares its own, and machines/effects.ts names them all.

/** An addressee by role and place in the tree; storing the step resolves it to organisations. */
export type Addressee =
  | 'responsible'
  | 'superior'
  | 'township-committee'
  | 'township-office'
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

/** A child of the present subject begins with `input` and takes `event`, in the same step. */
export type OpenSubject<Machine extends string> = {
  machine: Machine;
  /** The id of the child where something else bears it already; otherwise a new one. */
  id?: string;
  input: { readonly [name: string]: unknown };
  event: { type: string; readonly [name: string]: unknown };
};

/**
 * An event for the candidate of this subject, in the same transaction. When the candidate refuses or
 * does not know the event, the whole command is refused with the candidate's answer.
 */
export type TellParent = { event: { type: string; readonly [name: string]: unknown } };

/** An event for every live child of one machine, in the same transaction. */
export type TellChildren<Machine extends string> = {
  machine: Machine;
  event: { type: string; readonly [name: string]: unknown };
};

export type Actions = { readonly [type: string]: (_: never, params: never) => void };

/** The effects of these actions as a union by `type`. */
export type EffectOf<Of extends Actions> = {
  [Type in keyof Of & string]: { type: Type; params: Parameters<Of[Type]>[1] };
}[keyof Of & string];

/** An action that is only read from a step; running it is a bug of the caller. */
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
