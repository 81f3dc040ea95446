// Writes docs/traceability.md: where each sentence of the plan and each of its quirks lives, and
// which tests prove it. Read from the tags in the code and from the titles of the tests.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ESTree } from 'vite';
import { parseSync, Visitor } from 'vite';
import { parse } from 'yaml';
import { releases } from '../machines/catalog.ts';
import { definitionOf } from '../machines/definition.ts';
import { ACCESS } from '../src/rules/access.ts';
import type { Plan } from '../src/rules/plan.ts';

const ROOT = new URL('../', import.meta.url);
export const TRACEABILITY = new URL('docs/traceability.md', ROOT);

const TAG = /\b([RQ])([1-9]\d?)(?:[–-]\1?([1-9]\d?))?\b/g;

export type Tag = { id: string; file: string };
export type Proof = Tag & { title: string };

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const plan = parse(read('plans/yijun-2017.yaml')) as Plan;
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

/** The clauses a text names; `R47–R50` names all four. */
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

/** The clauses a title proves: each named alone. Whoever names a range has not looked at each. */
export const provedBy = (title: string): string[] =>
  tagsIn(title.replaceAll(TAG, (found) => (/[–-]/.test(found) ? '' : found)));

const files = (folder: string, ending: RegExp): string[] =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => `${folder}/${name}`)
    .sort();

const CODE = [
  ...files('machines', /\.ts$/),
  ...files('src', /\.ts$/),
  ...files('migrations', /\.sql$/),
];

/** Every clause that the code names, once for each file. */
export const codeTags = (): Tag[] =>
  CODE.flatMap((file) => tagsIn(read(file)).map((id) => ({ id, file })));

const rootOf = (node: ESTree.Node): string => {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression') return rootOf(node.object);
  if (node.type === 'CallExpression') return rootOf(node.callee);
  return '';
};

type Tables = ReadonlyMap<string, string>;

/** The title of a test with the clauses its table's rows begin with, which stand for %s. */
function titleOf(
  node: ESTree.CallExpression,
  text: string,
  tables: Tables,
): { title: string; words: string } | null {
  if (!['test', 'it', 'describe'].includes(rootOf(node.callee))) return null;
  const [first] = node.arguments;
  const isTitle = first?.type === 'Literal' || first?.type === 'TemplateLiteral';
  if (!isTitle || first.end - first.start < 3) return null;
  const title = text.slice(first.start + 1, first.end - 1);
  const table = node.callee.type === 'CallExpression' ? node.callee.arguments[0] : undefined;
  if (table === undefined || !title.startsWith('%s')) return { title, words: title };
  const rows =
    table.type === 'Identifier' ? tables.get(table.name) : text.slice(table.start, table.end);
  return { title, words: [title, ...(rows?.match(/\[\s*'[RQ]\d+'/g) ?? [])].join(' ') };
}

/** Every test whose title, or the first cell of its table's rows, names a clause. */
export const proofs = (): Proof[] =>
  files('test', /\.test\.ts$/).flatMap((file) => {
    const text = read(file);
    const { program } = parseSync(file, text);
    const tables = new Map<string, string>();
    const found: Proof[] = [];
    new Visitor({
      VariableDeclarator: ({ id, init }) => {
        if (id.type === 'Identifier' && init) {
          tables.set(id.name, text.slice(init.start, init.end));
        }
      },
    }).visit(program);
    new Visitor({
      CallExpression: (node) => {
        const named = titleOf(node, text, tables);
        if (named === null) return;
        for (const id of provedBy(named.words)) found.push({ id, file, title: named.title });
      },
    }).visit(program);
    return found;
  });

/** Where the plan's data rests on a clause: its criteria, phases, policies and notices. */
export const dataTags = (): Proof[] => {
  const file = 'plans/yijun-2017.yaml';
  const of = (id: string | undefined, title: string) => (id ? [{ id, file, title }] : []);
  return [
    ...plan.phases.flatMap(({ clause, code }) => of(clause, `phase ${code}`)),
    ...plan.categories.flatMap(({ code, provenance, criteria }) => [
      ...of(provenance?.clause, `category ${code}`),
      ...criteria.flatMap(({ clause, id }) => of(clause, `criterion ${id}`)),
    ]),
    ...Object.entries(plan.policies).flatMap(([name, { provenance }]) =>
      of(provenance.clause, `policy ${name}`),
    ),
    ...Object.entries(plan.notices).flatMap(([name, { clause }]) => of(clause, `notice ${name}`)),
  ];
};

/** The events that are refused by a clause, with the roles that may send them. */
const eventTags = (): Proof[] =>
  releases.flatMap((release) =>
    definitionOf(release).states.flatMap(({ events }) =>
      events.flatMap(({ type, requirements }) =>
        requirements.flatMap((item) =>
          typeof item === 'string'
            ? []
            : [{ id: item.clause, file: release.name, title: told(release.name, type) }],
        ),
      ),
    ),
  );

function told(machine: keyof typeof ACCESS, type: string): string {
  const who = ACCESS[machine][type] ?? [];
  const roles = Array.isArray(who) ? who : Object.values(who).flat();
  return `${machine} \`${type}\` by ${[...new Set(roles)].join(', ') || 'the service'}`;
}

const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^machines\//, 'Machines'],
  [/^src\/rules\//, 'Rules'],
  [/^(?:src\/db|migrations)\//, 'Tables'],
  [/^src\/command\//, 'Commands'],
  [/^src\/(?:http|documents|files)\//, 'Routes'],
  [/^src\/workers\//, 'Workers'],
  [/^src\/rehearsal\//, 'Rehearsal'],
  [/^src\//, 'Service'],
];

const once = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
const line = (name: string, texts: readonly string[]): string[] =>
  texts.length === 0 ? [] : [`- ${name}: ${once(texts).join(' · ')}`];

/** The document's text. Deterministic: the same tree gives the same text. */
export function traceability(): string {
  const code = codeTags();
  const data = dataTags();
  const events = eventTags();
  const tests = proofs();
  const sections = clauses.map(({ id, modality, words }) => {
    const here = <One extends Tag>(tags: readonly One[]) => tags.filter((tag) => tag.id === id);
    return [
      `### ${id}${modality === null ? '' : ` · ${modality}`}\n`,
      `> ${words}\n`,
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
      ...once(here(tests).map(({ file, title }) => `- Test: ${title} (\`${file}\`)`)),
    ].join('\n');
  });
  return `${[
    '# Traceability',
    'Where each sentence of 君组发〔2017〕39号 lives, and which tests prove it. M must · E eligibility · P preference · S soft aim · I information; Q are the quirks of the text.',
    'Written by `npm run docs` from the tags in the code and the titles of the tests; do not edit.',
    ...sections,
  ].join('\n\n')}\n`;
}

if (import.meta.main) writeFileSync(TRACEABILITY, traceability());
