// Writes docs/traceability.md: the places of each sentence of the plan and of each of its quirks, and the
// tests that prove it. They are read from the tags in the code and from the titles of the tests.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ESTree } from 'vite';
import { parseSync, Visitor } from 'vite';
import { parse } from 'yaml';
import type { Release } from '../machines/catalog.ts';
import { releases } from '../machines/catalog.ts';
import { definitionOf } from '../machines/kit/definition.ts';
import { campaignReleaseOf, candidateReleaseOf } from '../src/db/plan/releases.ts';
import { planLibrary } from '../src/plan-library.ts';
import { expandPlan } from '../src/rules/plan/extends.ts';
import type { Plan } from '../src/rules/plan/plan-schema.ts';

const ROOT = new URL('../', import.meta.url);
export const TRACEABILITY = new URL('docs/traceability.md', ROOT);

const TAG = /\b([RQ])([1-9]\d?)(?:[–-]\1?([1-9]\d?))?\b/g;

export type Tag = { id: string; file: string };
/** A place within a file. `isRefusal`: the test looks at a refusal. */
type Place = Tag & { title: string };
type Proof = Place & { isRefusal: boolean };

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const expanded = expandPlan(parse(read('plans/yijun-2017.yaml')), planLibrary);
if ('faults' in expanded) throw new Error(JSON.stringify(expanded.faults));
const plan = expanded.plan as Plan;

const everyRelease: readonly Release[] = [
  campaignReleaseOf(plan),
  ...plan.categories.map(({ code }) => candidateReleaseOf(plan, code)),
  ...releases,
];
const quirks = parse(read('docs/quirks.yaml')) as { [id: string]: string };

/** R1 to R74 with their modality, then Q1 to Q20 without. */
export const clauses: readonly { id: string; modality: string | null; words: string }[] = [
  ...Object.entries(plan.clauses).map(([id, { modality, quote }]) => ({
    id,
    modality,
    words: quote,
  })),
  ...Object.entries(quirks).map(([id, words]) => ({ id, modality: null, words })),
];

/** What users and public reports found, as what is right. */
export const findings: readonly { id: string; words: string }[] = Object.entries(
  parse(read('docs/findings.yaml')) as { [id: string]: string },
).map(([id, words]) => ({ id, words }));

/** The findings at the head of a title: `O14, C22: …`. */
const findingsIn = (title: string): string[] =>
  (/^((?:[A-Z]\d+[a-z]?(?:, )?)+)[:,]/.exec(title)?.[1] ?? '')
    .split(', ')
    .filter((id) => /^[OCP]/.test(id));

/** The clauses that a text names; `R47–R50` names all four. */
export const tagsIn = (text: string): string[] => {
  const found = [...text.matchAll(TAG)].flatMap(([, letter = '', first, last = first]) => {
    const [from, to] = [Number(first), Number(last)];
    return Array.from(
      { length: Math.max(1, to - from + 1) },
      (_, index) => letter + (from + index),
    );
  });
  return [...new Set(found)];
};

/**
 * The clauses that a title proves: each one named by itself, because the author of a range has not looked
 * at each.
 */
export const provedBy = (title: string): string[] =>
  tagsIn(
    title
      .replaceAll(/[RQ]\d+ to [RQ]\d+/g, '')
      .replaceAll(TAG, (found) => (/[–-]/.test(found) ? '' : found)),
  );

const files = (folder: string, ending: RegExp): string[] =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => `${folder}/${name}`)
    .sort();

// This register lists every rule, wherever each of them lives.
const REGISTER = 'src/rules/plan/rule-numbers.ts';
const EVERY_SENTENCE = /R1–R74/g;
const CODE = [
  ...files('machines', /\.ts$/),
  ...files('src', /\.ts$/),
  ...files('migrations', /\.sql$/),
].filter((file) => file !== REGISTER);

/**
 * Every clause that the code names, once for each file. A file that names the whole range counts for none.
 */
export const codeTags = (): Tag[] =>
  CODE.flatMap((file) =>
    tagsIn(read(file).replaceAll(EVERY_SENTENCE, '')).map((id) => ({ id, file })),
  );

/** `test.each` as ['test', 'each']; the name of what is called comes first. */
const calleeOf = (node: ESTree.Node): string[] => {
  if (node.type === 'Identifier') return [node.name];
  if (node.type === 'CallExpression') return calleeOf(node.callee);
  if (node.type !== 'MemberExpression') return [];
  const { property } = node;
  return [...calleeOf(node.object), property.type === 'Identifier' ? property.name : ''];
};

