// Whoever has no account lodges an objection to a candidate under public notice, and asks by the code of the receipt
// what became of it. Neither answer tells whether anybody else has objected, and nothing keeps the address.

import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { ObjectionInput } from '../../../machines/objection/events.ts';
import { catchUpCandidates } from '../../command/kernel/catch-up.ts';
import type { Place } from '../../db/kernel/places.ts';
import { findPlace } from '../../db/kernel/places.ts';
import { findLodged, type LodgedRow, wasPublished } from '../../db/objection/lodgings.ts';
import { RECEIPT_MARK } from '../../db/objection/objectors.ts';
import { PUBLIC } from '../../rules/access/access.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { problemOfUndone } from '../kernel/commands.ts';
import type { Text } from '../kernel/problem-catalog.ts';
import { languageOf, problem } from '../kernel/problems.ts';
import type { RateLimit, TokenBuckets } from '../kernel/rate-limits.ts';
import { callerOf, createTokenBuckets } from '../kernel/rate-limits.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Instant, Nullable, Written } from '../kernel/subject-schemas.ts';
import { newReceipt, RECEIPT_PATTERN, readReceipt } from './receipt-codes.ts';
import { sealedObjector } from './sealed-objectors.ts';

/** A village may share one address, and nobody has so many objections. */
const LODGINGS_OF_ADDRESS_MAX = 20;
/** More than an office can look at in a working day would only bury the others. */
const LODGINGS_OF_CAMPAIGN_MAX = 300;
const WRONG_RECEIPTS_MAX = 20;
/** Texts of four bytes a character and escaped, with room for their names. */
const LODGING_SIZE_BYTES_MAX = 64 * 1024;

const Lodging = Type.Object(
  {
    candidateId: Id,
    content: Type.String({ ...Written(4000), description: '反映的情况 · What is objected' }),
    clues: Type.Optional(
      Type.String({
        ...Written(4000),
        description:
          '可查证的线索；封存保管。匿名且没有线索的只登记、不立案 · Facts that can be looked into, kept sealed; anonymous without any it is only recorded',
      }),
    ),
    name: Type.Optional(
      Type.String({
        ...Written(100),
        description: '姓名；不写即为匿名 · Your name; left out when anonymous',
      }),
    ),
    contact: Type.Optional(
      Type.String({
        ...Written(200),
        description:
          '电话或通信地址，只用于核实和答复；封存保管 · A telephone or an address, to verify and to answer; kept sealed',
      }),
    ),
  },
  {
    examples: [
      { candidateId: '0196eb2f-8b80-7000-8000-000000000001', content: '反映固定学习日未开展' },
    ],
  },
);

const ReceiptSchema = Type.Object({
  receipt: Type.String({
    description:
      '查询码，只显示这一次，请抄录；凭它查询办理情况 · The code by which to ask what became of it, shown this once: write it down',
    examples: ['K7QM3-XWD9R'],
  }),
});

export function addPublicObjectionRoutes(app: App, service: Service): void {
  addLodgingRoutes(app, service);
  addReceiptRoutes(app, service);
}

const hourly = (requests: number): RateLimit => ({ requests, windowSeconds: 3600 });

const take = ({ take }: TokenBuckets, key: string): void => {
  const { allowed, retryAfterSeconds } = take(key);
  if (!allowed) throw problem('too-many-requests', { retryAfterSeconds });
};

