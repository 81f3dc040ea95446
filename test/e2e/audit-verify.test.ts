// `npm run audit:verify` as an operator runs it: a process of its own against the database.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeCheckpoint } from '../../src/command/audit/checkpoints.ts';
import { checkpointInPrint } from '../../src/rules/audit/checkpoint.ts';
import { openScene, PENG, type Scene } from '../support/scene.ts';
import { tamper } from '../support/tampering.ts';

const PROGRAM = join(import.meta.dirname, '../../src/audit-verify.ts');

let scene: Scene;
let township: string;
beforeAll(async () => {
  scene = await openScene();
  township = await scene.register({ organisationId: PENG });
});
afterAll(() => scene.drop());

/** The exit code, and what was said. */
const verify = (args: string[] = [], url = scene.connectionString) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const env = { PATH: process.env.PATH, DATABASE_URL: url };
    execFile(process.execPath, [PROGRAM, ...args], { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), said: out + err }),
    );
  });

test('F11: audit:verify answers 0, 1 and 2, names what was done in words, and believes a root that still holds', async () => {
  const taken = await takeCheckpoint(scene.performer);
  const root = taken?.root ?? '';
  const whole = await verify();
  expect(whole).toMatchObject({ code: 0, said: expect.stringContaining('日志完整') });
  expect(await verify(['--root', root])).toMatchObject({
    code: 0,
    said: expect.stringContaining('what is stored still holds it'),
  });
  expect(await verify(['--root', 'f'.repeat(64)])).toMatchObject({ code: 1 });
  // As it stands on paper, and with fewer digits than are enough.
  const printed = /核验码 ([0-9a-f ]+)（/.exec(checkpointInPrint({ number: 1, root }))?.[1] ?? '';
  expect((await verify(['--root', printed.toUpperCase()])).code).toBe(0);
  expect((await verify(['--root', root.slice(0, 16)])).code).toBe(0);
  expect((await verify(['--root', root.slice(0, 15)])).code).toBe(2);

  await tamper(scene, [
    `update event set payload = payload || '{"name":"别的"}' where subject_id = $1 and sequence = 1`,
    township,
  ]);
  const edited = await verify();
  expect(edited.code).toBe(1);
  expect(edited.said).toContain('四创三评 · 申报对象 · 彭镇：第 1 条（2017年5月20日 09:00）被改动');
  const { said } = await verify(['--json']);
  expect(JSON.parse(said)).toMatchObject({
    faults: [{ kind: 'edited', subjectId: township, sequence: 1 }],
  });

  await tamper(
    scene,
    ['delete from event where subject_id = $1', township],
    ['delete from subject where id = $1', township],
  );
  expect(await verify(['--root', root])).toMatchObject({
    code: 1,
    said: expect.stringContaining('1 head that it holds'),
  });

  const away = await verify([], 'postgresql://127.0.0.1:1/nothing');
  expect(away.code).toBe(2);
}, 180_000);
