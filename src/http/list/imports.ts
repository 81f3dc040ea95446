// Lists come in two steps: a dry run that finds every fault and answers a token, and the same list
// again with that token, which is refused when what it was checked against has changed.

import { createHash, hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { Administered } from '../../command/kernel/administer.ts';
import { isContended, isKeyTaken } from '../../db/kernel/faults.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { lockImports, spendPlanToken } from '../../db/list/imports.ts';
import type { CellFault, CsvTable } from '../../rules/list/csv.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import { administered } from '../kernel/administered.ts';
import { XLSX_TYPE } from '../kernel/downloads.ts';
import { type Language, languageOf, problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';

/** Faults told of one list; `invalid` counts all. */
export const CELL_FAULTS_MAX = 1_000;
/** What a list may be sent as; a workbook and an array become the CSV they say. */
export const IMPORT_TYPES = ['text/csv', XLSX_TYPE, 'application/json'] as const;
export const IMPORT_FORMS =
  'CSV、XLSX（第一张表）或 JSON（对象的数组，键为表头，第一个对象为第 2 行）。';
export const IMPORT_STEPS =
  '先 dryRun=true 预演，再以 planToken 执行；或全部写入，或全部不写，令牌只能用一次。';
export const IMPORT_STEPS_ENGLISH =
  'CSV, XLSX (the first sheet) or a JSON array of objects. Run it dry first, then apply it with the planToken, which is spent once: all or nothing.';
const TRIES_MAX = 4;
const TRY_AGAIN_MS = 50;

export const importQuery = {
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
  row: Type.Integer({ description: '表格行号，表头为 1 · The header is row 1' }),
  column: Type.String(),
  cell: Type.String({ description: '如 C7 · As C7' }),
  message: Type.String({ description: '按 Accept-Language · In the language accepted' }),
  clause: Type.Union([Type.String(), Type.Null()], {
    description: '所依据的条款；表格本身有误时为 null · Null for a fault of the list itself',
  }),
});

/** `removed` is of rosters alone. */
export const AppliedSchema = Type.Object({
  rows: Type.Integer(),
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  removed: Type.Optional(Type.Integer()),
});

/** What a list of commands has come to. */
export const CarriedOutSchema = Type.Object({
  ...AppliedSchema.properties,
  warnings: Type.Array(CellSchema, {
    description: '不妨碍办理的提示 · Told, never refused',
  }),
});
export type CarriedOut = Static<typeof CarriedOutSchema>;

export const DryRunSchema = Type.Object({
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
export type DryRun = Static<typeof DryRunSchema>;

const Revision = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]));
type Revision = Static<typeof Revision>;

export type Checked<Ready> = {
  table: CsvTable;
  faults: readonly CellFault[];
  /** Told, and in nobody's way. */
  warnings?: readonly CellFault[];
  /** Of everything the rows were checked against. */
  revision: Revision;
  ready: Ready;
};

/** What a list says of its cells once it has been carried out, and what it came to. */
export type Carried = {
  faults: readonly CellFault[];
  warnings: readonly CellFault[];
  /** Told with the problem when there are faults. */
  unmet: readonly object[];
  counts: Omit<CarriedOut, 'warnings'>;
};

export type ImportSteps<Ready, Applied extends object> = {
  /** Which list it is: a token of another list is none of this one. */
  list: string;
  /** The nil campaign for what belongs to none. */
  campaignId: string;
  /** Reads and checks; `applies` is true when what it reads is to be held until the commit. */
  check: (tx: Tx, applies: boolean) => Promise<Checked<Ready>>;
} & (
  | { apply: (tx: Tx, ready: Ready) => Promise<Administered<Applied>> }
  /** Carried out in the dry run too, and taken back: what is refused then is refused now. */
  | { carryOut: (tx: Tx, ready: Ready) => Promise<Carried> }
);

type Query = { dryRun?: boolean; planToken?: string };
type Told<Applied> = DryRun | Applied | CarriedOut;

/**
 * Both steps of an import, all or nothing. Throws 400 without either, 409 for a token that is stale or
 * spent, 422 for faults.
 */
