// What happens to an organisation: it takes another name, merges, is split, ends. A dry run tells what becomes of all
// that rests on it, before it is done.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { endOrganisation, planEnding } from '../../command/county/ending.ts';
import { moveOrganisation, planMoving } from '../../command/county/moving.ts';
import type { AdministrativeAct } from '../../command/kernel/administrative-log.ts';
import { forgetKeys } from '../../db/county/api-keys.ts';
import { type Held, listHoldings } from '../../db/county/organisation-holdings.ts';
import { listLife } from '../../db/county/organisation-lives.ts';
import {
  findChildren,
  findOrganisation,
  findOrganisations,
  findOrganisationsCoded,
  lockDirectory,
} from '../../db/county/organisations.ts';
import { hasSubjectsUnder } from '../../db/county/place-moves.ts';
import { lockAdministration } from '../../db/county/principals.ts';
import { forgetPlaces } from '../../db/kernel/places.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { LIFE_TABLE } from '../../rules/county/life-table.ts';
import { ACTS, type Act, endingFault, HOLDINGS } from '../../rules/county/lives.ts';
import { movingFault } from '../../rules/county/moving.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { oneOfBy } from '../kernel/conventions.ts';
import { problem } from '../kernel/problems.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Instant, Nullable } from '../kernel/subject-schemas.ts';
import { grounds, Rename, Renamings, renameUnit } from './organisation-names.ts';
import { assertNotToCome, assertStands, Code, contentInvalid } from './organisations.ts';
import { assertOfficerLeft } from './principals.ts';

const MAY_TELL: readonly Role[] = ['administrator'];
const NAMES_TOLD_MAX = 100;

const day = Type.String({
  format: 'date',
  description: '自何日起，不晚于今日 · Its first day, today at the latest',
});
const Successors = Type.Array(Code, {
  minItems: 1,
  maxItems: 20,
  uniqueItems: true,
  description:
    '承继单位，首列的承继未另行决定的事项 · Its successors, the first for what nobody decides about',
});

const Ends = [
  Type.Object({
    type: Type.Literal('merge', { description: '并入 · Merge into its successor' }),
    ...{ successorIds: Successors, day, ...grounds },
  }),
  Type.Object({
    type: Type.Literal('split', { description: '拆分 · Split into its successors' }),
    ...{ successorIds: Successors, day, ...grounds },
  }),
  Type.Object({
    type: Type.Literal('end', { description: '终止，没有承继 · End without a successor' }),
    ...{ day, ...grounds },
  }),
] as const;
const Move = Type.Object({
  type: Type.Literal('move', { description: '划转、改代码 · Move, or bear another code' }),
  parentId: Type.Optional(Code),
  code: Type.Optional(Code),
  ...{ day, ...grounds },
});
const OrganisationEvent = oneOfBy('type', [Rename, Move, ...Ends]);
type OrganisationEvent = Static<typeof OrganisationEvent>;
type End = Exclude<OrganisationEvent, { type: 'rename' | 'move' }>;

const ACT_OF = { merge: 'merged', split: 'split', end: 'ended' } as const;

const HoldingSchema = Type.Object({
  count: Type.Integer({ minimum: 0, description: '个数 · How many' }),
  names: Type.Array(Type.String(), {
    description: `名称，至多 ${NAMES_TOLD_MAX} 个；申报的个人只计数 · Their names; persons who stand are only counted`,
  }),
  becomes: Type.Object(
    { zh: Type.String(), en: Type.String() },
    { description: '如何处理 · What becomes of them' },
  ),
});
const Told = Type.Object({
  dryRun: Type.Boolean({ description: '仅为预演，未改动 · Nothing was changed' }),
  ...Renamings,
  ending: Type.Array(Type.String(), {
    description: '终止的单位及随之终止的机构 · What ends: the organisation and its bodies',
  }),
  holdings: Type.Object(Object.fromEntries(HOLDINGS.map((name) => [name, HoldingSchema])), {
    description: '其名下的各项，见 docs/units.md · What rests on it, see docs/units.md',
  }),
});

const holdingsToJson = (act: Act, held: readonly Held[]) =>
  Object.fromEntries(
    HOLDINGS.map((name) => {
      const own = held.filter(({ holding }) => holding === name);
      const named = own.flatMap((one) => (one.isPerson || one.name === null ? [] : [one.name]));
      const names = [...new Set(named)].sort().slice(0, NAMES_TOLD_MAX);
      return [name, { count: own.length, names, becomes: LIFE_TABLE[act][name] }];
    }),
  );

