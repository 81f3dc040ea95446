// Checks that no schema can make: the parts of a plan agree with each other. A part of broken shape
// is passed over, so that one fault never hides another part's.
import { Check } from 'typebox/value';
import { TEMPLATES } from '../../../machines/notice/templates.ts';
import { officialDocumentFaults } from '../document/documents.ts';
import { templateFaults } from '../notice/notices.ts';
import { OfficialDocumentsSchema } from '../plan/document-schema.ts';
import {
  type CampaignDocument,
  type Category,
  CategoryPoliciesSchema,
  CategorySchema,
  DocumentSchema,
  NoticeSchema,
  PHASE_CODES,
  type Phase,
  PhasesSchema,
  type Policies,
  PoliciesSchema,
  type Provenance,
} from '../plan/plan-schema.ts';
import { REFUSING, RULE_NUMBERS } from '../plan/rule-numbers.ts';
import { DUTIES } from '../record/duties.ts';
import { ballotFaults } from './ballot-references.ts';
import { criterionFaults } from './criterion-references.ts';
import { sheetClauses, sheetFaults } from './score-sheet-references.ts';

type Fault = { path: string; message: string };
type Clauses = Record<string, unknown>;

/** Every fault between the parts of a plan, each at its JSON pointer. The value may be anything. */
export function referenceFaults(value: unknown): Fault[] {
  const plan = record(value);
  const clauses = record(plan.clauses);
  const faults: Fault[] = [];
  if (Check(DocumentSchema, plan.document)) {
    faults.push(...documentFaults(plan.document, plan.phases));
  }
  if (Check(PhasesSchema, plan.phases)) faults.push(...phaseFaults(plan.phases, clauses));
  if (Array.isArray(plan.categories)) faults.push(...categoriesFaults(plan.categories, clauses));
  if (Check(PoliciesSchema, plan.policies)) {
    faults.push(...policyFaults(plan.policies, clauses));
    faults.push(...ballotFaults(plan.policies, plan.categories));
    faults.push(...dutyFaults(plan.policies));
    faults.push(...categoryPolicyFaults(plan.policies, plan.categories, clauses));
  }
  faults.push(...noticeFaults(record(plan.notices), clauses));
  faults.push(...citeFaults(plan.cites, clauses));
  if (Check(OfficialDocumentsSchema, plan.documents)) {
    const isKnown = (id: string) => Object.hasOwn(clauses, id) || isRuleOf(clauses, id);
    faults.push(...officialDocumentFaults(plan.documents, isKnown, record(plan.notices)));
  }
  return faults;
}

/** A plan cannot waive a duty that does not exist. */
const dutyFaults = ({ dutiesNotOwed }: Policies): Fault[] =>
  (dutiesNotOwed?.value ?? []).flatMap((id, index) =>
    DUTIES.some((duty) => duty.id === id && !duty.isHeldElsewhere)
      ? []
      : [
          {
            path: `/policies/dutiesNotOwed/value/${index}`,
            message: `${id} is no duty that the ledgers hold`,
          },
        ],
  );

/** In a plan with its own numbering, the number of a rule stands for the cited sentence. */
const isRuleOf = (clauses: Clauses, id: string): boolean =>
  Object.hasOwn(RULE_NUMBERS, id) && !Object.keys(clauses).some(isRuleNumber);

const isRuleNumber = (id: string): boolean => /^R[1-9][0-9]*$/.test(id);

/** Each rule of the service rests on a sentence of the plan, or the plan names another basis. */
function citeFaults(cites: unknown, clauses: Clauses): Fault[] {
  const rules = Object.keys(RULE_NUMBERS);
  if (cites === undefined) {
    return rules
      .filter((rule) => !Object.hasOwn(clauses, rule))
      .map((rule) => ({
        path: `/clauses/${rule}`,
        message: `is missing: rule ${rule} (${RULE_NUMBERS[rule]}) rests on it; a plan that numbers its sentences otherwise says which in /cites`,
      }));
  }
  const given = record(cites);
  return [
    ...Object.keys(clauses)
      .filter(isRuleNumber)
      .map((id) => ({
        path: `/clauses/${pointer(id)}`,
        message: 'a plan with cites numbers its own sentences otherwise than R1, R2 …',
      })),
    ...rules.flatMap((rule) => citationFaults(rule, given[rule], clauses)),
    ...Object.keys(given)
      .filter((rule) => !Object.hasOwn(RULE_NUMBERS, rule))
      .map((rule) => ({ path: `/cites/${pointer(rule)}`, message: 'there is no such rule' })),
  ];
}

