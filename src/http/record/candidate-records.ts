// Evidence, self-checks and scores of a candidate: addresses of their own for the candidate's events.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import Type from 'typebox';
import { listRecords, type RecordRow } from '../../db/record/records.ts';
import { readsOf } from '../../db/tables.ts';
import * as payloads from '../candidate/candidate-payloads.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { Ordinal, pageOf } from '../kernel/pages.ts';
import type { Service } from '../kernel/service.ts';
import { AnswerSchema, Id, IdParams } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { assertRecordKind } from './record-fields.ts';
import { EvidenceSchema, evidenceToJson, RecordSchema, recordToJson } from './record-views.ts';

const RecordedSchema = Type.Object({
  ...AnswerSchema.properties,
  recordId: Type.String({ description: '这一记录的编号 · Id of the record' }),
});

export function addCandidateRecordRoutes(app: App, service: Service): void {
  addLedgerRoutes(app, service, {
    path: 'evidence',
    ledger: 'evidence',
    operation: 'Evidence',
    zh: '材料',
    en: 'Evidence',
    item: EvidenceSchema,
    toJson: evidenceToJson,
    body: Type.Object(payloads.evidence),
    eventType: () => 'record-evidence',
  });
  addAssessmentRoutes(app, service);
  addLedgerRoutes(app, service, {
    path: 'self-checks',
    ledger: 'self-check',
    operation: 'SelfCheck',
    zh: '自查',
    en: 'Self-checks',
    item: RecordSchema,
    toJson: recordToJson,
    body: Type.Object(payloads.selfCheck),
    eventType: () => 'submit-self-check',
  });
  // Ballot rounds and score sheets send their results to the candidate (R61): nobody types a score in.
  addRowRoutes(app, service, {
    path: 'scores',
    ledger: 'score',
    operation: 'Score',
    zh: '评议得分',
    en: 'Scores of the mass evaluation',
    item: RecordSchema,
    toJson: recordToJson,
  });
}

type Ledger = {
  path: string;
  ledger: string;
  operation: string;
  zh: string;
  en: string;
  item: TSchema;
  toJson: (row: RecordRow) => unknown;
};
type Port = Ledger & {
  body: TSchema;
  eventType: (body: { [name: string]: unknown }) => string;
};

function addLedgerRoutes(app: App, service: Service, ledger: Port): void {
  const { path, operation, zh, en, body, eventType } = ledger;
  app.post(
    `/v1/candidates/:id/${path}`,
    {
      config: { problems: ['out-of-state', 'requirements-unmet'], revisioned: true },
      schema: {
        operationId: `record${operation}`,
        tags: ['candidates'],
        summary: `登记${zh} · Record: ${en}`,
        description:
          '与发送同名事件相同；记录的编号由服务生成。 · The same as sending the event; the server names the record.',
        params: IdParams,
        body,
        response: { 201: RecordedSchema },
      },
    },
    async (request, reply) => {
      const sent = request.body as { [name: string]: unknown };
      return record(service, request, reply, request.params.id, {
        ...sent,
        id: service.entropy.newId(),
        type: eventType(sent),
      });
    },
  );
  addRowRoutes(app, service, ledger);
}

/** Performs an event that leaves a record; the answer names the record, also when repeated. */
async function record(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  candidateId: string,
  event: { type: string; readonly [name: string]: unknown },
) {
  const place = await findVisible(service, request.principal, 'candidate', candidateId);
  if (event.type === 'record-evidence') assertRecordKind(await planOf(service, place), event);
  const answer = await performCommand(service, request, reply, {
    ...place,
    subjectId: candidateId,
    event,
  });
  reply.code(201);
  return { ...answer, recordId: answer.opened[0]?.id ?? String(event.id) };
}

function addRowRoutes(app: App, service: Service, ledger: Ledger): void {
  const { path, operation, zh, en, item, toJson } = ledger;
  const pages = pageOf(
    item,
    Type.Tuple([Ordinal, Type.String()]),
    ({ sequence, id }: RecordRow): [number, string] => [sequence, id],
  );
  app.get(
    `/v1/candidates/:id/${path}`,
    {
      schema: {
        operationId: `list${operation}`,
        tags: ['candidates'],
        summary: `${zh}台账 · ${en} recorded`,
        description: '按登记先后。 · In the order in which they were recorded.',
        params: IdParams,
        querystring: Type.Object({
          ...pages.query,
          kind: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ params: { id }, query: { limit, cursor, kind }, principal }, reply) => {
      const { campaignId } = await findVisible(service, principal, 'candidate', id);
      const rows = await listRecords(readsOf(service.pool), {
        campaignId,
        subjectId: id,
        ledger: ledger.ledger,
        kind,
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, toJson);
    },
  );
}

function addAssessmentRoutes(app: App, service: Service): void {
  app.post(
    '/v1/candidates/:id/evidence/:evidenceId/assessment',
    {
      config: { problems: ['out-of-state', 'requirements-unmet'], revisioned: true },
      schema: {
        operationId: 'assessEvidence',
        tags: ['candidates'],
        summary: '认定材料 · Assess a piece of evidence',
        description:
          '影响和推广范围由审核人认定，不由申报人自称（R13）。 · Impact and scope are what the reviewer finds, never what the applicant claims.',
        params: Type.Object({ id: Id, evidenceId: Type.String({ minLength: 1, maxLength: 100 }) }),
        body: Type.Object(payloads.assessment),
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { id, evidenceId } = request.params;
      const place = await findVisible(service, request.principal, 'candidate', id);
      const event = { ...request.body, type: 'assess-evidence', id: evidenceId };
      const answer = await performCommand(service, request, reply, {
        ...place,
        subjectId: id,
        event,
      });
      reply.code(201);
      return answer;
    },
  );
}
