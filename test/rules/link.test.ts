// The bytes that a link hashes, written out: a verifier that stands alone is written against them.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  CHAIN_START,
  contentDigest,
  linkHash,
  linkOfEvent,
  personalDigest,
  type Sha256,
} from '../../src/rules/audit/link.ts';

const sha256: Sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');
/** Shows what would be hashed. */
const plain: Sha256 = (text) => text;

const event = {
  subject_id: '0197-a',
  sequence: 1,
  type: 'receive',
  at: '2017-10-12T01:00:00.000Z',
  principal_id: 'system',
  roles: ['county-office'],
  credential: 'key:00ff',
  payload: { content: '已擦除 · erased' },
  facts: {},
  stage: 'open',
  state: 'received',
  personal: 'f'.repeat(64),
};

test('a personal part is hashed behind its salt', () => {
  const salt = '00112233445566778899aabbccddeeff';
  const part = { '/payload/objector/name': '张三', '/payload/content': '不实' };
  expect(personalDigest(plain, salt, part)).toBe(
    `${salt}\n{"/payload/content":"不实","/payload/objector/name":"张三"}`,
  );
  expect(personalDigest(sha256, salt, part)).not.toBe(personalDigest(sha256, `${salt}0`, part));
});

test('an event is linked by its columns, and by the digest of what it says and knows', () => {
  const content = contentDigest(plain, { payload: event.payload, facts: event.facts });
  expect(content).toBe('{"facts":{},"payload":{"content":"已擦除 · erased"}}');
  const link = linkOfEvent(sha256, event);
  expect(link.content).toBe(sha256(content));
  expect(linkHash(plain, CHAIN_START, link)).toBe(
    `${'0'.repeat(64)}\n{"at":"2017-10-12T01:00:00.000Z","content":"${sha256(content)}",` +
      '"credential":"key:00ff",' +
      `"personal":"${'f'.repeat(64)}","principal_id":"system","roles":["county-office"],` +
      '"sequence":1,"stage":"open","state":"received","subject_id":"0197-a","type":"receive"}',
  );
});

test.each([
  ['who told it', { principal_id: 'somebody' }],
  ['the key it came by', { credential: 'key:00fe' }],
  ['what it said', { payload: {} }],
  ['what was known', { facts: { openSheets: 0 } }],
  ['its personal part', { personal: null }],
  ['where it led', { state: 'closed' }],
])('a link changes with %s', (_, change) => {
  const hashed = (told: Parameters<typeof linkOfEvent>[1]) =>
    linkHash(sha256, CHAIN_START, linkOfEvent(sha256, told));
  expect(hashed({ ...event, ...change })).not.toBe(hashed(event));
});
