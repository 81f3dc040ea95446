// Writes docs/machines/<name>.v<version>.md from the machines themselves: the introduction (the words its
// file begins with), the chart, and every state with its events, requirements and waits; and for each plan
// that ships docs/machines/<plan>/campaign.md and one file for each of its procedures.

import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Release } from '../machines/catalog.ts';
import { releases } from '../machines/catalog.ts';
import type { EventDefinition, StateDefinition } from '../machines/kit/definition.ts';
import { definitionOf } from '../machines/kit/definition.ts';
import { mermaidOf } from '../machines/kit/mermaid.ts';
import type { ListedRequirement, RequirementText } from '../machines/kit/requirement.ts';
import { campaignReleaseOf, candidateReleaseBy } from '../src/db/plan/releases.ts';
import { planLibrary } from '../src/plan-library.ts';
import { readPlan } from '../src/rules/plan-check/plan.ts';
import { procedureNamed } from '../src/rules/procedure/procedures.ts';

const ROOT = new URL('../', import.meta.url);
const FOLDER = new URL('../docs/machines/', import.meta.url);

/** The expected files with their texts; the same machines give the same texts. */
export const machineDocs = (): { machine: string; url: URL; text: string }[] => [
  ...releases.map((release) => ({
    machine: `${release.name} v${release.version}`,
    url: new URL(`${release.name}.v${release.version}.md`, FOLDER),
    text: documentOf(release, `${release.name} v${release.version}`),
  })),
  ...globSync('plans/*.yaml', { cwd: ROOT }).sort().flatMap(planDocs),
];

/** The charts of a plan that ships: its campaign, and each of its procedures. */
function planDocs(path: string) {
  const checked = readPlan(parse(readFileSync(new URL(path, ROOT), 'utf8')), planLibrary);
  if ('faults' in checked) throw new Error(`${path}: ${JSON.stringify(checked.faults)}`);
  const { plan } = checked;
  const named = Object.keys(plan.procedures).map(
    (name) => [name, candidateReleaseBy(procedureNamed(plan, name))] as const,
  );
  return [['campaign', campaignReleaseOf(plan)] as const, ...named].map(([name, release]) => ({
    machine: `${plan.id} ${name}`,
    url: new URL(`${plan.id}/${name === 'campaign' ? '' : 'candidate-'}${name}.md`, FOLDER),
    text: documentOf(
      release,
      `${plan.id}: ${release.name === 'campaign' ? '' : 'candidate, '}${name}`,
    ),
  }));
}

function documentOf(release: Release, title: string): string {
  const { states } = definitionOf(release);
  const requirements = namedIn(states);
  return `${[
    `# ${title}`,
    introductionOf(release),
    'Written by `npm run docs` from `machines/`; do not edit.',
    ['```mermaid', mermaidOf(release).trimEnd(), '```'].join('\n'),
    '## States',
    table(
      ['state', 'kind', 'waits', 'by itself'],
      states.map((state) => [
        code(state.path),
        state.type,
        state.waits.map(wayTold(({ delay }) => `${code(delay)}`)).join('<br>'),
        state.passages.map(wayTold(() => '')).join('<br>'),
      ]),
    ),
    '## Events',
    table(
      ['in', 'event', 'leads to', 'requirements'],
      states.flatMap(({ path, events }) => events.map((event) => eventRow(path, event))),
    ),
    ...(requirements.length === 0
      ? []
      : [
          '## Requirements',
          'M must · E eligibility · P preference · S soft aim. Only M and E refuse.',
          table(
            ['requirement', 'clause', 'modality', '要求', 'in English'],
            requirements.map(({ name, clause, modality, zh, en }) => [
              code(name),
              clause,
              modality,
              zh,
              en,
            ]),
          ),
        ]),
  ].join('\n\n')}\n`;
}

/** The sentences a machine's file begins with, up to its picture. */
function introductionOf({ name, version }: Release): string {
  const [path] = globSync(
    [
      `machines/*/${name}.v${version}.ts`,
      `machines/procedure/${name === 'candidate' ? 'compile' : name}.ts`,
    ],
    { cwd: ROOT },
  );
  if (path === undefined) throw new Error(`${name}.v${version} has no file`);
  const lines = readFileSync(new URL(path, ROOT), 'utf8').split('\n');
  const words = lines.slice(
    0,
    lines.findIndex((line) => !/^\/\/ \S/.test(line)),
  );
  return words.map((line) => line.slice(3)).join(' ');
}

function namedIn(states: readonly StateDefinition[]): RequirementText[] {
  const all = states.flatMap(({ events }) => events.flatMap(({ requirements }) => requirements));
  const named = all.filter((item) => typeof item !== 'string');
  const byName = new Map(named.map((item) => [`${item.clause}/${item.name}`, item]));
  return [...byName.values()].sort(
    (a, b) => Number(a.clause.slice(1)) - Number(b.clause.slice(1)) || (a.name < b.name ? -1 : 1),
  );
}

const code = (text: string): string => `\`${text}\``;

const wayTold =
  <Way extends { target?: string; when?: string }>(named: (way: Way) => string) =>
  (way: Way): string =>
    [
      named(way),
      ...(way.target === undefined ? [] : [`→ ${code(way.target)}`]),
      ...(way.when === undefined ? [] : [`when ${way.when}`]),
    ]
      .filter(Boolean)
      .join(' ');

const eventRow = (path: string, { type, targets, requirements }: EventDefinition): string[] => [
  code(path),
  code(type),
  targets.map(code).join(', '),
  requirements.map(requirementTold).join(', '),
];

const requirementTold = (item: ListedRequirement): string =>
  typeof item === 'string' ? item : `${code(item.name)} (${item.clause})`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

if (import.meta.main) {
  for (const { url, text } of machineDocs()) {
    mkdirSync(new URL('./', url), { recursive: true });
    writeFileSync(url, text);
  }
}
