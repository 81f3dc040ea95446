// Every route is in the access log, or named here with the reason why denials of it are enough.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Desk } from '../support/administration.ts';
import { openDesk } from '../support/administration.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const SUBJECTS =
  'campaigns|candidates|rectifications|ballot-rounds|assessments|review-panels|objections|draws|supplements|policy-changes|documents|matters|regressions|reconsiderations|rankings|notices|inspections';

/** Denials alone are kept of these, and why. */
const DENIALS_ONLY: { readonly [why: string]: RegExp } = {
  'tells nothing of anybody': /^GET \/(?:openapi\.json|livez|readyz|docs|docs\/problems)?$/,
  'is public reference':
    /^GET \/v1\/(?:plans(?:\/:id(?:\/procedures\/:name|\/clauses\/:clause)?)?|machines(?:\/:name\/:version)?|calendars(?:\/:year\/versions)?|clock|record-kinds|ledgers|organisations(?:\/:id(?:\/(?:names|life))?)?|sites(?:\/:id(?:\/conformance|\/facts)?)?|public-notices)$/,
  'is one’s own account': /^GET \/v1\/me(?:\/keys)?$/,
  'is business, read page by page within one’s reach': new RegExp(
    `^GET /v1/(?:${SUBJECTS})(?:/:id(?:/events|/actions)?)?$`,
  ),
  'is business about a candidate or a campaign, read within one’s reach':
    /^GET \/v1\/(?:candidates\/:id\/(?:history|evidence|self-checks|scores|score|application|criteria|outcome-bounds)|campaigns\/:id\/(?:summary|assessment-progress|conflicts-of-interest|rankings|outcome-bounds|final-list|duties|conformance|roster)|rankings\/:id\/verify|draws\/:id\/verify|ballot-rounds\/:id\/count|notices\/:id\/receipt(?:\/events)?|(?:assessments|inspections)\/worklist|ledgers\/:ledger|document-registers|obligations|timers|operations(?:\/:id(?:\/items)?)?)$/,
  'is the state of the service': /^GET \/v1\/incidents(?:\/:id)?$/,
  'is told by the log of its subject': new RegExp(
    `^POST /v1/(?:(?:${SUBJECTS})(?:/:id/events)?|candidates/:id/(?:evidence|self-checks|reconsiderations|evidence/:evidenceId/assessment)|notices/:id/receipt/events|ballot-rounds/:id/slips|document-registers|files|assignments|objections/(?:rejections|rejection-confirmations)|imports/(?:assignments|scores|rosters|candidates))$`,
  ),
  'is told by the log of administration':
    /^(?:POST|PUT|PATCH) \/v1\/(?:principals(?:\/:id\/(?:events|grants|claims|keys\/:keyId\/events))?|grants\/:id\/events|claims|me\/keys(?:\/:keyId\/events)?|organisations(?:\/:id\/events)?|sites(?:\/:id)?|calendars\/:year\/versions(?:\/:revision\/events)?|imports\/(?:organisations|sites|divisions)|plans|clock|timers\/fire-due|incidents\/:id\/(?:retry|dismiss))$/,
  'changes nothing': /^POST \/v1\/(?:plans\/:id\/simulate|campaigns\/:id\/rankings\/what-if)$/,
  'must lead to nobody (R61)': /^POST \/v1\/ballots$/,
  'must not join whoever objects to an address (C15)':
    /^POST \/v1\/public-objections(?:\/look-up)?$/,
};

test('every route is in the access log, or it is said why not', () => {
  const placed = desk.app.registeredRoutes.map(({ method, url, access }) => {
    const route = `${method} ${url}`;
    const reasons = Object.entries(DENIALS_ONLY).filter(([, routes]) => routes.test(route));
    return { route, access, reasons: reasons.map(([why]) => why) };
  });
  const unplaced = placed.filter(
    ({ access, reasons }) => reasons.length + Number(access !== null) !== 1,
  );
  expect(unplaced).toEqual([]);
});

test.each([
  [
    'a file, and stored before it leaves',
    'export',
    10,
    /\.(?:xlsx|docx|html|pdf)$|^\/v1\/(?:files\/:id|audit\/bundle)$/,
  ],
  ['a roll, and stored before it leaves', 'roll', 1, /\/roll$/],
  [
    'an account, a key or an audit list',
    'administrative-read',
    7,
    /^\/v1\/(?:principals|grants|audit\/(?!bundle))/,
  ],
])('whatever is %s is in the access log as that', (_, kind, least, urls) => {
  const placed = desk.app.registeredRoutes.filter(
    ({ method, url }) => method === 'GET' && urls.test(url),
  );
  expect(placed.length).toBeGreaterThanOrEqual(least);
  expect(placed.filter(({ access }) => access !== kind)).toEqual([]);
});
