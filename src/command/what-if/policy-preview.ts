// The preview shows the subjects that another version of the plan would move. The machines themselves are
// asked, and nothing of their answer is stored.

import { hash } from 'node:crypto';
import { releaseOf } from '../../../machines/catalog.ts';
import type { Measurement } from '../../../machines/kit/requirement.ts';
import { refuses } from '../../../machines/kit/requirement.ts';
import type { Instance } from '../../../machines/kit/step.ts';
import { accepts, explain, stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Misfit } from '../../../machines/pinning.ts';
import { advancePinned, handoverOf, misfitOf } from '../../../machines/pinning.ts';
import { listLive, listOpenDeadlines } from '../../db/campaign/policy-changes.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { findPlan } from '../../db/plan/plans.ts';
import { releaseByPlan } from '../../db/plan/releases.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { PlanDifference } from '../../rules/plan-check/plan-difference.ts';
import { planDifferences } from '../../rules/plan-check/plan-difference.ts';
import type { Draft } from '../kernel/draft.ts';
import { draftOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactSources, Loaded } from '../kernel/facts.ts';
import { factsAtHand, loadFacts } from '../kernel/facts.ts';
import type { Reference } from '../kernel/reference.ts';

/** More live subjects than this are not moved by one change. */
export const POLICY_SUBJECTS_MAX = 5_000;

type Flip = {
  event: string;
  requirement: string;
  clause: string;
  from: { actual: unknown; required: unknown; met: boolean };
  to: { actual: unknown; required: unknown; met: boolean };
  /** True when the requirement refused before and would no longer refuse. */
  easier: boolean;
};

type Affected = {
  subjectId: string;
  machine: string;
  name: string | null;
  category: string | null;
  revision: number;
  fromVersion: number;
  stage: string;
  state: string;
  newStage: string;
  newState: string;
  /** Why it keeps the procedure it has: the new one does not know its state, or waits otherwise there. */
  misfit: Misfit | null;
  deadlines: { kind: string; from: string | null; to: string }[];
  flips: Flip[];
};

type PolicyPreview = {
  /** A hash of the subjects' standing and moves; the passing of time alone does not change it. */
  hash: string;
  at: string;
  differences: PlanDifference[];
  affected: Affected[];
  /** The live subjects that stay where they are, because their category is not in the new version. */
  excluded: { subjectId: string; name: string | null; category: string | null }[];
  /** True when there are more live subjects than one change moves. */
  tooMany: boolean;
};

type World = {
  tx: Tx;
  campaignId: string;
  reference: Reference;
  at: string;
  sources: FactSources;
};

/** The preview of a version of the plan; null when there is none. Flips only if asked for. It only reads. */
export async function previewPolicy(
  world: World,
  first: Plan,
  planVersion: number,
  asksFlips: boolean,
): Promise<PolicyPreview | null> {
  const { tx, campaignId, at } = world;
  const to = (await findPlan(tx, first.id, planVersion))?.body;
  if (to === undefined) return null;
  const rows = await listLive(tx, campaignId, POLICY_SUBJECTS_MAX + 1);
  const drafts = rows.map((row) => draftOf(row, releaseOf(row)));
  const versions = new Map<number, Plan>([[first.version, first]]);
  for (const version of new Set(drafts.map((draft) => versionOf(draft, first)))) {
    const found = versions.has(version) ? null : await findPlan(tx, first.id, version);
    if (found) versions.set(version, found.body);
  }
  const knows = ({ category }: Draft): boolean =>
    category === null || to.categories.some(({ code }) => code === category);
  const moving = drafts.filter((draft) => versionOf(draft, first) !== planVersion && knows(draft));
  const deadlines = await listOpenDeadlines(tx, campaignId);
  const affected: Affected[] = [];
  for (const [version, ofVersion] of Map.groupBy(moving, (draft) => versionOf(draft, first))) {
    const from = versions.get(version) ?? first;
    for (const [category, group] of Map.groupBy(ofVersion, (draft) => draft.category)) {
      const plans = { from: planFor(from, category), to: planFor(to, category) };
      const moved = group.map((draft) => ({ draft, after: adopt(world, draft, plans.to) }));
      const flips = asksFlips ? await flipsOf(world, moved, plans) : [];
      for (const [index, { draft, after }] of moved.entries()) {
        affected.push({
          ...described(draft, version, after, deadlines),
          flips: flips[index] ?? [],
        });
      }
    }
  }
  affected.sort((a, b) => (a.subjectId < b.subjectId ? -1 : 1));
  const stands = affected.map(({ flips: _, ...rest }) => rest);
  return {
    hash: hash('sha256', canonicalJson({ planVersion, stands }), 'hex'),
    at,
    differences: planDifferences(versions.get(campaignVersion(drafts, first)) ?? first, to),
    affected,
    excluded: drafts
      .filter((draft) => !knows(draft))
      .map(({ id: subjectId, name, category }) => ({ subjectId, name, category })),
    tooMany: rows.length > POLICY_SUBJECTS_MAX,
  };
}

const versionOf = ({ instance }: Draft, first: Plan): number =>
  (instance.context.planVersion as number | undefined) ?? first.version;

