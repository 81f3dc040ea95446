// Operations are long work: these routes show their progress and the outcome of each item.

import Type, { type Static } from 'typebox';
import type { OperationRow } from '../../db/kernel/operations.ts';
import { findOperation, listItems, listOperations } from '../../db/kernel/operations.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead, readableReaches, readsAsAssessor } from '../../rules/access/access.ts';
import type { App } from './app.ts';
import { beyondReach } from './beyond-reach.ts';
import { Ordinal, pageOf } from './pages.ts';
import { problem } from './problems.ts';
import type { Service } from './service.ts';
import { Id, IdParams, Instant, Nullable } from './subject-schemas.ts';
import { mayKnowCampaign } from './subject-visibility.ts';

const OperationSchema = Type.Object({
  id: Id,
  campaignId: Id,
  kind: Type.String(),
  status: Type.Enum(['running', 'parked', 'done'], {
    description:
      'parked：余下各项已反复失败，等待处理，见 /v1/incidents · parked: what is left failed again and again and waits for people',
  }),
  total: Type.Integer(),
  done: Type.Integer(),
  refused: Type.Integer(),
  failed: Type.Integer({
    description: '未能办理、已搁置的项数 · Set aside, in an incident each',
  }),
  detail: Type.Unknown(),
  createdBy: Type.String(),
  createdAt: Instant,
  finishedAt: Nullable(Instant),
});

const ItemSchema = Type.Object({
  index: Type.Integer(),
  command: Type.Unknown({ description: '要做的事 · What was asked' }),
  outcome: Type.Unknown({ description: '结果；尚未做到时为 null · Null while it waits' }),
});

const operationToJson = ({ path: _, ...row }: OperationRow): Static<typeof OperationSchema> => row;

export function addOperationRoutes(app: App, service: Service): void {
  addListRoutes(app, service);
  addOneRoutes(app, service);
  addItemRoutes(app, service);
}

const pages = pageOf(OperationSchema, Id, ({ id }: OperationRow) => id);

function addListRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/operations',
    {
      schema: {
        operationId: 'listOperations',
        tags: ['operations'],
        summary: '批量任务 · Operations',
        description: '阶段变更、择优、导入等，新的在前。 · Phase changes, selections, imports.',
        querystring: Type.Object({
          ...pages.query,
          campaignId: Type.Optional(Id),
          status: Type.Optional(Type.Enum(['running', 'parked', 'done'])),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters }, principal }, reply) => {
      const rows = await listOperations(readsOf(pool), {
        ...filters,
        reaches: readableReaches(principal),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, operationToJson);
    },
  );
}

async function findVisibleOperation(
  { pool }: Service,
  principal: Principal,
  id: string,
): Promise<OperationRow> {
  const row = await findOperation(readsOf(pool), id);
  if (row === undefined || !mayKnowCampaign(principal, row.path)) throw problem('not-found');
  return row;
}

function addOneRoutes(app: App, service: Service): void {
  app.get(
    '/v1/operations/:id',
    {
      schema: {
        operationId: 'getOperation',
        tags: ['operations'],
        summary: '一项批量任务的进度 · How far an operation has come',
        description:
          '服务重启后接着做，不会重做。 · Goes on after a restart and does nothing twice.',
        params: IdParams,
        response: { 200: OperationSchema },
      },
    },
    async ({ params: { id }, principal }) =>
      operationToJson(await findVisibleOperation(service, principal, id)),
  );
}

const itemPages = pageOf(ItemSchema, Ordinal, ({ index }: { index: number }) => index);

function addItemRoutes(app: App, service: Service): void {
  app.get(
    '/v1/operations/:id/items',
    {
      schema: {
        operationId: 'listOperationItems',
        tags: ['operations'],
        summary: '批量任务的逐项结果 · What became of each item',
        description:
          '阶段变更没有逐项清单，见各申报对象。 · A phase change has no list of items; see the candidates.',
        params: IdParams,
        querystring: Type.Object(itemPages.query),
        response: { 200: itemPages.schema },
      },
    },
    async ({ params: { id }, query: { limit, cursor }, principal }, reply) => {
      const { campaignId, createdBy, path } = await findVisibleOperation(service, principal, id);
      // An assessor need not know whose item it is (回避).
      const mayReadAll = mayRead(principal, path) && !readsAsAssessor(principal, path);
      if (!mayReadAll && createdBy !== principal.id) throw problem('not-found');
      const pool = mayReadAll ? service.pool : beyondReach(service, 'own operations');
      const { after = -1, limit: rowsMax } = itemPages.turnOf({ limit, cursor });
      const rows = await listItems(readsOf(pool), {
        campaignId,
        operationId: id,
        after,
        limit: rowsMax,
      });
      return itemPages.toJson(reply, limit, rows, (row) => row);
    },
  );
}
