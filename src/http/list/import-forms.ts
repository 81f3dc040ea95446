// Workbooks to fill in and send back, with the headers of their import and the present rows.

import Type from 'typebox';
import {
  findRoster,
  listNamedCandidates,
  listOwnSheets,
} from '../../db/conformance/import-lists.ts';
import { gatheredIn } from '../../db/plan/releases.ts';
import type { SheetValue } from '../../documents/xlsx.ts';
import { ASSIGNMENT_COLUMNS } from '../../rules/list/assignments.ts';
import { CANDIDATE_COLUMNS } from '../../rules/list/candidates.ts';
import { listedName } from '../../rules/list/named-candidates.ts';
import { ORGANISATION_COLUMNS } from '../../rules/list/organisations.ts';
import { ROSTER_COLUMNS } from '../../rules/list/rosters.ts';
import { SCORE_COLUMNS } from '../../rules/list/scores.ts';
import type { Column } from '../../rules/list/table.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { OF_SHEETS, streamsOf } from '../../rules/plan/streams.ts';
import type { Language } from '../../rules/words/details.ts';
import type { Words } from '../../rules/words/states.ts';
import type { App } from '../kernel/app.ts';
import { assertRole, assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { addExportRoute, assertRows } from './exports.ts';
import { ownSheet } from './import-scores.ts';
import { placesOf } from './places.ts';
import { activityIn } from './plan-words.ts';
import { deadline, type List, listOf } from './workbooks.ts';

const WIDTHS: { readonly [name: string]: number } = {
  sheetId: 38,
  candidateId: 38,
  candidate: 24,
  organisation: 24,
  text: 60,
  remark: 30,
  dueAt: 18,
  name: 28,
};

type Cells = { readonly [name: string]: SheetValue };

/** A form with the headers of its import, in Chinese or English as the reader has it. */
const formOf = (
  language: Language,
  heading: { title: Words; activity?: string },
  columns: readonly Column[],
  rows: readonly Cells[],
): List =>
  listOf(language, heading, rows, () =>
    columns.map(({ name, headers: [zh = name, ...others], isHidden = false }) => ({
      title: { zh, en: others.at(-1) ?? name },
      width: WIDTHS[name] ?? 18,
      isHidden,
      cell: (row: Cells) => row[name] ?? null,
    })),
  );

const categoryName = ({ categories }: Plan, code: string): string =>
  categories.find((category) => category.code === code)?.name ?? code;

const campaign = { campaignId: Id };

export function addImportFormRoutes(app: App, service: Service): void {
  addBlanks(app, service);
  addRosterForm(app, service);
  addAssignmentForm(app, service);
  addScoreForm(app, service);
}

function addBlanks(app: App, service: Service): void {
  const blanks = [
    ['organisations', 'OrganisationForm', '单位导入表', 'a form for organisations'],
    ['candidates', 'CandidateForm', '申报对象导入表', 'a form for candidates'],
  ] as const;
  const columns = { organisations: ORGANISATION_COLUMNS, candidates: CANDIDATE_COLUMNS };
  for (const [list, name, zh, en] of blanks) {
    addExportRoute(app, service, {
      path: `imports/${list}`,
      name,
      zh,
      en,
      filters: {},
      description: '只有表头的空表，填好后原样导入。 · The headers alone, to be filled in.',
      list: async (_filters, _principal, language) =>
        formOf(language, { title: { zh, en } }, columns[list], []),
    });
  }
}

function addRosterForm(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'imports/rosters',
    name: 'RosterForm',
    zh: '站点名册',
    en: 'the roster, to be amended',
    filters: campaign,
    description:
      '现行名册，增删各行后导入，即调整后的全部名册。 · The roster as it stands: add and delete rows and send it back.',
    list: async ({ campaignId }, principal, language) => {
      const place = await findVisible(service, principal, 'campaign', campaignId);
      assertRoleAt(principal, ['county-office'], place.path);
      const { sites } = await findRoster(service.pool, campaignId);
      const columns = ROSTER_COLUMNS.filter(({ name }) => name !== 'change');
      const plan = await planOf(service, place);
      const places = await placesOf(service, {
        organisations: sites.map(({ organisationId }) => organisationId),
      });
      const rows = assertRows(sites).map(({ siteId, name, organisationId }) => ({
        id: siteId,
        name,
        organisation: places.nameOf(organisationId),
      }));
      const heading = { title: { zh: '站点名册', en: 'roster' }, activity: activityIn(plan) };
      return formOf(language, heading, columns, rows);
    },
  });
}

