// The running service asked by every role for every address: about its own subtree, about somebody
// else's, and without a key. docs/role-routes.md is what it answered.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../machines/kit/access.ts';
import {
  type OpenapiDocument,
  type OperationEntry,
  operationsOf,
} from '../../src/http/docs/docs-operation.ts';
import { ROLES } from '../../src/rules/plan/schema-terms.ts';
import { fillPeng } from '../support/about-peng.ts';
import { castOf } from '../support/campaign.ts';
import { fillForCommands, type Ids, sentTo } from '../support/commands-about-peng.ts';
import { foundBases } from '../support/directory.ts';
import { CITY, openService, type Person, type RunningService, WULI } from '../support/service.ts';
import { readList } from '../support/sheets.ts';
import { unit } from '../support/units.ts';

/** Where each role is held above or at Peng, and where beside it. The seed has one city only. */
const PLACES: { readonly [R in Role]: readonly [own: string, foreign: string | null] } = {
  'city-centre': [unit('6102-YCJY'), null],
  'county-office': [unit('610222-YCB'), unit('610202-YCB')],
  'county-department': [unit('610222-ZZB'), unit('610202-ZZB')],
  'township-committee': [unit('610222101-DW'), unit('610222102-DW')],
  'township-office': [unit('610222101-ZF'), unit('610222102-ZF')],
  'village-organisation': [unit('610222101203-DZB'), unit('610222102200-DZB')],
  base: ['BASE-1', 'BASE-2'],
  assessor: [unit('610222'), unit('610202')],
  scheduler: [unit('610222'), unit('610202')],
  integrator: [unit('610222'), unit('610202')],
  operator: [CITY, unit('610202')],
  auditor: [unit('610222'), unit('610202')],
  'security-officer': [CITY, unit('610202')],
  administrator: [CITY, unit('610202')],
};

let service: RunningService;
let people: readonly (readonly [Person, Person | null])[];
let operations: OperationEntry[];
let ids: Ids;

beforeAll(async () => {
  service = await openService();
  await foundBases(service.pool, WULI, [{ code: 'BASE-2', name: '五里基地' }]);
  const cast = await castOf(service);
  ids = await fillForCommands(service, cast, await fillPeng(service, cast));
  people = await Promise.all(
    ROLES.map(async (role) => {
      const [own, foreign] = PLACES[role];
      const elsewhere = foreign === null ? null : await service.person([role, foreign]);
      return [await service.person([role, own]), elsewhere] as const;
    }),
  );
  operations = operationsOf(service.app.swagger() as OpenapiDocument);
}, 120_000);
afterAll(() => service.close());

/** The address of something about Peng, narrowed to its campaign where that can be said; an import is tried dry. */
function addressOf({ path, operation }: OperationEntry): string {
  const [, , resource = ''] = path.split('/');
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const before = path.split(`/{${name}}`)[0]?.split('/').at(-1);
    return ids[`${before}/${name}`] ?? ids[name] ?? ids[resource] ?? 'nothing';
  });
  const narrowing = ['campaignId', 'dryRun', ...(path === '/v1/files' ? ['organisationId'] : [])];
  const asked = (operation.parameters ?? []).filter(
    ({ in: place, name, required }) =>
      place === 'query' && (required || narrowing.includes(name)) && ids[name] !== undefined,
  );
  const query = new URLSearchParams(asked.map(({ name }) => [name, ids[name] ?? '']));
  return query.size === 0 ? filled : `${filled}?${query}`;
}

type Asked = { payload: string; type: string; event: string };
type Answer = Awaited<ReturnType<typeof answerOf>>;

/** An event names a revision that never was: whoever may send it is told 412, and nothing has changed. */
async function answerOf(person: Person | null, entry: OperationEntry, sent?: Asked) {
  const url = addressOf(entry);
  const headers = {
    ...(person === null ? {} : { authorization: `Bearer ${person.key}` }),
    ...(sent === undefined || sent.event === '' ? {} : { 'if-match': '"0"' }),
    ...(sent === undefined || sent.type === '' ? {} : { 'content-type': sent.type }),
  };
  const method = entry.method.toUpperCase() as 'GET';
  const payload = sent === undefined || sent.type === '' ? {} : { payload: sent.payload };
  // Each from an address of their own: tries of a code are counted by address.
  const remoteAddress = `10.0.0.${1 + people.flat().indexOf(person)}`;
  return service.app.inject({ method, url, headers, ...payload, remoteAddress });
}

