// Threads for the work on a client's content, bounded in number, time and memory, so that the event loop
// answers whatever is sent. Piscina 5.3.2 was tried: its queue does not count tasks that can be cancelled,
// and its clock runs from the call, not from the beginning of the work.

import { Worker } from 'node:worker_threads';

/** A hostile content holds one of two threads; more than two gain nothing on the two cores we ask for. */
const THREADS = 2;
/** More tasks would not begin in time anyway, and each task that waits may hold 10 MiB. */
const QUEUE_MAX = 32;
/** One person's share of the queue, so that nobody's files keep everybody else's out. */
const QUEUE_OF_OWNER_MAX = 8;
/** A client that is not served within this is told to come again, before a proxy gives up. */
const WAIT_MS_MAX = 20_000;
/** The slowest honest content (a workbook of 10,000 rows) takes a fifth of it on one busy core. */
const DEADLINE_MS = 15_000;
/** A thread loads within this on a very busy machine; the time of its work begins only afterwards. */
const START_MS_MAX = 60_000;
/** JavaScript's own memory of one thread; the limits of reading bound the buffers beside it. */
const HEAP_MB_MAX = 384;
/** A thread that nobody needs gives its memory back. */
const IDLE_MS_MAX = 60_000;

/** The queue is full, or no thread was free in time; the work was not begun. */
export class ThreadsBusy extends Error {
  override name = 'ThreadsBusy';
}

/** The work took more time or memory than there is for one; its thread is gone. */
export class WorkStopped extends Error {
  override name = 'WorkStopped';
  readonly over: 'time' | 'memory';

  constructor(over: 'time' | 'memory') {
    super(`the work was stopped: it took too much ${over}`);
    this.over = over;
  }
}

/** Functions of values that can be cloned; `never` lets each have parameters of its own. */
export type WorkTable = { readonly [name: string]: (...args: never[]) => unknown };

export type Threads<Works extends WorkTable> = {
  /**
   * Carries out the work in a thread, for `owner`, the person who asked: one work of theirs at a time.
   * Rejects with ThreadsBusy, WorkStopped, or the error of the work.
   */
  run: <Name extends keyof Works & string>(
    owner: string,
    name: Name,
    ...args: Parameters<Works[Name]>
  ) => Promise<Awaited<ReturnType<Works[Name]>>>;
  /** Ends every thread; works under way are rejected. */
  close: () => Promise<void>;
};

export type ThreadLimits = {
  threads: number;
  queueMax: number;
  queueOfOwnerMax: number;
  waitMsMax: number;
  deadlineMs: number;
  heapMbMax: number;
  idleMsMax: number;
};

const LIMITS: ThreadLimits = {
  threads: THREADS,
  queueMax: QUEUE_MAX,
  queueOfOwnerMax: QUEUE_OF_OWNER_MAX,
  waitMsMax: WAIT_MS_MAX,
  deadlineMs: DEADLINE_MS,
  heapMbMax: HEAP_MB_MAX,
  idleMsMax: IDLE_MS_MAX,
};

/** The answers of a thread; the first is that it is ready. */
export type Answer = { value: unknown } | { error: unknown } | 'ready';

type Task = {
  owner: string;
  name: string;
  args: unknown[];
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  timer: NodeJS.Timeout;
};

type Thread = {
  worker: Worker;
  bounds: ThreadLimits;
  isReady: boolean;
  task: Task | null;
  timer: NodeJS.Timeout | null;
  ends: boolean;
};

