// The one transaction takes these commands and gives one of these outcomes for each.

import type { MachineName } from '../../../machines/catalog.ts';
import type { Measurement } from '../../../machines/kit/requirement.ts';
import type { Principal } from '../../rules/access/access.ts';
import type { NewSubject } from '../new-subjects.ts';

export type Command = {
  campaignId: string;
  subjectId: string;
  create?: NewSubject;
  /** Type and payload; `at`, `by` and `facts` are added under the lock. */
  event: { type: string; readonly [name: string]: unknown };
  principal: Principal;
  /** The candidate the subject hangs on, where known; commands of one family go in different batches. */
  parentId?: string | null;
  /** The path of its place when that lies below the subject, as a site of the county. Access asks there. */
  place?: string;
  /** The caller's key and a hash of the request that came with it. */
  idempotency?: { key: string; requestHash: string };
  ifMatch?: number | '*';
  /**
   * The sealed content of a ballot urn, which effects need and no log may keep. It is part of no
   * event, answer or operation.
   */
  sealed?: string;
  /** Set by workers: the event is the timer's own and is told only while the timer is still there and due. */
  isTimer?: true;
  /** Set by workers: no caller waits for this command, so it goes behind the requests of those who wait. */
  isBackground?: true;
  /** The command only brings a candidate up to the campaign's phase; `event` is not told. */
  isCatchUp?: true;
};

/** The subject after a step, as the caller gets it and as it is kept for repeats. */
type SubjectAnswer = {
  id: string;
  campaignId: string;
  machine: MachineName;
  stage: string;
  state: string;
  status: 'active' | 'done';
  revision: number;
  updatedAt: string;
  organisationId: string;
  /** The events that the new state knows; `GET …/actions` tells who may send them. */
  accepts: string[];
  /** The things that this step opened: rectification orders, operations, records of a ledger. */
  opened: { kind: string; id: string }[];
  /** The soft aims and preferences that are not met; they are told and never refused. */
  warnings: Measurement[];
};

export type Answer = { status: number; body: SubjectAnswer };

export type Fault = { path: string; zh: string; en: string };

export type Outcome =
  | { kind: 'done'; answer: Answer }
  | { kind: 'repeated'; answer: Answer }
  /** Refused by this version of the plan, with the policies of this category; null for none. */
  | {
      kind: 'refused';
      planId: string;
      planVersion: number;
      category: string | null;
      unmet: Measurement[];
    }
  | { kind: 'out-of-state'; machine: MachineName; stage: string; state: string; accepts: string[] }
  | { kind: 'forbidden'; roles: string[] }
  | { kind: 'invalid'; faults: Fault[] }
  | { kind: 'duplicate'; id: string }
  /** The unit has ended on this day, with successors of these names: nothing new is laid on it. */
  | { kind: 'unit-ended'; name: string; on: string; successors: string[] }
  | { kind: 'stale-revision'; revision: number }
  | { kind: 'key-reused' }
  | { kind: 'stale-timer' }
  /** The subject, or the candidate it hangs on, is of a machine that only a newer build has. */
  | { kind: 'unknown-version'; machine: string; version: number }
  | { kind: 'unknown-subject' };
