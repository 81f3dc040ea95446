// Candidates as a list: the rows are checked one by one, then registered together.

import { accessOf } from '../../../machines/catalog.ts';
import type { Role } from '../../../machines/kit/access.ts';
import { findDivision, listOrganisationsUnder } from '../../db/county/organisations.ts';
import { listSitesUnder } from '../../db/county/sites.ts';
import type { Place } from '../../db/kernel/places.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { campaignPhase, directoryRevision, registeredCandidates } from '../../db/list/imports.ts';
import type { Principal } from '../../rules/access/access.ts';
import { rolesFor } from '../../rules/access/access.ts';
import { withoutBody, withoutBodyText } from '../../rules/access/addressees.ts';
import { type CandidateOfRow, candidateKey, checkCandidates } from '../../rules/list/candidates.ts';
import type { Table } from '../../rules/list/table.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { sealedYear } from '../candidate/candidates.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import { assertRole, hasRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id } from '../kernel/subject-schemas.ts';
import { readList } from '../kernel/threads.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import {
  type CellsOf,
  carryOutRows,
  IMPORT_COMMANDS_MAX,
  type RowCommand,
  tooManyRows,
} from './import-commands.ts';
import { addImportRoutes, type Checked } from './imports.ts';

/** The access table says who may register, as for a single candidate. */
const REGISTRARS = rolesFor(
  {
    access: accessOf('candidate'),
    path: '/',
    stage: '',
    applicants: [],
    responsible: [],
  },
  'register',
) as Role[];

export function addCandidateImportRoutes(app: App, service: Service): void {
  addImportRoutes(app, service, {
    name: 'candidates',
    operationId: 'importCandidates',
    zh: '申报对象',
    en: 'candidates',
    description: {
      zh: '表头：类别（category，代码、名称或别名）、单位（organisation，代码，或本县内唯一的名称）、姓名（personName，评选个人必填；家庭为户主）、出生年份（birthYear）、身份摘要（identityDigest）、名称（name）、站点（siteId）、准予逾期登记的理由（admittedLateFor，逾期登记的必填）。',
      more: `一次至多 ${IMPORT_COMMANDS_MAX} 行。`,
      en: `At most ${IMPORT_COMMANDS_MAX} rows.`,
    },
    filters: { campaignId: Id },
    problems: ['not-found', 'out-of-state'],
    steps: async (request, { campaignId }) => {
      const { principal } = request;
      assertRole(principal, REGISTRARS);
      const place = await findVisible(service, principal, 'campaign', campaignId);
      const plan = await planOf(service, place);
      const table = await readList(service, request, 'candidates');
      return {
        list: 'candidates',
        campaignId,
        check: (tx) => checkList(tx, principal, place, plan, table),
        carryOut: async (tx, creates) => {
          const rows = creates.map((create) => commandOf(service, create));
          const cellsOf: CellsOf = (index) => [
            {
              row: creates[index]?.row ?? 1,
              column: creates[index]?.personName === null ? 'organisation' : 'personName',
            },
          ];
          const batch = { service, tx, plan, campaignId, principal, table, rows, cellsOf };
          const counts = { rows: rows.length, created: rows.length, updated: 0, unchanged: 0 };
          return { ...(await carryOutRows(batch)), counts };
        },
      };
    },
  });
}

function commandOf(
  service: Service,
  { row, birthYear, admittedLateFor, ...candidate }: CandidateOfRow,
): RowCommand {
  const subjectId = service.entropy.newId();
  const year = sealedYear(service, subjectId, birthYear);
  return {
    row,
    command: {
      subjectId,
      create: { machine: 'candidate', ...candidate, birthYear: year },
      event: { type: 'register', ...(admittedLateFor === null ? {} : { admittedLateFor }) },
    },
  };
}

async function checkList(
  tx: Tx,
  principal: Principal,
  { campaignId }: Place,
  plan: Plan,
  table: Table,
): Promise<Checked<CandidateOfRow[]>> {
  await assertUnderWay(tx, campaignId);
  const county = await findDivision(tx, plan);
  const registered = await registeredCandidates(tx, campaignId);
  const sites = county === undefined ? [] : await listSitesUnder(tx, county.path);
  const revision = {
    directory: await directoryRevision(tx),
    sites: sites.length,
    candidates: `${registered.length} ${registered.at(-1)?.id ?? ''}`,
  };
  const organisations = county === undefined ? [] : await listOrganisationsUnder(tx, county.path);
  const { creates, faults } = checkCandidates(table, {
    plan,
    organisations,
    sites,
    registered: new Set(registered.map(candidateKey)),
    mayRegister: (path) => hasRoleAt(principal, REGISTRARS, path),
  });
  const unserved = new Map(withoutBody(organisations).map((one) => [one.id, one]));
  const warnings = creates.flatMap(({ row, organisationId }) => {
    const village = unserved.get(organisationId);
    if (village === undefined) return [];
    return [table.fault(row, 'organisation', withoutBodyText(village))];
  });
  const tooMany = tooManyRows(table, 'category');
  return {
    table,
    faults: tooMany === null ? faults : [tooMany],
    warnings,
    revision,
    ready: creates,
  };
}

/** Candidates join a campaign that has been issued and has not ended (R47). */
async function assertUnderWay(tx: Tx, campaignId: string): Promise<void> {
  const campaign = await campaignPhase(tx, campaignId);
  if (campaign?.status === 'active' && campaign.phase >= 1) return;
  throw problem('out-of-state', {
    accepts: [],
    detail: {
      zh: '活动尚未印发或已经结束，不能登记申报对象。',
      en: 'The campaign has not been issued or has ended: no candidate joins it.',
    },
  });
}
