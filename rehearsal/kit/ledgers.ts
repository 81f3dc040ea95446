// Everything the service holds of the campaign, read through the API as the auditor, and every log
// replayed from its first event with the released machines.

import type { Pin } from '../../machines/catalog.ts';
import { releaseOf } from '../../machines/catalog.ts';
import type { Effect } from '../../machines/effects.ts';
import { accepts, begin, type Instance, type Told } from '../../machines/kit/step.ts';
import { advancePinned } from '../../machines/pinning.ts';
import {
  type Directory,
  directoryOf,
  type Organisation,
} from '../../src/rules/access/addressees.ts';
import type { PersonalPart } from '../../src/rules/audit/personal.ts';
import { type Actor, type Client, forEach } from './client.ts';
import type { County } from './county.ts';

export type Logged = {
  sequence: number;
  type: string;
  at: string;
  principalId: string;
  roles: string[];
  credential: string | null;
  payload: { [name: string]: unknown };
  facts: { [name: string]: unknown };
  stage: string;
  state: string;
  personal: { digest: string; salt: string | null; part: PersonalPart | null } | null;
  hash: string;
};

/** A subject as the API gives it. */
export type Subject = {
  id: string;
  machine: string;
  name?: string;
  category?: string;
  organisationId: string;
  stage: string;
  state: string;
  status: string;
  revision: number;
  accepts: string[];
  context?: { [name: string]: unknown };
  [name: string]: unknown;
};

export type Notice = {
  id: string;
  subjectId: string;
  template: string;
  title: string;
  body: string;
  kind: string;
  organisationId: string;
  obligationKind: string | null;
  obligationGeneration: number | null;
  level: string | null;
  receiptRequired: boolean;
  receivedAt: string | null;
};
type Obligation = {
  subjectId: string;
  kind: string;
  generation: number;
  level: string;
  dueAt: string;
  closedAt: string | null;
  raisedAt: string | null;
};
type Timer = { subjectId: string; machine: string; timerId: string; dueAt: string };
type PrincipalRow = { id: string; name: string; grants: { role: string; reach: string }[] };

type Replayed = {
  instance: Instance;
  revision: number;
  /** Timers that are set and have neither fired nor been cancelled, with their due time. */
  timers: Map<string, string>;
  effects: Effect[];
};

export type History = { subject: Subject; log: Logged[]; replayed: Replayed };

/** A round of ballots as the API gives it, its result counted again, and the holders of its ballots. */
type Round = {
  id: string;
  candidateId: string;
  stream: string;
  form: 'secret' | 'open';
  state: string;
  turnout: { issued: { [stratum: string]: number } };
  result: { score: number | null; returned: number } | null;
  count: { recounted: { score: number | null }; agrees: boolean } | null;
  marked: number;
};

export type Ledgers = {
  rounds: Round[];
  histories: History[];
  notices: Notice[];
  obligations: Obligation[];
  timers: Timer[];
  principals: PrincipalRow[];
  directory: Directory;
  /** Path of each site, by its id. */
  sites: Map<string, string>;
};

