import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CriteriaData, measureCriteria } from '../../src/rules/candidate/criteria.ts';
import { added, type Counts, NO_SITES } from '../../src/rules/conformance/conformance.ts';
import type { Category, Plan } from '../../src/rules/plan/plan-schema.ts';
import { findCategory } from '../../src/rules/plan-check/plan.ts';
import { plan } from '../machines/yijun.ts';

/** A site of the roster, and whether it conforms: its roll-up is counted from these. */
type Site = CriteriaData['sites'][number] & { conforms: boolean };
type Given = Partial<Omit<CriteriaData, 'sites'>> & { sites?: readonly Site[] };

const rollUpOf = (all: readonly Site[]): Counts => {
  let counts = NO_SITES;
  for (const { kind, conforms } of all) {
    counts = added(counts, kind, { total: 1, conforming: conforms ? 1 : 0 });
  }
  return counts;
};

type Evidence = CriteriaData['records'][number];

const nothing: CriteriaData = {
  records: [],
  site: null,
  base: null,
  inspection: null,
  figures: {},
  strata: {},
  rollUp: NO_SITES,
  sites: [],
};

const evidence = (kind: string, change: Partial<Evidence> = {}): Evidence => ({
  kind,
  verdict: null,
  detail: {},
  attributes: {},
  siteIds: [],
  ...change,
});

const site = (change: Partial<Site> = {}): Site => ({
  id: '610222101203-S1',
  kind: 'VILLAGE',
  conforms: true,
  supervised: true,
  administrators: 2,
  trained: 2,
  ...change,
});

const sites = (count: number, change: Partial<Site> = {}): Site[] =>
  Array.from({ length: count }, (_, index) => site({ id: `site-${index}`, ...change }));

/** What is measured of one criterion, by its id in the plan. */
function measured(id: string, data: Given, of: Plan = plan) {
  const category = of.categories.find(({ criteria }) => criteria.some((one) => one.id === id));
  if (category === undefined) throw new Error(`no criterion ${id}`);
  return measureCriteria(of, category, {
    ...nothing,
    ...data,
    rollUp: rollUpOf(data.sites ?? []),
  }).find((fact) => fact.id === id)?.measured;
}

const withPolicy = (name: keyof Plan['policies'], value: unknown): Plan => ({
  ...plan,
  policies: { ...plan.policies, [name]: { ...plan.policies[name], value } },
});

/** The county's or a township's plan with one criterion asking for something else. */
function asking(id: string, required: NonNullable<Category['criteria'][number]['required']>): Plan {
  const categories = plan.categories.map((category) => ({
    ...category,
    criteria: category.criteria.map((one) => (one.id === id ? { ...one, required } : one)),
  }));
  return { ...plan, categories };
}

describe('every category', () => {
  test.each(plan.categories.map(({ code }) => code))(
    '%s has one fact for each criterion; only what people tell is not measured',
    (code) => {
      const category = findCategory(plan, code) as Category;
      const facts = measureCriteria(plan, category, nothing);
      expect(
        facts.map(({ id, clause, modality, at, zh, en }) => [id, clause, modality, at, zh, en]),
      ).toEqual(
        category.criteria.map((one) => [
          one.id,
          one.clause,
          one.modality,
          one.at,
          one.text,
          one.english,
        ]),
      );
      facts.forEach((fact, index) => {
        const toldByPeople = ['attestation', 'judgement'].includes(
          category.criteria[index]?.kind ?? '',
        );
        expect(fact.measured === null, fact.id).toBe(toldByPeople);
        expect(fact.measured?.met ?? false, fact.id).toBe(false);
      });
    },
  );
});

