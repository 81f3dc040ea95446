// The preparation of a draw freezes its population and makes its secret. The secret is stored in a
// table of its own, in the same transaction, and nowhere else.

import { hash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { sha256 } from '../../command/draw/draws.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import type { PopulationRow } from '../../db/draw/draws.ts';
import { drawSecretAt, findPool, listPopulation } from '../../db/draw/draws.ts';
import { findNow } from '../../db/kernel/clock.ts';
import type { Place } from '../../db/kernel/places.ts';
import type { Entropy } from '../../entropy.ts';
import { ruleHash, snapshotHash } from '../../rules/draw/draw.ts';
import { homeOf, prepareDraw, STRATIFICATIONS } from '../../rules/draw/draw-preparation.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { idempotencyKey } from '../kernel/conventions.ts';
import { fault } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { AnswerSchema, Id, Instant, OrganisationId, Written } from '../kernel/subject-schemas.ts';
import { assertMayLead, findVisible, planOf } from '../kernel/visibility.ts';
import { Party } from './draw-payloads.ts';

const UNITS_MAX = 20_000;
const DRAWN_MAX = 500;

const Round = Type.Integer({
  minimum: 1,
  maximum: 999,
  description: '第几轮，只用一次 · Used once',
});

const Preparation = Type.Object({
  campaignId: Id,
  round: Round,
  title: Type.Optional(Written(200)),
  population: Type.Enum(['candidates', 'sites']),
  kinds: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
      description:
        '申报对象的类别，或站点的种类 VILLAGE、COMMUNITY、BASE · Categories of candidates, or kinds of sites',
    }),
  ),
  organisationId: Type.Optional(OrganisationId),
  stratifyBy: Type.Enum([...STRATIFICATIONS], { default: 'none' }),
  perStratum: Type.Integer({ minimum: 1, maximum: DRAWN_MAX }),
  inspectorsPerUnit: Type.Optional(Type.Integer({ minimum: 2, maximum: 10 })),
  inspectorIds: Type.Array(Id, { minItems: 2, maxItems: 200, uniqueItems: true }),
  parties: Type.Array(Party, {
    maxItems: 4,
    uniqueItems: true,
    default: [],
    description: '与系统共同产生种子的各方 · Who adds to the seed beside the service',
  }),
  revealAt: Instant,
  repeats: Type.Optional(
    Type.Array(Round, {
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
      description:
        '重抽的，所接续的各轮（已撤销，或未按时公布的） · A repeated draw: the rounds that came to nothing',
    }),
  ),
  repeatReason: Type.Optional(Written()),
});
type Sent = Static<typeof Preparation>;

