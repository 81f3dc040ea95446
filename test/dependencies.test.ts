// What is installed is what was looked at: exact versions, each with the hash of its package; and the image has no more
// rights than it needs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

type Package = { version?: string; integrity?: string; link?: boolean; inBundle?: boolean };

test('every dependency is of one exact version, and every installed package has a hash', () => {
  const own: Record<string, Record<string, string>> = JSON.parse(read('package.json'));
  const named = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.entries(own[kind] ?? {}),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  const lock: { packages: Record<string, Package> } = JSON.parse(read('package-lock.json'));
  const installed = Object.entries(lock.packages).filter(([path]) => path !== '');
  expect(installed.length).toBeGreaterThan(300);
  const unhashed = installed.filter(
    ([, { integrity, inBundle }]) => inBundle !== true && !/^sha512-/.test(integrity ?? ''),
  );
  expect(unhashed.map(([path]) => path)).toEqual([]);
});

test('the image runs as nobody’s root, without tests and history, and compose lets it write its data and /tmp only', () => {
  const stages = read('Dockerfile').split(/^FROM /m);
  expect(stages.at(-1)?.match(/^USER (.+)$/m)?.[1]).toBe('node');
  expect(read('.dockerignore').split('\n')).toEqual(
    expect.arrayContaining(['.git', '.env', 'test']),
  );
  const { service } = parse(read('docker-compose.yml')).services;
  expect(service).toMatchObject({
    read_only: true,
    tmpfs: '/tmp',
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    volumes: ['files:/data'],
  });
  expect(service.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
});
