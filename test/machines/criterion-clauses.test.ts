// Every criterion of the plan that makes eligible, one by one: a candidate that meets all the others is
// refused under this one's own sentence.

import { describe, expect, test } from 'vitest';
import { isSelfChecked } from '../../machines/procedure/reading.ts';
import type { CategoryCode } from '../../src/rules/plan/plan-schema.ts';
import { procedureOf } from '../../src/rules/procedure/procedures.ts';
import type { Change, Life } from './life.ts';
import { tell, unmet } from './life.ts';
import { candidateAt } from './way.ts';
import { categoryOf, criteriaOf, plan } from './yijun.ts';

type Row = readonly [clause: string, category: CategoryCode, criterion: string];

const BEFORE_APPLYING: readonly Row[] = [
  ['R10', 'ADVANCED_COUNTY', 'county.work-plan'],
  ['R11', 'ADVANCED_COUNTY', 'county.safeguards'],
  ['R11', 'ADVANCED_COUNTY', 'county.equipment-renewal'],
  ['R11', 'ADVANCED_COUNTY', 'county.fault-repair'],
  ['R12', 'ADVANCED_COUNTY', 'county.sites-conform'],
  ['R13', 'ADVANCED_COUNTY', 'county.showcase-cases'],
  ['R14', 'DEMONSTRATION_TOWNSHIP', 'township.supervision-system'],
  ['R14', 'DEMONSTRATION_TOWNSHIP', 'township.supervision-carried-out'],
  ['R15', 'DEMONSTRATION_TOWNSHIP', 'township.sites-conform'],
  ['R16', 'DEMONSTRATION_TOWNSHIP', 'township.administrators-trained'],
  ['R17', 'DEMONSTRATION_TOWNSHIP', 'township.showcase-cases'],
  ['R18', 'DEMONSTRATION_VILLAGE', 'village.telecom-mode'],
  ['R18', 'DEMONSTRATION_VILLAGE', 'village.activity-room'],
  ['R19', 'DEMONSTRATION_VILLAGE', 'village.seats'],
  ['R19', 'DEMONSTRATION_VILLAGE', 'village.screen'],
  ['R20', 'DEMONSTRATION_VILLAGE', 'village.network'],
  ['R20', 'DEMONSTRATION_VILLAGE', 'village.playback'],
  ['R20', 'DEMONSTRATION_VILLAGE', 'village.safety'],
  ['R21', 'DEMONSTRATION_VILLAGE', 'village.rules-posted'],
  ['R21', 'DEMONSTRATION_VILLAGE', 'village.administrator-posted'],
  ['R21', 'DEMONSTRATION_VILLAGE', 'village.fault-procedure-posted'],
  ['R22', 'DEMONSTRATION_VILLAGE', 'village.information-register'],
  ['R22', 'DEMONSTRATION_VILLAGE', 'village.activity-register'],
  ['R22', 'DEMONSTRATION_VILLAGE', 'village.discussion-book'],
  ['R22', 'DEMONSTRATION_VILLAGE', 'village.other-archives'],
  ['R23', 'DEMONSTRATION_VILLAGE', 'village.fixed-study-day'],
  ['R23', 'DEMONSTRATION_VILLAGE', 'village.self-study'],
  ['R25', 'DEMONSTRATION_VILLAGE', 'village.experience-or-case'],
  ['R28', 'DEMONSTRATION_BASE', 'base.training-room'],
  ['R28', 'DEMONSTRATION_BASE', 'base.teaching-equipment'],
  ['R28', 'DEMONSTRATION_BASE', 'base.facilities'],
  ['R28', 'DEMONSTRATION_BASE', 'base.rules'],
  ['R29', 'DEMONSTRATION_BASE', 'base.teachers'],
  ['R29', 'DEMONSTRATION_BASE', 'base.own-training'],
  ['R30', 'DEMONSTRATION_BASE', 'base.full-time-administrator'],
  ['R30', 'DEMONSTRATION_BASE', 'base.technical-tutor'],
  ['R31', 'DEMONSTRATION_BASE', 'base.education'],
  ['R34', 'ADVANCED_WORKER', 'worker.well-spoken-of'],
  ['R35', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.two-posts'],
  ['R38', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.records'],
  ['R38', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.feedback-resolved'],
  ['R39', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.masses-satisfied'],
  ['R39', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.members-satisfied'],
  ['R40', 'LEARNING_APPLICATION_PACESETTER', 'pacesetter.attendance'],
  ['R41', 'LEARNING_APPLICATION_PACESETTER', 'pacesetter.technique-or-market'],
  ['R42', 'LEARNING_APPLICATION_PACESETTER', 'pacesetter.practice'],
  ['R43', 'LEARNING_APPLICATION_PACESETTER', 'pacesetter.project-or-expansion'],
  ['R44', 'LEARNING_APPLICATION_PACESETTER', 'pacesetter.promotion'],
  ['R45', 'LEARNING_APPLICATION_PACESETTER', 'pacesetter.people-helped'],
];

const AT_ACCEPTANCE: readonly Row[] = [
  ['R10', 'ADVANCED_COUNTY', 'county.policy-implementation'],
  ['R14', 'DEMONSTRATION_TOWNSHIP', 'township.policy-implementation'],
  ['R24', 'DEMONSTRATION_VILLAGE', 'village.leading-role'],
  ['R24', 'DEMONSTRATION_VILLAGE', 'village.local-innovation'],
  ['R26', 'DEMONSTRATION_BASE', 'base.industry-fit'],
  ['R29', 'DEMONSTRATION_BASE', 'base.results-applied'],
  ['R30', 'DEMONSTRATION_BASE', 'base.service'],
  ['R32', 'ADVANCED_WORKER', 'worker.duties'],
  ['R33', 'ADVANCED_WORKER', 'worker.conduct'],
  ['R34', 'ADVANCED_WORKER', 'worker.quality'],
  ['R35', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.site-runs'],
  ['R36', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.operates'],
  ['R36', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.maintains'],
  ['R36', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.manages'],
  ['R37', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.site-in-order'],
  ['R39', 'OUTSTANDING_SITE_ADMINISTRATOR', 'administrator.site-results'],
  ['R40', 'LEARNING_APPLICATION_PACESETTER', 'pacesetter.self-study'],
  ['R43', 'LEARNING_APPLICATION_PACESETTER', 'pacesetter.returns'],
  ['R45', 'LEARNING_APPLICATION_PACESETTER', 'pacesetter.example'],
];

const criterionOf = ([, category, id]: Row) => {
  const found = categoryOf(category).criteria.find((criterion) => criterion.id === id);
  if (found === undefined) throw new Error(`the plan has no criterion ${id}`);
  return found;
};

test('the tables name every criterion that may refuse', () => {
  const refusing = plan.categories.flatMap(({ code, criteria }) =>
    criteria
      .filter(({ modality }) => modality === 'M' || modality === 'E')
      .map(({ clause, id }) => [clause, code, id]),
  );
  expect([...BEFORE_APPLYING, ...AT_ACCEPTANCE].sort()).toEqual(refusing.sort());
});

const isAttested = (row: Row): boolean =>
  ['attestation', 'judgement'].includes(criterionOf(row).kind);

/** Ready to apply but for this criterion, which people found wanting or records measure as unmet. */
function lacking(row: Row): { life: Life; change: Change } {
  const [, category, id] = row;
  const { criteria } = categoryOf(category);
  const checks = isSelfChecked(procedureOf(plan, category));
  if (!isAttested(row)) {
    const facts = { criteria: criteriaOf(category, [id]) };
    return { life: scored(candidateAt(category, 'evaluation/evaluating')), change: { facts } };
  }
  if (!checks || criterionOf(row).at !== 'self-check') {
    const attestations = criteria.map((one) => one.id).filter((one) => one !== id);
    return {
      life: scored(candidateAt(category, 'evaluation/evaluating')),
      change: { attestations },
    };
  }
  const life = candidateAt(category, 'selfCheckRectification/self-checking');
  const results = criteria
    .filter(({ at }) => at === 'self-check')
    .map((one) =>
      one.id === id
        ? { criterion: id, met: false, priority: '高', responsiblePerson: '李' }
        : { criterion: one.id, met: true },
    );
  tell(life, 'submit-self-check', { results });
  return { life, change: {} };
}

function scored(life: Life): Life {
  tell(life, 'mass-evaluation-closed');
  tell(life, 'record-assessment');
  tell(life, 'record-assessment');
  return life;
}

describe('who lacks one criterion does not apply', () => {
  test.each(BEFORE_APPLYING)('%s, as %s: %s', (...row) => {
    const [clause, , id] = row;
    const { life, change } = lacking(row);
    const own = unmet(life, 'apply', change).filter((told) => told !== 'findings-rectified (R57)');
    expect(own).toEqual([`${id} (${clause})`]);
  });
});

describe('who is found to lack one criterion is not accepted', () => {
  test.each(AT_ACCEPTANCE)('%s, as %s: %s', (...row) => {
    const [clause, category, id] = row;
    const [review] = procedureOf(plan, category).stages.filter(({ steps }) =>
      steps.some(({ step }) => step === 'review'),
    );
    const stage = review?.code ?? '';
    const life = candidateAt(category, `${stage}/under-review`);
    if (stage === 'cityVerification') tell(life, 'record-verification');
    const judged = categoryOf(category)
      .criteria.filter(({ at }) => at === 'acceptance')
      .map((one) => ({ criterion: one.id, met: one.id !== id }));
    expect(unmet(life, 'pass', { judged })).toEqual([`${id} (${clause})`]);
    const unsaid = judged.filter(({ criterion }) => criterion !== id);
    expect(unmet(life, 'pass', { judged: unsaid })).toEqual([`${id} (${clause})`]);
  });
});

test('R63: nobody judges what the plan does not ask of the category', () => {
  const life = candidateAt('ADVANCED_WORKER', 'countyAcceptance/under-review');
  const judged = ['worker.duties', 'worker.conduct', 'worker.quality', 'village.screen'].map(
    (criterion) => ({ criterion, met: true }),
  );
  expect(unmet(life, 'pass', { judged })).toEqual(['judges-the-criteria (R63)']);
});

test('R64: the city judges each criterion again, and of persons too', () => {
  const life = candidateAt('ADVANCED_WORKER', 'cityVerification/under-review');
  tell(life, 'record-verification');
  expect(unmet(life, 'pass', { judged: [] })).toEqual([
    'worker.duties (R32)',
    'worker.conduct (R33)',
    'worker.quality (R34)',
  ]);
});
