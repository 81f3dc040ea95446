// Official documents (公文, R1–R3, R59, R65): they are drafted, signed, delivered, read in four forms.

import Type from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { documentInput } from '../../command/document/documents.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import type { DocumentRow, Reader } from '../../db/document/documents.ts';
import { findDocument, listDeliveries, listDocuments } from '../../db/document/documents.ts';
import type { Place } from '../../db/kernel/places.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import { BUSINESS_BLIND, readableReaches } from '../../rules/access/access.ts';
import { DRAFTED_KINDS } from '../../rules/document/drafts.ts';
import { DOCUMENT_KINDS, type DocumentKind } from '../../rules/plan/document-schema.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { performCommand } from '../kernel/commands.ts';
import { setRevision } from '../kernel/conventions.ts';
import { fileAnswer } from '../kernel/downloads.ts';
import { pageOf } from '../kernel/pages.ts';
import { fault, problem } from '../kernel/problems.ts';
import { readingOf } from '../kernel/recusal.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import { AnswerSchema, Id, IdParams, OrganisationId, Written } from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { PRINT_PROBLEMS } from './document-prints.ts';
import { FORMATS, formatOf, RENDITIONS, rendered, sendRendered } from './document-renditions.ts';
import {
  assertUnchanged,
  DocumentSummarySchema,
  documentToJson,
  summaryToJson,
} from './document-views.ts';

export const documentResource: SubjectResource = {
  words: { zh: '公文', en: 'the document' },
  ...seenAtItsPlace,
  addRoutes: addDocumentRoutes,
};

function addDocumentRoutes(app: App, service: Service): void {
  addDrafting(app, service);
  addList(app, service);
  addOne(app, service);
  addFileRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'documents',
    name: 'Document',
    zh: '公文',
    en: 'an official document',
    machine: 'document',
    events: documentEvents,
    complete: ({ type, ...choices }) =>
      type === 'revise' ? { type, choices } : { type, ...choices },
  });
}

const ADDRESSEES_MAX = 500;

/** The choices of the officer who drafts; everything else follows from the plan and the data. */
const draftFields = {
  title: Type.Optional(Written(200)),
  /** Each line is a paragraph; 一、 and （一） begin headings. */
  text: Type.Optional(Written(20_000)),
  remark: Type.Optional(Written(2_000)),
  addressees: Type.Array(OrganisationId, {
    maxItems: ADDRESSEES_MAX,
    uniqueItems: true,
    default: [],
    description: '主送机关 · Main addressees',
  }),
  copyTo: Type.Array(OrganisationId, {
    maxItems: ADDRESSEES_MAX,
    uniqueItems: true,
    default: [],
    description: '抄送机关 · Copies to',
  }),
  category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  copyNumber: Type.Optional(
    Type.String({ pattern: '^[0-9]{6}$', maxLength: 6, description: '份号 · Copy number' }),
  ),
  secrecy: Type.Optional(Written(20)),
  urgency: Type.Optional(Written(10)),
  note: Type.Optional(Written(200)),
};

export const documentEvents = [
  Type.Object({ type: Type.Literal('revise'), ...draftFields }),
  Type.Object({ type: Type.Literal('review'), remark: Type.Optional(Written()) }),
  Type.Object({ type: Type.Literal('return'), reason: Written() }),
  Type.Object({ type: Type.Literal('sign'), signatory: Written(100) }),
  Type.Object({ type: Type.Literal('abandon'), reason: Written() }),
  Type.Object({ type: Type.Literal('recall'), reason: Written() }),
] as const;

const UNADDRESSED: readonly Role[] = [...BUSINESS_BLIND, 'assessor'];

export async function readerOf(service: Service, principal: Principal): Promise<Reader> {
  const { grants } = principal;
  const others = grants.filter(({ role }) => role !== 'assessor');
  return {
    ...(await readingOf(service, principal)),
    leading: readableReaches({ ...principal, grants: others }),
    organisationIds: grants
      .filter(({ role }) => !UNADDRESSED.includes(role))
      .map(({ organisationId }) => organisationId),
  };
}

