// The meaning of the database's errors: each is the fault of the request, or of the moment.

/** The request is not at fault: the database is away, full, read-only, or too busy. */
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

/** A fact this transaction rests on changed before it was locked: nothing is kept, all is done anew. */
export class RaceLost extends Error {
  override name = 'RaceLost';
}

const severityOf = (error: unknown): string | undefined =>
  (error as { severity?: string } | null)?.severity;

/** The code of an error, PostgreSQL's or the system's; '' when it has none. */
export const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** The code of an error, or else its name, for operators. */
export const codeOrName = (error: unknown): string =>
  codeOf(error) || String((error as { name?: unknown } | null)?.name ?? 'Error');

/** The code of an error, or of the cause by which a connection was lost; '' when there is none. */
export const causeCodeOf = (error: unknown): string => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return String(cause?.code ?? code ?? '');
};

// The server's last words on a connection end it, whatever was asked. A server set to another language
// translates the severity, so the codes are looked at too.
const LAST_WORDS = /^(08...|57P0[1-5]|25P0[34])$/;
const END = new Set(['FATAL', 'PANIC']);

/** True when the server ended the connection with this error. */
export const isLastWord = (error: unknown): boolean =>
  END.has(severityOf(error) ?? '') || LAST_WORDS.test(codeOf(error));

const CONTENDED = new Set(['40001', '40P01', '55P03']);

/** True when another transaction stood in the way: another try may well succeed. */
export const isContended = (error: unknown): boolean =>
  error instanceof RaceLost || CONTENDED.has(codeOf(error));

/** True when a unique key was taken; by another process a moment ago, or for good. */
export const isKeyTaken = (error: unknown): boolean => codeOf(error) === '23505';

// PostgreSQL's classes and codes, Appendix A of its manual: connection exceptions; out of disk or
// connections; shutting down or starting; read-only after a failover.
const AWAY = /^(08...|53[^2]..|57P0[1-5]|25006|25P0[34])$/;
// A statement over its time or its memory, or a page that cannot be read, is the database's trouble; but
// one item may cause it, again and again.
const OVERTAXED = /^(57014|532..|58...)$/;
const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH)/;
// The messages that pg gives without a code when a connection ends or one of pg's own waits runs out.
const LOST =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/;

/** True when the database is at fault and not the request: the caller tries again and blames no item. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Unavailable ||
  AWAY.test(codeOf(error)) ||
  isContended(error) ||
  SOCKET.test(codeOf(error)) ||
  // ENOENT here is the socket's file of an embedded server that is down; other calls mean another file.
  (codeOf(error) === 'ENOENT' && (error as { syscall?: string }).syscall === 'connect') ||
  (error instanceof Error && LOST.test(error.message));

/** True when the server gave up: it is not the asker's fault, though the request may be the cause. */
export const isOvertaxed = (error: unknown): boolean => OVERTAXED.test(codeOf(error));
