// Matters are issues, faults, opinions and problems that were raised and must be solved in time.

import Type, { type Static } from 'typebox';
import type { MatterContext, MatterEvent } from '../../../machines/record/matter.v1.ts';
import type { MatterRow } from '../../db/record/matters.ts';
import { findMatter } from '../../db/record/matters.ts';
import { readsOf } from '../../db/tables.ts';
import { FileIds } from '../candidate/candidate-payloads.ts';
import type { App } from '../kernel/app.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import {
  contextOf,
  Day,
  DeadlineSchema,
  deadlinesOf,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
  Written,
} from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';

export const matterEvents = [
  Type.Object({
    type: Type.Literal('solve'),
    solvedOn: Day,
    result: Written(),
    fileIds: Type.Optional(FileIds),
  }),
] as const;

type Sent = Static<(typeof matterEvents)[number]>;
type Known = Exclude<MatterEvent, { type: 'raise' | 'recalculate-deadline' }>;

export const matterEventsFit: Fit<Sent, Known> = true;

const MatterSchema = Type.Object({
  ...subjectFields,
  candidateId: Nullable(Id),
  candidateName: Nullable(Type.String()),
  recordId: Type.String(),
  kind: Type.String(),
  clause: Type.String(),
  summary: Type.String(),
  raisedOn: Type.String(),
  dueAt: Nullable(Instant),
  solvedOn: Nullable(Type.String()),
  solvedBy: Nullable(Type.String()),
  deadlines: Type.Array(DeadlineSchema),
});

function matterToJson(row: MatterRow): Omit<Static<typeof MatterSchema>, 'deadlines'> {
  const context = contextOf<MatterContext>(row);
  const { candidateId, candidateName } = row;
  const { recordId, kind, clause, summary, raisedOn, solvedOn, solvedBy } = context;
  return {
    ...subjectToJson('matter', row),
    ...{ candidateId, candidateName, recordId, kind, clause, summary, raisedOn, solvedOn },
    ...{ solvedBy },
    dueAt: context.deadline?.dueAt ?? null,
  };
}

export const matterResource: SubjectResource = {
  words: { zh: '事项', en: 'the matter' },
  ...seenAtItsPlace,
  addRoutes: addMatterRoutes,
};

function addMatterRoutes(app: App, service: Service): void {
  addSubjectRoutes(app, service, {
    path: 'matters',
    name: 'Matter',
    zh: '待办结事项',
    en: 'a matter',
    machine: 'matter',
    events: matterEvents,
    one: {
      summary: '一个待办结事项 · One matter',
      description:
        '热点难点问题、故障、意见、问题：何时提出、期限、何时办结；编号与其台账记录相同。 · When it was raised, by when it must be solved, when it was; it bears the id of its record.',
      schema: MatterSchema,
      read: async ({ campaignId }, id) => {
        const reads = readsOf(service.pool);
        const row = await findMatter(reads, campaignId, id);
        return row && { ...matterToJson(row), deadlines: await deadlinesOf(reads, campaignId, id) };
      },
    },
  });
}
