// The parts charts are made of: changes of context, effects and notices, typed by context and events.

import type { MachineContext } from 'xstate';
import { assign } from 'xstate';
import type { EffectType, ParamsOf } from './effects.ts';
import type { Addressee } from './kit/effect.ts';
import type { EventOf } from './kit/event.ts';
import type { Notify } from './notice/effects.ts';
import type { TemplateName } from './notice/templates.ts';

/** The parts of one machine's chart. */
export function chartParts<Context extends MachineContext, Event extends { type: string }>() {
  type Args<Type extends Event['type'] = Event['type']> = {
    context: Context;
    event: EventOf<Event, Type>;
  };

  const isOneOf = <Type extends Event['type']>(
    event: Event,
    types: readonly Type[],
  ): event is EventOf<Event, Type> => types.some((type) => type === event.type);

  /** What only these events know; asserts that the step is made by one of them. */
  const by =
    <Type extends Event['type'], Value>(
      types: Type | readonly Type[],
      read: (args: Args<Type>) => Value,
    ) =>
    ({ context, event }: { context: Context; event: Event }): Value => {
      const known = typeof types === 'string' ? [types] : types;
      if (!isOneOf(event, known)) throw new Error(`${event.type} is not ${known.join(', ')}`);
      return read({ context, event });
    };

  /** An effect of the step. */
  const say = <Type extends EffectType>(
    type: Type,
    params: (args: { context: Context; event: Event }) => ParamsOf<Type>,
  ) => ({ type, params });

  return {
    by,
    say,
    /** An effect of these events alone. */
    sayOn: <Type extends Event['type'], Said extends EffectType>(
      types: Type | readonly Type[],
      said: Said,
      params: (args: Args<Type>) => ParamsOf<Said>,
    ) => say(said, by(types, params)),
    /** A notice about the step, with what the step says in its texts. */
    notify: (
      template: TemplateName,
      to: readonly Addressee[],
      params: (args: {
        context: Context;
        event: Event;
      }) => NonNullable<Notify['params']> = () => ({}),
    ) => say('notify', (args) => ({ template, to, params: params(args) })),
    /** A change of context by these events alone. */
    on: <Type extends Event['type']>(
      types: Type | readonly Type[],
      change: (args: Args<Type>) => Partial<Context>,
    ) => assign<Context, Event, undefined, Event, never>(by(types, change)),
  };
}