async function findReadable(
  service: Service,
  principal: Principal,
  id: string,
): Promise<DocumentRow> {
  const reader = await readerOf(service, principal);
  const row = await findDocument(readsOf(beyondReach(service, 'documents')), reader, id);
  if (row === undefined) throw problem('not-found');
  assertUnchanged(row);
  return row;
}

const Drafting = Type.Object({
  campaignId: Id,
  kind: Type.Enum([...DRAFTED_KINDS]),
  issuer: Type.Optional(Type.String({ pattern: '^[a-z][a-z-]{0,39}$' })),
  candidateId: Type.Optional(Id),
  correctsId: Type.Optional(Id),
  ...draftFields,
});

function addDrafting(app: App, service: Service): void {
  app.post(
    '/v1/documents',
    {
      config: { problems: ['requirements-unmet', 'out-of-state', 'not-found'] },
      schema: {
        operationId: 'draftDocument',
        tags: ['documents'],
        summary: '拟稿 · Draft a document',
        description:
          '文字按方案的模板，附表取自活动数据；更正（correction）须写 correctsId。公示和决定不写 candidateId 即为名单：公示列出该级正在公示的对象，决定列出该级已确定而尚未行文的对象，可只取一个类别；签发时逐一核对。核稿、签发用事件；签发人不得是拟稿人，编号在签发时取得。 · Words from the plan, tables from the data. A correction names what it corrects. A public notice or a decision without candidateId is a list: everybody under notice at the issuer’s step, or everybody it has determined and not yet written of, of one category where it is named; checked one by one at the signature. It is reviewed and signed by events, by another than its drafter, and numbered when it is signed.',
        body: Drafting,
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { campaignId, kind, candidateId, correctsId, issuer, ...choices } = request.body;
      const { principal } = request;
      const place = await findVisible(service, principal, 'campaign', campaignId);
      const plan = await planOf(service, place);
      const about =
        candidateId && (await findVisible(service, principal, 'candidate', candidateId));
      const corrects = await correctedBy(service, principal, kind, campaignId, correctsId);
      const issuerName = issuerNameOf(plan, kind, issuer, corrects);
      return performCommand(service, request, reply, {
        ...place,
        subjectId: service.entropy.newId(),
        parentId: correctsId ?? candidateId ?? null,
        create: {
          machine: 'document',
          parentId: correctsId ?? candidateId ?? null,
          organisationId: await homeOf(service, plan, issuerName, {
            campaign: place,
            about: about || undefined,
          }),
          name: null,
          input: documentInput(plan, kind, issuerName, correctsId ?? null),
        },
        event: { type: 'draft', choices },
      });
    },
  );
}

/** Throws 400 unless a correction, and nothing else, names an issued document of the same campaign. */
async function correctedBy(
  service: Service,
  principal: Principal,
  kind: DocumentKind,
  campaignId: string,
  id: string | undefined,
): Promise<DocumentRow | null> {
  if ((kind === 'correction') !== (id !== undefined)) {
    throw fault('correctsId', '更正必填，其他文种不填', 'is required of a correction only');
  }
  if (id === undefined) return null;
  const row = await findReadable(service, principal, id);
  if (row.campaignId !== campaignId || row.issuedAt === null) {
    throw fault('correctsId', '不是本活动已印发的公文', 'is no issued document of this campaign');
  }
  return row;
}

function issuerNameOf(
  plan: Plan,
  kind: DocumentKind,
  asked: string | undefined,
  corrects: DocumentRow | null,
): string {
  const name = corrects?.issuer ?? asked ?? plan.documents.kinds[kind].issuer;
  const issuer = Object.hasOwn(plan.documents.issuers, name)
    ? plan.documents.issuers[name]
    : undefined;
  if (issuer === undefined)
    throw fault('issuer', '方案没有这一发文机关', 'is no issuer of the plan');
  if (plan.documents.kinds[kind].numbered && issuer.code === undefined) {
    throw fault('issuer', '此文种须编号，该机关没有代字', 'keeps no register for this kind');
  }
  return name;
}

/** A draft lies with its issuer until it is issued, not with the candidate it is about. */
async function homeOf(
  { pool }: Service,
  plan: Plan,
  issuerName: string,
  { campaign, about }: { campaign: Place; about: Place | undefined },
): Promise<string> {
  const body = plan.documents.issuers[issuerName]?.body;
  if (body === 'responsible' && about !== undefined) return about.organisationId;
  if (body !== 'city-centre') return campaign.organisationId;
  const county = await findOrganisation(pool, campaign.organisationId);
  return county?.parentId ?? campaign.organisationId;
}

/** The filters of the list of documents and of its workbook. */
export const documentFilters = {
  campaignId: Type.Optional(Id),
  kind: Type.Optional(Type.Enum([...DOCUMENT_KINDS])),
  state: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  aboutId: Type.Optional(
    Type.String({
      format: 'uuid',
      description: '关于或者列有此对象 · About it, or naming it in a list',
    }),
  ),
  addresseeId: Type.Optional(OrganisationId),
  year: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2100 })),
  issuer: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  awaiting: Type.Optional(
    Type.Literal('me', {
      description: '待本人核稿或签发的公文 · Drafts that wait for your review or your signature',
    }),
  ),
};

