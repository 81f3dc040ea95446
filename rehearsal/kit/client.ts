// The REST API as any client uses it: a key, JSON, an Idempotency-Key on each POST, and patience.

import { setTimeout } from 'node:timers/promises';

export type Actor = { id: string; name: string; key: string };

export type Unmet = {
  requirement: string;
  /** Null when the plan has no sentence for the rule; then `provenance` names the source of the decision. */
  clause: string | null;
  rule: string | null;
  modality: string;
  quote: string | null;
  provenance: { kind: string; note?: string } | null;
  text: string;
  actual: unknown;
  required: unknown;
};

/** A problem by RFC 9457, with the members that this API adds. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  unmet?: Unmet[];
  roles?: string[];
  accepts?: string[];
};

export type Answer<Body> = { status: number; headers: Headers; body: Body };

/** A subject after an event: the answer to every event. */
export type Told = {
  id: string;
  stage: string;
  state: string;
  status: string;
  revision: number;
  opened: { kind: string; id: string }[];
  warnings: Unmet[];
  recordId?: string;
};

type Options = {
  headers?: Record<string, string>;
  /** The body is a list: CSV as text, a workbook as bytes. */
  list?: true;
};

const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function contentOf(
  body: unknown,
  list: true | undefined,
): { type: string; content: string | Uint8Array<ArrayBuffer> } {
  if (list === undefined) return { type: 'application/json', content: JSON.stringify(body) };
  return body instanceof Uint8Array
    ? { type: XLSX_TYPE, content: new Uint8Array(body) }
    : { type: 'text/csv', content: String(body) };
}

export type Client = ReturnType<typeof createClient>;

/** The most requests at once; more would only queue in the service. */
const AT_ONCE = 16;
const LIST_LIMIT = 100;

/** Told to come later for longer than this, the client takes it for the answer. */
const PATIENCE_MS = 60_000;

/** Sends, and sends again when the service says when (429 and 503 with Retry-After), as any good client does. */
async function sendPatiently(address: string, request: RequestInit): Promise<Response> {
  for (let waitedMs = 0; ; ) {
    const answer = await fetch(address, request);
    const waitMs = Number(answer.headers.get('retry-after') ?? Number.NaN) * 1_000;
    const isLater = answer.status === 429 || answer.status === 503;
    if (!isLater || Number.isNaN(waitMs) || waitedMs + waitMs > PATIENCE_MS) return answer;
    await answer.arrayBuffer();
    await setTimeout(waitMs);
    waitedMs += waitMs;
  }
}

export type Refused = { who: string; what: string; problem: Problem };

/** The service answered otherwise than the story says; `refused` where it refused a request. */
export class Unexpected extends Error {
  override name = 'Unexpected';
  readonly refused: Refused | undefined;

  constructor(message: string, refused?: Refused) {
    super(message);
    this.refused = refused;
  }
}

export function createClient(address: string) {
  let requests = 0;

  /** Sends a request and gives any answer. A null actor sends no key. */
  async function ask<Body = unknown>(
    actor: Actor | null,
    method: string,
    path: string,
    body?: unknown,
    { headers = {}, list }: Options = {},
  ): Promise<Answer<Body>> {
    requests += 1;
    const sent = body === undefined ? null : contentOf(body, list);
    const answer = await sendPatiently(address + path, {
      method,
      headers: {
        ...(actor === null ? {} : { authorization: `Bearer ${actor.key}` }),
        ...(sent === null ? {} : { 'content-type': sent.type }),
        ...(method === 'POST' && actor !== null
          ? { 'idempotency-key': `rehearsal-${requests}` }
          : {}),
        ...headers,
      },
      ...(sent === null ? {} : { body: sent.content }),
    });
    const text = await answer.text();
    const told = (text === '' ? null : JSON.parse(text)) as Body;
    return { status: answer.status, headers: answer.headers, body: told };
  }

  /** Sends a request that must succeed. Throws Unexpected with the problem that came instead. */
  async function demand<Body>(
    actor: Actor,
    method: string,
    path: string,
    body?: unknown,
    options?: Options,
  ): Promise<Answer<Body>> {
    const answer = await ask<Body>(actor, method, path, body, options);
    if (answer.status < 300) return answer;
    const sent = body === undefined ? '' : ` ${JSON.stringify(body).slice(0, 500)}`;
    const { type = `${method} ${path}` } = (body ?? {}) as { type?: string };
    throw new Unexpected(
      `${actor.name}: ${method} ${path}${sent}\n  → ${answer.status} ${JSON.stringify(answer.body)}`,
      { who: actor.name, what: type, problem: answer.body as Problem },
    );
  }

  async function* pages<Item>(actor: Actor, path: string): AsyncGenerator<Item[]> {
    const separator = path.includes('?') ? '&' : '?';
    let cursor: string | null = '';
    while (cursor !== null) {
      const asked: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body }: Answer<{ items: Item[]; next: string | null }> = await demand(
        actor,
        'GET',
        `${path}${separator}limit=${LIST_LIMIT}${asked}`,
      );
      yield body.items;
      cursor = body.next;
    }
  }

  /** The bytes of a file. Throws Unexpected for any other answer. */
  async function download(actor: Actor, path: string): Promise<Uint8Array> {
    requests += 1;
    const headers = { authorization: `Bearer ${actor.key}` };
    const answer = await sendPatiently(address + path, { headers });
    if (answer.status !== 200) throw new Unexpected(`${path} → ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  /** Sends bytes as they are. Throws Unexpected when the service refuses them. */
  async function upload(actor: Actor, path: string, content: Buffer): Promise<{ id: string }> {
    requests += 1;
    const answer = await sendPatiently(address + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${actor.key}`, 'content-type': 'image/jpeg' },
      body: new Uint8Array(content),
    });
    const body = (await answer.json()) as { id: string };
    if (answer.status < 300) return body;
    throw new Unexpected(`${actor.name}: POST ${path} → ${answer.status} ${JSON.stringify(body)}`);
  }

  return {
    ask,
    upload,
    demand,
    download,
    get: async <Body>(actor: Actor, path: string): Promise<Body> =>
      (await demand<Body>(actor, 'GET', path)).body,
    post: async <Body = Told>(actor: Actor, path: string, body: unknown): Promise<Body> =>
      (await demand<Body>(actor, 'POST', path, body)).body,
    /** Every item of a list, page by page. */
    list: async <Item>(actor: Actor, path: string): Promise<Item[]> =>
      (await Array.fromAsync(pages<Item>(actor, path))).flat(),
    requests: (): number => requests,
  };
}

/** Does `work` for every item, a bounded number at a time; results in the order of the items. */
export async function forEach<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
  done: () => void = () => undefined,
  atOnce = AT_ONCE,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as Item, index);
      done();
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}
