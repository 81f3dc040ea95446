// Imports take two steps: a dry run finds every fault and answers a token; the same list is then sent
// with that token, which is refused when the data it was checked against has changed.

import { createHash, hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static, type TProperties } from 'typebox';
import { Check } from 'typebox/value';
import type { Administered } from '../../command/kernel/administer.ts';
import type { AdministrativeAct } from '../../command/kernel/administrative-log.ts';
import { isContended, isKeyTaken } from '../../db/kernel/faults.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { lockImports, spendPlanToken } from '../../db/list/imports.ts';
import type { ListName } from '../../rules/list/lists.ts';
import type { CellFault, Table } from '../../rules/list/table.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import type { SentList } from '../../threads/works.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { XLSX_TYPE } from '../kernel/downloads.ts';
import type { ProblemCode } from '../kernel/problem-catalog.ts';
import { type Language, languageOf, problem } from '../kernel/problems.ts';
import type { describeRequirement } from '../kernel/requirements.ts';
import type { Service } from '../kernel/service.ts';

/** The most faults reported of one list; `invalid` counts all. */
const CELL_FAULTS_MAX = 1_000;
const TYPES = ['text/csv', XLSX_TYPE, 'application/json'];
const FORMS =
  'CSV、XLSX（第一张未隐藏的表，隐藏的行不读入）或 JSON（对象的数组，键为表头，第一个对象为第 2 行）。表头之上可有标题行。';
const STEPS = '先 dryRun=true 预演，再以 planToken 执行；或全部写入，或全部不写，令牌只能用一次。';
const STEPS_ENGLISH =
  'CSV, XLSX (the first sheet that is shown, without hidden rows) or a JSON array of objects. Run it dry first, then apply it with the planToken, which is spent once: all or nothing.';
const TRIES_MAX = 4;
const TRY_AGAIN_MS = 50;

const stepQuery = {
  includeHidden: Type.Optional(
    Type.Boolean({
      description:
        'true：工作表中隐藏、被筛选掉的行也读入；不写则略过并逐行提示 · Reads rows that are hidden or filtered out too; otherwise they are left out and told',
    }),
  ),
  dryRun: Type.Optional(
    Type.Boolean({ description: 'true：只检查，不写入 · Checks only, writes nothing' }),
  ),
  planToken: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      description: '预演所得的令牌，凭它执行 · The token of the dry run, which applies it',
    }),
  ),
};

const CellSchema = Type.Object({
  row: Type.Integer({ description: '表格行号，从 1 起 · As the spreadsheet counts' }),
  column: Type.String(),
  cell: Type.String({ description: '如 C7 · As C7' }),
  message: Type.String({ description: '按 Accept-Language · In the language accepted' }),
  clause: Type.Union([Type.String(), Type.Null()], {
    description: '所依据的条款；表格本身有误时为 null · Null for a fault of the list itself',
  }),
});

/** Only rosters have `removed`. */
const AppliedSchema = Type.Object({
  rows: Type.Integer(),
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  removed: Type.Optional(Type.Integer()),
});

/** The result of a list of commands. */
const CarriedOutSchema = Type.Object({
  ...AppliedSchema.properties,
  warnings: Type.Array(CellSchema, {
    description: '不妨碍办理的提示 · Told, never refused',
  }),
});
type CarriedOut = Static<typeof CarriedOutSchema>;
type Counts = Omit<CarriedOut, 'warnings'>;

const DryRunSchema = Type.Object({
  rows: Type.Integer({ description: '数据行数 · Rows of data' }),
  valid: Type.Integer({ description: '无误的行数 · Rows without a fault' }),
  invalid: Type.Integer({ description: '错误总数 · Faults in all' }),
  errors: Type.Array(CellSchema, {
    description: `至多 ${CELL_FAULTS_MAX} 处 · At most ${CELL_FAULTS_MAX}`,
  }),
  warnings: Type.Array(CellSchema, {
    description: '不妨碍办理的提示 · Told, never refused',
  }),
  would: Type.Union([AppliedSchema, Type.Null()], {
    description:
      '执行后的结果；有误，或此类名单不作试办时为 null · What applying it would come to; null with faults, and for lists that are only checked',
  }),
  planToken: Type.Union([Type.String(), Type.Null()], {
    description: '全部无误时给出，只能用一次 · Given when there is no fault; spent once',
  }),
});
type DryRun = Static<typeof DryRunSchema>;

const Revision = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]));
type Revision = Static<typeof Revision>;

