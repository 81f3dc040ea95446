// Ajv checks requests against their schemas: bodies exactly as sent, path and query coerced to numbers
// and booleans. Nothing unknown is accepted or silently dropped.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import type { FastifySchema, FastifySchemaCompiler } from 'fastify';
import { schemaText } from '../../rules/plan/schema-texts.ts';
import { isCalendarDate, isInstant } from './date-formats.ts';
import { type Problem, problem } from './problems.ts';

// Listing every fault of a hostile megabyte would cost more than the request is worth.
const THOROUGH_NODES_MAX = 2000;
const FAULTS_MAX = 50;

type Schema = Record<string, unknown>;
type Part = 'body' | 'querystring' | 'params' | 'headers';

const createAjv = (part: Part, allErrors: boolean, shared: readonly Schema[]): Ajv => {
  const ajv = new Ajv({
    allErrors,
    coerceTypes: part === 'body' ? false : 'array',
    useDefaults: true,
    removeAdditional: false,
    discriminator: true,
    addUsedSchema: false,
    allowUnionTypes: true,
    strictTypes: false,
    strictTuples: false,
    // Compiling the meta-schema took 1.1 s of every start; a test holds each schema to it instead.
    validateSchema: false,
    // 81.6 is a multiple of 0.01, whatever binary fractions make of it.
    multipleOfPrecision: 9,
  });
  ajvFormats.default(ajv, ['uuid', 'uri', 'email']);
  ajv.addFormat('date-time', isInstant);
  ajv.addFormat('date', isCalendarDate);
  for (const schema of shared) ajv.addSchema(schema);
  return ajv;
};

const isSmall = (root: unknown): boolean => {
  const left = [root];
  let nodes = 0;
  while (left.length > 0) {
    const value = left.pop();
    nodes += 1;
    if (nodes + left.length > THOROUGH_NODES_MAX) return false;
    if (value === null || typeof value !== 'object') continue;
    const inner = Object.values(value);
    if (nodes + left.length + inner.length > THOROUGH_NODES_MAX) return false;
    left.push(...inner);
  }
  return true;
};

const partNames = { body: 'body', querystring: 'query', params: 'path', headers: 'headers' };

/** The JSON pointer of a fault, beginning with the part of the request: `/body/quota/county`. */
const pathOf = (part: Part, error: ErrorObject): string => {
  const { missingProperty, additionalProperty, tag } = error.params;
  const named: unknown = missingProperty ?? additionalProperty ?? tag;
  const last =
    typeof named === 'string' ? `/${named.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
  return `/${partNames[part]}${error.instancePath}${last}`;
};

const errorsIn = (schema: Schema, value: unknown, at: string): ErrorObject[] => {
  const known = compiled.get(schema) ?? createAjv('body', true, []).compile(schema);
  compiled.set(schema, known);
  if (known(value)) return [];
  return (known.errors ?? []).map((error) => ({
    ...error,
    instancePath: `${at}${error.instancePath}`,
  }));
};

/** A part of a body whose schema only the handler knows, and its JSON pointer. */
export type Placed = readonly [schema: Schema, value: unknown, at: string];

/** Checks values whose schema only the handler knows; one refusal names the faults of all. */
export const refusalInEach = (parts: readonly Placed[]): Problem | null => {
  const errors = parts.flatMap(([schema, value, at]) => errorsIn(schema, value, at));
  return errors.length === 0 ? null : refusalOf('body', errors);
};

const compiled = new WeakMap<Schema, ValidateFunction>();

const refusalOf = (part: Part, errors: readonly ErrorObject[]): Problem => {
  const faults = new Map<string, { path: string; message: { zh: string; en: string } }>();
  for (const error of errors) {
    const path = pathOf(part, error);
    const message = schemaText(error);
    if (faults.size < FAULTS_MAX) faults.set(`${path} ${message.en}`, { path, message });
  }
  return problem('bad-request', {
    detail: {
      zh: `请求有 ${faults.size} 处不符合要求。`,
      en: `The request has ${faults.size} fault${faults.size === 1 ? '' : 's'}.`,
    },
    errors: [...faults.values()],
  });
};

/** Fastify's factory of validators; `shared` are the schemas added with `addSchema`. */
export const buildValidatorCompiler = (
  shared: Record<string, unknown>,
): FastifySchemaCompiler<FastifySchema> => {
  const schemas = Object.values(shared) as Schema[];
  const ajvs = new Map<string, Ajv>();
  const ajvFor = (part: Part, thorough: boolean): Ajv => {
    const key = `${part === 'body'} ${thorough}`;
    const ajv = ajvs.get(key) ?? createAjv(part, thorough, schemas);
    ajvs.set(key, ajv);
    return ajv;
  };

  return ({ schema, httpPart }) => {
    const part = (httpPart ?? 'body') as Part;
    let quick: ValidateFunction | undefined;
    let thorough: ValidateFunction | undefined;
    return (value: unknown) => {
      // A route's validator is compiled at its first request: all of them took 0.5 s of every start.
      quick ??= ajvFor(part, false).compile(schema);
      const validate = quick;
      if (validate(value)) return { value };
      if (!isSmall(value)) return { error: refusalOf(part, validate.errors ?? []) };
      thorough ??= ajvFor(part, true).compile(schema);
      thorough(value);
      return { error: refusalOf(part, thorough.errors ?? validate.errors ?? []) };
    };
  };
};

/**
 * The schema with every object closed to unnamed properties, unless it says otherwise. Throws on
 * `allOf`, whose parts cannot be closed: such a schema is written as one object.
 */
export const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const { allOf, properties, ...rest } = schema as Schema;
  if (allOf !== undefined) throw new Error('a request schema has allOf: write it as one object');
  const copy: Schema = { ...rest };
  for (const key of ['items', 'anyOf', 'oneOf', 'additionalProperties']) {
    if (key in copy) copy[key] = closed(copy[key]);
  }
  if (properties === undefined) return copy;
  copy.properties = Object.fromEntries(
    Object.entries(properties as Schema).map(([name, inner]) => [name, closed(inner)]),
  );
  copy.additionalProperties ??= false;
  return copy;
};
