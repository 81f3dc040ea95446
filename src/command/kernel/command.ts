// The commands that the one transaction takes, and every outcome it may give.

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
  /** The candidate the subject hangs on, where that is known: no other of its family goes along. */
  parentId?: string | null;
  /** Where it takes place when that lies below the subject: a site of the county. Access asks there. */
  place?: string;
  /** The caller's key and a hash of what was asked with it. */
  idempotency?: { key: string; requestHash: string };
  ifMatch?: number | '*';
  /**
   * The SHA-256 (hex) of a ballot's token, which effects need and no log may keep. It is part of no
   * event, answer or operation.
   */
  sealed?: string;
  /** Set by workers: the event is this timer's own, and only when the timer is still there and due. */
  isTimer?: true;
  /** Set by workers: nobody waits for it, and it goes behind the requests of those who do. */
  isBackground?: true;
  /** Only brings a candidate up to the campaign's phase; `event` is not told. */
  isCatchUp?: true;
};

/** The subject after a step, as it is told to the caller and kept for repeats. */
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
  /** Events the new state knows; who may send them is told by `GET …/actions`. */
  accepts: string[];
  /** What this step opened: rectification orders, operations, records of a ledger. */
  opened: { kind: string; id: string }[];
  /** Soft aims and preferences that are not met: told, never refused. */
  warnings: Measurement[];
};

export type Answer = { status: number; body: SubjectAnswer };

export type Fault = { path: string; zh: string; en: string };

export type Outcome =
  | { kind: 'done'; answer: Answer }
  | { kind: 'repeated'; answer: Answer }
  | { kind: 'refused'; planId: string; planVersion: number; unmet: Measurement[] }
  | { kind: 'out-of-state'; stage: string; state: string; accepts: string[] }
  | { kind: 'forbidden'; roles: string[] }
  | { kind: 'invalid'; faults: Fault[] }
  | { kind: 'duplicate'; id: string }
  | { kind: 'stale-revision'; revision: number }
  | { kind: 'key-reused' }
  | { kind: 'stale-timer' }
  /** The subject, or the candidate it hangs on, is of a machine that only a newer build has. */
  | { kind: 'unknown-version'; machine: string; version: number }
  | { kind: 'unknown-subject' };
