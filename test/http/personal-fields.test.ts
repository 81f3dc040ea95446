// Whatever people may write in words of their own is personal, or stands here with the reason why not.

import { readdirSync, readFileSync } from 'node:fs';
import Type, { type TSchema } from 'typebox';
import { expect, test } from 'vitest';
import type { MachineName } from '../../machines/catalog.ts';
import { PERSONAL_FIELDS } from '../../machines/personal.ts';
import { readLogs } from '../../rehearsal/kit/stored-logs.ts';
import { SECURITY, securityPage } from '../../scripts/personal-docs.ts';
import { scoreSheetEvents } from '../../src/http/assessment/score-sheet-payloads.ts';
import { ballotRoundEvents, convening } from '../../src/http/ballot/ballot-round-payloads.ts';
import { campaignEvents } from '../../src/http/campaign/campaign-payloads.ts';
import { candidateEvents } from '../../src/http/candidate/candidate-payloads.ts';
import { regressionEvents } from '../../src/http/conformance/regressions.ts';
import { supplementEvents } from '../../src/http/conformance/supplements.ts';
import { documentEvents } from '../../src/http/document/documents.ts';
import { drawEvents } from '../../src/http/draw/draw-payloads.ts';
import { rectificationEvents } from '../../src/http/inspection/rectification-payloads.ts';
import { objectionEvents } from '../../src/http/objection/objection-payloads.ts';
import { reconsiderationEvents } from '../../src/http/reconsideration/reconsiderations.ts';
import { matterEvents } from '../../src/http/record/matters.ts';
import { panelEvents } from '../../src/http/review/review-panels.ts';
import { ERASED, withoutPart } from '../../src/rules/audit/personal.ts';

const SENT: readonly [MachineName, readonly TSchema[]][] = [
  ['campaign', campaignEvents],
  ['candidate', candidateEvents],
  ['ballot-round', ballotRoundEvents],
  ['document', documentEvents],
  ['draw', drawEvents],
  ['matter', matterEvents],
  ['objection', objectionEvents],
  ['reconsideration', reconsiderationEvents],
  ['rectification', rectificationEvents],
  ['regression', regressionEvents],
  ['review-panel', panelEvents],
  ['score-sheet', scoreSheetEvents],
  ['supplement', supplementEvents],
];

/** Texts of the interface that are no words about persons. */
const NO_WORDS: { readonly [field: string]: string } = {
  'record-evidence form': 'the form of an activity: 集中收看',
  'record-evidence siteIds[]': 'ids of sites',
  'record-evidence supersedes.recordId': 'the id of a record',
  'record-verification place': 'a place',
  'record-inspection criteria[]': 'ids of criteria',
  'record-inspection openFacts[]': 'names of facts of a site',
  'record-inspection openRecords[]': 'ids of records',
  'assess-evidence id': 'the id of a record',
  'submit-plan title': 'the title of a plan of a unit',
  'submit-self-check results[].criterion': 'the id of a criterion',
  'submit-self-check results[].priority': 'how urgent a shortcoming is',
  'confirm-finding-rectified criterion': 'the id of a criterion',
  'apply attestations[]': 'ids of criteria',
  'resubmit application.attestations[]': 'ids of criteria',
  'correct-site-fact field': 'the name of a fact',
  'supersede-record recordId': 'the id of a record',
  'submit evidence[]': 'ids of files and records',
  'close photos[]': 'ids of files and records',
  'reopen photos[]': 'ids of files and records',
  'declare-recusal unitId': 'the id of a unit',
  'withdraw-recusal unitId': 'the id of a unit',
  'void-record recordId': 'the id of a record',
  'enter-count strata[].stratum': 'the code of an electorate',
  'revise secrecy': 'the degree of secrecy',
  'revise urgency': 'the degree of urgency',
};
/** Where it is the same with every event. */
const NO_WORDS_ANYWHERE: readonly RegExp[] = [
  / (?:judged\[\]\.criterion|notApplicable\[\]\.item|points\[\]\.item)$/,
  / (?:category|organisationId|add\[\]|remove\[\]|addressees\[\]|copyTo\[\])$/,
  / word$/,
  / changes\[\]/,
];

type Schema = TSchema & {
  type?: string;
  properties?: { [name: string]: Schema };
  items?: Schema;
  anyOf?: Schema[];
  patternProperties?: { [pattern: string]: Schema };
};

/** The paths of the texts that a schema takes in whatever words. */
function texts(schema: Schema, at: string): string[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((one) => texts(one, at));
  if (schema.type === 'array') return texts(schema.items as Schema, `${at}[]`);
  if (schema.patternProperties !== undefined) {
    const [value] = Object.values(schema.patternProperties);
    return value?.type === 'integer' ? [] : [`${at}.**`];
  }
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([name, one]) =>
      texts(one, at === '' ? name : `${at}.${name}`),
    );
  }
  const isFree =
    schema.type === 'string' &&
    !['const', 'enum', 'format'].some((word) => word in schema) &&
    (!('pattern' in schema) || schema.pattern === '\\S');
  return isFree ? [at] : [];
}

