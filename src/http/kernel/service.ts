// The parts of the service that routes use: reads go to the pool, writes through the performer.

import type pg from 'pg';
import type { MachineName } from '../../../machines/catalog.ts';
import type { Performer } from '../../command/kernel/batches.ts';
import type { Cache } from '../../command/kernel/perform.ts';
import type { Place } from '../../db/kernel/places.ts';
import type { Printer } from '../../documents/printer.ts';
import type { Entropy } from '../../entropy.ts';
import type { FileStore } from '../../files/store.ts';
import type { Principal } from '../../rules/access/access.ts';
import type { Vault } from '../../sealing/vault.ts';
import type { Threads } from '../../threads/pool.ts';
import type { Works } from '../../threads/works.ts';
import type { App } from './app.ts';
import type { Text } from './problem-catalog.ts';

export type Service = {
  /** What routes read by: a GET with the reader's rights, every other request with the app's. */
  pool: pg.Pool;
  /** The app's pool, for what a GET has to know beyond its caller's reach; taken by `beyondReach` alone. */
  unwalled: pg.Pool;
  performer: Performer;
  cache: Cache;
  files: FileStore;
  entropy: Entropy;
  vault: Vault;
  /** The longest that a key lives. */
  keyDaysMax: number;
  threads: Threads<Works>;
  /** What makes PDF of documents; null where LibreOffice is not installed. */
  printer: Printer | null;
  subjects: SubjectResources;
};

/** The rules of a machine's subjects that the kernel needs. */
export type SubjectResource = {
  /** The name of one of its subjects in answers about something else. */
  words: Text;
  /** The names of the operations that its commands begin, by kind. */
  operations?: { readonly [kind: string]: Text };
  /** True when the principal may know of subjects at this place. */
  isKnownTo: (principal: Principal, path: string) => boolean;
  /** Throws 404 when this subject is hidden from a principal who may know of its place. */
  assertVisible: (
    service: Service,
    principal: Principal,
    place: Place,
    id: string,
  ) => Promise<unknown>;
  addRoutes: (app: App, service: Service) => void;
};

/** A machine without its resource does not compile. */
export type SubjectResources = { readonly [Name in MachineName]: SubjectResource };
