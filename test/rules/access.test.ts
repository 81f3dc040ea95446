import { expect, test } from 'vitest';
import { accessOf } from '../../machines/catalog.ts';
import type { Role } from '../../machines/kit/access.ts';
import { candidateReleaseOf } from '../../src/db/plan/releases.ts';
import {
  mayRead,
  maySend,
  type Principal,
  type Protected,
  rolesFor,
  SYSTEM,
} from '../../src/rules/access/access.ts';
import { ROLES } from '../../src/rules/plan/schema-terms.ts';
import { everyRelease, plan } from '../machines/yijun.ts';
import { unit, unitPath } from '../support/units.ts';

const township = unitPath('6102', '610222', '610222101');

const holder = (role: Role, reach = unitPath('6102', '610222')): Principal => ({
  id: role,
  name: role,
  grants: [{ role, organisationId: unit('610222'), reach }],
  credential: null,
});

const candidate = (stage: string): Protected => ({
  access: candidateReleaseOf(plan, 'DEMONSTRATION_TOWNSHIP').access,
  path: township,
  stage,
  applicants: ['township-committee'],
  responsible: ['township-committee'],
});

test.each(everyRelease)(
  'every event of $name says who may send it, and nothing else does',
  (release) => {
    const known = release.chart.events.filter((type) => !type.startsWith('xstate.'));
    expect(Object.keys(release.access).sort()).toEqual([...new Set(known)].sort());
  },
);

test('the administrator, the scheduler and the auditor may send no business event', () => {
  for (const role of ['administrator', 'scheduler', 'auditor'] as const) {
    for (const { name, access } of everyRelease) {
      for (const type of Object.keys(access)) {
        for (const stage of ['mobilization', 'countyAcceptance', 'cityVerification', 'conferred']) {
          // What an auditor adds to the seed of a draw decides nothing by itself (R58).
          if (name === 'draw' && role === 'auditor' && type.endsWith('-contribution')) continue;
          const subject = { ...candidate(stage), access };
          expect([role, type, maySend(holder(role), subject, type)]).toEqual([role, type, false]);
        }
      }
    }
  }
});

test('the administrator sees no business; the auditor sees all of its subtree', () => {
  expect(mayRead(holder('administrator'), township)).toBe(false);
  expect(mayRead(holder('scheduler'), township)).toBe(false);
  expect(mayRead(holder('auditor'), township)).toBe(true);
  expect(mayRead(holder('auditor', unitPath('6102', '610203')), township)).toBe(false);
});

test('verdicts are the county’s at acceptance and the city’s at verification, never both', () => {
  for (const type of ['pass', 'pass-with-requirements', 'return-for-correction', 'defer', 'fail']) {
    expect(rolesFor(candidate('countyAcceptance'), type)).toEqual(['county-office']);
    expect(rolesFor(candidate('cityVerification'), type)).toEqual(['city-centre']);
    expect(rolesFor(candidate('evaluation'), type)).toEqual([]);
  }
});

test('Q12: who applies, confirms and self-checks is what the plan names for the category', () => {
  expect(rolesFor(candidate('evaluation'), 'apply')).toEqual(['township-committee']);
  expect(rolesFor(candidate('concentratedCreation'), 'confirm-created')).toEqual(['county-office']);
  expect(rolesFor(candidate('selfCheckRectification'), 'submit-self-check')).toEqual([
    'township-committee',
  ]);
});

test('Q13: the committee answers for the township, the office inspects; neither does the other’s', () => {
  const subject = candidate('mobilization');
  expect(rolesFor(subject, 'submit-plan')).toEqual(['township-committee']);
  expect(rolesFor(subject, 'record-inspection')).toContain('township-office');
  expect(rolesFor(subject, 'record-inspection')).not.toContain('township-committee');
});

test('Q16: the department ends the campaign, the office leads it', () => {
  const campaign = { ...candidate('mobilization'), access: accessOf('campaign') };
  expect(rolesFor(campaign, 'cancel')).toEqual(['county-department']);
  expect(rolesFor(campaign, 'advance-phase')).toEqual(['county-office']);
  expect(rolesFor(campaign, 'conclude')).toEqual(['county-office']);
});

test('a role reaches the subtree of its place and nothing beside it', () => {
  const neighbour = holder('township-committee', unitPath('6102', '610222', '610222102'));
  const own = holder('township-committee', township);
  expect(maySend(own, candidate('mobilization'), 'submit-plan')).toBe(true);
  expect(maySend(neighbour, candidate('mobilization'), 'submit-plan')).toBe(false);
});

test('only the service tells phases, selects and issues orders', () => {
  const system = everyRelease.flatMap(({ name, access }) =>
    Object.entries(access).flatMap(([type, who]) =>
      Object.values({ ...who })
        .flat()
        .includes('system')
        ? [`${name} ${type}`]
        : [],
    ),
  );
  expect([...new Set(system)].sort()).toEqual([
    'ballot-round recalculate-deadline',
    'campaign adopt-policy',
    'campaign document-abandoned',
    'campaign document-issued',
    'campaign end-conformance',
    'campaign hand-over',
    'candidate adopt-policy',
    'candidate correct-assessment',
    'candidate document-abandoned',
    'candidate document-issued',
    'candidate keep-in-reserve',
    'candidate mass-evaluation-closed',
    'candidate objection-closed',
    'candidate objection-opened',
    'candidate pass-over',
    'candidate phase-entered',
    'candidate recalculate-deadline',
    'candidate reconsideration-asked',
    'candidate reconsideration-closed',
    'candidate record-assessment',
    'candidate retract-assessment',
    'candidate select',
    'document candidate-ended',
    'document freeze',
    'document recalculate-deadline',
    'document supersede',
    'draw recalculate-deadline',
    'matter raise',
    'matter recalculate-deadline',
    'objection recalculate-deadline',
    'receipt issue',
    'receipt recalculate-deadline',
    'reconsideration candidate-ended',
    'reconsideration recalculate-deadline',
    'rectification document-abandoned',
    'rectification document-issued',
    'rectification draft',
    'rectification recalculate-deadline',
    'regression candidate-ended',
    'regression raise',
    'regression recalculate-deadline',
    'regression regain',
    'score-sheet recalculate-deadline',
  ]);
  for (const role of ROLES) {
    expect(maySend(holder(role), candidate('countyAcceptance'), 'select')).toBe(false);
  }
  expect(maySend(SYSTEM, candidate('countyAcceptance'), 'select')).toBe(true);
});
