// Writes plans/plan.schema.json, by which an editor helps whoever writes a plan, and docs/plan-fields.md,
// which tells every field of it.

import { writeFileSync } from 'node:fs';
import { CAMPAIGN_RULES } from '../machines/campaign/gates.ts';
import { TEMPLATES } from '../machines/notice/templates.ts';
import { CANDIDATE_RULES } from '../machines/procedure/rules.ts';
import { SHARES } from '../src/rules/candidate/criteria.ts';
import { SITE_FACTS } from '../src/rules/county/site-facts.ts';
import { STEP_FIELDS } from '../src/rules/plan/procedure-schema.ts';
import { CLAUSE_PATTERN, DAY_PATTERN, ROLES } from '../src/rules/plan/schema-terms.ts';
import { RECORD_KINDS } from '../src/rules/record/record-kinds.ts';
import { base, mapped, type Node, newest, planJsonSchema, whole } from './plan-json-schema.ts';

const ROOT = new URL('../', import.meta.url);
export const PLAN_JSON_SCHEMA = new URL('plans/plan.schema.json', ROOT);
export const PLAN_FIELDS = new URL('docs/plan-fields.md', ROOT);

const code = (text: unknown): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const PATTERNS: { readonly [pattern: string]: string } = {
  [CLAUSE_PATTERN]: 'number of a clause',
  [DAY_PATTERN]: 'day, as `2018-04-09`',
};

const LISTS: ReadonlyMap<string, string> = new Map([
  [JSON.stringify(ROLES), 'role'],
  [JSON.stringify(Object.keys(TEMPLATES)), 'name of a notice'],
]);

/** The values that a field takes, as short as an author needs it. */
function formOf(node: Node): string {
  const list = LISTS.get(JSON.stringify(node.enum));
  if (list !== undefined) return list;
  if (node.pattern !== undefined && PATTERNS[node.pattern]) return PATTERNS[node.pattern] ?? '';
  if (node.anyOf) return node.anyOf.map(formOf).join(' or ');
  if (node.const !== undefined) return code(node.const);
  if (node.enum) return node.enum.map(code).join(' ');
  if (node.type === 'array') return `list of ${node.items ? formOf(node.items) : 'anything'}`;
  if (node.type === 'object') return node.patternProperties ? 'object by name' : 'object';
  if (node.type === 'boolean') return '`true` `false`';
  if (node.type === 'null') return '`null`';
  if (node.type === 'string') return node.pattern ? `text ${code(node.pattern)}` : 'text';
  const bounds = [node.minimum, node.maximum].map((bound) => bound ?? '');
  return `${node.type === 'integer' ? 'whole number' : node.type} ${bounds.join('–')}`;
}

/** A provenance is told under `cites`, and the policies of a category are those of the plan. */
const isTold = (key: string) => key === 'provenance' || key === 'policies';

/** A row for each field within a node, in the order of the schema, once where several forms have it. */
function rowsOf(node: Node, path: string): string[][] {
  const rows = (node.anyOf ?? [node]).flatMap((inner) => rowsOfForm(inner, path));
  const told = new Set<string | undefined>();
  return rows.filter(([at]) => !told.has(at) && told.add(at));
}

function rowsOfForm(inner: Node, path: string): string[][] {
  if (inner.items) return rowsOf(inner.items, `${path}[]`);
  const required = new Set(inner.required);
  const entries = Object.entries({
    ...inner.properties,
    ...mapped(inner.patternProperties ?? {}, (one) => one),
  });
  return entries.flatMap(([key, field]) => {
    const name = inner.properties ? key : '<name>';
    const at = path === '' ? name : `${path}.${name}`;
    const row = [
      code(at),
      formOf(field),
      inner.properties && !required.has(key) ? 'optional' : '',
      field.description ?? '',
    ];
    return isTold(key) ? [row] : [row, ...rowsOf(field, at)];
  });
}

const HEAD = ['field', 'form', '', '说明 · what it is'];

type Stated = { value: unknown; provenance: { clause?: string; note?: string } };

function policiesTable(policies: { [name: string]: Node }): string {
  const stated = base.policies as { [name: string]: Stated };
  return table(
    ['policy', 'form', 'base', 'rule', '说明 · what it is'],
    Object.entries(policies).map(([name, { properties, description }]) => {
      const { value, provenance } = stated[name] ?? {};
      return [
        code(name),
        properties?.value ? formOf(properties.value) : '',
        value === undefined ? '' : code(JSON.stringify(value)),
        provenance?.clause ?? '',
        description ?? '',
      ];
    }),
  );
}

/** The value of a policy that has parts. */
const policyParts = (policies: { [name: string]: Node }): string[][] =>
  Object.entries(policies).flatMap(([name, { properties }]) =>
    properties?.value ? rowsOf(properties.value, `${name}.value`) : [],
  );

