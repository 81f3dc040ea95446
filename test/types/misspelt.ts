// Names that were once misspelt without anybody noticing. Each line below is wrong on purpose; should
// one of them ever compile, the compiler says that the expected error is not there. What SQL spells is
// held by test/db/statements.test.ts.

import { tellCandidate } from '../../machines/candidate/child-events.ts';
import type { FactName } from '../../machines/catalog.ts';
import type { Access } from '../../machines/kit/access.ts';
import type { Notify } from '../../machines/notice/effects.ts';
import type { MatterEventType } from '../../machines/record/matter.v1.ts';
import type { Handlers } from '../../src/command/kernel/batch-context.ts';
import { kernelFacts, type SourcesOf } from '../../src/command/kernel/facts.ts';
import { assemble, type Nouns } from '../../src/command/kernel/noun.ts';
import { joinTables } from '../../src/db/kernel/store-tables.ts';
import { NOTICE_TABLES } from '../../src/db/notice/tables.ts';
import { RECORD_TABLES } from '../../src/db/record/tables.ts';
import type { Writes } from '../../src/db/tables.ts';
import type { SubjectResources } from '../../src/http/kernel/service.ts';
import { subjects } from '../../src/http/resources.ts';
import type { DeadlinePolicy } from '../../src/rules/time/deadlines.ts';

export const phase: Writes['phases'][number] = {
  number: 1,
  code: 'evaluation',
  // @ts-expect-error a column of an insert: entered_at
  enterd_at: '2017-05-20T00:00:00Z',
};

export const receipt: Writes['receipts'][number] = {
  notice_id: '',
  at: '2017-05-20T00:00:00Z',
  // @ts-expect-error a column of an update: by
  bye: '',
};

// @ts-expect-error two nouns with a table of one name: receipts
export const tables = joinTables([
  NOTICE_TABLES,
  RECORD_TABLES,
  { receipts: NOTICE_TABLES.receipts },
]);

// @ts-expect-error a policy in a deadline: receiptWorkingDays
export const policy: DeadlinePolicy = 'recieptWorkingDays';

// @ts-expect-error an event told to a parent: objection-opened
export const told = tellCandidate(() => ({ type: 'objection-openned', objectionId: '' }));

export const notice: Notify = {
  // @ts-expect-error a template: receipt-reminder
  template: 'reciept-reminder',
  to: ['responsible'],
};

export const access: Access<MatterEventType> = {
  // @ts-expect-error an event in the access table: raise
  rase: ['system'],
  'recalculate-deadline': ['system'],
  solve: ['responsible'],
};

// @ts-expect-error an effect that nothing is done about
export const handlers: Handlers<'notify' | 'open-obligation'> = { notify: () => undefined };

// @ts-expect-error an access table without one of the events: solve
export const partly: Access<MatterEventType> = {
  raise: ['system'],
  'recalculate-deadline': ['system'],
};

// @ts-expect-error a fact that no noun loads: all but deadline and parent
export const sources: SourcesOf<FactName> = kernelFacts;

const { matter: _, ...others } = subjects;
// @ts-expect-error resources without one machine's: matter
export const resources: SubjectResources = others;

// @ts-expect-error two nouns with a fact, a handler, a lock or a machine of one name: deadline
export const twice = assemble([
  { facts: kernelFacts },
  { facts: { deadline: kernelFacts.deadline } },
]);

// @ts-expect-error nouns without one of them: what nobody loads, does or locks is missing
export const all: Nouns = assemble([{ facts: kernelFacts }]);