function citationFaults(rule: string, given: unknown, clauses: Clauses): Fault[] {
  const path = `/cites/${rule}`;
  if (given === undefined) {
    return [{ path, message: `is missing: on what does this rule rest? (${RULE_NUMBERS[rule]})` }];
  }
  const { kind, clause, note } = record(given);
  if (kind !== 'plan') {
    return [
      ...(clause === undefined
        ? []
        : [
            {
              path: `${path}/clause`,
              message: 'what the plan does not say quotes no clause of it',
            },
          ]),
      ...(note === undefined
        ? [
            {
              path: `${path}/note`,
              message: 'what the plan does not say needs a word on who says it',
            },
          ]
        : []),
    ];
  }
  if (typeof clause !== 'string') {
    return [{ path: `${path}/clause`, message: 'what the plan itself decides names its clause' }];
  }
  const unknown = unknownClause(clauses, clause, `${path}/clause`);
  const { modality } = record(clauses[clause]);
  if (unknown.length > 0 || !REFUSING.includes(rule) || modality === 'M' || modality === 'E') {
    return unknown;
  }
  return [
    {
      path: `${path}/clause`,
      message: `rule ${rule} refuses, but clause ${clause} is ${String(modality)}: only M and E may`,
    },
  ];
}

function noticeFaults(notices: Record<string, unknown>, clauses: Clauses): Fault[] {
  const missing = Object.keys(TEMPLATES).filter((name) => !Object.hasOwn(notices, name));
  return [
    ...missing.map((name) => ({ path: `/notices/${name}`, message: 'is missing: it is sent' })),
    ...Object.entries(notices).flatMap(([template, notice]) => {
      const path = `/notices/${pointer(template)}`;
      if (!Check(NoticeSchema, notice)) return [];
      return [
        ...(isRuleOf(clauses, notice.clause)
          ? []
          : unknownClause(clauses, notice.clause, `${path}/clause`)),
        ...templateFaults(template, notice).map(({ part, message }) => ({
          path: `${path}/${part}`,
          message,
        })),
      ];
    }),
  ];
}

function documentFaults({ issueDate, year }: CampaignDocument, phases: unknown): Fault[] {
  const path = '/document/issueDate';
  const faults = notADay(issueDate, path);
  if (faults.length > 0) return faults;
  if (Temporal.PlainDate.from(issueDate).year !== year) {
    faults.push({ path, message: `is not of ${year}, the year of the document number` });
  }
  const first = Check(PhasesSchema, phases) ? phases[0]?.end : undefined;
  if (first !== undefined && issueDate > first) {
    faults.push({ path, message: `comes after the first phase has ended on ${first}` });
  }
  return faults;
}

function phaseFaults(phases: Phase[], clauses: Clauses): Fault[] {
  const faults: Fault[] = [];
  const say = (path: string, message: string) => faults.push({ path, message });
  phases.forEach((phase, index) => {
    const path = `/phases/${index}`;
    faults.push(...unknownClause(clauses, phase.clause, `${path}/clause`));
    if (phase.code !== PHASE_CODES[index]) {
      say(`${path}/code`, `phase ${index + 1} is ${PHASE_CODES[index]}, not ${phase.code} (R46)`);
    }
    const days = (['start', 'end', 'effectiveFrom'] as const).flatMap((key) =>
      notADay(phase[key], `${path}/${key}`),
    );
    faults.push(...days);
    if (days.length > 0) return;
    if (phase.end < phase.start) say(`${path}/end`, `ends before it starts on ${phase.start}`);
    const { effectiveFrom } = phase;
    if (effectiveFrom && (effectiveFrom < phase.start || effectiveFrom > phase.end)) {
      say(`${path}/effectiveFrom`, 'lies outside the phase');
    }
    const before = phases[index - 1];
    if (!before || notADay(before.end, '').length > 0) return;
    const due = Temporal.PlainDate.from(before.end).add({ days: 1 }).toString();
    if (phase.start < due)
      say(`${path}/start`, `overlaps the phase before, which ends ${before.end}`);
    if (phase.start > due)
      say(`${path}/start`, `leaves a gap: the phase before ends ${before.end}`);
  });
  return faults;
}

function categoriesFaults(entries: unknown[], clauses: Clauses): Fault[] {
  const faults: Fault[] = [];
  const seen = new Map<string, string>();
  const once = (value: string, path: string) => {
    const first = seen.get(value);
    if (first) faults.push({ path, message: `${value} is already taken by ${first}` });
    else seen.set(value, path);
  };
  entries.forEach((category, index) => {
    const path = `/categories/${index}`;
    if (!Check(CategorySchema, category)) return;
    once(category.code, `${path}/code`);
    once(category.name, `${path}/name`);
    category.aliases.forEach((alias, at) => {
      once(alias, `${path}/aliases/${at}`);
    });
    category.criteria.forEach((criterion, at) => {
      once(criterion.id, `${path}/criteria/${at}/id`);
      const pathOf = `${path}/criteria/${at}`;
      const { modality } = record(clauses[criterion.clause]);
      faults.push(...unknownClause(clauses, criterion.clause, `${pathOf}/clause`));
      faults.push(...criterionFaults(criterion, modality, pathOf));
    });
    faults.push(...routeFaults(category, path));
    faults.push(...subQuotaFaults(category, path));
    faults.push(...scoreSheetFaults(category, clauses, `${path}/scoreSheet`));
    faults.push(...provenanceFaults(category.provenance, clauses, `${path}/provenance`));
  });
  return faults;
}