/** `entry` is a module that serves its works (`serve.ts`). Threads begin when they are needed. */
export function createThreads<Works extends WorkTable>(
  entry: URL,
  limits: Partial<ThreadLimits> = {},
): Threads<Works> {
  const bounds = { ...LIMITS, ...limits };
  const waiting: Task[] = [];
  const threads = new Set<Thread>();
  let isClosed = false;

  const pump = (): void => {
    for (;;) {
      const served = new Set([...threads].map(({ task }) => task?.owner));
      const index = waiting.findIndex(({ owner }) => !served.has(owner));
      const idle = [...threads].find(({ task, ends }) => task === null && !ends);
      if (index === -1 || (idle === undefined && threads.size >= bounds.threads)) return;
      const [task] = waiting.splice(index, 1);
      give(idle ?? begin(), task as Task);
    }
  };

  const begin = (): Thread => {
    const thread = beginThread(entry, bounds, pump);
    threads.add(thread);
    thread.worker.on('exit', () => {
      threads.delete(thread);
      end(thread, new Error('the thread is gone'));
      if (!isClosed) pump();
    });
    return thread;
  };

  const isFull = (owner: string): boolean =>
    waiting.length >= bounds.queueMax ||
    waiting.filter((task) => task.owner === owner).length >= bounds.queueOfOwnerMax;

  return {
    run: (owner, name, ...args) =>
      new Promise((resolve, reject) => {
        if (isClosed || isFull(owner)) {
          reject(new ThreadsBusy('too much waits for a thread'));
          return;
        }
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(task), 1);
          reject(new ThreadsBusy('no thread was free in time'));
        }, bounds.waitMsMax);
        // A work of this name gives the value that the caller waits for.
        const answered = resolve as Task['resolve'];
        const task: Task = { owner, name, args, resolve: answered, reject, timer };
        waiting.push(task);
        pump();
      }),
    close: async () => {
      isClosed = true;
      for (const { timer, reject } of waiting.splice(0)) {
        clearTimeout(timer);
        reject(new ThreadsBusy('the service ends'));
      }
      const leaving = [...threads];
      for (const thread of leaving) end(thread, new ThreadsBusy('the service ends'));
      await Promise.all(leaving.map(({ worker }) => worker.terminate()));
    },
  };
}

/** A thread that answers its tasks; `onFree` is called after each answer. */
function beginThread(entry: URL, bounds: ThreadLimits, onFree: () => void): Thread {
  const worker = new Worker(entry, {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: bounds.heapMbMax },
  });
  const thread: Thread = { worker, bounds, isReady: false, task: null, timer: null, ends: false };
  worker.unref();
  worker.on('message', (answer: Answer) => {
    if (answer === 'ready') {
      thread.isReady = true;
      if (thread.task !== null) limit(thread);
      return;
    }
    const task = leave(thread);
    if ('error' in answer) task?.reject(answer.error);
    else task?.resolve(answer.value);
    onFree();
  });
  worker.on('error', (error) => {
    const isMemory = (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
    end(thread, isMemory ? new WorkStopped('memory') : error);
  });
  return thread;
}

function give(thread: Thread, task: Task): void {
  clearTimeout(task.timer);
  thread.task = task;
  limit(thread);
  thread.worker.ref();
  thread.worker.postMessage({ name: task.name, args: task.args });
}

/** The time of a work runs from the moment its thread is there to do it. */
function limit(thread: Thread): void {
  if (thread.timer !== null) clearTimeout(thread.timer);
  const [late, ms] = thread.isReady
    ? [new WorkStopped('time'), thread.bounds.deadlineMs]
    : [new ThreadsBusy('the thread did not start in time'), START_MS_MAX];
  thread.timer = setTimeout(() => end(thread, late), ms);
}

/** Takes the task from a thread, which is then ready for the next one, and ends when none comes in time. */
function leave(thread: Thread): Task | null {
  const { task } = thread;
  if (thread.timer !== null) clearTimeout(thread.timer);
  thread.task = null;
  thread.worker.unref();
  thread.timer = setTimeout(() => end(thread, null), thread.bounds.idleMsMax).unref();
  return task;
}

// The thread's place stays taken until it is really gone: code outside JavaScript ends by itself only.
function end(thread: Thread, why: unknown): void {
  const task = leave(thread);
  if (thread.timer !== null) clearTimeout(thread.timer);
  thread.ends = true;
  task?.reject(why);
  void thread.worker.terminate();
}
