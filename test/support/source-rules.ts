// The staircase of the architecture as rules over source text: the imports that are allowed, and the places
// where the environment, the clock and transactions may be touched.
//
// dependency-cruiser 18 reads TypeScript through the compiler's own interface up to version 6, which
// version 7 no longer has. Vite's parser is in the tree already and sees type imports too.

import { posix } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'vite';

/** Path from the project's root → source text. */
type Sources = ReadonlyMap<string, string>;

type Imported = { from: string; specifier: string };
type Module = {
  imports: Imported[];
  faults: string[];
};

// The steps from the ground up. Folders on one step do not import each other.
const STEPS: readonly (readonly RegExp[])[] = [
  [/^machines\//],
  [/^src\/rules\//],
  [/^src\/db\//, /^src\/threads\//],
  [/^src\/command\//],
  [/^src\/http\//, /^src\/workers\//],
  [/^src\/seed(?:\.ts$|\/)/, /^src\/backup\//],
  [/^src\/app\.ts$/],
  [/^src\/(?:main|admin-invite|audit-verify|erase|keys-rotate)\.ts$/, /^src\/plan-tool\//],
  [/^rehearsal\//],
];
// These import nothing of ours but themselves, lots and archives; every floor that is not pure may import them.
// Renderings of documents and the library of plans may also import pure modules, for the shape of what
// they render or read.
const SHAPED = /^src\/(?:documents\/|plan-library\.ts$)/;
const GROUND: readonly RegExp[] = [
  /^src\/archives\//,
  /^src\/files\//,
  /^src\/sealing\//,
  /^src\/documents\//,
  /^src\/config\.ts$/,
  /^src\/entropy\.ts$/,
  /^src\/plan-library\.ts$/,
];
/** Lots, and archives, in which documents and files come alike. */
const FOR_ALL = /^src\/(?:entropy\.ts$|archives\/)/;
const PURE_STEPS = 2;
const REHEARSAL = STEPS.length - 1;

const MAY_READ_ENVIRONMENT =
  /^(?:src\/(?:config|admin-invite|audit-verify|erase|keys-rotate|main|plan-tool\/main|backup\/main)|rehearsal\/main)\.ts$/;
// The clock tells the age of files that are no part of any state; the database's clock tells every other
// time.
const MAY_READ_CLOCK = /^src\/(?:db\/embedded\/embedded(?:-\w+)?|main)\.ts$/;
const MAY_DRAW_LOTS = /^src\/entropy\.ts$/;
const LOTS = /^(?:random\w*|getRandomValues|generateKey\w*)$/;
const MAY_BEGIN_TRANSACTION =
  /^src\/(?:db\/kernel\/(?:connections|migrate)|backup\/(?:export|import))\.ts$/;
/** The pool behind no wall: where it is put into the service, and where it is asked for with a reason. */
const MAY_READ_UNWALLED = /^src\/(?:app|http\/kernel\/(?:service|beyond-reach))\.ts$/;
const MAY_CHECK_OUT = /^src\/db\/kernel\/(?:connections|reading)\.ts$/;
/** The names of pools in our code. */
const POOL = /^(?:.*[pP]ool|pipes|readers|administration|writers|of)$/;
const NAMELESS = /(?:^|\/)(?:utils?|helpers?|common|types|misc|shared)(?:\/|\.ts$)/;
const BEGIN =
  /^\s*(?:begin|start\s+transaction)(?:\s+(?:transaction|work|isolation|read)\b|\s*;|\s*$)/i;
/** The kernel of each floor: it serves every noun, and neither imports nor names one. */
const KERNEL = /^(?:machines\/kit|src\/(?:command|db|http)\/kernel)\//;
/** Folders of nouns on every floor. The plan and the county are missing, because every noun rests on them. */
const NOUN =
  /^(?:machines|src\/(?:rules|db|command|http))\/(?:campaign|candidate|application|record|conformance|inspection|draw|ballot|assessment|review|selection|objection|document|notice)\//;
const IMPURE_GLOBALS = new Set([
  'process',
  'fetch',
  'crypto',
  'performance',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'globalThis',
]);

const stepOf = (path: string) =>
  STEPS.findIndex((places) => places.some((place) => place.test(path)));
const placeOf = (path: string) => STEPS.flat().findIndex((place) => place.test(path));
const groundOf = (path: string) => GROUND.findIndex((place) => place.test(path));
const isOurs = (specifier: string) => specifier.startsWith('.');

const nameOf = (node: ESTree.Node | null | undefined): string | undefined =>
  node?.type === 'Identifier' ? node.name : undefined;

/** The imports of one file, and its uses of things that its place does not allow. */
const readModule = (
  path: string,
  text: string,
  isPure: boolean,
  machines: ReadonlySet<string>,
): Module => {
  const { program, errors } = parseSync(path, text);
  const found: Module = { imports: [], faults: errors.map(({ message }) => `${path}: ${message}`) };
  const fault = (at: number, what: string) =>
    found.faults.push(`${path}:${text.slice(0, at).split('\n').length} ${what}`);
  const importing = (source: ESTree.Node | null) => {
    if (!source) return;
    if (source.type === 'Literal' && typeof source.value === 'string') {
      found.imports.push({ from: path, specifier: source.value });
    } else fault(source.start, 'imports by a computed name, which no rule can follow');
  };
  const readsClock = (at: number) => {
    if (!MAY_READ_CLOCK.test(path)) fault(at, 'reads the clock; the instant is handed in');
  };
  const draws = (at: number, name: string | undefined) => {
    if (name && LOTS.test(name) && !MAY_DRAW_LOTS.test(path)) {
      fault(at, 'draws lots; ids and randomness are handed in, see src/entropy.ts');
    }
  };
  const begins = (at: number, sql: unknown) => {
    if (typeof sql === 'string' && BEGIN.test(sql) && !MAY_BEGIN_TRANSACTION.test(path)) {
      fault(at, 'begins a transaction; only src/db/kernel/connections.ts does');
    }
  };
  new Visitor({
    ImportDeclaration: ({ source, specifiers, start }) => {
      importing(source);
      const readsEnv = specifiers.some(
        (one) => one.type === 'ImportSpecifier' && nameOf(one.imported) === 'env',
      );
      if (/^(node:)?process$/.test(source.value) && readsEnv && !MAY_READ_ENVIRONMENT.test(path)) {
        fault(start, 'reads the environment; only the configuration does');
      }
      if (/^(?:node:)?crypto$/.test(source.value)) {
        for (const one of specifiers) {
          if (one.type === 'ImportSpecifier') draws(start, nameOf(one.imported));
          else draws(start, 'randomUUID');
        }
      }
    },
    ExportNamedDeclaration: ({ source }) => importing(source),
    ExportAllDeclaration: ({ source, start }) => {
      importing(source);
      fault(start, 'hands everything on; import it from where it is');
    },
    ImportExpression: ({ source }) => importing(source),
    TSImportType: ({ source }) => importing(source),
    MemberExpression: ({ object, property, computed, start }) => {
      const [of, name] = [nameOf(object), nameOf(property)];
      const isEnv =
        name === 'env' || (computed && property.type === 'Literal' && property.value === 'env');
      if (of === 'process' && isEnv && !MAY_READ_ENVIRONMENT.test(path)) {
        fault(start, 'reads the environment; only the configuration does');
      }
      if ((of === 'Date' && name === 'now') || (of === 'Temporal' && name === 'Now'))
        readsClock(start);
      if ((of === 'Math' && name === 'random') || of === 'crypto') draws(start, name);
      if (isPure && of && IMPURE_GLOBALS.has(of)) fault(start, `is pure and has no ${of}`);
    },
    NewExpression: ({ callee, arguments: args, start }) => {
      if (nameOf(callee) === 'Date' && args.length === 0) readsClock(start);
    },
    CallExpression: ({ callee, start }) => {
      const name = nameOf(callee);
      if (name === 'Date') readsClock(start);
      if (isPure && name && IMPURE_GLOBALS.has(name)) fault(start, `is pure and has no ${name}`);
      if (callee.type !== 'MemberExpression') return;
      const method = nameOf(callee.property) ?? '';
      if (/^(?:startT|t)ransaction$/.test(method) && !MAY_BEGIN_TRANSACTION.test(path)) {
        fault(start, 'begins a transaction; only src/db/kernel/connections.ts does');
      }
      const owner =
        callee.object.type === 'MemberExpression' ? callee.object.property : callee.object;
      if (method === 'connect' && POOL.test(nameOf(owner) ?? '') && !MAY_CHECK_OUT.test(path)) {
        fault(start, 'checks a connection out; only src/db/kernel/connections.ts does');
      }
    },
    Identifier: ({ name, start }) => {
      if (name === 'unwalled' && path.startsWith('src/') && !MAY_READ_UNWALLED.test(path)) {
        fault(start, 'reads beyond the read wall; only beyondReach does, with a reason');
      }
    },
    Literal: ({ value, start }) => {
      begins(start, value);
      if (typeof value === 'string' && KERNEL.test(path) && machines.has(value)) {
        fault(start, `names the machine ${value}; the kernel knows no noun`);
      }
    },
    TemplateLiteral: ({ quasis, start }) => begins(start, quasis[0]?.value.cooked),
  }).visit(program);
  const isHandedOn = ({ type, ...node }: ESTree.Node) =>
    type === 'ExportNamedDeclaration' && 'declaration' in node && node.declaration === null;
  const own = program.body.filter((node) => node.type !== 'ImportDeclaration');
  if (own.length > 0 && own.every(isHandedOn)) fault(0, 'only hands on what others export');
  return found;
};

/** The reason why `from` may not import `to`, both of ours; undefined when it may. */
const refuse = (from: string, to: string): string | undefined => {
  const step = stepOf(from);
  if (groundOf(from) >= 0) {
    const isPure = stepOf(to) >= 0 && stepOf(to) < PURE_STEPS;
    return groundOf(from) === groundOf(to) || FOR_ALL.test(to) || (SHAPED.test(from) && isPure)
      ? undefined
      : 'stands on the ground and imports only itself';
  }
  if (groundOf(to) >= 0)
    return step < PURE_STEPS ? 'is pure and imports only what is pure' : undefined;
  if (step === REHEARSAL && STEPS[3]?.some((place) => place.test(to))) {
    return 'plays through the REST API and performs no command itself';
  }
  if (KERNEL.test(from) && NOUN.test(to)) return 'is of the kernel and knows no noun';
  if (stepOf(to) < step || placeOf(from) === placeOf(to)) return undefined;
  return 'imports upwards or sideways; imports go down only';
};

const refusePackage = (from: string, specifier: string, dependencies: readonly string[]) => {
  const step = stepOf(from);
  if (specifier.startsWith('node:')) {
    return step >= 0 && step < PURE_STEPS ? 'is pure and knows no node:' : undefined;
  }
  if (step === 0 && specifier !== 'xstate') return 'is a machine and imports only xstate';
  if (step === 1 && /^(?:pg|kysely|fastify|pino)(?:$|\/)/.test(specifier)) {
    return 'is pure and knows no database and no server';
  }
  const isKnown = dependencies.some(
    (name) => specifier === name || specifier.startsWith(`${name}/`),
  );
  return isKnown ? undefined : 'imports what is no dependency of the service';
};

/** Circles of imports, each once: the way round from its first file in order of names. */
const findCircles = (graph: ReadonlyMap<string, readonly string[]>): string[] => {
  const circles = new Set<string>();
  const done = new Set<string>();
  const walk = (path: string, way: string[]) => {
    const begun = way.indexOf(path);
    if (begun >= 0) {
      const circle = way.slice(begun);
      const first = circle.indexOf([...circle].sort()[0] ?? path);
      const turned = [...circle.slice(first), ...circle.slice(0, first)];
      circles.add(`${turned.join(' → ')} → ${turned[0]} is a circle`);
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return [...circles];
};

/** Every breach of the rules in the sources of the service, one sentence each. */
export const findFaults = (
  sources: Sources,
  dependencies: readonly string[],
  machines: ReadonlySet<string>,
): string[] => {
  const faults: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of sources) {
    const step = stepOf(path);
    if (step < 0 && groundOf(path) < 0) faults.push(`${path} has no place on the staircase`);
    if (NAMELESS.test(path)) faults.push(`${path} has a name that says nothing`);
    if (/(?:^|\/)index\.ts$/.test(path)) faults.push(`${path} is a barrel`);
    const { imports, faults: own } = readModule(
      path,
      text,
      step >= 0 && step < PURE_STEPS,
      machines,
    );
    faults.push(...own);
    const next: string[] = [];
    for (const { from, specifier } of imports) {
      const to = isOurs(specifier) ? posix.join(posix.dirname(from), specifier) : specifier;
      // Data files (plans, package.json) are no modules of the staircase.
      const isData = isOurs(specifier) && specifier.endsWith('.json');
      if (isData) continue;
      if (isOurs(specifier) && !sources.has(to))
        faults.push(`${from} imports ${specifier}, no file`);
      else if (isOurs(specifier)) next.push(to);
      const reason = isOurs(specifier)
        ? refuse(from, to)
        : refusePackage(from, specifier, dependencies);
      if (reason) faults.push(`${from} imports ${to}: it ${reason}`);
    }
    graph.set(path, next);
  }
  return [...faults, ...findCircles(graph)];
};