/** Reads and replays everything. Throws when a log cannot be replayed at all. */
export async function readLedgers(
  client: Client,
  auditor: Actor,
  campaignId: string,
  county: County,
): Promise<Ledgers> {
  const of = `?campaignId=${campaignId}`;
  const listed = await client.list<Round>(auditor, `/v1/ballot-rounds${of}`);
  const rounds = await forEach(listed, (round) => readRound(client, auditor, round));
  const sheets = await client.list<{ id: string }>(auditor, `/v1/assessments${of}`);
  const [
    documents,
    candidates,
    orders,
    objections,
    reconsiderations,
    panels,
    draws,
    notices,
    obligations,
    timers,
    principals,
    organisations,
    sites,
  ] = await Promise.all([
    client.list<{ id: string }>(auditor, `/v1/documents${of}`),
    client.list<{ id: string }>(auditor, `/v1/candidates${of}`),
    client.list<{ id: string }>(auditor, `/v1/rectifications${of}`),
    client.list<{ id: string }>(auditor, `/v1/objections${of}`),
    client.list<{ id: string }>(auditor, `/v1/reconsiderations${of}`),
    client.list<{ id: string }>(auditor, `/v1/review-panels${of}`),
    client.list<{ id: string }>(auditor, `/v1/draws${of}`),
    client.list<Notice>(auditor, `/v1/notices${of}`),
    client.list<Obligation>(auditor, `/v1/obligations${of}`),
    client.list<Timer>(auditor, `/v1/timers${of}`),
    client.list<PrincipalRow>(auditor, '/v1/principals'),
    client.list<Organisation>(auditor, `/v1/organisations?under=${county.cityId}`),
    client.list<{ id: string; path: string }>(auditor, `/v1/sites?under=${county.id}`),
  ]);
  const receipts = notices.filter(({ receiptRequired }) => receiptRequired);
  const addresses = [
    `/v1/campaigns/${campaignId}`,
    ...candidates.map(({ id }) => `/v1/candidates/${id}`),
    ...orders.map(({ id }) => `/v1/rectifications/${id}`),
    ...objections.map(({ id }) => `/v1/objections/${id}`),
    ...reconsiderations.map(({ id }) => `/v1/reconsiderations/${id}`),
    ...panels.map(({ id }) => `/v1/review-panels/${id}`),
    // Matters hang on candidates, and their obligations name them.
    ...[...new Set(obligations.filter(isMatter).map(({ subjectId }) => subjectId))].map(
      (id) => `/v1/matters/${id}`,
    ),
    ...documents.map(({ id }) => `/v1/documents/${id}`),
    ...rounds.map(({ id }) => `/v1/ballot-rounds/${id}`),
    ...sheets.map(({ id }) => `/v1/assessments/${id}`),
    ...draws.map(({ id }) => `/v1/draws/${id}`),
    ...receipts.map(({ id }) => `/v1/notices/${id}/receipt`),
  ];
  const histories = await forEach(addresses, async (address): Promise<History> => {
    const subject = await client.get<Subject>(auditor, address);
    const log = await client.list<Logged>(auditor, `${address}/events`);
    return { subject, log, replayed: replay(log) };
  });
  const directory = directoryOf(1, organisations);
  const paths = new Map(sites.map(({ id, path }) => [id, path]));
  return { rounds, histories, notices, obligations, timers, principals, directory, sites: paths };
}

async function readRound(client: Client, auditor: Actor, round: Round): Promise<Round> {
  const address = `/v1/ballot-rounds/${round.id}`;
  const roll = await client.list<{ marked: boolean }>(auditor, `${address}/roll`);
  const isValid = round.state === 'valid';
  return {
    ...round,
    count: isValid ? await client.get<Round['count']>(auditor, `${address}/count`) : null,
    marked: roll.filter(({ marked }) => marked).length,
  };
}

const isMatter = ({ kind }: Obligation): boolean => kind === 'matter';

type Begun = Pin & { input: object };

/** The instance, the timers and the effects that a log leads to, decided anew. */
export function replay(log: readonly Logged[]): Replayed {
  const [first] = log;
  if (first === undefined) throw new Error('a log without events');
  const { input, ...pin } = first.payload.begin as Begun;
  const { machine } = pin;
  const release = releaseOf(pin);
  let instance = begin(release, input);
  const timers = new Map<string, string>();
  const effects: Effect[] = [];
  for (const { type, at, principalId, roles, payload, facts } of log) {
    const told: Told = { ...payload, type, at, by: { principalId, roles }, facts };
    // A timer that has fired is gone before its own step says what is set next.
    timers.delete(type);
    const { answer } = advancePinned(instance, told);
    if (answer.kind !== 'step') {
      throw new Error(`${machine}: replaying ${type} gave ${JSON.stringify(answer)}`);
    }
    instance = answer.step.instance;
    effects.push(...answer.step.effects);
    for (const timer of answer.step.timers) {
      if (timer.op === 'set') timers.set(timer.timerId, timer.dueAt);
      else timers.delete(timer.timerId);
    }
  }
  return { instance, revision: log.length, timers, effects };
}

/** The events a replayed instance knows, to be compared with the API's. */
export const acceptedBy = ({ instance }: Replayed): string[] =>
  accepts(releaseOf(instance), instance);