/** The node without `as const` and its like. */
const plain = (node: ESTree.Node | undefined): ESTree.Node | undefined =>
  node?.type === 'TSAsExpression' || node?.type === 'TSSatisfiesExpression'
    ? plain(node.expression)
    : node;

type Tables = ReadonlyMap<string, ESTree.Node>;
const CELL_MAX = 60;

/** The title once for each row of its table, with the row's cells in their places. */
function titlesOf(
  title: string,
  table: ESTree.Node | undefined,
  text: string,
  tables: Tables,
): Title[] {
  const known = table?.type === 'Identifier' ? tables.get(table.name) : table;
  const rows = plain(known);
  if (rows?.type !== 'ArrayExpression') return [{ words: title, named: title }];
  const cell = (node: ESTree.Node | null | undefined): string => {
    if (node === null || node === undefined) return '';
    const said = node.type === 'Literal' ? String(node.value) : text.slice(node.start, node.end);
    return said.length > CELL_MAX ? `${said.slice(0, CELL_MAX)}…` : said.replaceAll(/\s+/g, ' ');
  };
  return rows.elements.map((element) => {
    const row = plain(element ?? undefined);
    const cells = row?.type === 'ArrayExpression' ? [...row.elements] : [row];
    const first = cell(plain(cells[0] ?? undefined));
    const words = title.replaceAll(/%[sijdfo]/g, () => cell(plain(cells.shift() ?? undefined)));
    // A cell may name a clause for other reasons; as the first word it is the subject of the row.
    const isOfClause = /^%s[:,]/.test(title) && /^[RQ]\d+$/.test(first);
    return { words, named: isOfClause ? `${first} ${title}` : title };
  });
}

// A test that is not run, or that expects nothing, proves nothing.
const NOT_RUN = new Set(['skip', 'todo', 'fails']);
const EXPECTS = /\b(?:expect\w*|assert\w*|holds\w*|done)\s*[.(]/;
/** Words in the title or the expectations of a test about a refusal. */
const REFUSES = /refus|unmet|forbidden|out-of-state|\b4(?:00|03|09|22)\b|toThrow/;

/** `words` is the title as the runner prints it; `named` is the text with the clauses that it proves. */
type Title = { words: string; named: string };
type Spoken = { titles: Title[]; isRefusal: boolean };

/** The titles of a call of `test` or `describe`; null for any other call and for a test that is not run. */
function testOf(node: ESTree.CallExpression, text: string, tables: Tables): Spoken | null {
  const [root = '', ...modifiers] = calleeOf(node.callee);
  if (!['test', 'it', 'describe'].includes(root)) return null;
  if (modifiers.some((name) => NOT_RUN.has(name))) return null;
  const [first, ...rest] = node.arguments;
  const isTitle = first?.type === 'Literal' || first?.type === 'TemplateLiteral';
  if (!isTitle || first.end - first.start < 3) return null;
  const body = rest.map(({ start, end }) => text.slice(start, end)).join('\n');
  if (!EXPECTS.test(body.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, ''))) return null;
  const title = text.slice(first.start + 1, first.end - 1);
  const table = node.callee.type === 'CallExpression' ? node.callee.arguments[0] : undefined;
  const isRefusal = root !== 'describe' && REFUSES.test(`${title}\n${body}`);
  return { titles: titlesOf(title, table, text, tables), isRefusal };
}

/** The proofs in one file's tests: the clauses that their titles name, row by row of their tables. */
export function proofsIn(file: string, text: string): Proof[] {
  const { program } = parseSync(file, text);
  const tables = new Map<string, ESTree.Node>();
  const found: Proof[] = [];
  new Visitor({
    VariableDeclarator: ({ id, init }) => {
      if (id.type === 'Identifier' && init) tables.set(id.name, init);
    },
  }).visit(program);
  new Visitor({
    CallExpression: (node) => {
      const spoken = testOf(node, text, tables);
      if (spoken === null) return;
      for (const { words, named } of spoken.titles) {
        for (const id of [...provedBy(named), ...findingsIn(words)]) {
          found.push({ id, file, title: words, isRefusal: spoken.isRefusal });
        }
      }
    },
  }).visit(program);
  return found;
}

/** The proofs of every test but those of this script, which prove nothing about the service. */
export const proofs = (): Proof[] =>
  files('test', /(?<!traceability)\.(?:test|layout)\.ts$/).flatMap((file) =>
    proofsIn(file, read(file)),
  );

