// The personal part of an event. What is personal is taken out of what was said and known before that is
// hashed, and a placeholder stays in its place, so that the log reads the same whether the part is kept
// apart, joined again, or erased.

/** What stays in the log where something personal was said. */
export const ERASED = '已擦除 · erased';

export type Content = {
  readonly payload: { readonly [name: string]: unknown };
  readonly facts: { readonly [name: string]: unknown };
};

/** The texts that were taken out, by the JSON pointer (RFC 6901) of their place: `/payload/results/0/remark`. */
export type PersonalPart = { readonly [pointer: string]: string };

/** Leads to texts: dots into objects, `[]` to every element of a list, `**` to every text below. */
type Path = string;

/** The paths of the personal fields of what is said, and of every fact that may be known. */
type PersonalFields = {
  readonly payload: readonly Path[];
  readonly facts: { readonly [name: string]: readonly Path[] | undefined };
};

/** The content without the texts of these fields, and these texts; null when there are none. */
export function takeOut(
  { payload, facts }: Content,
  fields: PersonalFields,
): { content: Content; part: PersonalPart | null } {
  const part: Part = {};
  const said = fields.payload.reduce<unknown>(
    (left, path) => taken(left, stepsOf(path), '/payload', part),
    payload,
  );
  const known = Object.entries(facts).map(([name, fact]) => [
    name,
    (fields.facts[name] ?? []).reduce<unknown>(
      (left, path) => taken(left, stepsOf(path), `/facts/${escaped(name)}`, part),
      fact,
    ),
  ]);
  const content = { payload: said, facts: Object.fromEntries(known) } as Content;
  return { content, part: Object.keys(part).length > 0 ? part : null };
}

/** The content with a part put back; a part that was erased is null, and leaves its placeholders. */
export function putBack(content: Content, part: PersonalPart | null): Content {
  let whole: unknown = content;
  for (const [pointer, text] of Object.entries(part ?? {}))
    whole = put(whole, pointer.split('/').slice(1).map(unescaped), text);
  return whole as Content;
}

/** The content as it is linked: with a placeholder in the place of each text of the part. */
export const withoutPart = (content: Content, part: PersonalPart | null): Content =>
  putBack(content, Object.fromEntries(Object.keys(part ?? {}).map((pointer) => [pointer, ERASED])));

const split = new Map<Path, readonly string[]>();

function stepsOf(path: Path): readonly string[] {
  const steps = split.get(path) ?? path.match(/\[\]|[^.[\]]+/g) ?? [];
  split.set(path, steps);
  return steps;
}

type Part = { [pointer: string]: string };
type Fields = { readonly [name: string]: unknown };

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function taken(value: unknown, steps: readonly string[], at: string, part: Part): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return typeof value === 'string' ? textTaken(value, at, part) : value;
  if (step === '**') return everyTextTaken(value, at, part);
  if (step === '[]') {
    if (!Array.isArray(value)) return value;
    return value.map((item, index) => taken(item, rest, `${at}/${index}`, part));
  }
  if (!isObject(value) || !Object.hasOwn(value, step)) return value;
  return { ...value, [step]: taken(value[step], rest, `${at}/${escaped(step)}`, part) };
}

function everyTextTaken(value: unknown, at: string, part: Part): unknown {
  if (typeof value === 'string') return textTaken(value, at, part);
  if (Array.isArray(value))
    return value.map((item, index) => everyTextTaken(item, `${at}/${index}`, part));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      everyTextTaken(item, `${at}/${escaped(name)}`, part),
    ]),
  );
}

/** An empty text tells nothing, and a guard may ask whether there is one. */
function textTaken(text: string, at: string, part: Part): string {
  if (text === '') return text;
  part[at] ??= text;
  return ERASED;
}

function put(value: unknown, [step, ...rest]: readonly string[], text: string): unknown {
  if (step === undefined) return text;
  if (Array.isArray(value))
    return value.map((item, index) => (index === Number(step) ? put(item, rest, text) : item));
  return isObject(value) ? { ...value, [step]: put(value[step], rest, text) } : value;
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~');
