// The working-day calendar. Loading a year makes the deadlines that were provisional for it definite.

import Type from 'typebox';
import { recalculateDeadlines } from '../../command/kernel/recalculate.ts';
import { listCalendarYears, updateCalendarYear } from '../../db/county/calendars.ts';
import { calendarYearFaults } from '../../rules/county/calendar-years.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import { assertRole } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';

const DAYS_MAX = 200;
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
const YearSchema = Type.Object({
  year: Type.Integer(),
  ...Published,
  loadedAt: Type.String({ format: 'date-time' }),
});

export function addCalendarRoutes(app: App, service: Service): void {
  addCalendarListRoutes(app, service);
  app.put(
    '/v1/calendars/:year',
    {
      config: { problems: ['content-invalid'] },
      schema: {
        operationId: 'loadCalendarYear',
        tags: ['calendars'],
        summary: '载入一年的工作日历 · Load a year',
        description:
          '系统管理员载入国务院办公厅公布的放假安排；尚属暂定的期限随即按新日历重算，每次重算都记入该对象的日志。已确定的期限不变。 · Administrators load what the State Council published; provisional deadlines are reckoned anew, each in its subject’s log. Definite ones stay.',
        params: Type.Object({ year: Type.Integer({ minimum: 2000, maximum: 2100 }) }),
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
        response: {
          200: Type.Object({
            ...YearSchema.properties,
            recalculated: Type.Integer({ description: '重算的期限数 · Deadlines reckoned anew' }),
          }),
        },
      },
    },
    async (request, reply) => {
      const { principal, params, body } = request;
      assertRole(principal, ['administrator']);
      const errors = calendarYearFaults(params.year, body).map(({ path, message }) => ({
        path: `/body${path}`,
        message,
      }));
      if (errors.length > 0) throw problem('content-invalid', { errors });
      const loaded = await performAct(service, request, reply, async (tx) => {
        await updateCalendarYear(tx, {
          year: params.year,
          ...body,
          daysOff: body.daysOff.toSorted(),
          makeUpWorkdays: body.makeUpWorkdays.toSorted(),
        });
        const found = (await listCalendarYears(tx)).find(({ year }) => year === params.year);
        if (found === undefined) throw new Error(`the year ${params.year} was not stored`);
        return { status: 200, body: found };
      });
      const { recalculated, failed } = await recalculateDeadlines(service.pool, service.performer);
      for (const { error, id: incident, subjectId } of failed)
        request.log.warn({ incident, subjectId, cause: String(error) }, 'recalculation failed');
      return { ...loaded, recalculated };
    },
  );
}

function addCalendarListRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/calendars',
    {
      schema: {
        operationId: 'listCalendarYears',
        tags: ['calendars'],
        summary: '工作日历 · The working-day calendar',
        description:
          '已载入的年份；之外的年份按周一至周五计，期限为暂定。 · The years loaded; any other is counted Monday to Friday, and its deadlines are provisional.',
        response: { 200: Type.Object({ items: Type.Array(YearSchema) }) },
      },
    },
    async () => ({ items: await listCalendarYears(pool) }),
  );
}
