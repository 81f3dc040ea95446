// The operator's acts past the interface: they are kept, and shown beside their results.

import { systemEntropy } from '../../entropy.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type OperatorAct = {
  kind: 'admin-invite';
  /** The account logged in on the machine, by the machine's word, which the operator can falsify. */
  osUser: string;
  host: string;
  release: string;
  claimId: string;
};

const INSERT_OPERATOR_ACT = statement(
  'insert-operator-act',
  `
    insert into operator_act (id, kind, os_user, host, release, claim_id)
    values ($1, $2, $3, $4, $5, $6)`,
);

/** Keeps the act, with the time of the system's clock. */
export const insertOperatorAct = (tx: Tx, act: OperatorAct): Promise<unknown> =>
  run(tx, INSERT_OPERATOR_ACT, [
    systemEntropy.newId(),
    act.kind,
    act.osUser,
    act.host,
    act.release,
    act.claimId,
  ]);