function routeFaults({ route, track, subject }: Category, path: string): Fault[] {
  const faults: Fault[] = [];
  if (route.finalAuthority === 'county' && route.countyStep === 'not-applicable') {
    faults.push({
      path: `${path}/route/finalAuthority`,
      message: 'the county cannot determine what it does not accept',
    });
  }
  if (subject !== 'household' && (track === 'APPRAISE') !== (subject === 'person')) {
    faults.push({
      path: `${path}/track`,
      message: 'units are created (CREATE) and persons appraised (APPRAISE) (R5)',
    });
  }
  return faults;
}

function subQuotaFaults({ quota, subQuotas, priorityClasses }: Category, path: string): Fault[] {
  const minima = subQuotas?.classMinima ?? [];
  const classes = minima.map(({ priorityClass }) => priorityClass);
  const faults = classes.flatMap((name, at) => {
    const where = `${path}/subQuotas/classMinima/${at}/priorityClass`;
    if (!(priorityClasses ?? []).includes(name)) {
      return [{ path: where, message: `${name} is no preference class of the category` }];
    }
    return classes.indexOf(name) < at ? [{ path: where, message: `${name} stands twice` }] : [];
  });
  const seats = minima.reduce((sum, { min }) => sum + min, 0);
  if (quota !== null && seats > quota) {
    const message = `asks for ${seats} places of a quota of ${quota}`;
    faults.push({ path: `${path}/subQuotas/classMinima`, message });
  }
  return faults;
}

function scoreSheetFaults({ scoreSheet }: Category, clauses: Clauses, path: string): Fault[] {
  if (scoreSheet === undefined) return [];
  return [
    ...provenanceFaults(scoreSheet.provenance, clauses, `${path}/provenance`),
    ...sheetClauses(scoreSheet).flatMap(({ at, clause }) =>
      unknownClause(clauses, clause, `${path}${at}`),
    ),
    ...sheetFaults(scoreSheet).map((fault) => ({ ...fault, path: `${path}${fault.path}` })),
  ];
}

/** A category's policies agree with those of the plan that it leaves as they are. */
function categoryPolicyFaults(policies: Policies, categories: unknown, clauses: Clauses): Fault[] {
  return (Array.isArray(categories) ? categories : []).flatMap((category, index) => {
    const { policies: own } = record(category);
    if (own === undefined || !Check(CategoryPoliciesSchema, own)) return [];
    const merged = { ...policies, ...own };
    const known = new Set(
      [...policyFaults(policies, clauses), ...ballotFaults(policies, [])].map(
        ({ path, message }) => `${path} ${message}`,
      ),
    );
    return [...policyFaults(merged, clauses), ...ballotFaults(merged, [])]
      .filter(({ path, message }) => !known.has(`${path} ${message}`))
      .map(({ path, message }) => ({ path: `/categories/${index}${path}`, message }));
  });
}

function policyFaults(policies: Policies, clauses: Clauses): Fault[] {
  const faults = Object.entries(policies).flatMap(([name, { provenance }]) =>
    provenanceFaults(provenance, clauses, `/policies/${name}/provenance`),
  );
  const { assessmentWeight, massEvaluationWeight, rectificationDays, rectificationDaysMax } =
    policies;
  const weight = massEvaluationWeight.value + assessmentWeight.value;
  if (weight !== 100) {
    for (const name of ['massEvaluationWeight', 'assessmentWeight']) {
      faults.push({
        path: `/policies/${name}/value`,
        message: `massEvaluationWeight and assessmentWeight make ${weight}, not 100`,
      });
    }
  }
  const { drop, from } = policies.assessmentTrim.value;
  if (drop > 0 && from <= 2 * drop) {
    faults.push({
      path: '/policies/assessmentTrim/value/from',
      message: `of ${from} sheets nothing is left when ${drop} are dropped at each end`,
    });
  }
  if (rectificationDays.value > rectificationDaysMax.value) {
    faults.push({
      path: '/policies/rectificationDays/value',
      message: `exceeds rectificationDaysMax, ${rectificationDaysMax.value}`,
    });
  }
  return faults;
}

function provenanceFaults(source: Provenance | undefined, clauses: Clauses, path: string): Fault[] {
  if (!source) return [];
  if (source.kind !== 'plan' && source.clause && isRuleOf(clauses, source.clause)) return [];
  if (source.clause) return unknownClause(clauses, source.clause, `${path}/clause`);
  return source.kind === 'plan'
    ? [{ path: `${path}/clause`, message: 'what the plan itself decides names its clause' }]
    : [];
}

function unknownClause(clauses: Clauses, id: string, path: string): Fault[] {
  return Object.hasOwn(clauses, id) ? [] : [{ path, message: `the plan has no clause ${id}` }];
}

function notADay(day: string | undefined, path: string): Fault[] {
  if (day === undefined) return [];
  try {
    Temporal.PlainDate.from(day);
    return [];
  } catch {
    return [{ path, message: `${day} is not a day of the calendar` }];
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
