// The invariants of conferral, of the places where people acted, and of obligations and notices.

import type { Effect } from '../../machines/effects.ts';
import type { Notify } from '../../machines/notice/effects.ts';
import type { ProcedureStep } from '../../machines/procedure/procedure.ts';
import { bindsUntilConferral } from '../../machines/procedure/reading.ts';
import { type Directory, resolveAddressee } from '../../src/rules/access/addressees.ts';
import { isWanted, toldWithout } from '../../src/rules/document/document-lists.ts';
import { OWN_TEMPLATES } from '../../src/rules/notice/notices.ts';
import type { Plan as WholePlan } from '../../src/rules/plan/plan-schema.ts';
import { procedureNamed } from '../../src/rules/procedure/procedures.ts';
import type { History, Ledgers, Logged } from '../kit/ledgers.ts';
import type { Plan } from '../kit/play.ts';
import type { Invariant } from './invariants.ts';

const conferredOf = ({ histories }: Ledgers): History[] =>
  histories.filter(({ subject }) => subject.stage === 'conferred');

/** (5) Nobody was conferred without passing each stage that their category requires. */
export function stagesArePassed(ledgers: Ledgers, plan: Plan): Invariant {
  const conferred = conferredOf(ledgers);
  const faults = conferred.flatMap(({ subject, log }) =>
    requiredOf(plan, String(subject.category))
      .filter((step) => !step.isIn(log))
      .map(({ says }) => `${subject.name}: ${says}`),
  );
  return {
    zh: '未经其类别要求的每一阶段者不得被确定',
    en: 'nobody was conferred without having passed each stage of their category',
    counted: `${conferred.length} 个被确定的对象 · conferred`,
    faults,
  };
}

type Step = { says: string; isIn: (log: readonly Logged[]) => boolean };

const told = (type: string, stage?: string): Step => ({
  says: `no ${type}${stage === undefined ? '' : ` in ${stage}`}`,
  isIn: (log) =>
    log.some(
      (event, index) =>
        event.type === type && (stage === undefined || log[index - 1]?.stage === stage),
    ),
});

const either = (...steps: Step[]): Step => ({
  says: steps.map(({ says }) => says).join(' and '),
  isIn: (log) => steps.some((step) => step.isIn(log)),
});

const byTwo: Step = {
  says: 'not two officers',
  isIn: (log) => {
    const proposer = log.findLast(({ type }) => type === 'propose-conferral')?.principalId;
    const confirmer = log.findLast(({ type }) => type === 'confirm-conferral')?.principalId;
    return proposer !== undefined && confirmer !== undefined && proposer !== confirmer;
  },
};

const passedIn = (stage: string, goesOnBound: boolean): Step =>
  either(
    told('pass', stage),
    told('confirm-requirements-met', stage),
    ...(goesOnBound ? [told('pass-with-requirements', stage)] : []),
  );

/** Public notice is over when its wait has fired, or its last objection was dismissed. */
const published = (stage: string): Step =>
  either(
    {
      says: `no public notice in ${stage}`,
      isIn: (log) =>
        log.some(({ type }) => type.includes('publicityPeriod') && type.includes(stage)),
    },
    told('objection-closed', stage),
  );

function requiredOf(plan: Plan, code: string): Step[] {
  const category = plan.categories.find((item) => item.code === code);
  if (category === undefined) throw new Error(`the plan has no ${code}`);
  const { stages } = procedureNamed(plan, category.procedure);
  return [
    told('register'),
    ...stages.flatMap((stage) => stage.steps.flatMap((step) => provenBy(plan, step, stage.code))),
  ];
}

/** What the log of a candidate that has taken this step holds. */
function provenBy({ streams }: Plan, step: ProcedureStep, stage: string): Step[] {
  const gathered = (codes: readonly string[] = []) =>
    codes.map((code) =>
      told(
        streams[code]?.kind === 'sheets' ? 'record-assessment' : 'mass-evaluation-closed',
        stage,
      ),
    );
  switch (step.step) {
    case 'plan':
      return [told('approve-plan', stage)];
    case 'mobilize':
      return [told('confirm-mobilization', stage)];
    case 'acknowledge':
      return [told('acknowledge-mobilization', stage)];
    case 'create':
      return [
        told('declare-created', stage),
        ...(step.confirmedBy === undefined ? [] : [told('confirm-created', stage)]),
      ];
    case 'self-check':
      return [told('submit-self-check', stage)];
    case 'gather':
      return [...gathered(step.streams), told('conclude-gathering', stage)];
    case 'apply':
      return [...gathered(step.gathers), told('apply', stage)];
    case 'review':
      return [passedIn(stage, bindsUntilConferral(step))];
    case 'select':
      return [told('select', stage)];
    case 'notice':
      return [published(stage)];
    case 'submit':
      return [told('submit-upward', stage)];
    case 'confer':
      return [byTwo];
  }
}

