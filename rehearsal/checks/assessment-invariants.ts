// The invariants of the assessment, reckoned from the sheets as they were handed in.

import { policiesOf } from '../../src/rules/plan/category-policies.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { procedureOf } from '../../src/rules/procedure/procedures.ts';
import type { History, Ledgers } from '../kit/ledgers.ts';
import type { Invariant } from './invariants.ts';

type Submitted = {
  total: number;
  points: { item: string; points: number }[];
  notApplicable: { item: string }[];
  assessorId: string;
};
type Scheme = {
  bonusMax: number;
  items: { id: string; maximum: number; block: string | null; bonus: boolean }[];
};
type Scores = {
  streams: { [code: string]: { points: number | null; sheets: { sheetId: string }[] } };
  composite: number | null;
};

const halfUp = (sum: number, count: number): number => Math.floor((2 * sum + count) / (2 * count));

/** The mean without the extremes, in hundredths; written anew, not taken from the machine. */
function meanOf(centi: readonly number[], { drop, from }: { drop: number; from: number }): number {
  const sorted = [...centi].sort((a, b) => a - b);
  const counted =
    drop === 0 || sorted.length < from ? sorted : sorted.slice(drop, sorted.length - drop);
  return halfUp(
    counted.reduce((sum, one) => sum + one, 0),
    counted.length,
  );
}

/** What a sheet comes to, in hundredths, from its items alone; written anew as well. */
function totalOf({ items, bonusMax }: Scheme, { points, notApplicable }: Submitted): number {
  const given = new Map(points.map(({ item, points: value }) => [item, Math.round(value * 100)]));
  const missed = new Set(notApplicable.map(({ item }) => item));
  const blocks = new Map<string | null, { full: number; applied: number; given: number }>();
  let bonus = 0;
  for (const { id, maximum, block, bonus: isBonus } of items) {
    if (isBonus) {
      bonus += given.get(id) ?? 0;
      continue;
    }
    const sums = blocks.get(block) ?? { full: 0, applied: 0, given: 0 };
    blocks.set(block, sums);
    sums.full += Math.round(maximum * 100);
    if (missed.has(id)) continue;
    sums.applied += Math.round(maximum * 100);
    sums.given += given.get(id) ?? 0;
  }
  let total = Math.min(bonus, Math.round(bonusMax * 100));
  for (const one of blocks.values()) total += halfUp(one.given * one.full, one.applied);
  return total;
}

const isSheet = ({ subject }: History): boolean => subject.machine === 'score-sheet';

/** Every composite follows from its sheets and ballots, and from nothing else. */
export function compositesFollowFromSheets({ histories }: Ledgers, plan: Plan): Invariant {
  const sheets = new Map(histories.filter(isSheet).map((one) => [one.subject.id, one.subject]));
  const faults: string[] = [];
  let checked = 0;
  for (const { subject } of histories) {
    if (subject.machine !== 'candidate' || subject.context === undefined) continue;
    const { streams, composite } = subject.context.scores as Scores;
    if (composite === null) continue;
    checked += 1;
    const policies = policiesOf(plan, String(subject.category));
    const centiOf = (sheetId: string): number => {
      const sheet = sheets.get(sheetId);
      const last = (sheet?.submitted as Submitted[] | undefined)?.at(-1);
      const sum = last === undefined ? null : totalOf(sheet?.scheme as Scheme, last);
      if (last === undefined || sum !== Math.round(last.total * 100)) {
        faults.push(`the items of sheet ${sheetId} do not make its total`);
      }
      return sum ?? 0;
    };
    let [total, whole] = [0, 0];
    for (const [code, weight] of Object.entries(policies.streamWeights.value)) {
      const { points = 0, sheets: own = [] } = streams[code] ?? {};
      const centi =
        own.length === 0
          ? Math.round((points ?? 0) * 100)
          : meanOf(
              own.map(({ sheetId }) => centiOf(sheetId)),
              policies.assessmentTrim.value,
            );
      total += centi * weight;
      whole += weight;
    }
    const expected = halfUp(total, whole);
    if (expected !== Math.round(composite * 100)) {
      faults.push(`${subject.name}: ${composite} was stored, the sheets come to ${expected / 100}`);
    }
  }
  const weights = plan.categories.flatMap(({ code }) =>
    Object.values(policiesOf(plan, code).streamWeights.value),
  );
  if (checked === 0 && weights.some((weight) => weight > 0)) {
    faults.push('nobody has a composite score');
  }
  return {
    zh: '综合得分均可由考评表和评议得分重新算出',
    en: 'every composite score follows from its sheets and ballots',
    counted: `${checked} 个综合得分`,
    faults,
  };
}

/** No sheet was handed in by somebody of the unit itself or of a unit above it in the county. */
export function nobodyJudgedTheirOwn(
  { histories, principals, directory }: Ledgers,
  plan: Plan,
): Invariant {
  const grants = new Map(principals.map(({ id, grants: held }) => [id, held]));
  const candidates = new Map(histories.map(({ subject }) => [subject.id, subject]));
  const faults: string[] = [];
  let checked = 0;
  for (const { subject } of histories.filter(isSheet)) {
    const path =
      directory.byId.get(candidates.get(String(subject.candidateId))?.organisationId ?? '')?.path ??
      '?';
    for (const { assessorId } of subject.submitted as Submitted[]) {
      checked += 1;
      const isOwn = (grants.get(assessorId) ?? []).some(
        ({ reach }) => reach === path || (isBelowCounty(reach) && path.startsWith(reach)),
      );
      if (isOwn) faults.push(`sheet ${subject.id}: ${assessorId} judged their own`);
    }
  }
  const streams = plan.categories.flatMap(({ code }) =>
    Object.values(procedureOf(plan, code).streams),
  );
  if (checked === 0 && streams.some(({ kind }) => kind === 'sheets')) {
    faults.push('no sheet was handed in');
  }
  return {
    zh: '考评表无一由本单位或其上级乡镇的人填写',
    en: 'no sheet was filled in by somebody of the unit or its township',
    counted: `${checked} 份考评表`,
    faults,
  };
}

/** City and county are the first parts of a path; one with more parts lies below the county. */
const COUNTY_PARTS = 2;
const isBelowCounty = (reach: string): boolean =>
  reach.split('/').filter(Boolean).length > COUNTY_PARTS;
