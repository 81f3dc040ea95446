// Lists come in two steps: a dry run that finds every fault and answers a token, and the same list
// again with that token, which is refused when what it was checked against has changed.

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { Administered } from '../command/administer.ts';
import type { Tx } from '../db/transaction.ts';
import { canonicalJson } from '../rules/canonical-json.ts';
import type { CellFault, CsvTable } from '../rules/csv.ts';
import { administered } from './administered.ts';
import { type Language, languageOf, problem } from './problems.ts';
import type { Service } from './service.ts';

/** Faults told of one list; `invalid` counts all. */
export const CELL_FAULTS_MAX = 1_000;

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

export const DryRunSchema = Type.Object({
  rows: Type.Integer({ description: '数据行数 · Rows of data' }),
  valid: Type.Integer({ description: '无误的行数 · Rows without a fault' }),
  invalid: Type.Integer({ description: '错误总数 · Faults in all' }),
  errors: Type.Array(
    Type.Object({
      row: Type.Integer({ description: '表格行号，表头为 1 · The header is row 1' }),
      column: Type.String(),
      cell: Type.String({ description: '如 C7 · As C7' }),
      message: Type.String({ description: '按 Accept-Language · In the language accepted' }),
    }),
    { description: `至多 ${CELL_FAULTS_MAX} 处 · At most ${CELL_FAULTS_MAX}` },
  ),
  planToken: Type.Union([Type.String(), Type.Null()], {
    description: '全部无误时给出 · Given when there is no fault',
  }),
});
export type DryRun = Static<typeof DryRunSchema>;

export const AppliedSchema = Type.Object({
  rows: Type.Integer(),
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
});

const Revision = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]));
type Revision = Static<typeof Revision>;

export type Checked<Ready> = {
  table: CsvTable;
  faults: readonly CellFault[];
  /** Of everything the rows were checked against. */
  revision: Revision;
  ready: Ready;
};

export type ImportSteps<Ready, Applied extends object> = {
  /** Reads and checks; `applies` is true when what it reads is to be held until the commit. */
  check: (tx: Tx, applies: boolean) => Promise<Checked<Ready>>;
  apply: (tx: Tx, ready: Ready) => Promise<Administered<Applied>>;
};

type Query = { dryRun?: boolean; planToken?: string };

/** Both steps of an import. Throws 400 without either, 409 for a stale token, 422 for faults. */
export function importList<Ready, Applied extends object>(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  { dryRun = false, planToken }: Query,
  { check, apply }: ImportSteps<Ready, Applied>,
): Promise<DryRun | Applied> {
  const token = dryRun ? undefined : readToken(planToken);
  const language = languageOf(request.headers['accept-language']);
  return administered<DryRun | Applied>(service, request, reply, async (tx) => {
    const { table, faults, revision, ready } = await check(tx, token !== undefined);
    const current = { file: hashOf(table), ...revision };
    if (token === undefined) {
      return { status: 200, body: tellDryRun(table, faults, current, language) };
    }
    holdToToken(token, current);
    if (faults.length > 0) throw faulty(faults);
    return apply(tx, ready);
  });
}

const hashOf = ({ rows }: CsvTable): string =>
  createHash('sha256').update(canonicalJson(rows)).digest('base64url');

function tellDryRun(
  { rows }: CsvTable,
  faults: readonly CellFault[],
  revision: Revision,
  language: Language,
): DryRun {
  const faulty = new Set(faults.map(({ row }) => row));
  return {
    rows: rows.length,
    valid: rows.filter(({ row }) => !faulty.has(row)).length,
    invalid: faults.length,
    errors: faults.slice(0, CELL_FAULTS_MAX).map(({ message, ...place }) => ({
      ...place,
      message: language === 'en' ? message.en : message.zh,
    })),
    planToken:
      faults.length === 0 ? Buffer.from(JSON.stringify(revision)).toString('base64url') : null,
  };
}

const dryRunFirst = (zh: string, en: string) =>
  problem('bad-request', { errors: [{ path: '/query/planToken', message: { zh, en } }] });

function readToken(token: string | undefined): Revision {
  if (token === undefined) {
    throw dryRunFirst(
      '请先以 dryRun=true 预演，再以所得的 planToken 执行',
      'run it dry with dryRun=true first, then apply it with the planToken that gives',
    );
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Check(Revision, value)) return value;
  } catch {
    // No JSON: as invalid as a wrong shape.
  }
  throw dryRunFirst('令牌无效，请原样使用预演所得的值', 'is no token that a dry run gave');
}

function holdToToken(token: Revision, current: Revision): void {
  const changed = Object.keys(current).filter((name) => token[name] !== current[name]);
  if (changed.length > 0) throw problem('plan-token-stale', { changed });
}

const faulty = (faults: readonly CellFault[]) =>
  problem('content-invalid', {
    errors: faults.slice(0, CELL_FAULTS_MAX).map(({ cell, message }) => ({ path: cell, message })),
  });
