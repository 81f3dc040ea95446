// Orders to rectify, and everything that is owed by a day, as workbooks.

import type Type from 'typebox';
import type { Static } from 'typebox';
import { listRectifications } from '../../db/inspection/rectifications.ts';
import { listObligations } from '../../db/kernel/obligations.ts';
import { findCandidatesAbout } from '../../db/list/subject-names.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import type { Language } from '../../rules/words/details.ts';
import { stateInWords } from '../../rules/words/states.ts';
import { OBLIGATION_LEVELS, obligationInWords, termOf } from '../../rules/words/terms.ts';
import { rectificationFilters } from '../inspection/rectifications.ts';
import type { App } from '../kernel/app.ts';
import type { Service } from '../kernel/service.ts';
import { filtersOf } from '../kernel/visibility.ts';
import { obligationFilters } from '../notice/obligations.ts';
import { addExportRoute, assertRows, EXPORT_ROWS_MAX } from './exports.ts';
import { placesOf } from './places.ts';
import { activityOf, basisColumn, plansOf, triggersIn } from './plan-words.ts';
import { deadline, instant, type List, listOf } from './workbooks.ts';

export function addOrderExportRoutes(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'rectifications',
    name: 'Rectifications',
    ...RECTIFICATIONS,
    filters: rectificationFilters,
    list: (filters, principal, language) =>
      rectificationList(service, filters, principal, language),
  });
  addExportRoute(app, service, {
    path: 'obligations',
    name: 'Obligations',
    ...OBLIGATIONS,
    filters: obligationFilters,
    list: (filters, principal, language) => obligationList(service, filters, principal, language),
  });
}

const RECTIFICATIONS = { zh: '限期整改台账', en: 'rectification orders' };
const OBLIGATIONS = { zh: '期限义务', en: 'obligations' };

type RectificationFilters = Static<ReturnType<typeof Type.Object<typeof rectificationFilters>>>;

async function rectificationList(
  service: Service,
  filters: RectificationFilters,
  principal: Principal,
  language: Language,
): Promise<List> {
  const rows = assertRows(
    await listRectifications(readsOf(service.pool), {
      ...(await filtersOf(service, principal, filters)),
      limit: EXPORT_ROWS_MAX + 1,
    }),
  );
  const organisations = rows.map(({ organisationId }) => organisationId);
  const places = await placesOf(service, { organisations });
  const plans = await plansOf(service, rows);
  const named = ({ candidateName, organisationId }: (typeof rows)[number]) => ({
    name: candidateName ?? '',
    organisationId,
  });
  const texts = (value: unknown): string =>
    Array.isArray(value) ? value.map(String).join('；') : '';
  return listOf(
    language,
    { title: RECTIFICATIONS, activity: activityOf(plans) },
    rows,
    (column) => [
      column(['序号', 'No.'], (_, index) => index + 1, 8),
      column(['对象', 'Candidate'], (row) => places.subjectOf(named(row))),
      column(['所在单位', 'Of'], (row) => places.homeOf(named(row))),
      column(
        ['情形', 'Failings'],
        ({ campaignId, context }) => triggersIn(plans.get(campaignId), context.triggers, language),
        30,
      ),
      column(['问题', 'Findings'], ({ context }) => texts(context.findings), 50),
      column(['状态', 'State'], ({ state }) => stateInWords('rectification', state, null), 20),
      column(['第几次限期', 'Time limit'], ({ context }) => Number(context.generation), 8),
      column(['整改期限', 'Due'], ({ context }) =>
        deadline((context.deadline as { dueAt?: string } | null)?.dueAt),
      ),
      column(['开出时间', 'Opened'], ({ createdAt }) => instant(createdAt)),
    ],
  );
}

type ObligationFilters = Static<ReturnType<typeof Type.Object<typeof obligationFilters>>>;

async function obligationList(
  service: Service,
  filters: ObligationFilters,
  principal: Principal,
  language: Language,
): Promise<List> {
  const rows = assertRows(
    await listObligations(readsOf(service.pool), {
      ...(await filtersOf(service, principal, filters)),
      limit: EXPORT_ROWS_MAX + 1,
    }),
  );
  const about = await findCandidatesAbout(service.pool, rows);
  const places = await placesOf(service, {
    organisations: [
      ...rows.map(({ organisationId }) => organisationId),
      ...[...about.values()].map(({ organisationId }) => organisationId),
    ],
  });
  const plans = await plansOf(service, rows);
  return listOf(language, { title: OBLIGATIONS, activity: activityOf(plans) }, rows, (column) => [
    column(['序号', 'No.'], (_, index) => index + 1, 8),
    column(['单位', 'Unit'], ({ organisationId }) => places.nameOf(organisationId)),
    column(
      ['义务', 'What is owed'],
      ({ campaignId, kind }) => {
        const plan = plans.get(campaignId);
        return plan === undefined ? null : obligationInWords(plan, kind);
      },
      36,
    ),
    column(['涉及对象', 'About'], ({ subjectId }) => {
      const subject = about.get(subjectId);
      return subject === undefined ? null : places.subjectOf(subject);
    }),
    basisColumn(plans),
    column(['第几次', 'Time'], ({ generation }) => generation, 8),
    column(['期限', 'Due'], ({ dueAt }) => deadline(dueAt)),
    column(['状态', 'State'], ({ level }) => termOf(OBLIGATION_LEVELS, level), 20),
    column(['是否逾期', 'Late'], ({ late }) => late, 8),
    column(['开立时间', 'Opened'], ({ openedAt }) => instant(openedAt)),
    column(['了结时间', 'Closed'], ({ closedAt }) => instant(closedAt)),
  ]);
}
