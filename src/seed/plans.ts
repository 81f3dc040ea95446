// The plans that ship and those of the plan directory.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDivision, listOrganisations } from '../db/county/organisations.ts';
import type { Tx } from '../db/kernel/transaction.ts';
import { findPlan, insertPlan, planSha256 } from '../db/plan/plans.ts';
import { planLibrary } from '../plan-library.ts';
import type { Plan } from '../rules/plan/plan-schema.ts';
import { placesIn } from '../rules/plan/yaml-places.ts';
import { readYaml } from '../rules/plan/yaml-text.ts';
import { readPlan } from '../rules/plan-check/plan.ts';
import { SeedError } from './seed-error.ts';

const SHIPPED = join(import.meta.dirname, '../../plans');

/** `file` is null of a plan that ships: it comes only where its county is. */
export type SeededPlan = { plan: Plan; file: { path: string; text: string } | null };

/** The plans that ship, then those of the plan directory. Throws SeedError with every fault of a file. */
export const readSeededPlans = async (planDir: string | undefined): Promise<SeededPlan[]> => [
  ...(await readPlans(SHIPPED, /\.yaml$/)).map(({ plan }) => ({ plan, file: null })),
  ...(planDir === undefined ? [] : await readPlans(planDir, /\.(?:ya?ml|json)$/)),
];

/** Publishes a plan that the database lacks. Throws SeedError where it says otherwise, or its county is not there. */
export async function seedPlan(tx: Tx, { plan, file }: SeededPlan): Promise<void> {
  const stored = await findPlan(tx, plan.id, plan.version);
  if (stored === undefined) {
    if ((await findDivision(tx, plan))?.kind === 'COUNTY') await insertPlan(tx, plan);
    else if (file !== null) throw await withoutCounty(tx, plan, file);
    return;
  }
  if (stored.sha256 === planSha256(plan)) return;
  throw new SeedError(
    `方案 ${plan.id} 第 ${plan.version} 版已经印发并冻结，但文件内容与数据库中的不同：请恢复原文件，或以新的版本号印发。`,
    `Version ${plan.version} of the plan ${plan.id} has been published and frozen, but the file says otherwise: restore it, or publish it as a new version.`,
  );
}

async function withoutCounty(
  tx: Tx,
  plan: Plan,
  { path, text }: { path: string; text: string },
): Promise<SeedError> {
  const [topmost] = await listOrganisations(tx, {}, null, 1);
  const [place] = placesIn(text, plan, ['/divisionCode']);
  const { line, column } = typeof place === 'object' ? place : { line: 1, column: 1 };
  const at = `${path}:${line}:${column} /divisionCode`;
  const code = plan.divisionCode;
  const { name = '' } = topmost ?? {};
  return new SeedError(
    `${at} 单位目录（${name}）中没有区划代码为 ${code} 的县：请改正代码，或先导入该县的区划，再启动或印发此方案。`,
    `${at} the directory (${name}) has no county of the code ${code}: correct the code, or import the divisions of the county before you start with this plan or publish it.`,
  );
}

async function readPlans(
  folder: string,
  pattern: RegExp,
): Promise<{ plan: Plan; file: { path: string; text: string } }[]> {
  const names = (await readdir(folder)).filter((name) => pattern.test(name)).sort();
  return Promise.all(names.map((name) => readPlanFile(join(folder, name))));
}

async function readPlanFile(path: string) {
  const text = await readFile(path, 'utf8');
  const yaml = readYaml(text);
  if ('fault' in yaml) {
    const { zh, en } = yaml.fault;
    throw new SeedError(`方案文件 ${path} 读不懂：${zh}`, `The plan ${path} cannot be read: ${en}`);
  }
  const checked = readPlan(yaml.value, planLibrary, text);
  if ('plan' in checked) return { plan: checked.plan, file: { path, text } };
  const told = (language: 'zh' | 'en') =>
    checked.faults
      .map((one) => `\n  ${path}:${one.line}:${one.column} ${one.path} ${one.message[language]}`)
      .join('');
  throw new SeedError(
    `方案文件 ${path} 有 ${checked.faults.length} 处错误：${told('zh')}`,
    `The plan ${path} has ${checked.faults.length} faults:${told('en')}`,
  );
}
