// Simulations run a published plan on a virtual clock and write nothing: they show the notices, the
// obligations and the deadlines it would lead to.

import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { keyOf, oneOfEach, phaseScript, windowOf } from '../../command/what-if/plain-simulation.ts';
import type { SimulatedCandidate, Simulation } from '../../command/what-if/simulate.ts';
import {
  SIMULATED_CANDIDATES_MAX,
  SIMULATED_DAYS_MAX,
  SIMULATED_EVENTS_MAX,
  SIMULATED_SECONDS_MAX,
  SIMULATED_TIMERS_MAX,
  simulate,
} from '../../command/what-if/simulate.ts';
import { findCalendar } from '../../db/county/calendars.ts';
import {
  findDivision,
  findOrganisations,
  listOrganisationsUnder,
} from '../../db/county/organisations.ts';
import { findPlan } from '../../db/plan/plans.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { planFindings } from '../../rules/plan-check/plan-findings.ts';
import { roleOfBody, workdays } from '../../rules/plan-check/simulation-calendar.ts';
import { contentInvalid } from '../county/organisations.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import { namesIn, requirementToJson } from '../kernel/requirements.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { type Asked, AskedSchema, SimulationSchema } from './plan-simulation-schemas.ts';
import { scriptOf } from './script-events.ts';

export function addPlanSimulationRoutes(app: App, service: Service): void {
  let isRunning = false;
  app.post(
    '/v1/plans/:id/simulate',
    {
      config: { problems: ['not-found', 'content-invalid'] },
      schema: {
        operationId: 'simulatePlan',
        tags: ['plans'],
        summary: '推演方案 · Run a plan on a virtual clock',
        description: `不写脚本即推演“无人行动”。由同一套状态机和同一事务在只读会话中推演，不改动任何数据；每进程一次一个，至多 ${SIMULATED_CANDIDATES_MAX} 个对象、${SIMULATED_EVENTS_MAX} 个事件、${SIMULATED_DAYS_MAX} 天、${SIMULATED_TIMERS_MAX} 次到期、${SIMULATED_SECONDS_MAX} 秒，超过即停并写明 stoppedAt。 · Without a script nobody acts. The released machines and the one transaction run in a read-only session: nothing is touched. One at a time in a process, within the bounds above; past the last two it stops, and says where.`,
        params: Type.Object({
          id: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 100 }),
        }),
        body: AskedSchema,
        response: { 200: SimulationSchema },
      },
    },
    async (request) => {
      const { params, body, principal } = request;
      const found = await findPlan(service.pool, params.id, body.version ?? null);
      if (found === undefined) throw problem('not-found');
      const { body: plan } = found;
      const division = await findDivision(service.pool, plan);
      assertRoleAt(
        principal,
        ['county-department', 'county-office', 'city-centre'],
        division?.path ?? '/',
      );
      const simulation = await simulationOf(service, plan, division?.path ?? '/', body);
      if (isRunning) throw problem('unavailable', { retryAfterSeconds: 5 });
      isRunning = true;
      try {
        return await simulationToJson(service, request, plan, simulation);
      } finally {
        isRunning = false;
      }
    },
  );
}

