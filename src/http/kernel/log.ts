// The log of the process: JSON on standard output, one line for each thing told.

import { type DestinationStream, type Level, type Logger, pino } from 'pino';

// PostgreSQL quotes the row that it refuses in `detail` and `where`, and others their requests: an error tells these
// of itself and nothing else.
const TOLD = ['type', 'message', 'stack', 'code', 'constraint', 'table', 'column', 'syscall'];

const errorInLog = (error: Error): object => {
  const all: object = pino.stdSerializers.err(error);
  return Object.fromEntries(Object.entries(all).filter(([name]) => TOLD.includes(name)));
};

/** `to` is standard output by default. */
export const createLog = (level: Level | 'silent', to?: DestinationStream): Logger =>
  pino({ level, serializers: { err: errorInLog } }, to ?? pino.destination(1));
