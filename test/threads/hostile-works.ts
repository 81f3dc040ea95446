// Works that do what hostile content would: hold the thread, eat its memory, end it.

import { serve } from '../../src/threads/serve.ts';

export const hostileWorks = {
  add: (a: number, b: number) => a + b,
  fail: () => {
    throw new RangeError('it cannot be done');
  },
  loop: () => {
    for (;;);
  },
  devour: () => {
    const kept: string[] = [];
    for (let index = 0; ; index += 1) kept.push(`${index}`.repeat(100));
  },
  exit: () => process.exit(3),
  rest: (ms: number) => new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms)),
  unclonable: () => () => 1,
};

serve(hostileWorks);
