// What machines say is stored and rendered elsewhere: each word must be known there.

import { beforeAll, expect, test } from 'vitest';
import { MACHINE_NAMES } from '../../machines/catalog.ts';
import { OWN_TEMPLATES } from '../../src/rules/notice/notices.ts';
import { explore } from './exploration.ts';
import { plan } from './yijun.ts';

const said = {
  template: new Set<string>(),
  obligation: new Set<string>(),
  ledger: new Set<string>(),
  effect: new Set<string>(),
  level: new Set<string>(),
};

beforeAll(() => {
  for (const machine of MACHINE_NAMES) {
    explore(machine, ({ answer }) => {
      if (answer.kind !== 'step') return;
      for (const { type, params } of answer.step.effects) {
        said.effect.add(type);
        if (type === 'notify') said.template.add(params.template);
        if (type === 'open-obligation') said.obligation.add(params.kind);
        if (type === 'store-record') said.ledger.add(params.ledger);
        if (type === 'raise-obligation') said.level.add(params.level);
        if (type === 'close-obligation') said.level.add(params.outcome);
      }
    });
  }
});

test('every notice a machine sends has a text in the plan, and the plan has no other', () => {
  const all = [...said.template, ...OWN_TEMPLATES];
  expect(all.sort()).toEqual(Object.keys(plan.notices).sort());
});

test('what can be owed', () => {
  expect([...said.obligation].sort()).toEqual([
    'application',
    'assessment',
    'ballot-confirmation',
    'ballot-count',
    'ballot-repeat',
    'conditions',
    'correction',
    'creation',
    'document-review',
    'document-signature',
    'drawn-inspections',
    'finding-rectification',
    'matter',
    'mobilization',
    'objection',
    'objection-receipt',
    'objection-reply',
    'phase:concentrated-creation',
    'phase:evaluation',
    'phase:mobilization',
    'phase:self-check-rectification',
    'plan',
    'receipt',
    'reconsideration-decision',
    'rectification',
    'regression-decision',
    'self-check',
    'tie-decision',
  ]);
});

test('the ledgers', () => {
  expect([...said.ledger].sort()).toEqual([
    'evidence',
    'inspection',
    'score',
    'self-check',
    'verification',
    'veto',
  ]);
});

test('the levels an obligation goes through', () => {
  expect([...said.level].sort()).toEqual([
    'due-soon',
    'escalated',
    'overdue',
    'satisfied',
    'superseded',
    'waived',
  ]);
});

test('every effect is said by some machine', () => {
  expect([...said.effect].sort()).toEqual([
    'adopt-supplement',
    'amend-roster',
    'apply-policy',
    'assess-record',
    'assess-sites',
    'close-obligation',
    'close-record',
    'close-urn',
    'correct-site-fact',
    'draft-document',
    'extend-urn',
    'fill-urn',
    'freeze-roster',
    'go-on-under',
    'keep-application',
    'keep-draft',
    'keep-sheet',
    'keep-submission',
    'mark-roll',
    'move-candidates',
    'notify',
    'number-document',
    'open-obligation',
    'open-rectification',
    'open-subject',
    'raise-obligation',
    'record-conflict',
    'redraft',
    'select-candidates',
    'store-draw-units',
    'store-ranking',
    'store-record',
    'store-roll',
    'supersede-record',
    'tell-awaiting',
    'tell-children',
    'tell-of-document',
    'tell-parent',
    'use-files',
    'void-record',
    'withdraw-conflict',
  ]);
});
