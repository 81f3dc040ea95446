// Ledgers, each as a filtered list, and the kinds of record with their fields.

import Type, { type Static } from 'typebox';
import type { LedgerFilter } from '../../db/record/ledgers.ts';
import { listLedger } from '../../db/record/ledgers.ts';
import type { Principal } from '../../rules/access/access.ts';
import { clauseIn } from '../../rules/plan/citations.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { inPlansWords } from '../../rules/plan/titles.ts';
import type { Ledger } from '../../rules/record/ledgers.ts';
import {
  COLUMN_TITLES,
  findLedger,
  kindsIn,
  LEDGERS,
  STATUSES,
} from '../../rules/record/ledgers.ts';
import { detailSchema, kindsOf } from '../../rules/record/record-kinds.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import { readingOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { Day, Id, Instant, Nullable, OrganisationId } from '../kernel/subject-schemas.ts';
import { findVisible, pathOf, planOf } from '../kernel/visibility.ts';

const NullableText = Nullable(Type.String());
const LedgerRowSchema = Type.Object({
  id: Type.String(),
  campaignId: Id,
  candidateId: Nullable(Id),
  kind: Type.String(),
  clause: Type.String(),
  subjectName: NullableText,
  category: NullableText,
  organisationId: Type.String(),
  organisationName: Type.String(),
  siteIds: Type.Array(Type.String()),
  occurredOn: NullableText,
  summary: NullableText,
  form: NullableText,
  detail: Type.Unknown(),
  status: Type.String(),
  colour: Type.String(),
  dueAt: Nullable(Instant),
  closedOn: NullableText,
  result: NullableText,
  verdict: NullableText,
  impact: NullableText,
  promotionScope: NullableText,
  remark: NullableText,
  fileIds: Type.Array(Type.String()),
  supersededBy: NullableText,
  recordedBy: Type.String(),
  recordedByName: Type.String(),
  recordedAt: Instant,
});

const ColumnSchema = Type.Object({ key: Type.String(), zh: Type.String(), en: Type.String() });
const LedgerSchema = Type.Object({
  code: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  clause: Type.String(),
  kinds: Type.Array(Type.String()),
  columns: Type.Array(ColumnSchema),
});

const KindSchema = Type.Object({
  code: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  clause: Type.String(),
  ledger: Type.String(),
  sites: Type.Boolean({ description: '须写明站点 · Names sites' }),
  form: Type.Boolean({ description: '须写明方式 · Says in which form' }),
  file: Type.Boolean({ description: '须附文件 · Needs a file' }),
  lives: Type.Boolean({ description: '提出后须办结 · Is raised and must be solved' }),
  of: Nullable(Type.Array(Type.String())),
  by: Nullable(Type.Array(Type.String())),
  detail: Type.Unknown({ description: 'detail 的 JSON Schema · of what stands in `detail`' }),
});

export const columnsOf = (plan: Plan, { columns }: Ledger): Static<typeof ColumnSchema>[] =>
  columns.map((key) => inPlansWords(plan, { key, zh: key, en: key, ...COLUMN_TITLES[key] }));

export function addLedgerRoutes(app: App, service: Service): void {
  addListRoutes(app, service);
  addKindRoutes(app, service);
  addRowRoutes(app, service);
}

const CampaignQuery = Type.Object({ campaignId: Id });

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/ledgers',
    {
      config: { problems: ['not-found'] },
      schema: {
        operationId: 'listLedgers',
        tags: ['ledgers'],
        summary: '有哪些台账 · Which ledgers there are',
        description:
          '各台账的名称、依据、所收材料和列名。 · Name, clause, kinds and columns of each ledger.',
        querystring: CampaignQuery,
        response: { 200: Type.Object({ items: Type.Array(LedgerSchema) }) },
      },
    },
    async ({ query: { campaignId }, principal }) => {
      const plan = await planOf(
        service,
        await findVisible(service, principal, 'campaign', campaignId),
      );
      const items = LEDGERS.map((ledger) => ({
        code: ledger.code,
        zh: ledger.zh,
        en: ledger.en,
        clause: clauseIn(plan, ledger.clause),
        kinds: ledger.source === 'records' ? kindsIn(plan, ledger) : [],
        columns: columnsOf(plan, ledger),
      }));
      return { items };
    },
  );
}

