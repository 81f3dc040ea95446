// A county ready to act, below HTTP: the real organisations of Yijun, the plan, the calendar, a
// virtual clock, and a performer on a database of the test's own.

import { randomUUIDv7 } from 'node:crypto';
import type { Role } from '../../machines/kit/access.ts';
import { createPerformer, type Performer } from '../../src/command/kernel/batches.ts';
import { startVirtualClock } from '../../src/command/kernel/clock.ts';
import type { Command, Outcome } from '../../src/command/kernel/command.ts';
import type { Nouns } from '../../src/command/kernel/noun.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import type { NewSubject } from '../../src/command/new-subjects.ts';
import { nouns } from '../../src/command/nouns.ts';
import type { Principal } from '../../src/rules/access/access.ts';
import { SYSTEM } from '../../src/rules/access/access.ts';
import { createSeededDatabase, type TestDatabase } from './database.ts';
import { enrol } from './people.ts';
import { unit, unitPath } from './units.ts';

const COUNTY = unit('610222');
export const PENG = unit('610222101');
export const PENGCUN = unit('610222101203');

export type Scene = TestDatabase & {
  performer: Performer;
  campaignId: string;
  /** Another process on the same database: a performer and a cache of its own. */
  another: (nouns?: Nouns) => Performer;
  /** Makes the account of this person, with the roles they say they hold. */
  letIn: (principal: Principal) => Promise<void>;
  setClock: (instant: string) => Promise<void>;
  perform: (command: Partial<Command> & Pick<Command, 'subjectId' | 'event'>) => Promise<Outcome>;
  register: (candidate: Partial<Extract<NewSubject, { machine: 'candidate' }>>) => Promise<string>;
  query: <Row>(sql: string, ...values: unknown[]) => Promise<Row[]>;
};

const PATHS: { readonly [id: string]: string } = {
  [COUNTY]: unitPath('6102', '610222'),
  [PENG]: unitPath('6102', '610222', '610222101'),
  [PENGCUN]: unitPath('6102', '610222', '610222101', '610222101203'),
};

/** A new person at every call, with one role at a place of Yijun. */
export const somebody = (role: Role, organisationId = COUNTY, id = randomUUIDv7()): Principal => ({
  id,
  name: role,
  grants: [{ role, organisationId, reach: PATHS[organisationId] ?? unitPath('6102') }],
  credential: `key:${id}`,
});

export const office = somebody('county-office');
export const department = somebody('county-department');

/** Lets whoever sends a command in before it is performed, with the roles that the command says they hold. */
export function createDoor(performer: Performer): (principal: Principal) => Promise<void> {
  const inside = new Map<string, Promise<void>>([[SYSTEM.id, Promise.resolve()]]);
  const letIn = ({ id, name, grants }: Principal): Promise<void> =>
    performer.administer(async (tx) => {
      await enrol(tx, { id, name, grants });
    });
  return (principal) => {
    const entering = inside.get(principal.id) ?? letIn(principal);
    inside.set(principal.id, entering);
    return entering;
  };
}

const behind = (
  door: (principal: Principal) => Promise<void>,
  performer: Performer,
): Performer => ({
  ...performer,
  perform: async (command) => {
    await door(command.principal);
    return performer.perform(command);
  },
  performAll: async (commands) => {
    await Promise.all(commands.map(({ principal }) => door(principal)));
    return performer.performAll(commands);
  },
});

/** A campaign issued on 2017-05-20 at nine in the morning, in a seeded database. */
export async function openScene(seeded?: TestDatabase): Promise<Scene> {
  const database = seeded ?? (await createSeededDatabase());
  const { pool } = database;
  await startVirtualClock(pool, '2017-05-20T01:00:00Z');
  const bare = (own = nouns) => createPerformer(own, database.writers, createReferenceCache());
  const letIn = createDoor(bare());
  const another = (own?: Nouns) => behind(letIn, bare(own));
  const performer = another();
  const campaignId = randomUUIDv7();
  const scene: Scene = {
    ...database,
    performer,
    campaignId,
    another,
    letIn,
    setClock: async (instant) => {
      await pool.query('update virtual_clock set instant = $1', [instant]);
    },
    perform: (command) => performer.perform({ campaignId, principal: office, ...command }),
    register: async (candidate) => {
      const outcome = await performer.perform({
        campaignId,
        subjectId: randomUUIDv7(),
        create: {
          machine: 'candidate',
          category: 'DEMONSTRATION_TOWNSHIP',
          organisationId: PENG,
          name: null,
          personName: null,
          siteId: null,
          ...candidate,
        },
        event: { type: 'register' },
        principal: office,
      });
      if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
      return outcome.answer.body.id;
    },
    query: async (sql, ...values) => (await pool.query(sql, values)).rows as never,
  };
  await signDrafts(
    performer,
    await performer.perform({
      campaignId,
      subjectId: campaignId,
      create: { machine: 'campaign', planId: 'yijun-2017', planVersion: 1, name: '四创三评' },
      event: { type: 'draft' },
      principal: office,
    }),
  );
  return scene;
}

/** The department reviews and signs what this step has drafted. Throws when anything is refused. */
export async function signDrafts(
  performer: Pick<Performer, 'perform'>,
  outcome: Outcome,
  principal: Principal = department,
): Promise<void> {
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  const { campaignId, opened } = outcome.answer.body;
  for (const { id: subjectId } of opened.filter(({ kind }) => kind === 'document')) {
    for (const event of [{ type: 'review' }, { type: 'sign', signatory: '田永强' }]) {
      const signed = await performer.perform({ campaignId, subjectId, event, principal });
      if (signed.kind !== 'done') throw new Error(JSON.stringify(signed));
    }
  }
}

/** An inspection with a finding to put right within so many days; answers the order, which is issued. */
export async function inspect(scene: Scene, candidateId: string, days?: number): Promise<string> {
  const outcome = await scene.perform({
    subjectId: candidateId,
    event: {
      type: 'record-inspection',
      id: randomUUIDv7(),
      kind: 'FIELD_VISIT',
      occurredOn: '2017-05-20',
      inspectors: ['甲', '乙'],
      triggers: ['FORMALISM'],
      findings: ['登记册无记录'],
      ...(days === undefined ? {} : { rectificationDays: days }),
    },
  });
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  await signDrafts(scene.performer, outcome);
  return outcome.answer.body.opened.find(({ kind }) => kind === 'rectification')?.id ?? '';
}

/** A village that owes its rectification; answers the order, whose timers are due by June. */
export async function orderDue(scene: Scene): Promise<string> {
  const village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: PENGCUN,
  });
  return inspect(scene, village, 10);
}