export function addOrganisationActRoutes(app: App, service: Service): void {
  addLifeRoute(app, service);
  app.post(
    '/v1/organisations/:id/events',
    {
      config: { problems: ['not-found', 'content-invalid', 'unit-ended', 'out-of-state'] },
      schema: {
        operationId: 'sendOrganisationEvent',
        tags: ['organisations'],
        summary:
          '单位更名、划转、合并、拆分、终止 · Rename, move, merge, split, end an organisation',
        description:
          '由系统管理员办理；名下的申报对象、整改、授权等如何处理见 docs/units.md，dryRun=true 只预演。更名：机构、站点和申报对象随之更名，此前的通知和文件不变。划转：单位及其以下到新的上级之下，名下事项随后分批改到新路径。终止：申报对象由县级主办单位决定（succeed 或 end-with-unit），不再办理新的事项。 · By administrators; docs/units.md says what becomes of candidates, orders, roles and so on, and dryRun=true only tells it. Renamed: bodies, sites and candidates that bear the name take the new one, earlier documents stay. Moved: the unit and all below it stand under the new parent, and what lies there follows in chunks. Ended: the county office decides about each candidate, and nothing new is laid on it.',
        params: Type.Object({ id: Code }),
        querystring: Type.Object({
          dryRun: Type.Optional(Type.Boolean({ description: '只预演 · Only tell' })),
        }),
        body: OrganisationEvent,
        response: { 200: Told },
      },
    },
    async (request, reply) => {
      const answer = await performAct<Static<typeof Told>>(service, request, reply, async (tx) => {
        const { params, principal, body, query } = request;
        const { dryRun = false } = query;
        if (body.type !== 'rename' && body.type !== 'move') await lockAdministration(tx);
        await lockDirectory(tx);
        const unit = await findOrganisation(tx, params.id);
        if (unit === undefined) throw problem('not-found');
        assertRoleAt(principal, MAY_TELL, unit.path);
        await assertStands(tx, unit);
        if (body.type === 'rename') {
          const { plan, told } = await renameUnit(tx, unit, body, dryRun);
          const ids = plan.organisations.map(({ id }) => id);
          const holdings = holdingsToJson('renamed', await listHoldings(tx, ids));
          const named = ({ before, name }: { before: string; name: string }) => ({ before, name });
          const { organisations, sites, candidates } = plan;
          const renamed = { organisations: organisations.map(named), sites: sites.map(named) };
          return {
            status: 200,
            body: { dryRun, ...renamed, candidates, ending: [], holdings },
            told,
          };
        }
        if (body.type === 'move') {
          const { held, told } = await moveUnit(tx, unit, { principal, body, dryRun });
          const holdings = holdingsToJson('moved', held);
          return { status: 200, body: { dryRun, ...UNNAMED, ending: [], holdings }, told };
        }
        const { ending, held, told } = await endUnit(service, tx, unit, {
          principal,
          body,
          dryRun,
        });
        const holdings = holdingsToJson(ACT_OF[body.type], held);
        const names = ending.map(({ name }) => name);
        return { status: 200, body: { dryRun, ...UNNAMED, ending: names, holdings }, told };
      });
      forgetKeys(service.pool);
      forgetPlaces();
      return answer;
    },
  );
}

/** Nobody takes another name but where one is renamed. */
const UNNAMED = { organisations: [], sites: [], candidates: 0 };

async function moveUnit(
  tx: Tx,
  unit: Organisation,
  { principal, body, dryRun }: Asking<Static<typeof Move>>,
) {
  const parent = await findOrganisation(tx, body.parentId ?? unit.parentId ?? '');
  const code = body.code ?? unit.code;
  const coded = (await findOrganisationsCoded(tx, [code])).get(code);
  const county = await countyOf(tx, unit);
  const leaves = county !== undefined && parent?.path.startsWith(county.path) === false;
  const leavesCampaign = leaves && (await hasSubjectsUnder(tx, unit.path));
  const fault = movingFault({ unit, parent, code, coded, leavesCampaign });
  if (fault !== null) throw contentInvalid(`/body${fault.path}`, fault.message);
  if (parent === undefined) throw new Error('it has no parent');
  assertRoleAt(principal, MAY_TELL, parent.path);
  await assertStands(tx, parent);
  await assertInOrder(tx, unit, body.day);
  const plan = await planMoving(tx, unit, parent, code);
  const { day, reason, document = null } = body;
  const told = dryRun ? [] : await moveOrganisation(tx, plan, { day, reason, document });
  return { ...plan, told };
}