function addAssignmentForm(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'imports/assignments',
    name: 'AssignmentForm',
    zh: '考评指派表',
    en: 'a form for assignments',
    filters: { ...campaign, category: Type.Optional(Type.String({ maxLength: 100 })) },
    description:
      '每个对象正在进行的考评环节一行，填写考评员；一个对象几位考评员即复制几行。 · A row for each candidate and stream that is being gathered; write in who assesses, copy the row for another.',
    list: async ({ campaignId, category }, principal, language) => {
      const place = await findVisible(service, principal, 'campaign', campaignId);
      assertRoleAt(principal, ['county-office'], place.path);
      const plan = await planOf(service, place);
      const found = await listNamedCandidates(service.pool, campaignId);
      const ofSheets = streamsOf(plan, OF_SHEETS);
      const asked = found.filter((one) => one.category === (category ?? one.category));
      const rows = asked.flatMap((one) => {
        const gathered = gatheredIn(plan, one.category, one.stage, one.state);
        const streams = ofSheets.filter((code) => gathered.includes(code));
        return streams.map((stream) => ({
          candidateId: one.candidateId,
          category: categoryName(plan, one.category),
          candidate: listedName(one),
          organisation: one.place,
          stream: plan.streams[stream]?.name ?? stream,
          round: 1,
        }));
      });
      const heading = {
        title: { zh: '考评指派表', en: 'assignments' },
        activity: activityIn(plan),
      };
      return formOf(language, heading, ASSIGNMENT_COLUMNS, assertRows(rows));
    },
  });
}

function addScoreForm(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'imports/scores',
    name: 'ScoreForm',
    zh: '考评打分表',
    en: 'your open sheets, to be filled in',
    filters: campaign,
    description:
      '本人待填的考评表，每项一行，已存的草稿在内；填好得分后导入。 · The sheets you owe, a row for each item, drafts included.',
    list: async ({ campaignId }, principal, language) => {
      assertRole(principal, ['assessor']);
      const place = await findVisible(service, principal, 'campaign', campaignId);
      const plan = await planOf(service, place);
      const owed = (await listOwnSheets(service.pool, campaignId, principal.id)).filter(
        ({ stage }) => stage === 'open',
      );
      const rows = owed.flatMap((sheet) => {
        const { points, notApplicable, remark, deadline: due } = sheet.context;
        const { items, ...own } = ownSheet(plan, sheet);
        return items.map(({ id, text, blockName, bonus, maximumCenti }, index) => {
          const given = points[id];
          return {
            sheetId: own.sheetId,
            stream: plan.streams[own.stream]?.name ?? own.stream,
            round: own.round,
            category: categoryName(plan, own.category),
            candidate: listedName(own),
            organisation: own.place,
            block: bonus ? [blockName, '加分项'].filter(Boolean).join(' ') : blockName,
            item: id,
            text,
            maximum: maximumCenti / 100,
            points: given === undefined ? null : given / 100,
            notApplicable: notApplicable[id] ?? null,
            remark: index === 0 ? remark : null,
            dueAt: deadline(due?.dueAt),
          };
        });
      });
      const heading = {
        title: { zh: '考评打分表', en: 'score sheets' },
        activity: activityIn(plan),
      };
      return formOf(language, heading, SCORE_COLUMNS, assertRows(rows));
    },
  });
}
