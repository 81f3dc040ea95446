// `plan check`: every fault of a plan at its line, or what deserves a second look.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../rules/plan/plan-schema.ts';
import { placesIn } from '../rules/plan/yaml-places.ts';
import type { PlacedFault } from '../rules/plan-check/plan.ts';
import { planFindings } from '../rules/plan-check/plan-findings.ts';
import type { Calendar } from '../rules/time/calendar.ts';
import { readPlanFile } from './plan-file.ts';
import type { Language } from './plan-file-error.ts';

const CALENDAR = join(import.meta.dirname, '../../plans/calendar-cn.json');

/** Answers the exit code: 1 when the plan has faults. */
export async function checkFile(
  file: string,
  language: Language,
  say: (line: string) => void,
): Promise<number> {
  const { text, read } = await readPlanFile(file);
  if ('faults' in read) return sayFaults(file, read.faults, language, say);
  const { plan } = read;
  const calendar: Calendar = JSON.parse(await readFile(CALENDAR, 'utf8'));
  const findings = planFindings(plan, calendar);
  const places = placesIn(
    text,
    plan,
    findings.map(({ path }) => path),
  );
  const note = { zh: '提示：', en: 'note: ' }[language];
  findings.forEach(({ path, [language]: words }, index) => {
    const place = places[index];
    const at = place === undefined || place === 'base' ? '' : `:${place.line}:${place.column}`;
    say(`${file}${at} ${path} ${note}${words}`);
  });
  say(summaryOf(plan, findings.length, language));
  return 0;
}

/** One line for each fault; answers the exit code of a plan with faults. */
export function sayFaults(
  file: string,
  faults: readonly PlacedFault[],
  language: Language,
  say: (line: string) => void,
): number {
  for (const { path, message, line, column } of faults) {
    say(`${file}:${line}:${column} ${path} ${message[language]}`);
  }
  const count = faults.length;
  say(language === 'zh' ? `共 ${count} 处错误。` : `${count} fault${count === 1 ? '' : 's'}.`);
  return 1;
}

function summaryOf(
  { id, version, phases, categories, clauses }: Plan,
  findings: number,
  language: Language,
): string {
  const days = `${phases[0]?.start ?? ''} – ${phases.at(-1)?.end ?? ''}`;
  const sentences = Object.keys(clauses).length;
  return language === 'zh'
    ? `${id} 第 ${version} 版没有错误：${phases.length} 个阶段（${days}），${categories.length} 个类别，${sentences} 条原文；${findings} 处值得再看。`
    : `${id} version ${version} has no fault: ${phases.length} phases (${days}), ${categories.length} categories, ${sentences} sentences; ${findings} to look at again.`;
}
