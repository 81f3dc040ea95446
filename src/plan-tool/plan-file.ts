// Reads the file of a plan, with its faults placed in it.

import { readFile } from 'node:fs/promises';
import { planLibrary } from '../plan-library.ts';
import type { Text } from '../rules/plan/fault.ts';
import type { Plan } from '../rules/plan/plan-schema.ts';
import { readYaml } from '../rules/plan/yaml-text.ts';
import { type PlacedFault, readAndPlayPlan } from '../rules/plan-check/plan.ts';
import { PlanFileError } from './plan-file-error.ts';

/** The service takes no larger one. */
const PLAN_SIZE_BYTES_MAX = 1024 * 1024;

const WHY_UNREADABLE: { readonly [code: string]: Text } = {
  ENOENT: { zh: '没有这个文件', en: 'there is no such file' },
  EACCES: { zh: '没有权限读取', en: 'it may not be read' },
  EISDIR: { zh: '这是一个文件夹', en: 'it is a folder' },
};

/**
 * The plan of a file, or its faults, each at its line; and the text of the file. Throws PlanFileError for a
 * file that cannot be read or is no YAML. JSON is YAML, too.
 */
export async function readPlanFile(
  file: string,
): Promise<{ text: string; read: { plan: Plan } | { faults: PlacedFault[] } }> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const why = WHY_UNREADABLE[error.code ?? ''] ?? { zh: '无法读取', en: error.message };
    throw new PlanFileError({ zh: `${file}：${why.zh}`, en: `${file}: ${why.en}` });
  });
  const refuse = (zh: string, en: string): never => {
    throw new PlanFileError({ zh: `${file}：${zh}`, en: `${file}: ${en}` });
  };
  if (bytes.length > PLAN_SIZE_BYTES_MAX) refuse('超过 1 MiB', 'is larger than 1 MiB');
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuse('不是 UTF-8 文本', 'is no UTF-8 text');
  }
  const yaml = readYaml(text);
  if ('fault' in yaml) return refuse(yaml.fault.zh, yaml.fault.en);
  return { text, read: readAndPlayPlan(yaml.value, planLibrary, text) };
}