async function simulationToJson(
  { pool }: Service,
  request: FastifyRequest,
  plan: Plan,
  simulation: Simulation,
): Promise<Static<typeof SimulationSchema>> {
  const { notices, deadlines, subjects, outcomes, stoppedAt } = await simulate(
    pool,
    plan,
    simulation,
  );
  const { issuedAt, registeredAt, until } = simulation;
  const withRole = <Row extends { organisationKind: string }>({
    organisationKind,
    ...row
  }: Row) => ({
    ...row,
    role: roleOfBody(organisationKind),
  });
  const names = await namesIn(
    { pool },
    outcomes.flatMap(({ unmet }) => unmet),
  );
  // An issued document waits for nobody, although it can still be recalled.
  const alive = subjects.filter(
    ({ machine, state, status }) =>
      status === 'active' && !(machine === 'document' && state === 'issued'),
  );
  const stuck = Map.groupBy(alive, ({ machine, category, stage, state }) =>
    JSON.stringify([machine, category, stage, state]),
  );
  return {
    planId: plan.id,
    version: plan.version,
    issuedAt,
    registeredAt,
    until,
    stoppedAt,
    findings: planFindings(plan, await findCalendar(pool)),
    outcomes: outcomes.map(({ unmet, category, roles, accepts, faults, ...outcome }) => ({
      ...outcome,
      unmet: unmet.map((measured) =>
        requirementToJson(request, planFor(plan, category), measured, names),
      ),
      roles: [...roles],
      accepts: [...accepts],
      faults: [...faults],
    })),
    notices: notices.map(withRole),
    deadlines: deadlines.map(withRole),
    days: workdays(notices, deadlines, plan.timeZone),
    deadEnds: [...stuck.values()].map((same) => {
      const { machine, category, stage, state } = same[0] as (typeof alive)[number];
      return { machine, category, stage, state, subjects: same.length };
    }),
    subjects,
  };
}

async function simulationOf(
  { pool }: Service,
  plan: Plan,
  path: string,
  asked: Asked,
): Promise<Simulation> {
  const own = windowOf(plan);
  const { issuedAt = own.issuedAt, registeredAt = own.registeredAt, until = own.until } = asked;
  assertOrder(issuedAt, registeredAt, until);
  const organisations = await listOrganisationsUnder(pool, path);
  const codes = new Map(organisations.map(({ id, code }) => [id, code]));
  const candidates =
    asked.candidates?.map(
      ({ key, category, organisationId, personName, siteId }): SimulatedCandidate => ({
        key: key ?? keyOf(category, codes.get(organisationId) ?? organisationId, personName),
        category: plan.categories.find(({ name }) => name === category)?.code ?? category,
        organisationId,
        personName: personName ?? null,
        siteId: siteId ?? null,
      }),
    ) ?? oneOfEach(plan, organisations);
  if (candidates.length > SIMULATED_CANDIDATES_MAX) {
    throw contentInvalid('/body/candidates', {
      zh: `共 ${candidates.length} 个对象，至多推演 ${SIMULATED_CANDIDATES_MAX} 个，请列出要推演的`,
      en: `${candidates.length} candidates; name at most ${SIMULATED_CANDIDATES_MAX}`,
    });
  }
  if (new Set(candidates.map(({ key }) => key)).size < candidates.length) {
    throw contentInvalid('/body/candidates', {
      zh: '有两个对象的 key 相同',
      en: 'a key appears twice',
    });
  }
  const named = (asked.script ?? []).flatMap(({ by }) =>
    typeof by === 'object' ? [by.organisationId] : [],
  );
  const bodies = await findOrganisations(pool, [...new Set(named)]);
  const script = scriptOf(
    plan,
    asked.script ?? [],
    new Set(candidates.map(({ key }) => key)),
    bodies,
  );
  return {
    issuedAt,
    registeredAt,
    until,
    candidates,
    script: asked.phases === 'on-time' ? [...phaseScript(plan), ...script] : script,
  };
}

function assertOrder(issuedAt: string, registeredAt: string, until: string): void {
  const [issued, registered, end] = [issuedAt, registeredAt, until].map((instant) =>
    Temporal.Instant.from(instant),
  ) as [Temporal.Instant, Temporal.Instant, Temporal.Instant];
  if (Temporal.Instant.compare(issued, registered) > 0) {
    throw contentInvalid('/body/registeredAt', { zh: '早于印发', en: 'lies before the issue' });
  }
  if (Temporal.Instant.compare(registered, end) > 0) {
    throw contentInvalid('/body/until', { zh: '早于登记', en: 'lies before the registration' });
  }
  if (issued.until(end).total('hours') > SIMULATED_DAYS_MAX * 24) {
    throw contentInvalid('/body/until', {
      zh: `至多推演 ${SIMULATED_DAYS_MAX} 天`,
      en: `at most ${SIMULATED_DAYS_MAX} days`,
    });
  }
}