const isNoWord = (field: string): boolean =>
  field in NO_WORDS || NO_WORDS_ANYWHERE.some((one) => one.test(field));

test('whatever the interface takes in words is personal, or is known to name nobody', () => {
  const unknown: string[] = [];
  for (const [machine, events] of SENT) {
    for (const { properties = {} } of events as readonly Schema[]) {
      const { type, ...fields } = properties;
      const name = String((type as { const?: unknown } | undefined)?.const);
      for (const path of texts(Type.Object(fields), '')) {
        // A draft of a document hands its words on as choices.
        const place = machine === 'document' && name === 'revise' ? `choices.${path}` : path;
        const isPersonal = PERSONAL_FIELDS[machine][name]?.includes(place);
        if (!isPersonal && !isNoWord(`${name} ${path}`))
          unknown.push(`${machine}: ${name} ${path}`);
      }
    }
  }
  expect(unknown).toEqual([]);
  expect(texts(Type.Object(convening), '')).toEqual(['roll[].name']);
});

test('`npm run docs` has been run: docs/security.md lists the personal fields of the code', () => {
  expect(readFileSync(SECURITY, 'utf8')).toBe(securityPage());
});

/** What is left in a log in Chinese, which is where its people write; each with what it is. */
const LEFT: { readonly [field: string]: string } = {
  'ballot-round facts.ballotRules.grades[]': 'the grades of a ballot',
  'campaign facts.duties.owed[].lacking[]': 'names of units',
  'campaign facts.duties.owed[].zh': 'a duty, in the words of the plan',
  'campaign facts.supervision.withoutScheduled[]': 'names of townships',
  'campaign facts.supervision.withoutUnscheduled[]': 'names of townships',
  'candidate facts.criteria[].zh': 'a criterion, in the words of the plan',
  'candidate payload.word': 'the plan’s word for a verdict',
  'candidate payload.form': 'the form of an activity',
  'candidate payload.place': 'a place',
  'candidate payload.title': 'the title of a plan of a unit',
  'document facts.material.about.organisation': 'the name of an organisation',
  'document facts.material.campaignName': 'the name of the campaign',
  'document facts.material.addressees[]': 'names of organisations',
  'document facts.material.copyTo[]': 'names of organisations',
  'document facts.material.issuerName': 'the name of an organisation',
  'document payload.issuedBy': 'the name of an organisation',
  'document payload.number': 'the number of a document',
  'draw facts.outcome.assignments[].stratum': 'the name of a township',
  'draw facts.outcome.units[].stratum': 'the name of a township',
  'draw payload.begin.input.title': 'the title of a draw',
};

/** A deadline names the documents that its calendar rests on. */
const isLeft = (field: string): boolean => field in LEFT || field.endsWith('.calendarVersion');

function chinese(value: unknown, at: string, found: Set<string>): void {
  if (typeof value === 'string') {
    if (/\p{Script=Han}/u.test(value) && value !== ERASED) found.add(at);
  } else if (Array.isArray(value)) {
    for (const item of value) chinese(item, `${at}[]`, found);
  } else if (typeof value === 'object' && value !== null) {
    // A calendar bears the name of the document that gave its days.
    for (const [name, item] of Object.entries(value))
      if (name !== 'calendarVersion')
        chinese(item, at.endsWith('.names') ? at : `${at}.${name}`, found);
  }
}

const LOGS = new URL('../rehearsal/logs/', import.meta.url);

test.each(readdirSync(LOGS))('once erased, nothing in the logs of %s names a person', (file) => {
  const found = new Set<string>();
  const names = new Set<string>();
  const left: string[] = [];
  for (const { log, instance } of readLogs(new URL(file, LOGS)).logs) {
    for (const event of log) {
      const part = event.personal?.part ?? {};
      const { payload, facts } = withoutPart(event, part);
      chinese(payload, `${instance.machine} payload`, found);
      chinese(facts, `${instance.machine} facts`, found);
      left.push(JSON.stringify({ payload, facts }));
      for (const [pointer, text] of Object.entries(part)) if (NAMES.test(pointer)) names.add(text);
    }
  }
  expect([...found].filter((field) => !isLeft(field))).toEqual([]);
  expect(names.size).toBeGreaterThan(5);
  // A unit that is created is called by its place, which others are said to lie in.
  const isUnit = (name: string) =>
    left.some((text) => text.includes(`"organisation":"${name}"`) || text.includes(`${name}党`));
  const people = [...names].filter((name) => !isUnit(name));
  expect(people.filter((name) => left.some((text) => text.includes(name)))).toEqual([]);
});

const NAMES =
  /\/(?:signatory|responsiblePerson|personName|name|inspectors\/\d+|verifiers\/\d+|objector\/(?:name|contact))$/;
