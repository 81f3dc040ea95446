// Registers of document numbers (R1). An office that has numbered elsewhere before says where its
// register begins.

import Type, { type Static } from 'typebox';
import type { Measurement } from '../../../machines/kit/requirement.ts';
import { localYear, registrarOf } from '../../command/document/document-registers.ts';
import {
  countNumbers,
  lockRegisters,
  startRegister,
} from '../../db/document/document-registers.ts';
import { listRegisters } from '../../db/document/documents.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import { readsOf } from '../../db/tables.ts';
import { readableReaches } from '../../rules/access/access.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { unmet } from '../kernel/outcomes.ts';
import { fault, problem } from '../kernel/problems.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Nullable, Written } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';

const SERIAL_MAX = 100_000;

const RegisterSchema = Type.Object({
  organisationId: Type.String(),
  organisationName: Nullable(Type.String()),
  code: Type.String({ description: '发文机关代字 · Issuer code' }),
  year: Type.Integer(),
  lastSerial: Type.Integer(),
  starts: Type.Array(
    Type.Object({
      serial: Type.Integer(),
      planId: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
      by: Type.Optional(Type.String()),
      at: Type.Optional(Type.String()),
    }),
    {
      description:
        '由此序号起在本系统编号，之前的在系统外；由方案的文号或由人（附理由）确定 · From here on numbered here, before it elsewhere; begun by a plan’s number or by somebody, with a reason',
    },
  ),
});
type Register = Static<typeof RegisterSchema>;

export function addDocumentRegisterRoutes(app: App, service: Service): void {
  app.get(
    '/v1/document-registers',
    {
      schema: {
        operationId: 'listDocumentRegisters',
        tags: ['documents'],
        summary: '发文字号登记 · Registers of numbers',
        description:
          '每一代字、每一年一册，连续不缺号。 · One for each code and year, without a gap.',
        response: { 200: Type.Object({ items: Type.Array(RegisterSchema) }) },
      },
    },
    async ({ principal }) => {
      const rows = await listRegisters(readsOf(service.pool), readableReaches(principal));
      return { items: rows.map(({ path: _, ...row }): Register => row) };
    },
  );
  addStart(app, service);
}

const Start = Type.Object({
  campaignId: Id,
  issuer: Type.String({
    pattern: '^[a-z][a-z-]{0,39}$',
    description: '方案的发文机关 · As the plan names it',
  }),
  year: Type.Integer({ minimum: 2000, maximum: 2100 }),
  serial: Type.Integer({
    minimum: 1,
    maximum: SERIAL_MAX,
    description: '本系统编的第一个序号 · The first serial that is given here',
  }),
  reason: Written(500),
});

function addStart(app: App, service: Service): void {
  app.post(
    '/v1/document-registers',
    {
      config: { problems: ['requirements-unmet', 'not-found'] },
      schema: {
        operationId: 'startDocumentRegister',
        tags: ['documents'],
        summary: '确定登记簿的起始序号 · Say where a register begins',
        description:
          '本年已在系统外编过号的，由有权签发的人说明理由，从下一号接着编；该册给出第一个号以后不得再改。 · Where numbers of the year were given elsewhere, whoever signs for the issuer lets it go on from the next, with a reason; never again once it has given its first number.',
        body: Start,
        response: { 200: RegisterSchema },
      },
    },
    async (request, reply) => {
      const { campaignId, issuer: named, year, serial, reason } = request.body;
      const { principal } = request;
      const place = await findVisible(service, principal, 'campaign', campaignId);
      const plan = await planOf(service, place);
      const issuer = numberingIssuer(plan, named);
      return performAct(service, request, reply, async (tx) => {
        const head = await findCampaignHead(tx, campaignId);
        if (head === undefined) throw problem('not-found');
        const reference = await service.cache.reference(tx, head);
        const registrar = registrarOf(plan, reference, issuer);
        if (registrar === undefined) throw new Error(`${named} keeps no register`);
        assertRoleAt(principal, issuer.signatories, registrar.path);
        const key = { organisationId: registrar.id, code: issuer.code, year };
        await lockRegisters(tx, [key]);
        const present = localYear(head.now, plan.timeZone);
        const { issuerCode, year: of, serial: own } = plan.document;
        const failing = [
          nothingNumbered(await countNumbers(tx, key)),
          yearIsNear(year, present),
          afterThePlan(serial, issuerCode === key.code && of === year ? own : 0),
        ].filter(({ met }) => !met);
        if (failing.length > 0) throw unmet(plan, failing, new Map());
        const row = await startRegister(tx, key, { serial, reason, by: principal.id });
        const body: Register = { ...key, organisationName: registrar.name, ...row };
        return { status: 200, body };
      });
    },
  );
}

function numberingIssuer(plan: Plan, name: string) {
  const { issuers } = plan.documents;
  const issuer = Object.hasOwn(issuers, name) ? issuers[name] : undefined;
  const { code } = issuer ?? {};
  if (issuer === undefined || code === undefined) {
    throw fault('issuer', '不是方案中编号的发文机关', 'is no issuer of the plan that numbers');
  }
  return { ...issuer, code };
}

// R1 demands only that there is a number; issuing rests on R2, as for every document.
const ofRegister = (
  name: string,
  zh: string,
  en: string,
  measured: Pick<Measurement, 'actual' | 'required' | 'met'>,
): Measurement => ({ name, clause: 'R2', modality: 'M', zh, en, asksInput: true, ...measured });

/** A register that has given a number goes on from it, because any other beginning would leave a gap. */
const nothingNumbered = (given: number): Measurement =>
  ofRegister(
    'nothing-numbered',
    '该册本年尚未给出任何文号',
    'the register has given no number of that year yet',
    { actual: given, required: 0, met: given === 0 },
  );

const yearIsNear = (year: number, present: number): Measurement =>
  ofRegister('year-is-near', '只能确定本年或者下一年的起始序号', 'it is of this year or the next', {
    actual: year,
    required: [present, present + 1],
    met: year === present || year === present + 1,
  });

/** The number of the plan's own document is taken already (R1). */
const afterThePlan = (serial: number, own: number): Measurement =>
  ofRegister(
    'after-the-plan',
    '起始序号须在方案本身的文号之后',
    'it begins after the number of the plan’s own document',
    { actual: serial, required: `> ${own}`, met: serial > own },
  );
