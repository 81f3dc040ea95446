// `plan show`: the plan as a page to look at.

import { pictureOf } from '../rules/plan/picture.ts';
import { sayFaults } from './check.ts';
import { readPlanFile } from './plan-file.ts';
import type { Language } from './plan-file-error.ts';

/** Answers the exit code: 1 when the plan has faults, which are told instead. */
export async function showFile(
  file: string,
  language: Language,
  say: (line: string) => void,
): Promise<number> {
  const { read } = await readPlanFile(file);
  if ('faults' in read) return sayFaults(file, read.faults, language, say);
  say(pictureOf(read.plan, language));
  return 0;
}