describe('the equipment of a village site', () => {
  test.each([
    [{ televisionInches: 49 }, false],
    [{ televisionInches: 49.9 }, false],
    [{ televisionInches: 50 }, true],
    [{ televisionInches: 51 }, true],
    [{ televisionInches: 32, projector: true }, true],
    [{ projector: true }, true],
    [{ projector: false }, false],
    [{ televisionInches: '55' }, false],
    [{}, false],
  ])('%j: a television of 50 inches or more, or a projector (R19): %s', (facts, met) => {
    expect(measured('village.screen', { site: facts })?.met).toBe(met);
  });
  test('both alternatives are told, what is unknown as null', () => {
    expect(measured('village.screen', { site: { televisionInches: 49 } })).toEqual({
      actual: [49, null],
      required: [50, true],
      met: false,
    });
  });
  test.each([
    [29, 30, false],
    [30, 30, true],
    [31, 30, true],
    [30, undefined, false],
    [undefined, 30, false],
  ])('%s seats for %s party members (R19): %s', (seats, partyMembers, met) => {
    const facts = { ...(seats && { seats }), ...(partyMembers && { partyMembers }) };
    expect(measured('village.seats', { site: facts })).toEqual({
      actual: seats ?? null,
      required: partyMembers ?? null,
      met,
    });
  });
  test('the site runs in telecom mode and no other (R18)', () => {
    expect(measured('village.telecom-mode', { site: { mode: 'TELECOM' } })?.met).toBe(true);
    expect(measured('village.telecom-mode', { site: { mode: 'SATELLITE' } })).toEqual({
      actual: 'SATELLITE',
      required: 'TELECOM',
      met: false,
    });
  });
  test('what every object inherits is not a fact of a site', () => {
    const odd = asking('village.telecom-mode', { fact: 'site.constructor', equals: 'x' });
    expect(measured('village.telecom-mode', { site: {} }, odd)?.actual).toBeNull();
  });
});

describe('records', () => {
  const posted = (subject: string) => evidence('wall-posting', { detail: { subject } });

  test('three wall postings are three: the photo of one proves no other (R21)', () => {
    const records = [posted('MANAGEMENT_RULES'), posted('MANAGEMENT_RULES')];
    expect(measured('village.rules-posted', { records })).toEqual({
      actual: 2,
      required: 1,
      met: true,
    });
    expect(measured('village.administrator-posted', { records })?.met).toBe(false);
  });
  test('a record counts until it is rejected', () => {
    const of = (verdict: Evidence['verdict']) =>
      measured('base.teachers', { records: [evidence('teacher', { verdict })] })?.actual;
    expect([of(null), of('accepted'), of('rejected')]).toEqual([1, 1, 0]);
  });
  test('an experience or a showcase case, one of them is enough (R25)', () => {
    const id = 'village.experience-or-case';
    expect(measured(id, {})).toEqual({ actual: [0, 0], required: [1, 1], met: false });
    expect(measured(id, { records: [evidence('experience')] })?.met).toBe(true);
    expect(measured(id, { records: [evidence('showcase-case')] })?.met).toBe(true);
  });

  const found = (impact: string, promotionScope: string, change: Partial<Evidence> = {}) =>
    evidence('showcase-case', {
      verdict: 'accepted',
      attributes: { impact, promotionScope },
      ...change,
    });

  test('three cases at the township, two of major impact at the county (R13, R17)', () => {
    const two = [found('MAJOR', 'CITYWIDE'), found('MAJOR', 'CITYWIDE')];
    const third = found('NOTABLE', 'TOWNSHIPWIDE');
    expect(measured('county.showcase-cases', { records: two })?.met).toBe(true);
    expect(measured('township.showcase-cases', { records: two })).toEqual({
      actual: 2,
      required: 3,
      met: false,
    });
    expect(measured('township.showcase-cases', { records: [...two, third] })?.met).toBe(true);
    expect(measured('county.showcase-cases', { records: [third, third] })?.actual).toBe(0);
  });
  test('the reach of a case is what the reviewer determined, never what was claimed (R13)', () => {
    const claim = { impact: 'MAJOR', promotionScope: 'CITYWIDE' };
    const records = [
      evidence('showcase-case', { detail: claim }),
      evidence('showcase-case', { detail: claim, verdict: 'accepted' }),
      found('MAJOR', 'CITYWIDE', { verdict: null }),
      found('MAJOR', 'CITYWIDE', { verdict: 'rejected' }),
      found('NOTABLE', 'CITYWIDE', { detail: claim }),
    ];
    expect(measured('county.showcase-cases', { records })?.actual).toBe(0);
  });
});