export type Checked<Ready> = {
  table: Table;
  faults: readonly CellFault[];
  /** Warnings are reported and refuse nothing. */
  warnings?: readonly CellFault[];
  /** The revision changes with everything the rows were checked against. */
  revision: Revision;
  ready: Ready;
};

/** A requirement that the command of this row does not meet. */
export type UnmetAtRow = ReturnType<typeof describeRequirement> & { row: number | undefined };

/** The faults, warnings and counts of a list that has been carried out. */
export type Carried = {
  faults: readonly CellFault[];
  warnings: readonly CellFault[];
  /** The problem names these requirements when there are faults. */
  unmet: readonly UnmetAtRow[];
  counts: Counts;
  /** What the administrative log is told of it. */
  told?: readonly AdministrativeAct[];
};

type ImportSteps<Ready> = {
  /** The name stands in the token, so that another list's token does not apply this one. */
  list: string;
  /** The nil campaign stands for lists that belong to none. */
  campaignId: string;
  /** Reads and checks; with `applies` it locks what it reads until the commit. */
  check: (tx: Tx, applies: boolean) => Promise<Checked<Ready>>;
} & (
  | { apply: (tx: Tx, ready: Ready) => Promise<Pick<Carried, 'counts' | 'told'>> }
  /** The dry run carries the list out too and takes it back, so that it finds what would be refused. */
  | { carryOut: (tx: Tx, ready: Ready) => Promise<Carried> }
);

type Import<Filters extends TProperties, Ready> = {
  name: ListName;
  operationId: string;
  zh: string;
  en: string;
  /** The text says what the list holds and does; how to send and apply it is added to each. */
  description: { zh: string; more?: string; en: string };
  filters: Filters;
  problems?: readonly ProblemCode[];
  /** Checks the principal's role, reads the list, and gives the steps of this import. */
  steps: (
    request: FastifyRequest,
    filters: Static<ReturnType<typeof Type.Object<Filters>>>,
  ) => Promise<ImportSteps<Ready>>;
};

/** Adds `POST /v1/imports/<name>`. */
export function addImportRoutes<Filters extends TProperties, Ready>(
  app: App,
  service: Service,
  { name, operationId, zh, en, description, filters, problems = [], steps }: Import<Filters, Ready>,
): void {
  const { more = '' } = description;
  app.post(
    `/v1/imports/${name}`,
    {
      config: { problems: [...problems, 'plan-token-stale', 'content-invalid'] },
      schema: {
        operationId,
        tags: ['imports'],
        summary: `导入${zh} · Import ${en}`,
        description: `${FORMS}${description.zh}${STEPS}${more} · ${description.en} ${STEPS_ENGLISH}`,
        consumes: TYPES,
        querystring: Type.Object({ ...filters, ...stepQuery }),
        body: Type.Unsafe<SentList>({ description: '名单 · The list' }),
        response: { 200: DryRunSchema, 201: CarriedOutSchema },
      },
    },
    async (request, reply) => {
      // The schema above has checked the filters, which TypeScript cannot see through the generic type.
      const query = request.query as Query & Parameters<typeof steps>[1];
      return importList(service, request, reply, query, await steps(request, query));
    },
  );
}

type Query = { dryRun?: boolean; planToken?: string };

/**
 * Takes either step of an import, all or nothing. Throws 400 without a step, 409 for a token that is
 * stale or spent, 422 for faults.
 */
async function importList<Ready>(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  { dryRun = false, planToken }: Query,
  steps: ImportSteps<Ready>,
): Promise<DryRun | CarriedOut> {
  const token = dryRun ? undefined : readToken(planToken);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await performAct<DryRun | CarriedOut>(service, request, reply, (tx) =>
        token === undefined
          ? rehearse(tx, request, steps, service.entropy.newTimelessId())
          : carry(tx, request, steps, token),
      );
    } catch (error) {
      // One of two lists at once may collide with rows the other has just made, so it is checked again.
      const cause = (error as { cause?: unknown } | null)?.cause;
      const passes = isContended(error) || isKeyTaken(error) || isKeyTaken(cause);
      if (!passes || attempt >= TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * TRY_AGAIN_MS));
    }
  }
}

