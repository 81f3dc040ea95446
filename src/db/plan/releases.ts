// The charts of a plan: one for its campaign, and one for each procedure of its categories.

import { hash } from 'node:crypto';
import type { MachineName, Stated } from '../../../machines/catalog.ts';
import { LIBRARY_VERSION, learnRelease } from '../../../machines/catalog.ts';
import type { Procedure } from '../../../machines/procedure/procedure.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { campaignDefinitionOf } from '../../rules/procedure/campaign-definition.ts';
import type { Procedural } from '../../rules/procedure/procedures.ts';
import { procedureOf } from '../../rules/procedure/procedures.ts';

/** The SHA-256 (hex) of what a plan states, under which its chart is known and stored. */
export const statedHash = (stated: Stated): string => hash('sha256', canonicalJson(stated), 'hex');

const learn = (stated: Stated) => learnRelease(statedHash(stated), stated);

/** The chart by which the campaign of this plan is decided. */
export const campaignReleaseOf = (plan: Procedural) =>
  learn({ machine: 'campaign', body: campaignDefinitionOf(plan) });

export const candidateReleaseBy = (body: Procedure) => learn({ machine: 'candidate', body });

/** The chart by which the candidates of this category are decided. Throws for an unknown category. */
export const candidateReleaseOf = (plan: Plan, category: string) =>
  candidateReleaseBy(procedureOf(plan, category));

/** The chart by which a plan decides subjects of this machine; undefined for those written by hand. */
export const releaseByPlan = (machine: MachineName, plan: Plan, category: string | null) =>
  machine === 'campaign'
    ? campaignReleaseOf(plan)
    : machine === 'candidate' && category !== null
      ? candidateReleaseOf(plan, category)
      : undefined;

/** The streams that candidates of this category gather in this state. */
export const gatheredIn = (plan: Plan, category: string, stage: string, state: string) =>
  candidateReleaseOf(plan, category).standing(stage, state)?.gathers ?? [];

/** All that this plan states, as it is stored when the plan is published. */
export function statedBy(plan: Plan): { hash: string; library: string; stated: Stated }[] {
  const stated: Stated[] = [
    { machine: 'campaign', body: campaignDefinitionOf(plan) },
    ...plan.categories.map(
      ({ code }): Stated => ({ machine: 'candidate', body: procedureOf(plan, code) }),
    ),
  ];
  const rows = stated.map((one) => ({
    hash: statedHash(one),
    library: `${one.machine} v${LIBRARY_VERSION}`,
    stated: one,
  }));
  return [...new Map(rows.map((row) => [row.hash, row])).values()];
}