export async function importList<Ready, Applied extends object>(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  { dryRun = false, planToken }: Query,
  steps: ImportSteps<Ready, Applied>,
): Promise<Told<Applied>> {
  const token = dryRun ? undefined : readToken(planToken);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await administered<Told<Applied>>(service, request, reply, (tx) =>
        token === undefined
          ? rehearse(tx, request, steps, service.entropy.newTimelessId())
          : carry(tx, request, steps, token),
      );
    } catch (error) {
      // Of two lists at once, one may find what the other has just made: it is checked again.
      const cause = (error as { cause?: unknown } | null)?.cause;
      const passes = isContended(error) || isKeyTaken(error) || isKeyTaken(cause);
      if (!passes || attempt >= TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * TRY_AGAIN_MS));
    }
  }
}

async function rehearse<Ready, Applied extends object>(
  tx: Tx,
  request: FastifyRequest,
  steps: ImportSteps<Ready, Applied>,
  nonce: string,
): Promise<Administered<DryRun>> {
  const { table, faults, warnings = [], revision, ready } = await steps.check(tx, false);
  const planToken = tokenOf({ list: steps.list, file: hashOf(table), ...revision }, nonce);
  const language = languageOf(request.headers['accept-language']);
  if (!('carryOut' in steps) || faults.length > 0) {
    const body = tellDryRun(table, { faults, warnings, would: null }, planToken, language);
    return { status: 200, body };
  }
  await tx.query('savepoint rehearsal');
  const { counts, ...told } = await steps.carryOut(tx, ready);
  await tx.query('rollback to savepoint rehearsal');
  const would = told.faults.length === 0 ? counts : null;
  const all = { faults: told.faults, warnings: [...warnings, ...told.warnings], would };
  return { status: 200, body: tellDryRun(table, all, planToken, language) };
}

async function carry<Ready, Applied extends object>(
  tx: Tx,
  request: FastifyRequest,
  steps: ImportSteps<Ready, Applied>,
  token: Token,
): Promise<Administered<Applied | CarriedOut>> {
  const { list, campaignId } = steps;
  await lockImports(tx, `${list} ${campaignId}`);
  await spend(tx, campaignId, token.text, request.principal.id);
  const { table, faults, warnings = [], revision, ready } = await steps.check(tx, true);
  holdToToken(token.revision, { list, file: hashOf(table), ...revision });
  if (faults.length > 0) throw faulty(faults, []);
  const language = languageOf(request.headers['accept-language']);
  if (!('carryOut' in steps)) {
    const applied = await steps.apply(tx, ready);
    if (warnings.length === 0) return applied;
    return { ...applied, body: { ...applied.body, warnings: tellCells(warnings, language) } };
  }
  const told = await steps.carryOut(tx, ready);
  if (told.faults.length > 0) throw faulty(told.faults, told.unmet);
  const all = tellCells([...warnings, ...told.warnings], language);
  return { status: 201, body: { ...told.counts, warnings: all } };
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

const hashOf = ({ rows }: CsvTable): string =>
  createHash('sha256').update(canonicalJson(rows)).digest('base64url');

function tellDryRun(
  { rows }: CsvTable,
  { faults, warnings, would }: Pick<Carried, 'faults' | 'warnings'> & Pick<DryRun, 'would'>,
  planToken: string,
  language: Language,
): DryRun {
  const wrong = new Set(faults.map(({ row }) => row));
  return {
    rows: rows.length,
    valid: rows.filter(({ row }) => !wrong.has(row)).length,
    invalid: faults.length,
    errors: tellCells(faults, language),
    warnings: tellCells(warnings, language),
    would,
    planToken: faults.length === 0 ? planToken : null,
  };
}

const tellCells = (faults: readonly CellFault[], language: Language) =>
  faults.slice(0, CELL_FAULTS_MAX).map(({ message, clause = null, ...place }) => ({
    ...place,
    message: language === 'en' ? message.en : message.zh,
    clause,
  }));

// No two dry runs give one token, or the second list of the same words could not be brought in.
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
    // No JSON: as invalid as a wrong shape.
  }
  throw dryRunFirst('令牌无效，请原样使用预演所得的值', 'is no token that a dry run gave');
}

function holdToToken(token: Revision, current: Revision): void {
  const changed = Object.keys(current).filter((name) => token[name] !== current[name]);
  if (changed.length > 0) throw problem('plan-token-stale', { changed });
}

const faulty = (faults: readonly CellFault[], unmet: readonly object[]) =>
  problem('content-invalid', {
    errors: faults
      .slice(0, CELL_FAULTS_MAX)
      .map(({ cell, message, clause = null }) => ({ path: cell, message, clause })),
    ...(unmet.length > 0 ? { unmet } : {}),
  });