/** The roles of whoever asks for what awaits them, each with its reach; undefined for everybody else. */
export const awaitedOf = ({ id, grants }: Principal, awaiting: 'me' | undefined) =>
  awaiting === undefined
    ? undefined
    : {
        principalId: id,
        roles: grants.map(({ role }) => role),
        reaches: grants.map(({ reach }) => reach),
      };

const pages = pageOf(DocumentSummarySchema, Id, ({ id }: { id: string }) => id);

function addList(app: App, service: Service): void {
  app.get(
    '/v1/documents',
    {
      schema: {
        operationId: 'listDocuments',
        tags: ['documents'],
        summary: '公文列表 · Documents',
        description:
          '管辖范围内的、发给本单位的和公开的公文，新的在前。 · Within your reach, addressed to you, or public; the newest first.',
        querystring: Type.Object({
          ...pages.query,
          ...documentFilters,
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, awaiting, ...filters }, principal }, reply) => {
      const rows = await listDocuments(readsOf(beyondReach(service, 'documents')), {
        ...filters,
        awaiting: awaitedOf(principal, awaiting),
        ...(await readerOf(service, principal)),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, summaryToJson);
    },
  );
}

function addOne(app: App, service: Service): void {
  app.get(
    '/v1/documents/:id',
    {
      config: { problems: PRINT_PROBLEMS },
      schema: {
        operationId: 'getDocument',
        tags: ['documents'],
        summary: '一份公文 · One document',
        description:
          '按 Accept 或 format 取 JSON、HTML、DOCX 或 PDF；也可用后缀 .html、.docx、.pdf。 · JSON, HTML, DOCX or PDF by Accept or format; also by suffix.',
        params: IdParams,
        querystring: Type.Object({ format: Type.Optional(Type.Enum([...FORMATS])) }),
        response: rendered,
      },
    },
    async (request, reply) => {
      const { params, query, principal, headers } = request;
      const { id } = params;
      const row = await findReadable(service, principal, id);
      reply.header('vary', 'accept');
      const format = query.format ?? formatOf(headers.accept);
      if (format !== 'json') return sendRendered(service, request, reply, row, format);
      const deliveries = await listDeliveries(
        readsOf(beyondReach(service, 'documents')),
        row.campaignId,
        id,
      );
      setRevision(reply, row.revision);
      reply.type('application/json; charset=utf-8');
      return documentToJson(row, deliveries);
    },
  );
}

function addFileRoutes(app: App, service: Service): void {
  for (const format of FORMATS) {
    if (format === 'json') continue;
    const { operationId, type, told } = RENDITIONS[format];
    app.get(
      `/v1/documents/:id.${format}`,
      {
        config: { access: 'export', ...(format === 'pdf' ? { problems: PRINT_PROBLEMS } : {}) },
        schema: {
          operationId,
          tags: ['documents'],
          summary: told[0],
          description: told[1],
          params: IdParams,
          response: fileAnswer(type),
        },
      },
      async (request, reply) => {
        const row = await findReadable(service, request.principal, request.params.id);
        return sendRendered(service, request, reply, row, format);
      },
    );
  }
}