/** The places where the plan's data rests on a clause: its criteria, phases, policies and notices. */
export const dataTags = (): Place[] => {
  const file = 'plans/yijun-2017.yaml';
  const of = (id: string | undefined, title: string) => (id ? [{ id, file, title }] : []);
  return [
    ...plan.phases.flatMap(({ clause, code }) => of(clause, `phase ${code}`)),
    ...plan.categories.flatMap(({ code, provenance, criteria }) => [
      ...of(provenance?.clause, `category ${code}`),
      ...criteria.flatMap(({ clause, id }) => of(clause, `criterion ${id}`)),
    ]),
    ...[plan, ...plan.categories]
      .flatMap(({ policies }) => Object.entries(policies ?? {}))
      .flatMap(([name, { provenance }]) => of(provenance.clause, `policy ${name}`)),
    ...Object.entries(plan.notices).flatMap(([name, { clause }]) => of(clause, `notice ${name}`)),
  ];
};

/** The events that are refused by a clause, with the roles that may send them. */
const eventTags = (): Place[] =>
  everyRelease.flatMap((release) =>
    definitionOf(release).states.flatMap(({ events }) =>
      events.flatMap(({ type, requirements }) =>
        requirements.flatMap((item) =>
          typeof item === 'string'
            ? []
            : [{ id: item.clause, file: release.name, title: sendersOf(release, type) }],
        ),
      ),
    ),
  );

function sendersOf({ name, access }: Release, type: string): string {
  const who = access[type] ?? [];
  const roles = Array.isArray(who) ? who : Object.values(who).flat();
  return `${name} \`${type}\` by ${[...new Set(roles)].join(', ') || 'the service'}`;
}

const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^machines\//, 'Machines'],
  [/^src\/rules\//, 'Rules'],
  [/^(?:src\/db|migrations)\//, 'Tables'],
  [/^src\/command\//, 'Commands'],
  [/^src\/(?:http|documents|files)\//, 'Routes'],
  [/^src\/workers\//, 'Workers'],
  [/^src\//, 'Service'],
];

const once = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
const line = (name: string, texts: readonly string[]): string[] =>
  texts.length === 0 ? [] : [`- ${name}: ${once(texts).join(' · ')}`];

/** The document's text; the same tree gives the same text. */
export function traceability(): string {
  const code = codeTags();
  const data = dataTags();
  const events = eventTags();
  const tests = proofs();
  const sections = clauses.map(({ id, modality, words }) => {
    const here = <One extends Tag>(tags: readonly One[]) => tags.filter((tag) => tag.id === id);
    const isAsked = here<Tag>([...code, ...data, ...events]).length > 0;
    return [
      `### ${id}${modality === null ? '' : ` · ${modality}`}\n`,
      `> ${words}\n`,
      ...(isAsked ? [] : ['- Asks nothing that a service could hold anybody to']),
      ...line(
        'Plan data',
        here(data).map(({ title }) => title),
      ),
      ...line(
        'Refuses',
        here(events).map(({ title }) => title),
      ),
      ...PLACES.flatMap(([place, name], index) =>
        line(
          name,
          here(code)
            .filter(({ file }) => PLACES.findIndex(([one]) => one.test(file)) === index)
            .filter(({ file }) => place.test(file))
            .map(({ file }) => `\`${file}\``),
        ),
      ),
      ...once(
        here(tests).map(
          ({ file, title, isRefusal }) =>
            `- ${isRefusal ? 'Test of a refusal' : 'Test'}: ${title} (\`${file}\`)`,
        ),
      ),
    ].join('\n');
  });
  const found = findings.map(({ id, words }) => {
    const own = tests.filter((one) => one.id === id);
    const proving = once(own.map(({ file, title }) => `- Test: ${title} (\`${file}\`)`));
    return [`### ${id}\n`, `> ${words}\n`, ...(own.length > 0 ? proving : ['- No test yet'])].join(
      '\n',
    );
  });
  return `${[
    '# Traceability',
    'Where each sentence of 君组发〔2017〕39号 lives, and which tests prove it. M must · E eligibility · P preference · S soft aim · I information; Q are the quirks of the text.',
    'Written by `npm run docs` from the tags in the code and the titles of the tests; do not edit.',
    ...sections,
    '## Findings',
    'What a clerk’s day (O), public reports of people who do this work (C) and strangers’ plans (P) showed, each as what is right (`docs/findings.yaml`).',
    ...found,
  ].join('\n\n')}\n`;
}

if (import.meta.main) writeFileSync(TRACEABILITY, traceability());
