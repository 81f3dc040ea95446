// Logs of every plan that ships, as the service stored them once: decided anew they give the same states and
// heads. A change of the library or of a link rewrites them in one commit that says why:
// npm run rehearse -- --logs test/rehearsal/logs

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { learnRelease, releaseOf } from '../../machines/catalog.ts';
import { begin } from '../../machines/kit/step.ts';
import { advancePinned } from '../../machines/pinning.ts';
import { linkOf } from '../../rehearsal/checks/invariants.ts';
import type { StoredLog } from '../../rehearsal/kit/stored-logs.ts';
import { readLogs } from '../../rehearsal/kit/stored-logs.ts';
import { statedHash } from '../../src/db/plan/releases.ts';
import { CHAIN_START } from '../../src/rules/audit/link.ts';
import { withoutPart } from '../../src/rules/audit/personal.ts';

const LOGS = new URL('./logs/', import.meta.url);
const files = readdirSync(LOGS).sort();

const plansThatShip = readdirSync(new URL('../../plans/', import.meta.url))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', '.json.gz'));

test('P4: every plan that ships is played to its end by the rehearsal, and has its logs here', () => {
  expect(files).toEqual(plansThatShip.sort());
});

/** The state that the log gives, and the head of its chain. */
function replay({ id, log }: StoredLog) {
  const pin = log[0]?.payload.begin as Parameters<typeof releaseOf>[0] & { input: object };
  let instance = begin(releaseOf(pin), pin.input);
  let head = CHAIN_START;
  for (const event of log) {
    const { type, at, principalId, roles, payload, facts } = event;
    const told = { ...payload, type, at, by: { principalId, roles }, facts };
    const { answer } = advancePinned(instance, told);
    if (answer.kind !== 'step')
      throw new Error(`${instance.machine} ${id} refuses its own ${type}`);
    instance = answer.step.instance;
    head = linkOf(id, head, event);
  }
  return { instance, head };
}

describe.each(files)('the logs of %s', (file) => {
  const { stated, logs } = readLogs(new URL(file, LOGS));

  test('are pinned to what their plan stated, by its hash', () => {
    for (const [hash, one] of Object.entries(stated)) {
      expect(statedHash(one)).toBe(hash);
      learnRelease(hash, one);
    }
  });

  test('give the states and the heads that were stored', () => {
    expect(logs.length).toBeGreaterThan(5);
    for (const stored of logs) {
      const { instance, head } = replay(stored);
      expect(JSON.parse(JSON.stringify(instance))).toEqual(stored.instance);
      expect(head).toBe(stored.head);
    }
  });

  test('give the same states and heads once every personal part is erased', () => {
    for (const { id, log, instance, head } of logs) {
      const erased = log.map((event) => ({
        ...event,
        ...withoutPart(event, event.personal?.part ?? null),
        personal: event.personal && { ...event.personal, salt: null, part: null },
      }));
      const told = replay({ id, log: erased, instance, head });
      expect(told.instance.value).toEqual(instance.value);
      expect(told.instance.status).toBe(instance.status);
      expect(told.head).toBe(head);
    }
  });
});