async function rehearse<Ready>(
  tx: Tx,
  request: FastifyRequest,
  steps: ImportSteps<Ready>,
  nonce: string,
): Promise<Administered<DryRun>> {
  const { table, faults, revision, ready, ...checked } = await steps.check(tx, false);
  const warnings = [...table.warnings, ...(checked.warnings ?? [])];
  const planToken = tokenOf({ list: steps.list, file: hashOf(table), ...revision }, nonce);
  const language = languageOf(request.headers['accept-language']);
  if (!('carryOut' in steps) || faults.length > 0) {
    const body = dryRunToJson(table, { faults, warnings, would: null }, planToken, language);
    return { status: 200, body };
  }
  await tx.query('savepoint rehearsal');
  const { counts, ...carried } = await steps.carryOut(tx, ready);
  await tx.query('rollback to savepoint rehearsal');
  const would = carried.faults.length === 0 ? counts : null;
  const all = { faults: carried.faults, warnings: [...warnings, ...carried.warnings], would };
  return { status: 200, body: dryRunToJson(table, all, planToken, language) };
}

async function carry<Ready>(
  tx: Tx,
  request: FastifyRequest,
  steps: ImportSteps<Ready>,
  token: Token,
): Promise<Administered<CarriedOut>> {
  const { list, campaignId } = steps;
  await lockImports(tx, `${list} ${campaignId}`);
  await spend(tx, campaignId, token.text, request.principal.id);
  const { table, faults, revision, ready, ...checked } = await steps.check(tx, true);
  assertCurrent(token.revision, { list, file: hashOf(table), ...revision });
  if (faults.length > 0) throw faulty(faults, []);
  const carried =
    'carryOut' in steps
      ? await steps.carryOut(tx, ready)
      : { ...(await steps.apply(tx, ready)), faults: [], warnings: [], unmet: [] };
  if (carried.faults.length > 0) throw faulty(carried.faults, carried.unmet);
  const language = languageOf(request.headers['accept-language']);
  const warnings = [...table.warnings, ...(checked.warnings ?? []), ...carried.warnings];
  const all = cellsToJson(warnings, language);
  return { status: 201, body: { ...carried.counts, warnings: all }, told: carried.told ?? [] };
}

async function spend(tx: Tx, campaignId: string, token: string, by: string): Promise<void> {
  if (await spendPlanToken(tx, campaignId, hash('sha256', token, 'hex'), by)) return;
  throw problem('plan-token-stale', {
    changed: [],
    detail: {
      zh: '这一令牌已经用过：名单已经导入。',
      en: 'This token has been spent: the list has been imported.',
    },
  });
}

const hashOf = ({ rows }: Table): string =>
  createHash('sha256').update(canonicalJson(rows)).digest('base64url');

function dryRunToJson(
  { rows }: Table,
  { faults, warnings, would }: Pick<Carried, 'faults' | 'warnings'> & Pick<DryRun, 'would'>,
  planToken: string,
  language: Language,
): DryRun {
  const wrong = new Set(faults.map(({ row }) => row));
  return {
    rows: rows.length,
    valid: rows.filter(({ row }) => !wrong.has(row)).length,
    invalid: faults.length,
    errors: cellsToJson(faults, language),
    warnings: cellsToJson(warnings, language),
    would,
    planToken: faults.length === 0 ? planToken : null,
  };
}

const cellsToJson = (faults: readonly CellFault[], language: Language) =>
  faults.slice(0, CELL_FAULTS_MAX).map(({ message, clause = null, ...place }) => ({
    ...place,
    message: language === 'en' ? message.en : message.zh,
    clause,
  }));

// The nonce makes every token unique, or a second list of the same words could not be imported.
const tokenOf = (revision: Revision, nonce: string): string =>
  Buffer.from(JSON.stringify({ ...revision, nonce })).toString('base64url');

const dryRunFirst = (zh: string, en: string) =>
  problem('bad-request', { errors: [{ path: '/query/planToken', message: { zh, en } }] });

type Token = { text: string; revision: Revision };

function readToken(token: string | undefined): Token {
  if (token === undefined) {
    throw dryRunFirst(
      '请先以 dryRun=true 预演，再以所得的 planToken 执行',
      'run it dry with dryRun=true first, then apply it with the planToken that gives',
    );
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Check(Revision, value)) return { text: token, revision: value };
  } catch {
    // Text that is not JSON is as invalid as a wrong shape.
  }
  throw dryRunFirst('令牌无效，请原样使用预演所得的值', 'is no token that a dry run gave');
}

function assertCurrent(token: Revision, current: Revision): void {
  const changed = Object.keys(current).filter((name) => token[name] !== current[name]);
  if (changed.length > 0) throw problem('plan-token-stale', { changed });
}

const faulty = (faults: readonly CellFault[], unmet: readonly UnmetAtRow[]) =>
  problem('content-invalid', {
    errors: faults
      .slice(0, CELL_FAULTS_MAX)
      .map(({ cell, message, clause = null }) => ({ path: cell, message, clause })),
    ...(unmet.length > 0 ? { unmet } : {}),
  });