function sectionOf(key: string, node: Node): string[] {
  const head = [`## ${key}`, node.description ?? ''];
  if (key === 'policies') {
    const policies = node.properties ?? {};
    return [...head, policiesTable(policies), table(HEAD, policyParts(policies))];
  }
  // A procedure's own stages are of the form of those with names.
  const rows = key === 'procedures' ? [] : rowsOf(node, '');
  return [...head, rows.length === 0 ? formOf(node) : table(HEAD, rows)];
}

/** The names that criteria and phases use, which the service knows. */
function knownNames(): string[] {
  const gates = Object.entries(CAMPAIGN_RULES).map(([name, gate]) => {
    const rule = gate('');
    return typeof rule === 'function'
      ? [
          code(name),
          '',
          '到本阶段末应有的台账记录齐全 · the duties of the ledgers that are owed by its end',
        ]
      : [code(name), rule.clause, `${rule.zh} · ${rule.en}`];
  });
  const fields = (kind: (typeof RECORD_KINDS)[number]) =>
    Object.entries({ ...kind.fields } as { [name: string]: Node }).map(([name, field]) =>
      field.enum ? `${code(name)}: ${field.enum.map(code).join(' ')}` : code(name),
    );
  const steps = Object.entries(STEP_FIELDS).map(([kind, [must, may]]) => [
    code(kind),
    must.map(code).join(' '),
    may.map(code).join(' '),
  ]);
  const rules = Object.entries(CANDIDATE_RULES).flatMap(([kind, named]) =>
    Object.entries(named).map(([name, { clause, zh, en }]) => [
      code(name),
      code(kind),
      clause,
      `${zh} · ${en}`,
    ]),
  );
  return [
    '## Steps',
    'The fields of each step beside `step` and `clause`. What a step does stands in [plans](plans.md).',
    table(['step', 'must have', 'may have'], steps),
    'The rules that a step may ask beside its own; none listed, none asked. `{site}` and the like are the words of `titles`.',
    table(['rule', 'at', 'rule of the service', '要求 · what must hold'], rules),
    '## Roles',
    ROLES.map(code).join(' '),
    '## What a phase may ask before it closes',
    '`phases[].leave` names them; another is refused.',
    table(['leave', 'rule', '要求 · what must hold'], gates),
    '## Evidence',
    '`required.evidence` names a kind; `where` asks for attributes. Those of a showcase case (`impact`, `promotionScope`) are what the reviewer determined, the others what was recorded. `recordKinds` adds kinds.',
    table(
      ['evidence', 'rule', '名称 · name', 'attributes'],
      RECORD_KINDS.map((kind) => [
        code(kind.code),
        kind.clause,
        `${kind.zh} · ${kind.en}`,
        fields(kind).join('; '),
      ]),
    ),
    '## Facts and shares',
    `\`required.fact\` names \`site.\` or \`base.\` and one of these, \`inspection.inGoodOrder\`, \`stream.<stream>.score\`, or the score of one electorate, \`stream.<stream>.<code>Score\`. \`siteFacts\` adds names. Shares: ${Object.entries(
      SHARES,
    )
      .flatMap(([of, facts]) => Object.keys(facts).map((fact) => code(`of: ${of}, fact: ${fact}`)))
      .join(', ')}.`,
    table(
      ['fact', 'form', '名称'],
      SITE_FACTS.map(({ name, form, zh }) => [code(name), form, zh]),
    ),
  ];
}

/** The text of docs/plan-fields.md. */
export function planFields(): string {
  const notices = base.notices as { [name: string]: { title: string; clause: string } };
  return `${[
    '# Every field of a plan',
    `Written by \`npm run docs\` from \`src/rules/plan/plan-schema.ts\` and \`plans/base\`; do not edit. How a plan is put together stands in [plans](plans.md). “base” is what ${code(newest)} says, “rule” the rule of the service that a policy serves.`,
    ...Object.entries({ ...planJsonSchema().properties, ...whole.properties }).flatMap(
      ([key, node]) => sectionOf(key, node),
    ),
    ...knownNames(),
    '## Texts of notices',
    'What each notice is told beside the names that every text knows: `plan` `titles` `documentNumber` `issueDate` `clause` `basis` `campaignName` `addressee` `subject` `subjectName` `category` `date`.',
    table(
      ['notice', 'rule', 'told', 'title in the base'],
      Object.entries(TEMPLATES).map(([name, told]) => [
        code(name),
        notices[name]?.clause ?? '',
        told.map(code).join(' '),
        notices[name]?.title ?? '',
      ]),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

if (import.meta.main) {
  writeFileSync(PLAN_JSON_SCHEMA, `${JSON.stringify(planJsonSchema(), null, 1)}\n`);
  writeFileSync(PLAN_FIELDS, planFields());
}
