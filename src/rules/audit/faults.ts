// What a verification of the logs finds, in the words of whoever has to look into it.

import type { Text } from '../list/table.ts';
import type { LinkFaultKind } from './chain-check.ts';

export type FaultKind =
  | LinkFaultKind
  /** The personal part of an event is not the one that was told. */
  | 'personal-edited'
  /** The personal part is gone, and nobody recorded an erasure. */
  | 'personal-missing'
  /** The chart of its subject would have refused the event. */
  | 'refused'
  /** The stored subject is not what its log says. */
  | 'state'
  | 'timers'
  /** The root of a checkpoint does not follow from what it names. */
  | 'checkpoint';

export type AuditFault = {
  readonly kind: FaultKind;
  /** Of the administrative log and of checkpoints the nil UUID. */
  readonly campaignId: string;
  readonly subjectId: string;
  /** Where the subject stands; null where nobody knows any more. */
  readonly path: string | null;
  /** The first and the last event that it concerns; of a checkpoint its number. */
  readonly sequence: number;
  readonly until: number;
  readonly at: string | null;
  /** More about it, as the names of fields that differ; empty where there is no more to say. */
  readonly detail: string;
};

const WORDS: { readonly [kind in FaultKind]: Text } = {
  edited: {
    zh: '被改动（或其前一条被改动并重算了散列）',
    en: 'was edited, or the one before it was and its hash reckoned anew',
  },
  inserted: { zh: '是后来插入的', en: 'was inserted later' },
  removed: { zh: '被从中间抽走', en: 'was removed from the middle' },
  'cut-off': { zh: '被从末尾截去', en: 'was cut off from the end' },
  rewritten: {
    zh: '与检查点所记不同：此条或更早的被改写并重算了整条链',
    en: 'is not the one that the checkpoint names: it or one before it was rewritten, and the chain reckoned anew',
  },
  'unknown-chain': { zh: '所属对象已不存在', en: 'belongs to a subject that is not there' },
  'personal-edited': { zh: '的个人信息部分被改动', en: 'has a personal part that was edited' },
  'personal-missing': {
    zh: '的个人信息部分缺失，且没有擦除记录',
    en: 'lacks its personal part, and no erasure is recorded',
  },
  refused: {
    zh: '按当时的流程不可能发生',
    en: 'could not have happened by the rules of its procedure',
  },
  state: {
    zh: '之后的现状与日志推演不符',
    en: 'is the last one, and what is stored does not follow from it',
  },
  timers: {
    zh: '之后的定时器与日志推演不符',
    en: 'is the last one, and the timers do not follow from it',
  },
  checkpoint: {
    zh: '：根值与其所记各链末端不符',
    en: 'has a root that does not follow from what it names',
  },
};

/** The fault as a predicate of the event or checkpoint it is about. */
export const wordsOf = (kind: FaultKind): Text => WORDS[kind];
