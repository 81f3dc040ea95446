// The bases that ship with the service (plans/base), read once.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { PlanLibrary } from './rules/plan/extends.ts';

const FOLDER = join(import.meta.dirname, '../plans/base');

/** In the order of versions; `plans/base/base@1.yaml` is chuangping/base@1. */
export const planLibrary: PlanLibrary = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((file) => [
      `chuangping/${file.slice(0, -'.yaml'.length)}`,
      parse(readFileSync(join(FOLDER, file), 'utf8')) as unknown,
    ]),
);
