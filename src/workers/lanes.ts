// One loop of the worker: it does its rounds, waits, and gives account of both. An error in a round ends
// that round only, and no other lane.

import type { Logger } from 'pino';
import { codeOrName, isPassing } from '../db/kernel/faults.ts';

/** The lane looks at least this often, with or without a hint. */
const POLL_MS_MAX = 1_000;
/** The shortest wait for work that is due soon. Work that is already due is not waited for. */
const POLL_MS_MIN = 25;
/** The wait before a hint is followed: ten looks a second are enough for any number of commits. */
const HINT_MS = 100;
/** The wait after a round that threw; it doubles with each further round that throws… */
const BACKOFF_MS_MIN = 250;
/** …up to this: a database that is back is met within ten seconds. */
const BACKOFF_MS_MAX = 8_000;
/**
 * A lane that has moved nothing for so long stands still: one statement is cut off after 30 s, and lanes
 * report every chunk of work.
 */
const LANE_STUCK_MS = 60_000;

type LaneName =
  | 'timers'
  | 'operations'
  | 'moves'
  | 'recalculation'
  | 'sweeping'
  | 'ballots'
  | 'incidents'
  | 'audit';

export type LaneStatus = {
  lane: LaneName;
  /** False when it stands still: in one chunk, or in rounds that fail, for LANE_STUCK_MS. */
  ok: boolean;
  /** Milliseconds since a round ended well; null before the first one did. */
  lastRoundAgoMs: number | null;
  /** The lane's activity as a code for operators: waiting, working, or the error of the last round. */
  detail: string;
};

export type LaneWork = {
  name: LaneName;
  /**
   * One round. Calls `alive` after each chunk; gives how long to wait: 0 when there is more to do,
   * null for the longest wait.
   */
  round: (alive: () => void) => Promise<number | null>;
  /** The longest wait between rounds; POLL_MS_MAX when absent. */
  everyMs?: number;
};

type Lane = {
  status: () => LaneStatus;
  /** Says that there may be work; it only shortens the wait. */
  hint: () => void;
  /** Resolves when the chunk under way has ended. */
  stop: () => Promise<void>;
};

/** Ends a round at its next chunk when the process ends. */
class LaneStopped extends Error {}

/** Starts the loop of one lane, which goes on until it is stopped. */
export function startLane({ name, round, everyMs = POLL_MS_MAX }: LaneWork, log: Logger): Lane {
  let stopped = false;
  let hinted = false;
  let wake = (): void => undefined;
  let failures = 0;
  let fault: string | null = null;
  let isWorking = false;
  let movedMs = performance.now();
  let lastRoundMs: number | null = null;

  const alive = (): void => {
    // A lane ends between two chunks, because the rest of its work stands in the database.
    if (stopped) throw new LaneStopped();
    movedMs = performance.now();
  };

  const once = async (): Promise<number> => {
    hinted = false;
    isWorking = true;
    if (fault === null) movedMs = performance.now();
    try {
      const waitMs = Math.min((await round(alive)) ?? everyMs, everyMs);
      failures = 0;
      fault = null;
      movedMs = performance.now();
      lastRoundMs = movedMs;
      if (waitMs <= 0) return 0;
      return Math.max(hinted ? Math.min(waitMs, HINT_MS) : waitMs, POLL_MS_MIN);
    } catch (error) {
      if (error instanceof LaneStopped) return 0;
      // A hint does not shorten this wait, which gives the cause of the failure time to pass.
      const waitMs = Math.min(BACKOFF_MS_MIN * 2 ** failures, BACKOFF_MS_MAX);
      failures += 1;
      fault = codeOrName(error);
      const level = isPassing(error) ? 'warn' : 'error';
      log[level]({ err: error, lane: name, failures, waitMs }, 'a round of the worker failed');
      return waitMs;
    } finally {
      isWorking = false;
    }
  };

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timeout = setTimeout(resolve, stopped ? 0 : ms);
      wake = () => {
        if (!stopped && fault !== null) return;
        clearTimeout(timeout);
        setTimeout(resolve, stopped ? 0 : HINT_MS);
      };
    });

  const running = (async () => {
    while (!stopped) {
      const waitMs = await once();
      if (!stopped) await sleep(waitMs);
    }
  })();

  return {
    status: () => statusOf({ name, isWorking, fault, movedMs, lastRoundMs }),
    hint: () => {
      hinted = true;
      wake();
    },
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}

type Course = {
  name: LaneName;
  isWorking: boolean;
  fault: string | null;
  movedMs: number;
  lastRoundMs: number | null;
};

function statusOf({ name, isWorking, fault, movedMs, lastRoundMs }: Course): LaneStatus {
  const nowMs = performance.now();
  const isHeld = isWorking || fault !== null;
  return {
    lane: name,
    ok: !isHeld || nowMs - movedMs < LANE_STUCK_MS,
    lastRoundAgoMs: lastRoundMs === null ? null : Math.round(nowMs - lastRoundMs),
    detail: fault === null ? (isWorking ? 'working' : 'waiting') : `failing: ${fault}`,
  };
}
