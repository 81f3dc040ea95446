// What the schema finds wrong with a plan, and the part of the plan that it finds nothing wrong with.

import { Errors } from 'typebox/schema';
import { Settings } from 'typebox/system';
import { type Fault, fault, pointer, unknownName } from '../plan/fault.ts';
import { type Plan, PlanSchema } from '../plan/plan-schema.ts';
import { schemaText } from '../plan/schema-texts.ts';

type SchemaFault = ReturnType<typeof Errors>[1][number];

/** A plan of which anything may be missing; what is there has the schema's shape. */
export type Sound<T> = T extends readonly (infer Item)[]
  ? (Sound<Item> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: Sound<T[Key]> | undefined }
    : T;

/** Every fault of shape, and what is left of the plan without the values that have one. */
export function checkShape(value: unknown): { faults: Fault[]; sound: Sound<Plan> } {
  const errors = allErrors(value).filter(({ keyword }) => keyword !== 'boolean');
  const told = withoutOtherForms(errors);
  const wrong = new Set(told.flatMap(wrongValues));
  const sound = partOf(value, '', wrong);
  return {
    faults: told.flatMap(faultsOf),
    // What is left has the shape that the schema asks for, but for what is missing.
    sound: (isObject(sound) && !Array.isArray(sound) ? sound : {}) as Sound<Plan>,
  };
}

function allErrors(value: unknown): SchemaFault[] {
  // TypeBox stops at eight errors, and only its global setting can change that.
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: Number.POSITIVE_INFINITY });
  try {
    return Errors(PlanSchema, value)[1];
  } finally {
    Settings.Set({ maxErrors });
  }
}

/**
 * Where a value has none of several forms, TypeBox tells what is wrong with each; the author meant
 * one: the form of the value's own type, with the fewest faults.
 */
function withoutOtherForms(errors: readonly SchemaFault[]): SchemaFault[] {
  const outermost = errors
    .filter(({ keyword }) => keyword === 'anyOf')
    .sort((a, b) => a.schemaPath.length - b.schemaPath.length)[0];
  if (outermost === undefined) return [...errors];
  const { instancePath, schemaPath } = outermost;
  const isInside = (error: SchemaFault) =>
    error.instancePath.startsWith(instancePath) &&
    error.schemaPath.startsWith(`${schemaPath}/anyOf/`);
  const isSame = (error: SchemaFault) =>
    error.keyword === 'anyOf' &&
    error.instancePath === instancePath &&
    error.schemaPath === schemaPath;
  const forms = Object.values(
    Object.groupBy(
      errors.filter(isInside),
      (error) => error.schemaPath.slice(schemaPath.length + '/anyOf/'.length).split('/')[0] ?? '',
    ),
  ).flatMap((form) => (form === undefined ? [] : [form]));
  const others = errors.filter((error) => !isInside(error) && !isSame(error));
  const meant = formMeant(forms, instancePath);
  return withoutOtherForms([...others, ...(meant ?? [ofOneType(forms, outermost)])]);
}

type Form = readonly SchemaFault[];

const isOfOtherType = (form: Form, path: string): boolean =>
  form.some(({ keyword, instancePath }) => keyword === 'type' && instancePath === path);

/** The form of the value's type: one whose fixed words the value has, then with the fewest faults. */
function formMeant(forms: readonly Form[], path: string): Form | undefined {
  const fixed = (form: Form) => form.filter(({ keyword }) => keyword === 'const').length;
  const [meant] = forms
    .filter((form) => !isOfOtherType(form, path))
    .sort((a, b) => fixed(a) - fixed(b) || a.length - b.length);
  const [only] = meant ?? [];
  const mayBeNull = forms.some((form) =>
    form.some((one) => one.keyword === 'type' && one.params.type === 'null'),
  );
  if (meant?.length !== 1 || only?.keyword !== 'enum' || !mayBeNull) return meant;
  return [{ ...only, params: { allowedValues: [...only.params.allowedValues, null] } }];
}

/** One fault that names the types of all forms. */
function ofOneType(forms: readonly Form[], { instancePath, schemaPath }: SchemaFault): SchemaFault {
  const types = forms.flatMap((form) =>
    form.flatMap((one) =>
      one.keyword === 'type' && one.instancePath === instancePath ? [one.params.type].flat() : [],
    ),
  );
  return {
    keyword: 'type',
    schemaPath,
    instancePath,
    params: { type: [...new Set(types)] },
    message: '',
  };
}

// These say that a value is too long, too short or incomplete, or a text badly spelt. Its parts are sound,
// and what names it by that spelling is not at fault.
const OF_EXTENT = new Set([
  'pattern',
  'minLength',
  'maxLength',
  'required',
  'additionalProperties',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);

/** The pointers of the values that cannot be used. */
function wrongValues(error: SchemaFault): string[] {
  const { keyword, instancePath } = error;
  if (keyword === 'additionalProperties') {
    return error.params.additionalProperties.map((name) => `${instancePath}/${pointer(name)}`);
  }
  return OF_EXTENT.has(keyword) ? [] : [instancePath];
}

/** A copy without the wrong values; a wrong item leaves its place empty, so that no other moves. */
function partOf(value: unknown, path: string, wrong: ReadonlySet<string>): unknown {
  if (wrong.has(path)) return undefined;
  if (Array.isArray(value)) return value.map((item, at) => partOf(item, `${path}/${at}`, wrong));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      partOf(inner, `${path}/${pointer(key)}`, wrong),
    ]),
  );
}

function faultsOf(error: SchemaFault): Fault[] {
  const { instancePath: path } = error;
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map((name) =>
      fault(`${path}/${pointer(name)}`, '缺少这一项', 'is missing'),
    );
  }
  if (error.keyword === 'additionalProperties') {
    return error.params.additionalProperties.map((name) =>
      unknownKey(error, `${path}/${pointer(name)}`, name),
    );
  }
  return [{ path, message: schemaText(error) }];
}

/** A key that the schema has not: misspelt, of a wrong form, or of another place. */
function unknownKey({ schemaPath }: SchemaFault, path: string, name: string): Fault {
  const schema = schemaAt(schemaPath);
  const [pattern] = Object.keys(schema.patternProperties ?? {});
  if (pattern !== undefined) {
    return fault(path, `名称应符合格式 ${pattern}`, `the name must match ${pattern}`);
  }
  const what = { zh: '方案此处没有这一项', en: 'is not a property of a plan here:' };
  return unknownName(path, what, name, Object.keys(schema.properties ?? {}));
}

type Schema = { properties?: object; patternProperties?: object };

const schemaAt = (path: string): Schema =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), PlanSchema) as Schema;

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null;
