// What the last verification of the logs found, and asking for another; auditors do both, and nobody else.

import Type, { type Static } from 'typebox';
import { nameChains } from '../../db/audit/chain-names.ts';
import { findLastCheckpoint } from '../../db/audit/checkpoints.ts';
import type { Verification } from '../../db/audit/verifications.ts';
import {
  findLastVerifications,
  listFaults,
  requestVerification,
} from '../../db/audit/verifications.ts';
import type { Principal } from '../../rules/access/access.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { type Language, languageOf } from '../kernel/problems.ts';
import { assertRole, reachesOf } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Instant, Nullable } from '../kernel/subject-schemas.ts';
import { sayFault } from './fault-words.ts';

/** So many faults are told; all are counted. */
const FAULTS_TOLD_MAX = 100;

const Count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
const Hex = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description });

const CheckpointSchema = Type.Object({
  number: Count('第几号 · Its number'),
  at: Instant,
  chains: Count('至此记过多少条链 · Chains that were named so far'),
  events: Count('至此记过多少条事件 · Events that were named so far'),
  root: Hex('根值 · The root'),
});

const FaultSchema = Type.Object({
  kind: Type.String({ description: '如 edited、removed · What was done' }),
  campaignId: Type.String({
    description: '活动；管理日志与检查点为全零 · Nil of the administrative log and of checkpoints',
  }),
  subjectId: Type.String({ description: '对象 · Whose log' }),
  sequence: Count('第几条 · The first event concerned'),
  until: Count('至第几条 · The last one'),
  at: Nullable({ ...Instant, description: '何时记下 · When it was told' }),
  said: Type.String({ description: '一句话说明 · In a sentence' }),
});

const VerificationSchema = Type.Object({
  kind: Type.Enum(['asked', 'nightly'], {
    description: 'asked 应要求全部核验；nightly 夜间核验变动及旧日志的一部分 · All, or of a night',
  }),
  requestedAt: Instant,
  finishedAt: Nullable({ ...Instant, description: '未完成的为 null · Null while under way' }),
  chains: Count('已核验的链 · Chains looked at'),
  events: Count('已核验的事件 · Events looked at'),
  erased: Count('已依规擦除的个人信息 · Personal parts erased by rule, not tampered with'),
  faults: Count('不符之处 · What does not fit'),
});

const AnswerSchema = Type.Object({
  checkpoint: Nullable({ ...CheckpointSchema, description: '最近的检查点 · The last checkpoint' }),
  underWay: Nullable({ ...VerificationSchema, description: '正在进行的 · Under way' }),
  last: Nullable({ ...VerificationSchema, description: '最近完成的 · The last that ended' }),
  isWhole: Nullable(
    Type.Boolean({
      description: '最近完成的一次是否全部相符 · Whether the last one found nothing',
    }),
  ),
  found: Type.Array(FaultSchema, {
    description: `其所见，至多 ${FAULTS_TOLD_MAX} 处，限管辖范围内 · What it found within your reach`,
  }),
});

const verificationToJson = ({
  kind,
  requestedAt,
  finishedAt,
  chains,
  events,
  erased,
  faults,
}: Verification): Static<typeof VerificationSchema> => ({
  ...{ kind, requestedAt, finishedAt, chains, events, erased, faults },
});

async function answerFor(
  { pool, subjects }: Service,
  principal: Principal,
  language: Language,
): Promise<Static<typeof AnswerSchema>> {
  const { last, underWay } = await findLastVerifications(pool);
  const reaches = reachesOf(principal, ['auditor']);
  const faults = last === null ? [] : await listFaults(pool, last.id, reaches, FAULTS_TOLD_MAX);
  const names = await nameChains(pool, faults);
  const checkpoint = await findLastCheckpoint(pool);
  return {
    checkpoint: checkpoint ?? null,
    underWay: underWay && verificationToJson(underWay),
    last: last && verificationToJson(last),
    isWhole: last === null ? null : last.faults === 0,
    found: faults.map((fault) => {
      const { kind, campaignId, subjectId, sequence, until, at } = fault;
      const name = names.find(
        (each) => each.campaignId === campaignId && each.subjectId === subjectId,
      );
      const said = sayFault(fault, subjects, name)[language === 'en' ? 'en' : 'zh'];
      return { kind, campaignId, subjectId, sequence, until, at, said };
    }),
  };
}

export function addVerificationRoutes(app: App, service: Service): void {
  app.get(
    '/v1/audit/verify',
    {
      config: { access: 'administrative-read' },
      schema: {
        operationId: 'getVerification',
        tags: ['audit'],
        summary: '日志核验的结果 · What the last verification of the logs found',
        description:
          '逐条重算两种日志的散列，与所存状态、定时器和检查点比对；每夜核验变动部分和旧日志的一部分。仅审计员可读。 · Both logs reckoned again and held to what is stored beside them, and to the checkpoints; each night what changed and a part of the old. For auditors only.',
        response: { 200: AnswerSchema },
      },
    },
    async (request) => {
      assertRole(request.principal, ['auditor']);
      return answerFor(service, request.principal, languageOf(request.headers['accept-language']));
    },
  );

  app.post(
    '/v1/audit/verifications',
    {
      config: { access: 'administrative-read' },
      schema: {
        operationId: 'requestVerification',
        tags: ['audit'],
        summary: '要求核验全部日志 · Ask for a verification of all logs',
        description:
          '由后台逐页进行，结果见 GET /v1/audit/verify；已有一次在进行的，不另开始。仅审计员。 · Done page by page in the background; see GET /v1/audit/verify. One that is under way serves you as well. For auditors only.',
        response: { 202: VerificationSchema },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      assertRole(principal, ['auditor']);
      return performAct(service, request, reply, async (tx) => {
        const asked = await requestVerification(tx, principal.id);
        return { status: 202, body: verificationToJson(asked) };
      });
    },
  );
}