const REFUSED: { readonly [status: number]: string } = { 401: '401', 403: '✗', 404: '–' };

/** ✓ told, ∅ a list with nothing in it. */
async function told(answer: Answer, { path }: OperationEntry): Promise<string> {
  const { statusCode, headers, payload, rawPayload } = answer;
  // Nothing prints in a test, which is told to whoever may read.
  if (statusCode === 501) return '✓';
  if (statusCode >= 300) return REFUSED[statusCode] ?? `${statusCode} ${payload}`;
  const type = String(headers['content-type']);
  // Forms for imports are empty on purpose.
  if (type.includes('spreadsheet') && !path.startsWith('/v1/imports/'))
    return (await readList(rawPayload)).length > 1 ? '✓' : '∅';
  const isEmpty = type.includes('json') && JSON.parse(payload).items?.length === 0;
  return isEmpty ? '∅' : '✓';
}

/** ✓ let in, done or not for a reason of the business; · taken from nobody as it stands. */
function letIn({ statusCode, payload }: Answer): string {
  if (statusCode === 409 && JSON.parse(payload).stage !== undefined) return '·';
  // Whoever sends a file says of which unit of theirs.
  if (statusCode === 400 && payload.includes('"/query/organisationId"')) return '✗';
  if (statusCode < 300 || [409, 412, 422].includes(statusCode)) return '✓';
  return REFUSED[statusCode] ?? `${statusCode} ${payload}`;
}

/** Asked of nothing, because nothing of the kind is about Peng: the answer would be 404 to everybody. */
const OF_NOTHING = [
  'GET /v1/regressions/{id}',
  'GET /v1/regressions/{id}/events',
  'GET /v1/regressions/{id}/actions',
  'POST /v1/regressions/{id}/events',
];
/** Nobody is let in: of a code that nobody has, and of a key that is another's. */
const OF_OTHERS = ['POST /v1/claims', 'POST /v1/me/keys/{keyId}/events'];

/** What they begin is taken in a stage where nothing about Peng is. */
const OUT_OF_STAGE = [
  'POST /v1/ballot-rounds/{id}/slips',
  'POST /v1/candidates/{id}/reconsiderations',
  'POST /v1/candidates/{id}/self-checks',
];

type Row = { route: string; event: string; cells: string[] };

async function rowsOf(entries: readonly OperationEntry[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const entry of entries) {
    const route = `${entry.method.toUpperCase()} ${entry.path}`;
    const isRead = entry.method === 'get';
    for (const sent of isRead ? [undefined] : sentTo(entry, ids)) {
      const ask = async (person: Person | null): Promise<string> => {
        const answer = await answerOf(person, entry, sent);
        return isRead ? told(answer, entry) : letIn(answer);
      };
      const all = [null, ...people.flat().filter((person) => person !== null)];
      // What is done may be done once only, so that those who ask wait for each other.
      const cells = isRead ? await Promise.all(all.map(ask)) : [];
      if (!isRead) for (const person of all) cells.push(await ask(person));
      rows.push({ route, event: sent?.event ?? '', cells });
    }
  }
  return rows;
}

/** The cells of a role beside each other: of its own subtree, and of another. */
const lineOf = ({ route, event, cells: [nobody = '', ...cells] }: Row): string => {
  let at = 0;
  const joined = people.map((pair) => {
    const count = pair[1] === null ? 1 : 2;
    at += count;
    return cells.slice(at - count, at).join(' ');
  });
  return `| \`${route.replace(/^GET /, '')}\`${event === '' ? '' : ` ${event}`} | ${nobody} | ${joined.join(' | ')} |\n`;
};