/** The county that a unit lies in; none for what lies above. */
async function countyOf(tx: Tx, unit: Organisation): Promise<Organisation | undefined> {
  const above = await findOrganisations(tx, unit.path.split('/').filter(Boolean));
  return [...above.values()].find(({ kind, id }) => kind === 'COUNTY' && id !== unit.id);
}

/** Throws 422 for a day to come, or one before what happened to the unit last. */
async function assertInOrder(tx: Tx, unit: Organisation, at: string): Promise<void> {
  await assertNotToCome(tx, at, '/body/day');
  const [last] = await listLife(tx, unit.id);
  if (last === undefined || at >= last.day) return;
  const message = { zh: '早于该单位上一次变更之日', en: 'is before its last change' };
  throw contentInvalid('/body/day', message);
}

type Asking<Body> = {
  principal: Parameters<typeof assertRoleAt>[0];
  body: Body;
  dryRun: boolean;
};

async function endUnit(
  { entropy }: Service,
  tx: Tx,
  unit: Organisation,
  { principal, body, dryRun }: Asking<End>,
) {
  const act = ACT_OF[body.type];
  const asked = body.type === 'end' ? [] : body.successorIds;
  const found = await findOrganisations(tx, asked);
  const named = asked.map((id) => found.get(id));
  const children = await findChildren(tx, [unit.id]);
  const fault = endingFault(act, { unit, children, successors: named });
  if (fault !== null) throw contentInvalid(`/body${fault.path}`, fault.message);
  const successors = named.filter((one) => one !== undefined);
  for (const { path } of successors) assertRoleAt(principal, MAY_TELL, path);
  await assertInOrder(tx, unit, body.day);
  const parent = await findOrganisation(tx, unit.parentId ?? '');
  if (parent === undefined) throw new Error(`nothing stands above ${unit.id}`);
  const plan = await planEnding(tx, act, unit, { parent, successors });
  const { day, reason, document = null } = body;
  const why = { day, reason, document };
  const told: AdministrativeAct[] = dryRun
    ? []
    : await endOrganisation(tx, entropy, principal.id, plan, why);
  await assertOfficerLeft(tx, dryRun ? [] : ['administrator', 'security-officer']);
  return { ...plan, told };
}

const LifeSchema = Type.Object({
  act: Type.Enum([...ACTS], {
    description:
      'founded 成立、renamed 更名、moved 划转、merged 并入、split 拆分、ended 终止 · What happened',
  }),
  day: Type.String({ format: 'date', description: '自何日起 · Its first day' }),
  successorIds: Type.Array(Type.String(), { description: '承继单位 · Its successors' }),
  beforeCode: Nullable(Type.String({ description: '原代码 · Its code until then' })),
  beforeParentId: Nullable(Type.String({ description: '原上级 · Its parent until then' })),
  beforeName: Nullable(Type.String({ description: '原名称 · Its name until then' })),
  name: Nullable(Type.String({ description: '新名称 · Its name from then on' })),
  reason: Nullable(Type.String({ description: '理由；名单所改的没有 · Why; none by a list' })),
  document: Nullable(Type.String({ description: '所依据的文件 · The document it rests on' })),
  at: Instant,
});

function addLifeRoute(app: App, { pool }: Service): void {
  app.get(
    '/v1/organisations/:id/life',
    {
      schema: {
        operationId: 'listOrganisationLife',
        tags: ['organisations'],
        summary: '单位的沿革 · What happened to an organisation',
        description:
          '成立、更名、划转、合并、拆分、终止，新的在前；启用时即有的没有成立一项。 · The newest first; what was there at the start was never founded.',
        params: Type.Object({ id: Code }),
        response: { 200: Type.Object({ items: Type.Array(LifeSchema) }) },
      },
    },
    async ({ params }) => {
      if ((await findOrganisation(pool, params.id)) === undefined) throw problem('not-found');
      return { items: await listLife(pool, params.id) };
    },
  );
}
