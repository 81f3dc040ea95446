// A watched performer can be stopped from outside, and its failures are noted.

import type { Performer } from './batches.ts';

type Watch = {
  /** The error with which every command is refused now; null while commands may be written. */
  refusal: () => Error | null;
  /** Called with the error of a command, after all retries. */
  noteFault: (error: unknown) => void;
};

export function watched(performer: Performer, { refusal, noteFault }: Watch): Performer {
  const watch = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const refused = refusal();
    if (refused !== null) throw refused;
    try {
      return await work();
    } catch (error) {
      noteFault(error);
      throw error;
    }
  };
  return {
    ...performer,
    perform: (command) => watch(() => performer.perform(command)),
    performAll: (commands) => watch(() => performer.performAll(commands)),
    administer: (work) => watch(() => performer.administer(work)),
  };
}
