// The records and site facts with which the plan's criteria are met. Each criterion itself says what it
// counts, whatever plan it stands in.

import type { Criterion, CriterionTest } from '../../src/rules/plan/plan-schema.ts';
import { findKind } from '../../src/rules/record/record-kinds.ts';
import { assessorOf, recorderOf } from '../any-plan/cast.ts';
import { fieldsOf } from '../kit/evidence-fields.ts';
import { uploadPhoto } from '../kit/photos.ts';
import {
  type Candidate,
  categoryOf,
  type Evidence,
  type Play,
  recordEvidence,
  today,
} from '../kit/play.ts';
import { solve } from './duties.ts';
import { personName } from './persons.ts';

type Test = Omit<CriterionTest, 'anyOf' | 'of' | 'siteKinds' | 'percent'>;

const testsOf = ({ required }: Criterion): Test[] =>
  required === undefined ? [] : [required.anyOf?.[0] ?? required];

// The reviewer of the record determines these fields, never the person who hands it in (R13).
const DETERMINED = ['impact', 'promotionScope'];

/** The records that prove a share of sites, by the fact that counts them. */
const SHARE_PROOFS: { readonly [fact: string]: string | undefined } = {
  supervised: 'supervision',
  trained: 'administrator-training',
};

const sitesBelow = (play: Play, { township }: Candidate): string[] =>
  (township ?? play.county).villages.map(({ siteId }) => siteId);

/** Hands in everything the criteria of its category count, and has it reviewed where that is needed. */
export async function handIn(play: Play, candidate: Candidate): Promise<void> {
  for (const criterion of categoryOf(play, candidate.category).criteria) {
    const share = SHARE_PROOFS[criterion.required?.fact ?? ''];
    if (criterion.required?.of !== undefined) {
      if (share === undefined) continue;
      const siteIds = sitesBelow(play, candidate);
      const detail = share === 'administrator-training' ? { posts: ['A', 'B'] } : {};
      const record = { kind: share, summary: criterion.text, siteIds, detail };
      await recordEvidence(play, candidate, record);
      continue;
    }
    for (const test of testsOf(criterion)) await prove(play, candidate, criterion.text, test);
  }
}

/** R37: the county looks at whether the site of a person is clean and in order. */
export function inspectOrder(
  play: Play,
  { id }: Candidate,
  inGoodOrder: boolean,
): Promise<unknown> {
  const [officer] = play.cast.officers;
  return play.client.post(officer, '/v1/inspections', {
    candidateId: id,
    kind: 'FIELD_VISIT',
    occurredOn: today(play),
    inspectors: [officer.name],
    triggers: [],
    findings: inGoodOrder ? [] : ['设备积尘，线路杂乱'],
    inGoodOrder,
  });
}

async function prove(play: Play, candidate: Candidate, summary: string, test: Test): Promise<void> {
  const { evidence: kind, where = {}, atLeast = 1 } = test;
  if (test.fact === 'inspection.inGoodOrder') await inspectOrder(play, candidate, true);
  if (kind === undefined) return;
  const { by, file, form, life } = findKind(play.plan, kind) ?? {};
  const isMatter = life !== undefined;
  const said = Object.entries(where).filter(
    ([name]) => !DETERMINED.includes(name) && !(isMatter && name === 'status'),
  );
  const given = Object.fromEntries(said.map(([name, [value]]) => [name, value]));
  for (let count = 0; count < atLeast; count += 1) {
    const detail = {
      ...fieldsOf(kind, `${candidate.name}：${summary}之${count + 1}`, today(play)),
      ...given,
    };
    const recorder = recorderOf(play, candidate, by);
    const photos = file === true ? { fileIds: [await uploadPhoto(play, candidate, recorder)] } : {};
    const held = form === true ? { form: '集中收看' } : {};
    const record: Evidence = { kind, summary, detail, ...held, ...photos };
    const { recordId } = await recordEvidence(play, candidate, record, recorder);
    if (recordId === undefined) continue;
    if (isMatter && where.status?.includes('RESOLVED') === true)
      await solve(play, recorder, recordId);
    if (!Object.keys(where).some((name) => DETERMINED.includes(name))) continue;
    const reviewer = assessorOf(play, candidate);
    const path = `/v1/candidates/${candidate.id}/evidence/${encodeURIComponent(recordId)}/assessment`;
    await play.client.post(reviewer, path, {
      verdict: 'accepted',
      impact: where.impact?.[0] ?? 'NOTABLE',
      promotionScope: where.promotionScope?.[0] ?? 'COUNTYWIDE',
    });
  }
}

type Facts = { [name: string]: string | number | boolean };

/** Site facts with which every measured criterion of these subjects is met, and both posts held. */
export function factsFor({ plan }: Pick<Play, 'plan'>, subject: string, number: number): Facts {
  const facts: Facts = { postA: personName(number), postB: personName(number + 200) };
  const measured = plan.categories
    .filter((category) => category.subject === subject)
    .flatMap(({ criteria }) => criteria)
    .flatMap(testsOf);
  for (const { fact, equals, atLeast, atLeastFact } of measured) {
    const name = siteFact(fact);
    if (name === null) continue;
    if (equals !== undefined) facts[name] = equals;
    if (atLeast !== undefined) facts[name] = atLeast;
    const least = siteFact(atLeastFact);
    if (least !== null) Object.assign(facts, { [name]: 40, [least]: 25 });
  }
  delete facts.bothPostsHeld;
  return facts;
}

/** A criterion that a number recorded of the site decides, so that one site can fall short of it. */
export const measuredNumber = ({ plan }: Pick<Play, 'plan'>, subject: string) =>
  plan.categories
    .filter((category) => category.subject === subject)
    .flatMap(({ criteria }) => criteria)
    .flatMap((criterion) =>
      testsOf(criterion).flatMap(({ fact, atLeast }) => {
        const name = siteFact(fact);
        const isOnly = criterion.at === 'self-check' && name !== null && atLeast !== undefined;
        return isOnly ? [{ criterion, name, atLeast }] : [];
      }),
    )[0];

const siteFact = (path: string | undefined): string | null =>
  path !== undefined && /^(?:site|base)\./.test(path) ? path.replace(/^[a-z]+\./, '') : null;
