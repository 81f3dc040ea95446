// Faults that the simulation must find, each planted in a copy of the sources by a patch. The scenarios of
// faults must see most of them, too.

import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Planted = {
  id: string;
  patch: string;
  /** The seed of the fixed set that found it soonest; the others are tried after it. */
  seed: number;
};

const ROOT = join(import.meta.dirname, '../..');
const MUTANTS = 'test/faults/mutants';

export const PLANTED: readonly Planted[] = [
  { id: 'F2', patch: `${MUTANTS}/F2-commit-repeated.patch`, seed: 22 },
  { id: 'F3', patch: 'test/simulate/planted/F3-one-item-ends-the-round.patch', seed: 1 },
  { id: 'F7', patch: `${MUTANTS}/F7-answers-before-the-lock.patch`, seed: 15 },
  { id: 'a timer that is kept', patch: `${MUTANTS}/timers-kept.patch`, seed: 1 },
  {
    id: 'a stale chain head',
    patch: 'test/simulate/planted/a-stale-chain-head.patch',
    seed: 1,
  },
];

const COPIED = [
  'src',
  'machines',
  'plans',
  'data',
  'test/machines',
  'test/simulate',
  'test/support',
  'package.json',
];

/** A copy of the sources with this fault in it; `remove` takes it away again. */
export async function plant({ id, patch }: Planted) {
  const folder = await mkdtemp(join(tmpdir(), 'chuangping-planted-'));
  for (const part of COPIED) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  // The copy is no repository, and git must not take one around it for its own.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() };
  const { status, stderr } = spawnSync('git', ['apply', join(ROOT, patch)], { cwd: folder, env });
  if (status !== 0) throw new Error(`${id}: ${patch} no longer applies: ${stderr.toString()}`);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
