// The working-day calendar is the topmost organisation's, because deadlines of every county are counted by it.
// One person proposes a year, another puts it in force; every version stays.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { confirmCalendarYear, proposeCalendarYear } from '../../command/county/directory.ts';
import { recalculateDeadlines } from '../../command/kernel/recalculate.ts';
import type { CalendarVersion } from '../../db/county/calendars.ts';
import { listCalendarVersions, listCalendarYears } from '../../db/county/calendars.ts';
import { listOrganisations, lockDirectory } from '../../db/county/organisations.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { calendarYearFaults } from '../../rules/county/calendar-years.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import { assertRoleAtTop } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Instant, Nullable } from '../kernel/subject-schemas.ts';

const DAYS_MAX = 200;
const MAY_PROPOSE: readonly Role[] = ['administrator'];
// A new installation has one administrator and one security officer, so these two can be the two persons; an
// installation with several administrators needs no officer of rights for a matter of dates.
const MAY_CONFIRM: readonly Role[] = ['security-officer', 'administrator'];

const Days = (description: string) =>
  Type.Array(Type.String({ format: 'date' }), {
    maxItems: DAYS_MAX,
    uniqueItems: true,
    description,
  });
const Published = {
  version: Type.String({ minLength: 1, maxLength: 100, description: '版本，如文号 · Its version' }),
  source: Type.String({
    minLength: 1,
    maxLength: 500,
    description: '来源 · Where it is published',
  }),
  daysOff: Days('放假日 · Days off'),
  makeUpWorkdays: Days('调休上班日 · Weekend days that are worked'),
};
const Person = (description: string) => Type.String({ description });
const VersionSchema = Type.Object({
  year: Type.Integer({ description: '年份 · The year' }),
  revision: Type.Integer({ description: '该年的第几版，从 1 起 · Its version, from 1' }),
  ...Published,
  proposedAt: Instant,
  proposedBy: Person('提出的人；system 为随软件附带 · Who proposed it; system: it was shipped'),
  confirmedAt: Nullable(Instant),
  confirmedBy: Nullable(Person('确认的人；未确认为 null · Who confirmed it; null until then')),
});
const Year = Type.Integer({ minimum: 2000, maximum: 2100, description: '年份 · The year' });
const YearParams = Type.Object({ year: Year });
const VersionParams = Type.Object({
  year: Year,
  revision: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    description: '该年的第几版 · Its version',
  }),
});

const versionToJson = ({
  proposedByName,
  confirmedByName,
  ...row
}: CalendarVersion): Static<typeof VersionSchema> => ({
  ...row,
  proposedBy: proposedByName ?? row.proposedBy,
  confirmedBy: confirmedByName ?? row.confirmedBy,
});

async function lockTop(tx: Tx): Promise<string> {
  await lockDirectory(tx);
  const [topmost] = await listOrganisations(tx, {}, null, 1);
  if (topmost === undefined) throw new Error('the directory is empty');
  return topmost.path;
}

async function findVersion(tx: Tx, year: number, revision: number): Promise<CalendarVersion> {
  const found = (await listCalendarVersions(tx, year)).find((one) => one.revision === revision);
  if (found === undefined) throw problem('not-found');
  return found;
}

export function addCalendarRoutes(app: App, service: Service): void {
  addCalendarReadRoutes(app, service);
  addProposalRoutes(app, service);
  addConfirmationRoutes(app, service);
}

function addProposalRoutes(app: App, service: Service): void {
  app.post(
    '/v1/calendars/:year/versions',
    {
      config: { problems: ['content-invalid'] },
      schema: {
        operationId: 'proposeCalendarYear',
        tags: ['calendars'],
        summary: '提出一年的工作日历 · Propose a year',
        description:
          '最高一级单位的系统管理员按国务院办公厅公布的放假安排提出，由另一人确认后生效；可以含前后各一年的日期。 · An administrator of the topmost organisation proposes what the State Council published, which may name days of the years next to it; it takes effect when another person confirms it.',
        params: YearParams,
        body: Type.Object(Published, {
          examples: [
            {
              version: '国办发明电〔2016〕17号',
              source: '国务院办公厅关于2017年部分节假日安排的通知',
              daysOff: ['2017-10-02', '2017-10-03'],
              makeUpWorkdays: ['2017-09-30'],
            },
          ],
        }),
        response: { 201: VersionSchema },
      },
    },
    async (request, reply) => {
      const { principal, body, params } = request;
      assertRoleAtTop(principal, MAY_PROPOSE);
      const errors = calendarYearFaults(params.year, body).map(({ path, message }) => ({
        path: `/body${path}`,
        message,
      }));
      if (errors.length > 0) throw problem('content-invalid', { errors });
      return performAct(service, request, reply, async (tx) => {
        const path = await lockTop(tx);
        const year = {
          ...{ ...body, year: params.year },
          daysOff: body.daysOff.toSorted(),
          makeUpWorkdays: body.makeUpWorkdays.toSorted(),
        };
        const { revision, told } = await proposeCalendarYear(tx, year, principal.id, path);
        const stored = versionToJson(await findVersion(tx, params.year, revision));
        return { status: 201, body: stored, told };
      });
    },
  );
}

