// The parts of a chart: changes of context, effects and notices, typed by context and events.

import type { MachineContext } from 'xstate';
import { assign } from 'xstate';
import type { EffectType, ParamsOf } from './effects.ts';
import type { Addressee } from './kit/effect.ts';
import type { EventOf } from './kit/event.ts';
import type { Notify } from './notice/effects.ts';
import type { TemplateName } from './notice/templates.ts';

export function chartParts<Context extends MachineContext, Event extends { type: string }>() {
  type Args<Type extends Event['type'] = Event['type']> = {
    context: Context;
    event: EventOf<Event, Type>;
  };

  const isOneOf = <Type extends Event['type']>(
    event: Event,
    types: readonly Type[],
  ): event is EventOf<Event, Type> => types.some((type) => type === event.type);

  /** Reads what only these events carry. Throws when the step is made by another event. */
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

  const say = <Type extends EffectType>(
    type: Type,
    params: (args: { context: Context; event: Event }) => ParamsOf<Type>,
  ) => ({ type, params });

  return {
    by,
    say,
    /** An effect that only these events have. */
    sayOn: <Type extends Event['type'], Said extends EffectType>(
      types: Type | readonly Type[],
      said: Said,
      params: (args: Args<Type>) => ParamsOf<Said>,
    ) => say(said, by(types, params)),
    /** A notice about the step; `params` fill its text. */
    notify: (
      template: TemplateName,
      to: readonly Addressee[],
      params: (args: {
        context: Context;
        event: Event;
      }) => NonNullable<Notify['params']> = () => ({}),
    ) => say('notify', (args) => ({ template, to, params: params(args) })),
    /** A change of context that only these events make. */
    on: <Type extends Event['type']>(
      types: Type | readonly Type[],
      change: (args: Args<Type>) => Partial<Context>,
    ) => assign<Context, Event, undefined, Event, never>(by(types, change)),
  };
}
