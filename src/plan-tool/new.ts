// `plan new`: the frame of a plan, which checks without a fault and is then filled.

import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Language } from './plan-file-error.ts';
import { PlanFileError } from './plan-file-error.ts';

const SKELETON = join(import.meta.dirname, 'skeleton.yaml');
const SCHEMA = join(import.meta.dirname, '../../plans/plan.schema.json');
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Writes the file and answers 0. Throws PlanFileError where one stands already or its name is no id. */
export async function newFile(
  file: string,
  language: Language,
  say: (line: string) => void,
): Promise<number> {
  const id = basename(file).replace(/\.ya?ml$/, '');
  const refuse = (zh: string, en: string): never => {
    throw new PlanFileError({ zh: `${file}：${zh}`, en: `${file}: ${en}` });
  };
  if (!ID.test(id)) {
    refuse(
      '文件名即方案代码，应为小写字母、数字和连字符，如 my-county-2027.yaml',
      'its name is the id of the plan: small letters, digits and hyphens, as my-county-2027.yaml',
    );
  }
  const schema = relative(dirname(resolve(file)), SCHEMA);
  const frame = (await readFile(SKELETON, 'utf8')).replace('PLAN-ID', id);
  const text = `# yaml-language-server: $schema=${schema}\n${frame}`;
  await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) =>
    error.code === 'EEXIST'
      ? refuse('已有这个文件', 'is there already')
      : refuse('无法写入', `cannot be written: ${error.message}`),
  );
  say(
    language === 'zh'
      ? `已写入 ${file}。填好后：npm run plan -- check ${file}`
      : `Wrote ${file}. When it is filled: npm run plan -- check ${file}`,
  );
  return 0;
}