function addConfirmationRoutes(app: App, service: Service): void {
  app.post(
    '/v1/calendars/:year/versions/:revision/events',
    {
      config: { problems: ['not-found', 'out-of-state'] },
      schema: {
        operationId: 'confirmCalendarYear',
        tags: ['calendars'],
        summary: '确认一年的工作日历 · Put a year in force',
        description:
          '由最高一级单位的安全保密管理员或另一名系统管理员确认该年最新的一版，随即生效；尚未届满的期限随即按新日历重算，有变的记入该对象的日志并通知责任单位。已写入通知或文件的日期只后延、不提前；已告逾期的不变。 · A security officer or another administrator of the topmost organisation confirms the year’s last version. Deadlines still to come are reckoned anew; those that change are logged and told. A day that stood in a notice or a document moves later, never earlier; what was told overdue stands.',
        params: VersionParams,
        body: Type.Object(
          { type: Type.Enum(['confirm'], { description: '确认 · Confirm' }) },
          { examples: [{ type: 'confirm' }] },
        ),
        response: {
          200: Type.Object({
            ...VersionSchema.properties,
            recalculated: Type.Integer({ description: '重算的期限数 · Deadlines reckoned anew' }),
          }),
        },
      },
    },
    async (request, reply) => {
      const { principal, params } = request;
      const { year, revision } = params;
      assertRoleAtTop(principal, MAY_CONFIRM);
      const confirmed = await performAct(service, request, reply, async (tx) => {
        const path = await lockTop(tx);
        const proposed = await findVersion(tx, year, revision);
        await assertConfirmable(tx, proposed, principal.id);
        const told = await confirmCalendarYear(tx, proposed, principal.id, path);
        return { status: 200, body: versionToJson(await findVersion(tx, year, revision)), told };
      });
      const { recalculated, failed } = await recalculateDeadlines(service.pool, service.performer);
      for (const { error, id: incident, subjectId } of failed)
        request.log.warn({ incident, subjectId, cause: String(error) }, 'recalculation failed');
      return { ...confirmed, recalculated };
    },
  );
}

/** Throws 403 for whoever proposed it, 409 for a version in force or followed by another. */
async function assertConfirmable(
  tx: Tx,
  { year, revision, proposedBy, confirmedAt }: CalendarVersion,
  by: string,
): Promise<void> {
  const refuse = (code: 'forbidden' | 'out-of-state', zh: string, en: string) =>
    problem(code, {
      ...(code === 'forbidden' ? { roles: MAY_CONFIRM } : { accepts: [] }),
      detail: { zh, en },
    });
  if (proposedBy === by)
    throw refuse('forbidden', '须由提出者以外的人确认。', 'Somebody else than who proposed it.');
  if (confirmedAt !== null) throw refuse('out-of-state', '该版已经生效。', 'It is in force.');
  const [last] = await listCalendarVersions(tx, year);
  if (last?.revision !== revision)
    throw refuse('out-of-state', '该年另有更新的一版。', 'A newer version was proposed.');
}

function addCalendarReadRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/calendars',
    {
      schema: {
        operationId: 'listCalendarYears',
        tags: ['calendars'],
        summary: '工作日历 · The working-day calendar',
        description:
          '各年生效的一版；之外的年份按周一至周五计，期限为暂定；12月23日至31日待次年的公布后方确定。 · The version of each year that is in force; any other year is counted Monday to Friday, and its deadlines are provisional, as are those in 23–31 December until the next year’s document is there.',
        response: { 200: Type.Object({ items: Type.Array(VersionSchema) }) },
      },
    },
    async () => ({ items: (await listCalendarYears(pool)).map(versionToJson) }),
  );

  app.get(
    '/v1/calendars/:year/versions',
    {
      schema: {
        operationId: 'listCalendarVersions',
        tags: ['calendars'],
        summary: '一年工作日历的各版 · Every version of a year',
        description:
          '新的在前，包括待确认的和已被代替的。 · The newest first, those proposed and those replaced among them.',
        params: YearParams,
        response: { 200: Type.Object({ items: Type.Array(VersionSchema) }) },
      },
    },
    async ({ params: { year } }) => ({
      items: (await listCalendarVersions(pool, year)).map(versionToJson),
    }),
  );
}
