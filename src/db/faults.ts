// What an error of the database means: is it the fault of what was asked, or of the moment?

/** Nothing that was asked is at fault: the database is away, full, read-only, or too busy. */
export class Unavailable extends Error {
  override name = 'Unavailable';
  readonly code = '08000';
  /** True when a commit was under way and nobody can say yet whether it happened. */
  readonly isUnknown: boolean;

  constructor(
    message: string,
    { cause, isUnknown = false }: { cause?: unknown; isUnknown?: boolean } = {},
  ) {
    super(message, { cause });
    this.isUnknown = isUnknown;
  }
}

/** Something this transaction rests on changed before it was held: nothing is kept, all is done anew. */
export class RaceLost extends Error {
  override name = 'RaceLost';
}

const severityOf = (error: unknown): string | undefined =>
  (error as { severity?: string } | null)?.severity;
const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** True when the server itself said it, on a connection that lives on. */
export const isServersWord = (error: unknown): boolean => {
  const severity = severityOf(error);
  return severity !== undefined && severity !== 'FATAL' && severity !== 'PANIC';
};

// PostgreSQL's classes and codes, Appendix A of its manual: connection exceptions; out of disk,
// memory, connections; shutting down or starting; read-only after a failover.
const AWAY = /^(08...|53...|57P0[1-5]|25006|58...)$/;
// Another transaction stood in the way and will not for ever. A unique key that stays taken at every
// retry is a fault of what was asked.
const CONTENDED = new Set(['40001', '40P01', '55P03', '23505']);
const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|ENOENT)/;
// What pg says without any code when a connection ends or a wait of its own runs out.
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after)/;

/** True when another transaction stood in the way: the same once more may well succeed. */
export const isContended = (error: unknown): boolean => CONTENDED.has(codeOf(error));

/** True when the connection went, or never came to be: the server said no word about what was asked. */
export const isConnectionLost = (error: unknown): boolean =>
  !isServersWord(error) &&
  (error instanceof Unavailable ||
    severityOf(error) !== undefined ||
    SOCKET.test(codeOf(error)) ||
    (error instanceof Error && LOST.test(error.message)));

/** True when the database is at fault and not what was asked of it: try again later, blame no item. */
export const isPassing = (error: unknown): boolean =>
  error instanceof RaceLost ||
  error instanceof Unavailable ||
  AWAY.test(codeOf(error)) ||
  (isContended(error) && codeOf(error) !== '23505') ||
  isConnectionLost(error);
