// Reads JSON without repeated names, deep nesting or text that cannot be stored. Pure.

/** The value of a text, or what is wrong with it. */
export type TextRead = { value: unknown } | { fault: { zh: string; en: string } };

/** No value of ours is as deep, and a recursion of this depth is safe. */
const DEPTH_MAX = 32;

/** Reads JSON. A megabyte of the worst takes about a tenth of a second. */
export function readJson(text: string): TextRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: { zh: '请求体不是有效的 JSON。', en: 'The body is not valid JSON.' } };
  }
  const fault = spelledFault(text) ?? plainFault(value);
  return fault === null ? { value } : { fault };
}

/** No object of ours has as many names; an object of a whole megabyte costs every reader much. */
const NAMES_MAX = 5_000;

/** A list of 10,000 rows and twelve columns has two thirds of these values. */
const VALUES_MAX = 200_000;

const TOO_LARGE = {
  zh: `JSON 至多 ${VALUES_MAX} 个值，请分成几次发送。`,
  en: `At most ${VALUES_MAX} values: send them in several parts.`,
};
const TOO_MANY = {
  zh: `一个对象至多 ${NAMES_MAX} 个属性。`,
  en: `An object has at most ${NAMES_MAX} properties.`,
};
const TOO_DEEP = { zh: 'JSON 嵌套过深。', en: 'The JSON is nested too deeply.' };
const TOKEN = /"(?:[^"\\]+|\\.)*"|[{}[\],]/g;

/**
 * Faults that only the text of valid JSON shows, or shows at less cost than its value: size, depth,
 * and a repeated name. `JSON.parse` silently keeps the last value of a repeated name.
 */
function spelledFault(text: string): { zh: string; en: string } | null {
  // An open object has its names so far, an open array null.
  const open: (Set<string> | null)[] = [];
  let isName = false;
  let values = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[' || token === ',') values += 1;
    if (values > VALUES_MAX) return TOO_LARGE;
    const names = open.at(-1) ?? null;
    if (token === '{' || token === '[') {
      if (open.length > DEPTH_MAX) return TOO_DEEP;
      open.push(token === '{' ? new Set() : null);
      isName = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      isName = false;
    } else if (token === ',') isName = names !== null;
    else if (isName && names !== null) {
      const name: string = token.includes('\\') ? JSON.parse(token) : token.slice(1, -1);
      if (names.has(name)) {
        const told = JSON.stringify(name.slice(0, 100));
        return { zh: `属性 ${told} 重复。`, en: `The property ${told} is given twice.` };
      }
      if (names.size >= NAMES_MAX) return TOO_MANY;
      names.add(name);
      isName = false;
    }
  }
  return null;
}

const isPoisoned = (object: object): boolean =>
  Object.hasOwn(object, '__proto__') ||
  (Object.hasOwn(object, 'constructor') && typeof object.constructor === 'object');

// PostgreSQL stores neither NUL nor half a surrogate pair.
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const UNSTORABLE = {
  zh: '文本中有不允许的字符（NUL 或不成对的代理项）。',
  en: 'A text has a character that is not allowed (NUL or a lone surrogate).',
};

/** The first fault of a value that was read; null without one. */
export function plainFault(value: unknown, depth = 0): { zh: string; en: string } | null {
  if (depth > DEPTH_MAX) return TOO_DEEP;
  if (typeof value === 'string') return isStorable(value) ? null : UNSTORABLE;
  if (value === null || typeof value !== 'object') return null;
  if (isPoisoned(value)) return { zh: '属性名不允许。', en: 'A property name is not allowed.' };
  const names = Array.isArray(value) ? [] : Object.keys(value);
  if (names.length > NAMES_MAX) return TOO_MANY;
  if (!names.every(isStorable)) return UNSTORABLE;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    const fault = plainFault(inner, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}
