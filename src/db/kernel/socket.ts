import type { Socket } from 'node:net';
import type pg from 'pg';

type Connected = { connection?: { stream?: Socket } };

/** The socket of a connection, which pg keeps on every client and names in no type. */
export const socketOf = (client: pg.ClientBase): Socket | undefined =>
  (client as unknown as Connected).connection?.stream; // see above: no type of pg's has it
