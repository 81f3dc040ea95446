// Writes the texts of plans, from LiquidJS to plain text, with a bounded effort. Others write the
// plans. The effort is counted and not timed, so that a busy machine writes the same texts. Pure.

import {
  Context,
  defaultOperators,
  type Emitter,
  Liquid,
  type Template,
  Tokenizer,
  TokenKind,
  toValueSync,
} from 'liquidjs';

/**
 * The effort that is left for writing. A step evaluates one piece of a template (1 to 2 µs on one
 * core of ours); characters come from filters and from writing (1 to 10 ns each). An effort within
 * another spends that one, too.
 */
export type Effort = { steps: number; characters: number; readonly within: Effort | null };

/** The effort of one text, tried before its plan is published: 200 findings of 2,000 characters, joined. */
export const TEXT_EFFORT = { steps: 3_000, characters: 1_000_000 };
/** The effort of one command, under its subject's lock: some 15 ms, 50 ms at the worst that was found. */
export const COMMAND_EFFORT = { steps: 12_000, characters: 4_000_000 };
/**
 * The effort of one transaction: commands that are too many for it go one by one. 128 orders take a
 * tenth; one command, and the four phases it may have to catch up with, always fit.
 */
export const TRANSACTION_EFFORT = { steps: 60_000, characters: 20_000_000 };
/** The effort of a list that stands or falls as a whole: 2,000 rows, each with its notices. */
export const LIST_EFFORT = { steps: 600_000, characters: 200_000_000 };
/** The source of one text is no longer than an official document of some twenty pages. */
export const TEMPLATE_LENGTH_MAX = 20_000;
/** The size of one piece of a text ({{ … }} or {% … %}) bounds the cost of a step. */
const PIECE_LENGTH_MAX = 300;

export const effortOf = (
  { steps, characters }: Pick<Effort, 'steps' | 'characters'>,
  within: Effort | null = null,
): Effort => ({ steps, characters, within });

/** A text would take more than its own effort or the effort it shares with others. */
export class TooMuchEffort extends Error {
  override name = 'TooMuchEffort';
  readonly isShared: boolean;

  constructor(part: 'steps' | 'characters', isShared: boolean) {
    super(`the text takes too many ${part} to be written`);
    this.isShared = isShared;
  }
}

function spend(effort: Effort, part: 'steps' | 'characters', count: number): void {
  for (let one: Effort | null = effort; one !== null; one = one.within) {
    one[part] -= count;
    if (one[part] < 0) throw new TooMuchEffort(part, one !== effort);
  }
}

// Searching a text within another takes time that nobody counts.
const { contains: _, ...COMPARING } = defaultOperators;

const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  // No template reads a file.
  templates: {},
  parseLimit: TEMPLATE_LENGTH_MAX,
  operators: COMPARING,
});

// These filters count what they make, and their time follows from it. Filters that draw lots, read
// the clock, sort, or evaluate an expression for each item are not among them.
const FILTERS = new Set(
  `abs append at_least at_most capitalize ceil default divided_by downcase first floor join last lstrip
   minus modulo plus prepend remove remove_first replace replace_first round rstrip size slice strip
   strip_newlines times truncate upcase`.split(/\s+/),
);
for (const name of Object.keys(engine.filters)) {
  if (!FILTERS.has(name)) delete engine.filters[name];
}
// Nobody counts what this tag makes.
delete engine.tags.capture;

/** Throws the error of a text that cannot be read. */
function parseText(text: string): Template[] {
  const templates = engine.parse(text);
  for (const { kind, begin, end } of new Tokenizer(text).readTopLevelTokens()) {
    if (kind === TokenKind.HTML || end - begin <= PIECE_LENGTH_MAX) continue;
    throw new Error(`a piece of the text is longer than ${PIECE_LENGTH_MAX} characters`);
  }
  return templates;
}

/** The names that a text asks for. Throws the error of a text that cannot be read. */
export const variablesOf = (text: string): string[] => engine.globalVariablesSync(parseText(text));

type Part = { templates: Template[]; isAddressed: boolean };

// Only published plans have texts that are written, so the cache stays as small as they are.
const parsed = new Map<string, Part[]>();

// These tags affect the pieces after them, so a text with one is written as a whole.
const LEAVES_TRACES = /\{%-?\s*(?:assign|increment|decrement|cycle|liquid|break|continue)\b|offset/;

/** The text in parts, with and without the addressee. */
function partsOf(text: string): Part[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const parts: Part[] = [];
  const templates = parseText(text);
  for (const piece of LEAVES_TRACES.test(text) ? [templates] : templates.map((one) => [one])) {
    const isAddressed = engine.globalVariablesSync(piece).includes('addressee');
    const last = parts.at(-1);
    if (last?.isAddressed === isAddressed) last.templates.push(...piece);
    else parts.push({ templates: [...piece], isAddressed });
  }
  parsed.set(text, parts);
  return parts;
}

/**
 * Writes a text for one addressee after another; the parts without the addressee are written once.
 * The writer throws TooMuchEffort, or LiquidJS's error when a name is missing.
 */
export function writerOf(
  text: string,
  values: object,
  effort: Effort,
): (addressee: string) => string {
  const written = new Map<Part, string>();
  const write = (part: Part, addressee: string): string => {
    const known = written.get(part);
    if (known !== undefined) return known;
    const fresh = writePart(part.templates, { ...values, addressee }, effort);
    if (!part.isAddressed) written.set(part, fresh);
    return fresh;
  };
  return (addressee) => partsOf(text).reduce((sum, part) => sum + write(part, addressee), '');
}

function writePart(templates: Template[], values: object, effort: Effort): string {
  const limits = {
    renderLimit: { use: () => {}, check: () => spend(effort, 'steps', 1) },
    memoryLimit: {
      // LiquidJS's own limit ignores NaN and zero, too.
      use: (count: number) => (count > 0 ? spend(effort, 'characters', count) : undefined),
      check: () => {},
    },
  };
  const context = new Context(
    values,
    engine.options,
    { sync: true },
    // LiquidJS asks for its own class of limits, whose private fields no other object has by type.
    limits as unknown as ConstructorParameters<typeof Context>[3],
  );
  const emitter: Emitter = {
    buffer: '',
    write(value: unknown) {
      const text = textOf(value);
      spend(effort, 'characters', text.length);
      this.buffer += text;
    },
  };
  try {
    return String(toValueSync(engine.renderer.renderTemplates(templates, context, emitter)));
  } catch (error) {
    throw causeOf(error);
  }
}

/** The text that LiquidJS writes for a value. */
const textOf = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : Array.isArray(value)
      ? value.map(textOf).join('')
      : String(value);

/** LiquidJS wraps what was thrown inside of it, once for each block around it. */
function causeOf(error: unknown): unknown {
  for (let one = error as { originalError?: unknown } | undefined; one !== undefined; ) {
    if (one instanceof TooMuchEffort) return one;
    one = one.originalError as typeof one;
  }
  return error;
}