describe('all of them', () => {
  test.each([
    [118, 1, false],
    [119, 0, true],
    [0, 0, false],
    [0, 119, false],
  ])('%i sites that conform and %i that do not (R12): %s', (conforming, others, met) => {
    const roster = [...sites(conforming), ...sites(others, { conforms: false })];
    expect(measured('county.sites-conform', { sites: roster })?.met).toBe(met);
  });
  test('what is told is whole: 118 of 119', () => {
    const roster = [...sites(118), site({ conforms: false })];
    expect(measured('county.sites-conform', { sites: roster })).toEqual({
      actual: 118,
      required: 119,
      met: false,
    });
  });
  test('Q5: 249 of 250, which is 99.6 %, is not all (R16)', () => {
    const roster = [...sites(124), site({ trained: 1 })];
    expect(measured('township.administrators-trained', { sites: roster })).toEqual({
      actual: 249,
      required: 250,
      met: false,
    });
  });
  test('an empty roster never passes, and neither do sites without any administrator', () => {
    const [empty, unstaffed] = [[], sites(3, { administrators: 0, trained: 0 })];
    expect(measured('township.sites-conform', { sites: empty })).toEqual({
      actual: 0,
      required: 1,
      met: false,
    });
    expect(measured('township.administrators-trained', { sites: unstaffed })?.met).toBe(false);
  });
  test('more training at one site is not training at another', () => {
    const roster = [site({ trained: 3 }), site({ trained: 1 })];
    expect(measured('township.administrators-trained', { sites: roster })?.met).toBe(false);
  });
  test('each single site must have been supervised (R14)', () => {
    const roster = [...sites(12), site({ supervised: false })];
    expect(measured('township.supervision-carried-out', { sites: roster })).toEqual({
      actual: 12,
      required: 13,
      met: false,
    });
  });

  const basesFail = [...sites(2), site({ kind: 'BASE', conforms: false, trained: 0 })];

  test('a base counts at the county (R12) and not at the township (R15, R16)', () => {
    expect(measured('county.sites-conform', { sites: basesFail })?.met).toBe(false);
    expect(measured('township.sites-conform', { sites: basesFail })?.met).toBe(true);
    expect(measured('township.administrators-trained', { sites: basesFail })?.met).toBe(true);
  });
  test('a county may decide that bases do not count in its roster (Q6)', () => {
    const without = withPolicy('countyRosterIncludesBases', false);
    expect(measured('county.sites-conform', { sites: basesFail }, without)).toEqual({
      actual: 2,
      required: 2,
      met: true,
    });
  });
  test('a criterion that names no kinds of sites means all of them at the county', () => {
    const all = { of: 'sites', fact: 'conformance', percent: 100 };
    const unnamed = asking('county.sites-conform', all);
    expect(measured('county.sites-conform', { sites: basesFail }, unnamed)?.required).toBe(3);
  });
  test.each([
    [95, 119, 114],
    [50, 3, 2],
    [1, 1, 1],
    [29, 100, 29],
    [7, 300, 21],
  ])('%i %% of %i is at least %i', (percent, total, least) => {
    const some = { of: 'sites', fact: 'conformance', percent };
    const share = asking('county.sites-conform', some);
    expect(measured('county.sites-conform', { sites: sites(total) }, share)?.required).toBe(least);
  });
});