/** (6) Nothing in a subtree was done by a key from outside it. */
export function everybodyStayedHome({
  histories,
  principals,
  directory,
  sites,
}: Ledgers): Invariant {
  const byId = new Map(principals.map((principal) => [principal.id, principal]));
  let acts = 0;
  const faults: string[] = [];
  for (const { subject, log } of histories) {
    const own = directory.byId.get(subject.organisationId)?.path ?? '?';
    for (const { principalId, roles, type, sequence, payload } of log) {
      // Any reader of a public notice may object to it, wherever they are, with an account or without (R63).
      if (principalId === 'system' || type === 'raise' || type === 'lodge') continue;
      acts += 1;
      // An inspection of a site that is no candidate stands in the campaign's log.
      const path = sites.get(String(payload.siteId)) ?? own;
      const reaching = (byId.get(principalId)?.grants ?? [])
        .filter(({ reach }) => path.startsWith(reach))
        .map(({ role }) => role);
      if (roles.length > 0 && roles.every((role) => reaching.includes(role))) continue;
      faults.push(`${subject.machine} ${subject.id} ${sequence} ${type} by ${principalId}`);
    }
  }
  return {
    zh: '没有任何一步是由管辖范围以外的密钥办理的',
    en: 'nothing in a subtree was done by a key from outside it',
    counted: `${acts} 步、${principals.length} 个账户 · acts, principals`,
    faults,
  };
}

/** (7) The deadlines and notices that are stored are those that the logs call for. */
export function noticesAreDue(
  { histories, notices, obligations, directory }: Ledgers,
  plan: WholePlan,
): Invariant {
  const owed = histories.flatMap(({ subject, replayed }) =>
    replayed.effects.flatMap((effect) =>
      effect.type === 'raise-obligation'
        ? [raisedKey(subject.id, effect.params.kind, effect.params.generation, effect.params.level)]
        : [],
    ),
  );
  const raised = new Set(owed);
  const told = new Set(
    notices
      .filter(({ obligationKind }) => obligationKind !== null)
      .map((notice) =>
        raisedKey(
          notice.subjectId,
          notice.obligationKind,
          notice.obligationGeneration,
          notice.level,
        ),
      ),
  );
  const opened = histories.reduce(
    (sum, { replayed }) =>
      sum + replayed.effects.filter(({ type }) => type === 'open-obligation').length,
    0,
  );
  const expected = countTemplates(
    histories.flatMap(({ subject, replayed }) =>
      replayed.effects.flatMap((effect) =>
        spoken(plan, effect).flatMap((word) => addressed(directory, subject.organisationId, word)),
      ),
    ),
  );
  // Roll-ups' notices follow from the sites, those of moved days from a calendar: no machine says them.
  const ofLogs = notices.filter(({ template }) => !OWN.has(template));
  const stored = countTemplates(ofLogs.map(({ template }) => template));
  const templates = [...new Set([...expected.keys(), ...stored.keys()])];
  return {
    zh: '期限通知与升级的义务一一对应，通知数与日志推算一致',
    en: 'each raised obligation has its notices; every notice follows from a log',
    counted: `${owed.length} 次升级、${obligations.length} 项义务、${notices.length} 份通知 · raised, obligations, notices`,
    faults: [
      ...[...raised].filter((key) => !told.has(key)).map((key) => `raised, not told: ${key}`),
      ...[...told].filter((key) => !raised.has(key)).map((key) => `told, not raised: ${key}`),
      ...(opened === obligations.length ? [] : [`${opened} opened, ${obligations.length} stored`]),
      ...templates
        .filter((name) => expected.get(name) !== stored.get(name))
        .map((name) => `${name}: ${stored.get(name) ?? 0}, not ${expected.get(name) ?? 0}`),
    ],
  };
}

/** The notices of an effect. A document of its own has a log, in which its delivery stands. */
function spoken(plan: WholePlan, effect: Effect): Notify[] {
  if (effect.type === 'notify') return [effect.params];
  if (effect.type !== 'tell-of-document') return [];
  const { isMoved, ...paper } = effect.params;
  return isMoved !== true && isWanted(plan, paper) ? [] : [toldWithout(plan, paper)];
}

const OWN = new Set<string>(OWN_TEMPLATES);

const raisedKey = (...parts: (string | number | null)[]): string => parts.join(' ');

/** The template once for each organisation it is addressed to. */
function addressed(
  directory: Directory,
  organisationId: string,
  { to, template, organisations: named = [] }: Notify,
) {
  const organisations = to.flatMap((addressee) =>
    resolveAddressee(directory, organisationId, addressee),
  );
  return [...new Set([...organisations.map(({ id }) => id), ...named])].map(() => template);
}

const countTemplates = (templates: readonly string[]): Map<string, number> =>
  new Map([...Map.groupBy(templates, (name) => name)].map(([name, group]) => [name, group.length]));