export function addDrawPreparationRoutes(app: App, service: Service): void {
  app.post(
    '/v1/draws',
    {
      config: { problems: ['requirements-unmet', 'out-of-state', 'not-found'] },
      schema: {
        operationId: 'prepareDraw',
        tags: ['draws'],
        summary: '准备抽签 · Prepare a draw',
        description:
          '冻结抽签范围、规则和检查人名单，系统生成种子并只公布其承诺；算法见 docs/draw.md。 · Freezes population, rule and pool; the service draws its secret and publishes the commitment only. The algorithm: docs/draw.md.',
        body: Preparation,
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { body, principal } = request;
      const place = await findVisible(service, principal, 'campaign', body.campaignId);
      await assertMayLead(service, principal, { ...place, machine: 'draw' }, 'prepare');
      const { snapshot, rule } = await freeze(service, place, body);
      const secret = service.entropy.bytes(32).toString('hex');
      const title = body.title ?? `第${body.round}轮随机抽查抽签`;
      const key = idempotencyKey(request);
      const subjectId = newDrawId(service.entropy, principal.id, body.campaignId, key);
      return performCommand(service, request, reply, {
        ...place,
        subjectId,
        create: {
          machine: 'draw',
          parentId: null,
          organisationId: place.organisationId,
          name: title,
          input: {
            round: body.round,
            title,
            population: body.population,
            snapshotHash: snapshotHash(sha256, snapshot),
            ruleHash: ruleHash(sha256, rule),
            unitCount: snapshot.units.length,
            inspectorCount: snapshot.inspectors.length,
            inspectorsPerUnit: rule.inspectorsPerUnit,
            serviceCommitment: sha256(secret),
            parties: body.parties,
            revealAt: body.revealAt,
          },
          draw: {
            round: body.round,
            snapshot,
            rule,
            secret: service.vault.seal(drawSecretAt(subjectId), secret),
          },
        },
        event: {
          type: 'prepare',
          ...(body.repeats === undefined ? {} : { repeats: body.repeats }),
          ...(body.repeatReason === undefined ? {} : { reason: body.repeatReason }),
        },
      });
    },
  );
}

async function freeze(service: Service, place: Place, body: Sent) {
  const plan = await planOf(service, place);
  const { drawInspectorsMin } = plan.policies;
  const inspectorsPerUnit = body.inspectorsPerUnit ?? drawInspectorsMin.value;
  const kinds = body.kinds?.map((kind) =>
    body.population === 'candidates' ? (findCategory(plan, kind)?.code ?? kind) : kind,
  );
  const path = await pathBelow(service, place, body.organisationId);
  const members = await listPopulation(service.pool, body.population, {
    campaignId: body.campaignId,
    path,
    kinds: kinds ?? null,
    limit: UNITS_MAX + 1,
  });
  assertSize(members, body);
  const { population, stratifyBy, perStratum } = body;
  return prepareDraw(members, await poolOf(service, body.inspectorIds), {
    population,
    stratifyBy,
    perStratum,
    inspectorsPerUnit,
    takenAt: await findNow(service.pool),
    filter: {
      ...(kinds === undefined ? {} : { kinds }),
      ...(body.organisationId === undefined ? {} : { organisationId: body.organisationId }),
    },
  });
}

function assertSize(members: readonly PopulationRow[], { stratifyBy, perStratum }: Sent): void {
  if (members.length > UNITS_MAX) {
    throw fault('population', `至多 ${UNITS_MAX} 个单位`, `has more than ${UNITS_MAX} units`);
  }
  const strata = {
    none: () => '',
    township: (one: PopulationRow) => one.township,
    kind: (one: PopulationRow) => one.kind,
  };
  const sizes = [...Map.groupBy(members, strata[stratifyBy]).values()];
  const drawn = sizes.reduce((sum, { length }) => sum + Math.min(length, perStratum), 0);
  if (drawn > DRAWN_MAX) {
    throw fault('perStratum', `一次至多抽 ${DRAWN_MAX} 个`, `draws more than ${DRAWN_MAX} units`);
  }
}

async function pathBelow(
  { pool }: Service,
  place: Place,
  organisationId: string | undefined,
): Promise<string> {
  if (organisationId === undefined) return place.path;
  const found = await findOrganisation(pool, organisationId);
  if (found?.path.startsWith(place.path)) return found.path;
  throw fault('organisationId', '不在本县', 'does not lie in this county');
}

async function poolOf({ pool }: Service, ids: readonly string[]) {
  const rows = await findPool(pool, ids);
  return ids.map((id, index) => {
    const row = rows.find((one) => one.id === id);
    const home = row === undefined ? null : homeOf(row.grants);
    if (row === undefined || home === null) {
      throw fault(
        `inspectorIds/${index}`,
        '没有这一账户，或其没有业务角色',
        'is nobody, or holds no role of the business',
      );
    }
    return { id, name: row.name, home };
  });
}

/** With an idempotency key the id follows from it, so that a repeat means the draw prepared first. */
function newDrawId(
  entropy: Entropy,
  principalId: string,
  campaignId: string,
  key: string | undefined,
): string {
  if (key === undefined) return entropy.newId();
  const digest = hash('sha256', `draw\n${campaignId}\n${principalId}\n${key}`, 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const [a, b, c] = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(13, 16)];
  return `${a}-${b}-8${c}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