describe('points, posts and bases', () => {
  test.each([
    [null, false],
    [7_999, false],
    [8_000, true],
    [8_001, true],
  ])('R34, R39: %s hundredths of a point against the pass mark of 80: %s', (score, met) => {
    const told = { actual: score === null ? null : score / 100, required: 80, met };
    expect(
      measured('worker.well-spoken-of', { figures: score === null ? {} : { mass: score } }),
    ).toEqual(told);
    const strata = (stratum: string) => ({
      figures: { mass: 10_000 },
      strata: { mass: score === null ? {} : { [stratum]: score } },
    });
    expect(measured('administrator.masses-satisfied', strata('masses'))).toEqual(told);
    expect(measured('administrator.members-satisfied', strata('members'))).toEqual(told);
  });
  test('R39: each electorate is measured by itself, not by the other or by both together', () => {
    const data = {
      figures: { mass: 9_000 },
      strata: { mass: { members: 9_900, masses: 7_000 } },
    };
    expect(measured('administrator.members-satisfied', data)).toMatchObject({ met: true });
    expect(measured('administrator.masses-satisfied', data)).toMatchObject({
      actual: 70,
      met: false,
    });
  });
  test('the pass mark is the one of the plan', () => {
    const stricter = withPolicy('passMark', 90);
    const score = { figures: { mass: 8_900 } };
    expect(measured('worker.well-spoken-of', score, stricter)).toEqual({
      actual: 89,
      required: 90,
      met: false,
    });
  });
  test.each([
    [{ postA: '张三', postB: '李四' }, true],
    [{ postA: '张三', postB: ' ' }, false],
    [{ postA: '张三' }, false],
    [{}, false],
    [{ bothPostsHeld: true }, true],
    [{ bothPostsHeld: false, postA: '张三', postB: '李四' }, false],
  ])('%j: the A post and the B post are both held (R35): %s', (facts, met) => {
    expect(measured('administrator.two-posts', { site: facts })).toEqual({
      actual: met,
      required: true,
      met,
    });
  });
  test('without a site nobody knows', () => {
    expect(measured('administrator.two-posts', {})?.actual).toBeNull();
  });
  test('a base needs one full-time administrator and one tutor (R30)', () => {
    const base = { fullTimeAdministrators: 1, technicalTutors: 0 };
    expect(measured('base.full-time-administrator', { base })?.met).toBe(true);
    expect(measured('base.technical-tutor', { base })?.met).toBe(false);
  });
});

describe('properties', () => {
  const roster = fc.array(
    fc.record({
      id: fc.string(),
      kind: fc.constantFrom('VILLAGE', 'COMMUNITY', 'BASE'),
      conforms: fc.boolean(),
      supervised: fc.boolean(),
      administrators: fc.nat(3),
      trained: fc.nat(3),
    }),
  );

  test('a share of 100 % holds exactly when it holds for every one, and there is one', () => {
    fc.assert(
      fc.property(roster, (all) => {
        const own = all.filter(({ kind }) => kind !== 'BASE');
        expect(measured('township.sites-conform', { sites: all })?.met).toBe(
          own.length > 0 && own.every(({ conforms }) => conforms),
        );
        expect(measured('township.administrators-trained', { sites: all })?.met).toBe(
          own.some(({ administrators }) => administrators > 0) &&
            own.every(({ administrators, trained }) => trained >= administrators),
        );
      }),
    );
  });
  test('a share of p % is met exactly when 100 × held ≥ p × all', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.nat(400),
        fc.nat(400),
        (percent, held, others) => {
          const share = { of: 'sites', fact: 'conformance', percent };
          const all = [...sites(held), ...sites(others, { conforms: false })];
          const answer = measured(
            'county.sites-conform',
            { sites: all },
            asking('county.sites-conform', share),
          );
          expect(answer?.met).toBe(all.length > 0 && held * 100 >= percent * all.length);
          expect(Number.isInteger(answer?.required)).toBe(true);
        },
      ),
    );
  });
  test('whatever is recorded, every fact is plain data and nothing throws', () => {
    const values = fc.dictionary(
      fc.constantFrom('mode', 'seats', 'postA', 'projector'),
      fc.jsonValue(),
    );
    const record = fc.record({
      kind: fc.constantFrom('showcase-case', 'wall-posting', 'feedback'),
      verdict: fc.constantFrom('accepted' as const, 'rejected' as const, null),
      detail: fc.dictionary(fc.constantFrom('impact', 'subject', 'status'), fc.jsonValue()),
      attributes: fc.dictionary(fc.constantFrom('impact', 'promotionScope'), fc.string()),
      siteIds: fc.constant([]),
    });
    fc.assert(
      fc.property(
        values,
        fc.array(record),
        fc.constantFrom(...plan.categories),
        (facts, records, category) => {
          const data = { ...nothing, site: facts, base: facts, records };
          const answer = measureCriteria(plan, category, data);
          expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
        },
      ),
    );
  });
});
