// Who objects and by what, sealed: it stands neither in the objection nor in its log.

import { CONTACT_MARK, objectorAt, RECEIPT_MARK } from '../../db/objection/objectors.ts';
import type { Service } from '../kernel/service.ts';

type Given = {
  name?: string | undefined;
  contact?: string | undefined;
  clues?: string | undefined;
  /** The code of the receipt, as `readReceipt` gives it. */
  receipt?: string;
};

/** The row beside the objection of this id. */
export function sealedObjector({ vault }: Pick<Service, 'vault'>, id: string, given: Given) {
  const seal = (column: keyof Given): string | null => {
    const text = given[column];
    return text === undefined ? null : vault.seal(objectorAt(id, column), text);
  };
  const mark = (kind: string, text: string | undefined): string | null =>
    text === undefined ? null : vault.mark(kind, text);
  return {
    name: seal('name'),
    contact: seal('contact'),
    contact_mark: mark(CONTACT_MARK, given.contact),
    clues: seal('clues'),
    receipt: seal('receipt'),
    receipt_mark: mark(RECEIPT_MARK, given.receipt),
  };
}