function addKindRoutes(app: App, service: Service): void {
  app.get(
    '/v1/record-kinds',
    {
      config: { problems: ['not-found'] },
      schema: {
        operationId: 'listRecordKinds',
        tags: ['ledgers'],
        summary: '可登记哪些材料 · Which kinds of record there are',
        description:
          '各类材料的依据、台账、各项内容、由谁登记；方案自定的种类在其中。 · Clause, ledger, fields and recorders of each kind, the plan’s own among them.',
        querystring: CampaignQuery,
        response: { 200: Type.Object({ items: Type.Array(KindSchema) }) },
      },
    },
    async ({ query: { campaignId }, principal }) => {
      const plan = await planOf(
        service,
        await findVisible(service, principal, 'campaign', campaignId),
      );
      const items = kindsOf(plan).map((kind) => ({
        code: kind.code,
        ...inPlansWords(plan, { zh: kind.zh, en: kind.en }),
        clause: clauseIn(plan, kind.clause),
        ledger: kind.ledger,
        sites: kind.sites === true,
        form: kind.form === true,
        file: kind.file === true,
        lives: kind.life !== undefined,
        of: kind.of === undefined ? null : [...kind.of],
        by: kind.by === undefined ? null : [...kind.by],
        detail: detailSchema(kind),
      }));
      return { items };
    },
  );
}

/** The filters of a ledger and of its workbook. */
export const ledgerQuery = {
  campaignId: Id,
  kind: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  under: Type.Optional(OrganisationId),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  status: Type.Optional(Type.Enum([...STATUSES])),
  q: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: '内容、对象中的文字 · Text in it' }),
  ),
};
const LedgerQuery = Type.Object(ledgerQuery);

/** The ledger and the filter of a request within the caller's reach. Throws 404 for no ledger. */
export async function ledgerFilter(
  service: Service,
  principal: Principal,
  code: string,
  { campaignId, under, ...filters }: Static<typeof LedgerQuery>,
): Promise<{ ledger: Ledger; plan: Plan; filter: Omit<LedgerFilter, 'after' | 'limit'> }> {
  const ledger = findLedger(code);
  if (ledger === undefined) throw problem('not-found');
  const place = await findVisible(service, principal, 'campaign', campaignId);
  const plan = await planOf(service, place);
  const filter = {
    ...filters,
    campaignId,
    source: ledger.source,
    kinds: kindsIn(plan, ledger),
    ...(await readingOf(service, principal)),
    under: await pathOf(service, under),
  };
  return { ledger, plan, filter };
}

const pages = pageOf(
  LedgerRowSchema,
  Type.Tuple([Instant, Type.String()]),
  ({ recordedAt, id }: Static<typeof LedgerRowSchema>): [string, string] => [recordedAt, id],
);

function addRowRoutes(app: App, service: Service): void {
  app.get(
    '/v1/ledgers/:ledger',
    {
      schema: {
        operationId: 'listLedgerRows',
        tags: ['ledgers'],
        summary: '一本台账 · One ledger',
        description:
          '管辖范围内的各条，新的在前；被更正的仍在，状态为 superseded。 · Within your reach, the newest first; what was corrected stays, as superseded.',
        params: Type.Object({ ledger: Type.String({ minLength: 1, maxLength: 60 }) }),
        querystring: Type.Object({ ...pages.query, ...ledgerQuery }),
        response: { 200: pages.schema },
      },
    },
    async ({ params, query: { limit, cursor, ...filters }, principal }, reply) => {
      const { filter } = await ledgerFilter(service, principal, params.ledger, filters);
      const turn = pages.turnOf({ limit, cursor });
      const rows = await listLedger(service.pool, { ...filter, ...turn });
      return pages.toJson(reply, limit, rows, (row) => row);
    },
  );
}
