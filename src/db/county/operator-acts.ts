// What whoever holds the database did past the interface: kept, and shown beside what it made.

import { systemEntropy } from '../../entropy.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type OperatorAct = {
  kind: 'admin-key';
  /** Who was logged in on the machine, as it says: whoever holds the database can say otherwise. */
  osUser: string;
  host: string;
  release: string;
  principalId: string;
  keyId: string;
};

const INSERT_OPERATOR_ACT = statement(
  'insert-operator-act',
  `
    insert into operator_act (id, kind, os_user, host, release, principal_id, key_id)
    values ($1, $2, $3, $4, $5, $6, $7)`,
);

/** Keeps that it was done, by the system's clock. */
export const insertOperatorAct = (tx: Tx, act: OperatorAct): Promise<unknown> =>
  run(tx, INSERT_OPERATOR_ACT, [
    systemEntropy.newId(),
    act.kind,
    act.osUser,
    act.host,
    act.release,
    act.principalId,
    act.keyId,
  ]);
