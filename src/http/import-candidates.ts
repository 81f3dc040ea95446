// A list of candidates: checked row by row, then registered as long work in the caller's name.

import { randomUUIDv7 } from 'node:crypto';
import Type from 'typebox';
import {
  campaignPhase,
  directoryRevision,
  insertOperation,
  registeredCandidates,
} from '../db/imports.ts';
import { findOrganisation, organisationsUnder } from '../db/organisations.ts';
import type { Place } from '../db/places.ts';
import { sitesUnder } from '../db/sites.ts';
import type { Tx } from '../db/transaction.ts';
import { XLSX_UNPACKED_BYTES_MAX } from '../documents/xlsx-reader.ts';
import type { Principal, Role } from '../rules/access.ts';
import { rolesFor } from '../rules/access.ts';
import type { CsvTable } from '../rules/csv.ts';
import { readCsv } from '../rules/csv.ts';
import {
  CANDIDATE_COLUMNS,
  candidateKey,
  checkCandidates,
  type NewCandidate,
} from '../rules/csv-candidates.ts';
import type { Plan } from '../rules/plan.ts';
import { XLSX_TYPE } from './downloads.ts';
import { isEntitled, requireRole } from './entitlement.ts';
import type { Checked } from './imports.ts';
import { DryRunSchema, importList, importQuery } from './imports.ts';
import type { App } from './instance.ts';
import { problem } from './problems.ts';
import type { Service } from './service.ts';
import { findVisible, planOf } from './visibility.ts';

const AcceptedSchema = Type.Object({
  operationId: Type.String({ format: 'uuid' }),
  rows: Type.Integer(),
});

const PHASES = 4;

/** Who registers, by the table that decides it in the end. */
const REGISTRARS = rolesFor(
  {
    machine: 'candidate',
    path: '/',
    stage: '',
    applicants: [],
    confirmedBy: null,
    selfCheckedBy: null,
    responsible: [],
  },
  'register',
) as Role[];

export function addCandidateImport(app: App, service: Service): void {
  app.post(
    '/v1/imports/candidates',
    {
      config: { problems: ['not-found', 'out-of-state', 'plan-token-stale', 'content-invalid'] },
      schema: {
        operationId: 'importCandidates',
        tags: ['imports'],
        summary: '导入申报对象 · Import candidates',
        description:
          'CSV 或 XLSX（第一张表），表头：类别（category，代码、名称或别名）、单位（organisation，代码，或本县内唯一的名称）、姓名（personName，评选个人必填）、名称（name）、站点（siteId）。先 dryRun=true 预演，再以 planToken 执行；执行是一项批量任务，逐项结果见 Location。 · Run it dry first, then apply it with the planToken; it is an operation whose items say what became of each row.',
        consumes: ['text/csv', XLSX_TYPE],
        querystring: Type.Object({
          campaignId: Type.String({ format: 'uuid' }),
          ...importQuery,
        }),
        body: Type.String({ maxLength: XLSX_UNPACKED_BYTES_MAX }),
        response: { 200: DryRunSchema, 202: AcceptedSchema },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const { campaignId, ...steps } = request.query;
      requireRole(principal, REGISTRARS);
      const place = await findVisible(service, principal, 'campaign', campaignId);
      const plan = await planOf(service, place);
      const table = readCsv(request.body, CANDIDATE_COLUMNS);
      return importList(service, request, reply, steps, {
        check: (tx) => checkList(tx, principal, place, plan, table),
        apply: async (tx, creates) => {
          const operationId = await insertOperation(tx, {
            campaignId,
            kind: 'candidate-import',
            createdBy: principal.id,
            detail: { rows: creates.length },
            commands: creates.map(commandOf),
          });
          const headers = { location: `/v1/operations/${operationId}` };
          return { status: 202, headers, body: { operationId, rows: creates.length } };
        },
      });
    },
  );
}

const commandOf = (candidate: NewCandidate) => ({
  subjectId: randomUUIDv7(),
  create: { machine: 'candidate', ...candidate },
  event: { type: 'register' },
});

async function checkList(
  tx: Tx,
  principal: Principal,
  { campaignId }: Place,
  plan: Plan,
  table: CsvTable,
): Promise<Checked<NewCandidate[]>> {
  await holdUnderWay(tx, campaignId);
  const county = await findOrganisation(tx, plan.divisionCode);
  const registered = await registeredCandidates(tx, campaignId);
  const sites = county === undefined ? [] : await sitesUnder(tx, county.path);
  const revision = {
    directory: await directoryRevision(tx),
    sites: sites.length,
    candidates: `${registered.length} ${registered.at(-1)?.id ?? ''}`,
  };
  const { creates, faults } = checkCandidates(table, {
    plan,
    organisations: county === undefined ? [] : await organisationsUnder(tx, county.path),
    sites,
    registered: new Set(registered.map(candidateKey)),
    mayRegister: (path) => isEntitled(principal, REGISTRARS, path),
  });
  return { table, faults, revision, ready: creates };
}

/** Candidates join a campaign that has been issued and has not ended (R47). */
async function holdUnderWay(tx: Tx, campaignId: string): Promise<void> {
  const campaign = await campaignPhase(tx, campaignId);
  if (campaign?.status === 'active' && campaign.phase >= 1 && campaign.phase <= PHASES) return;
  throw problem('out-of-state', {
    accepts: [],
    detail: {
      zh: '活动尚未印发或已经结束，不能登记申报对象。',
      en: 'The campaign has not been issued or has ended: no candidate joins it.',
    },
  });
}
