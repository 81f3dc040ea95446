// The same many lives every time: what they come to is what a machine can come to.

import type { MachineName } from '../../machines/catalog.ts';
import type { Seen } from './walk.ts';
import { inputsFor, randomFrom, walk } from './walk.ts';

const LIVES: { readonly [Name in MachineName]?: number } = {
  campaign: 60,
  candidate: 60,
  rectification: 150,
  receipt: 20,
};
const LIVES_OF_OTHERS = 60;
const STEPS = 70;

/** `seen` looks at every step of every life, refused ones too, with what the life began with. */
export function explore(machine: MachineName, seen: (step: Seen, input: object) => void): void {
  const random = randomFrom(2017);
  const seeds = () => Array.from({ length: STEPS }, () => Math.floor(random() * 2 ** 31));
  for (const input of inputsFor(machine)) {
    for (let life = 0; life < (LIVES[machine] ?? LIVES_OF_OTHERS); life += 1)
      walk(machine, input, seeds(), (step) => seen(step, input));
  }
}