test('docs/role-routes.md is what the running service answers each role, of its own subtree and of another', async () => {
  const asked = operations.filter(
    ({ method, path }) => !OF_NOTHING.includes(`${method.toUpperCase()} ${path}`),
  );
  const isRead = ({ method }: OperationEntry) => method === 'get';
  const reads = await rowsOf(asked.filter(isRead));
  const commands = await rowsOf(asked.filter((entry) => !isRead(entry)));
  const all = [...reads, ...commands];
  const unlike = all.filter(({ cells }) => !cells.every((cell) => /^(?:[✓∅✗–·]|401)$/.test(cell)));
  expect(unlike).toEqual([]);
  // An address that nobody is told anything at, or let in by any event of, was asked wrongly.
  const open = new Set(
    all.filter(({ cells }) => /[✓∅]/.test(cells.join(''))).map((row) => row.route),
  );
  const closed = new Set(all.map(({ route }) => route)).difference(open);
  expect([...closed].sort()).toEqual([...OF_OTHERS, ...OUT_OF_STAGE].sort());
  const isIdle = ({ route, cells }: Row) => !cells.includes('✓') && !OF_OTHERS.includes(route);
  const idle = commands.filter(isIdle);
  const idleRoutes = [...new Set(idle.map(({ route }) => route))].map((route) => {
    const events = idle.filter((row) => row.route === route).map(({ event }) => event);
    return `\`${route}\` ${events.join(', ')}`.trimEnd();
  });
  const page = [
    ...[HEAD, ...reads.map(lineOf)],
    ...[COMMANDS, ...commands.filter((row) => !isIdle(row)).map(lineOf)],
    `\nTaken from nobody here: ${idleRoutes.join('; ')}.\n`,
  ];
  await expect(page.join('')).toMatchFileSnapshot('../../docs/role-routes.md');
}, 240_000);

test('every route that the service registers is asked', () => {
  const of = (method: string, path: string) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;
  const documented = new Set(operations.map(({ method, path }) => of(method.toUpperCase(), path)));
  const unasked = service.app.registeredRoutes
    .map(({ method, url }) => of(method, url))
    .filter((route) => !documented.has(route));
  expect(unasked).toEqual([]);
});

const COLUMNS = `no key | ${ROLES.join(' | ')} |
|---|---|${ROLES.map(() => '---|').join('')}
`;
const HEAD = `# Which role is answered what, at every address

Generated by \`test/http/role-routes.test.ts\` (\`npx vitest run --update\` writes it anew), which asks the running service at
every address that it registers, in the name of every role and without a key. A new route adds a row, or the test fails.

Each cell has two answers: of whoever holds the role over its own subtree, and of whoever holds it beside that. What is asked
for is about the township of Peng in Yijun, or the campaign of Yijun where it is of the whole. Own: the city for administrator,
security officer and operator, else Yijun and its offices, Peng's offices, a village and a base **in** Peng, whose own is less
than Peng. Beside: another county and its offices, another township of Yijun with its village and its base; of the city there is
one only. A list that takes no campaign tells each what lies within their own reach; a township of the same campaign reads
what is the campaign's, and what is published.

## What is read

✓ told · ∅ a list with nothing in it · ✗ refused (403) · – hidden (404) · 401 asks for a key. Nothing of the kind is there to be
asked for: ${OF_NOTHING.map((route) => `\`${route}\``).join(', ')}.

| GET | ${COLUMNS}`;
const COMMANDS = `
## What is done

✓ let in: done, or not for a reason that is no question of who asks (409, 412, 422) · ✗ refused (403; a file for somebody
else's unit: 400) · – hidden (404) · 401 asks for a key · a dot: not in this state, and not
by this role (409). Events are sent with a revision that never was, so that nothing changes from one role to the next; imports are
tried dry. Of one state only: who may send an event in which stage is told by \`machines/*/access.ts\`, and the
[write wall](write-wall.md) stands behind it. ${OF_OTHERS.map((route) => `\`${route}\``).join(' and ')} are asked with a code and a key
that are not the caller's.

| | ${COLUMNS}`;