const campaignVersion = (drafts: readonly Draft[], first: Plan): number => {
  const campaign = drafts.find(({ release }) => release.name === 'campaign');
  return campaign === undefined ? first.version : versionOf(campaign, first);
};

const SYSTEM_BY = { principalId: 'system', roles: [] as string[] };

type Adopted = {
  instance: Instance;
  opened: { kind: string; dueAt: string }[];
  misfit: Misfit | null;
};

function adopt({ reference, at, sources }: World, draft: Draft, to: Plan): Adopted {
  const event = { type: 'adopt-policy', planVersion: to.version, policyChangeId: '' };
  const facts = factsAtHand(sources, { plan: to, reference }, { draft, event, at });
  const release = releaseByPlan(draft.release.name, to, draft.category);
  const handover = release === undefined ? {} : handoverOf(draft.instance, release, to.moves ?? {});
  const isHeld = release !== undefined && release.procedure !== draft.instance.procedure;
  const misfit =
    isHeld && handover.procedure === undefined ? misfitOf(draft.instance, release) : null;
  const told = { ...event, ...handover, at, by: SYSTEM_BY, facts };
  const { answer } = advancePinned(draft.instance, told);
  if (answer.kind !== 'step') return { instance: draft.instance, opened: [], misfit };
  return {
    misfit,
    instance: answer.step.instance,
    opened: answer.step.effects.flatMap(({ type, params }) =>
      type === 'open-obligation' ? [{ kind: params.kind, dueAt: params.dueAt }] : [],
    ),
  };
}

function described(
  draft: Draft,
  fromVersion: number,
  { instance, opened, misfit }: Adopted,
  deadlines: readonly { subjectId: string; kind: string; dueAt: string }[],
): Omit<Affected, 'flips'> {
  return {
    subjectId: draft.id,
    machine: draft.release.name,
    name: draft.name,
    category: draft.category,
    revision: draft.revision,
    fromVersion,
    stage: stageOf(draft.instance.value),
    state: stateOf(draft.instance.value),
    newStage: stageOf(instance.value),
    newState: stateOf(instance.value),
    misfit,
    deadlines: opened.flatMap(({ kind, dueAt }) => {
      const known = deadlines.find((row) => row.subjectId === draft.id && row.kind === kind);
      const from = known?.dueAt ?? null;
      const isSame =
        from !== null && Temporal.Instant.from(from).equals(Temporal.Instant.from(dueAt));
      return isSame ? [] : [{ kind, from, to: Temporal.Instant.from(dueAt).toString() }];
    }),
  };
}

// The service alone tells these events, so no person would meet their guards.
const OWN = new Set([
  'phase-entered',
  'recalculate-deadline',
  'adopt-policy',
  'select',
  'keep-in-reserve',
  'pass-over',
]);

/** The guards that would answer otherwise, among those of every event that each subject knows now. */
async function flipsOf(
  { tx, campaignId, reference, at, sources }: World,
  moved: readonly { draft: Draft; after: Adopted }[],
  { from, to }: { from: Plan; to: Plan },
): Promise<Flip[][]> {
  const asks = moved.flatMap(({ draft, after }, index) =>
    accepts(draft.release, draft.instance)
      .filter((type) => !OWN.has(type))
      .map((type) => ({ index, draft, after, type })),
  );
  const asking = (instanceOf: (one: (typeof asks)[number]) => Instance): Ask[] =>
    asks.map((one) => ({
      draft: { ...one.draft, instance: instanceOf(one), release: releaseOf(instanceOf(one)) },
      event: { triggers: [], findings: [], type: one.type },
      at,
    }));
  const before = asking(({ draft }) => draft.instance);
  const later = asking(({ after }) => after.instance);
  const known = await loadFacts({ tx, campaignId, plan: from, reference, sources }, before);
  const then = await loadFacts({ tx, campaignId, plan: to, reference, sources }, later);
  const flips: Flip[][] = moved.map(() => []);
  for (const [position, { index, type }] of asks.entries()) {
    const old = measured(before[position] as Ask, known[position]?.() ?? {});
    const fresh = measured(later[position] as Ask, then[position]?.() ?? {});
    flips[index]?.push(...differing(type, old, fresh));
  }
  return flips;
}

function measured({ draft, event, at }: Ask, { impossible: _, ...facts }: Loaded) {
  const told = { ...event, at, by: SYSTEM_BY, facts };
  return (explain(draft.release, draft.instance, told) ?? []).filter(({ asksInput }) => !asksInput);
}

function differing(event: string, old: Measurement[], fresh: Measurement[]): Flip[] {
  const told = ({ actual, required, met }: Measurement) => ({ actual, required, met });
  const nothing = { actual: null, required: null, met: true };
  const names = [...new Set([...old, ...fresh].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [was, is] = [old, fresh].map((list) => list.find((one) => one.name === name));
    const refused = was !== undefined && refuses(was);
    const refusing = is !== undefined && refuses(is);
    if (refused === refusing) return [];
    return [
      {
        event,
        requirement: name,
        clause: (is ?? was)?.clause ?? '',
        from: was === undefined ? nothing : told(was),
        to: is === undefined ? nothing : told(is),
        easier: refused,
      },
    ];
  });
}
