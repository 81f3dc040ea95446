// An organisation takes another name from a day on; what bears its name follows, and a dry run tells what.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { planRenaming, rename } from '../../command/county/renaming.ts';
import { findToday, listNameChanges } from '../../db/county/organisation-names.ts';
import { findOrganisation, lockDirectory } from '../../db/county/organisations.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Instant, Nullable } from '../kernel/subject-schemas.ts';
import { Code, contentInvalid, Name } from './organisations.ts';

const MAY_RENAME: readonly Role[] = ['administrator'];

const Reason = Type.String({
  minLength: 1,
  maxLength: 2000,
  pattern: '\\S',
  description: '理由 · Why',
});
const Document = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  description: '所依据的文件，如文号 · The document it rests on',
});
const Day = Type.String({
  format: 'date',
  description: '新名称自何日起，不晚于今日 · The first day of the new name, today at the latest',
});
const Params = Type.Object({ id: Code });

const Renamed = Type.Object({
  before: Type.String({ description: '原名称 · The name before' }),
  name: Type.String({ description: '新名称 · The new name' }),
});
const Plan = Type.Object({
  dryRun: Type.Boolean({ description: '仅为预演，未改动 · Nothing was changed' }),
  organisations: Type.Array(Renamed, {
    description: '改名的单位及其机构 · The organisation and the bodies that act for it',
  }),
  sites: Type.Array(Renamed, { description: '随之改名的站点 · Sites that bear its name' }),
  candidates: Type.Integer({
    minimum: 0,
    description: '随之改名的申报对象数 · The number of candidates that bear its name',
  }),
});
const Change = Type.Object({
  ...Renamed.properties,
  validFrom: Type.String({ format: 'date', description: '自何日起 · Its first day' }),
  reason: Nullable(Type.String({ description: '理由；名单所改的没有 · Why; none by a list' })),
  document: Nullable(Type.String({ description: '所依据的文件 · The document it rests on' })),
  at: Instant,
});

export function addOrganisationNameRoutes(app: App, service: Service): void {
  addNameHistoryRoute(app, service);
  app.post(
    '/v1/organisations/:id/events',
    {
      config: { problems: ['not-found', 'content-invalid'] },
      schema: {
        operationId: 'renameOrganisation',
        tags: ['organisations'],
        summary: '单位更名 · Rename an organisation',
        description:
          '由系统管理员办理。代表该单位的机构、以其名称命名的站点和申报对象随之更名；此后的通知和文件用新名称，此前的不变。dryRun=true 只预演。 · By administrators. The bodies that act for it, and the sites and candidates that bear its name, take the new one; notices and documents written from then on bear it, earlier ones stay. dryRun=true only tells what would change.',
        params: Params,
        querystring: Type.Object({
          dryRun: Type.Optional(Type.Boolean({ description: '只预演 · Only tell' })),
        }),
        body: Type.Object(
          {
            type: Type.Enum(['rename'], { description: '更名 · Rename' }),
            name: Name,
            validFrom: Day,
            reason: Reason,
            document: Type.Optional(Document),
          },
          {
            examples: [
              {
                ...{ type: 'rename', name: '龙泉镇', validFrom: '2017-09-01' },
                ...{ reason: '经省人民政府批准更名', document: '陕政函〔2017〕100号' },
              },
            ],
          },
        ),
        response: { 200: Plan },
      },
    },
    async (request, reply) =>
      performAct(service, request, reply, async (tx) => {
        const { params, principal, body, query } = request;
        await lockDirectory(tx);
        const organisation = await findOrganisation(tx, params.id);
        if (organisation === undefined) throw problem('not-found');
        assertRoleAt(principal, MAY_RENAME, organisation.path);
        const { id, path, name: before } = organisation;
        const name = body.name.trim();
        await assertRenamable(tx, organisation, { name, validFrom: body.validFrom });
        const plan = await planRenaming(tx, [{ id, path, before, name }]);
        const { dryRun = false } = query;
        const { validFrom, reason, document = null } = body;
        const told = dryRun ? [] : await rename(tx, plan, { validFrom, reason, document });
        return { status: 200, body: planToJson(plan, dryRun), told };
      }),
  );
}

const planToJson = (
  { organisations, sites, candidates }: Awaited<ReturnType<typeof planRenaming>>,
  dryRun: boolean,
): Static<typeof Plan> => {
  const named = ({ before, name }: Static<typeof Renamed>) => ({ before, name });
  return { dryRun, organisations: organisations.map(named), sites: sites.map(named), candidates };
};

/** Throws 422 for the name it has, a day to come, or one before the name it has began. */
async function assertRenamable(
  tx: Tx,
  organisation: Organisation,
  { name, validFrom }: { name: string; validFrom: string },
): Promise<void> {
  if (name === organisation.name) {
    throw contentInvalid('/body/name', { zh: '与现名称相同', en: 'it has that name' });
  }
  if (validFrom > (await findToday(tx))) {
    const zh = '尚未到生效之日，请于当日或以后登记';
    throw contentInvalid('/body/validFrom', { zh, en: 'is a day to come: tell it on that day' });
  }
  const [last] = await listNameChanges(tx, organisation.id);
  if (last !== undefined && validFrom < last.validFrom) {
    const zh = '早于现名称生效之日';
    throw contentInvalid('/body/validFrom', { zh, en: 'is before its present name began' });
  }
}

function addNameHistoryRoute(app: App, { pool }: Service): void {
  app.get(
    '/v1/organisations/:id/names',
    {
      schema: {
        operationId: 'listOrganisationNames',
        tags: ['organisations'],
        summary: '单位的历次更名 · The names an organisation had',
        description: '新的在前；从未更名的为空。 · The newest first; empty for one name for ever.',
        params: Params,
        response: { 200: Type.Object({ items: Type.Array(Change) }) },
      },
    },
    async ({ params }) => {
      const organisation = await findOrganisation(pool, params.id);
      if (organisation === undefined) throw problem('not-found');
      const items = await listNameChanges(pool, organisation.id);
      return { items: items.map(({ organisationId: _, ...change }) => change) };
    },
  );
}
