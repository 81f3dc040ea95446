// The people of a simulation, and the view on which they choose.

import type { MachineName } from '../../machines/catalog.ts';
import { stageOf, stateOf } from '../../machines/kit/step.ts';
import type { Command } from '../../src/command/kernel/command.ts';
import type { Principal } from '../../src/rules/access/access.ts';
import { ROLES } from '../../src/rules/plan/schema-terms.ts';
import { unitPath } from '../support/units.ts';
import { COUNTY, PEOPLE } from './county.ts';
import type { Known, Seen } from './invariants.ts';

export type Random = () => number;
export type Event = Command['event'];

/** A person who holds every role everywhere. */
export const person = (index: number): Principal => {
  const { id, name } = PEOPLE[index % PEOPLE.length] as (typeof PEOPLE)[number];
  const grants = ROLES.map((role) => ({ role, organisationId: '', reach: '/' }));
  return { id, name, grants, credential: `key:${id}` };
};

/** A person with one role over the county, for tasks in which many would stand in each other's way. */
export const officer = (role: Principal['grants'][number]['role'], index: number): Principal => ({
  ...person(index),
  grants: [{ role, organisationId: COUNTY, reach: unitPath('6102', '610222') }],
});

export type Situation = {
  seed: number;
  campaignId: string;
  seen: Seen;
  random: Random;
  /** The campaign may come to its end, and with it the run to its rest. */
  mayEnd: boolean;
  newId: () => string;
  /** Sites of the county, with the paths they lie at. */
  sites: readonly { id: string; path: string }[];
  /** The successor of each unit that has ended. */
  successors: ReadonlyMap<string, string>;
};

export type Wish = Pick<Command, 'subjectId' | 'event' | 'principal'> & Partial<Command>;

export const choose = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item;

export const inState = ({ seen }: Situation, machine: MachineName, state?: RegExp): Known[] =>
  [...seen.subjects.values()].filter(
    (one) =>
      one.release.name === machine &&
      (state === undefined ||
        state.test(`${stageOf(one.instance.value)}/${stateOf(one.instance.value)}`)),
  );

export const id = (index: number): string => person(index).id;

export const later = (a: string, b: string): string => (a > b ? a : b);