function addLodgingRoutes(app: App, service: Service): void {
  const perAddress = createTokenBuckets(hourly(LODGINGS_OF_ADDRESS_MAX), app.pace);
  const perCampaign = createTokenBuckets(hourly(LODGINGS_OF_CAMPAIGN_MAX), app.pace);
  app.post(
    '/v1/public-objections',
    {
      bodyLimit: LODGING_SIZE_BYTES_MAX,
      config: {
        public: true,
        problems: ['not-found', 'requirements-unmet', 'too-many-requests', 'payload-too-large'],
      },
      schema: {
        operationId: 'lodgeObjection',
        tags: ['public-notices'],
        summary: '公众提出异议 · Object to a public notice',
        description:
          '无须登录；对公示中的对象，在公示期内（末日24时前）提出，实名、匿名均可。受理机关一个工作日内接收，接收以后评选才暂停。每个地址每小时至多20件，每次活动每小时至多300件；超出的请来信、来电或当面提出。不记录提出人的网络地址；答复不涉及其他人是否提出过异议。 · Needs no key. Against whoever is under public notice, before its last midnight, by name or anonymous. The office receives it within a working day, and only then the candidate halts. At most 20 an hour from one address and 300 for a campaign; beyond that write, call or come. Your address is not kept, and nothing is told of anybody else.',
        security: [],
        body: Lodging,
        response: { 201: ReceiptSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      take(perAddress, callerOf(request.ip));
      const place = await findPublished(service, body.candidateId);
      take(perCampaign, place.campaignId);
      const receipt = newReceipt(service.entropy);
      await lodge(service, place, body, receipt);
      reply.code(201);
      return { receipt };
    },
  );
}

/** A candidate whom a public notice has named. Throws 404 for any other. */
async function findPublished({ pool, performer }: Service, id: string): Promise<Place> {
  const place = await findPlace(pool, id);
  if (place?.machine !== 'candidate') throw problem('not-found');
  await catchUpCandidates(pool, performer, place.campaignId, [id]);
  if (!(await wasPublished(pool, place.campaignId, id))) throw problem('not-found');
  return place;
}

async function lodge(
  service: Service,
  place: Place,
  { candidateId, content, clues, name, contact }: Static<typeof Lodging>,
  receipt: string,
): Promise<void> {
  const objectionId = service.entropy.newId();
  const input: Omit<ObjectionInput, 'office' | 'clause'> = {
    objectionId,
    candidateId,
    content,
    hasClues: clues !== undefined,
    objector: { kind: name === undefined ? 'anonymous' : 'named', principalId: null },
  };
  const outcome = await service.performer.perform({
    campaignId: place.campaignId,
    subjectId: objectionId,
    parentId: candidateId,
    principal: PUBLIC,
    create: {
      machine: 'objection',
      parentId: candidateId,
      organisationId: null,
      name: null,
      input,
      objector: sealedObjector(service, objectionId, {
        ...{ name, contact, clues },
        receipt: readReceipt(receipt),
      }),
    },
    event: { type: 'lodge' },
  });
  if (outcome.kind === 'done' || outcome.kind === 'repeated') return;
  // Where the candidate stands is nobody's business but for the notice.
  if (outcome.kind === 'out-of-state') throw problem('not-found');
  throw await problemOfUndone(service, outcome, place);
}

const STATES = {
  lodged: { zh: '已收到，等待受理机关接收', en: 'Lodged; the office has yet to receive it' },
  open: { zh: '已受理，正在办理', en: 'Received, and being looked into' },
  replying: { zh: '已办结，正在答复', en: 'Decided; the reply is on its way' },
  answered: { zh: '已答复', en: 'Answered' },
  'not-opened': {
    zh: '已登记；匿名且没有可查证的线索，不立案',
    en: 'Recorded; anonymous and without facts to look into, it was not opened',
  },
  rejected: { zh: '未予受理', en: 'Not received' },
} as const satisfies { readonly [stage: string]: Text };

type LodgedStage = keyof typeof STATES;

const isLodgedStage = (stage: string): stage is LodgedStage => Object.hasOwn(STATES, stage);

const ProgressSchema = Type.Object({
  state: Type.Enum(Object.keys(STATES) as LodgedStage[], {
    description: '办理到哪一步 · How far it has come',
  }),
  text: Type.String({ description: '同上，用文字 · The same in words' }),
  lodgedAt: Nullable(Instant),
  receivedAt: Nullable(Instant),
  decidedAt: Nullable(Instant),
  reply: Nullable(
    Type.String({
      description: '给异议人的答复；未予受理的为理由 · What is answered; of one not received, why',
    }),
  ),
});

function addReceiptRoutes(app: App, service: Service): void {
  const failures = createTokenBuckets(
    { requests: WRONG_RECEIPTS_MAX, windowSeconds: 60 },
    app.pace,
  );
  app.post(
    '/v1/public-objections/look-up',
    {
      config: { public: true, reads: true, problems: ['not-found', 'too-many-requests'] },
      schema: {
        operationId: 'lookUpLodgedObjection',
        tags: ['public-notices'],
        summary: '凭查询码查询异议的办理情况 · Ask what became of an objection',
        description:
          '无须登录；查询码放在正文中，不出现在地址里。每个地址每分钟至多错20次。办结满保存期限以后不再能查。 · Needs no key. The code stands in the body and in no address; 20 wrong ones a minute from one address. Once it is forgotten, after the time that such data are kept, nothing is told.',
        security: [],
        body: Type.Object(
          {
            receipt: Type.String({
              maxLength: 40,
              pattern: RECEIPT_PATTERN,
              description:
                '查询码；大小写、空格、连字符不计 · The code; case, spaces and hyphens do not matter',
            }),
          },
          { examples: [{ receipt: 'K7QM3-XWD9R' }] },
        ),
        response: { 200: ProgressSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request.ip);
      const { allowed, retryAfterSeconds } = failures.look(caller);
      if (!allowed) throw problem('too-many-requests', { retryAfterSeconds });
      // Found by keyed hashes, so that how long it takes tells nothing of how near a wrong code is.
      const marks = service.vault.marks(RECEIPT_MARK, readReceipt(request.body.receipt));
      const found = await findLodged(beyondReach(service, 'receipts'), marks);
      if (found === undefined) {
        failures.take(caller);
        throw problem('not-found');
      }
      return progressOf(request, found);
    },
  );
}

function progressOf(
  request: FastifyRequest,
  { stage, context }: LodgedRow,
): Static<typeof ProgressSchema> {
  if (!isLodgedStage(stage)) throw new Error(`an objection that was lodged stands in ${stage}`);
  const { lodgedAt, receivedAt, decidedAt, reply, reason } = context;
  const { zh, en } = STATES[stage];
  return {
    ...{ state: stage, lodgedAt, receivedAt, decidedAt },
    text: languageOf(request.headers['accept-language']) === 'en' ? en : zh,
    reply: stage === 'rejected' ? reason : reply,
  };
}
