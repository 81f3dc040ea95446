// A campaign plan is checked as a whole before its use, and every fault is reported at once.
import { Settings } from 'typebox/system';
import { Errors } from 'typebox/value';
import { composeFaults } from '../document/documents.ts';
import { renderFaults } from '../notice/notices.ts';
import { DOCUMENT_KINDS } from '../plan/document-schema.ts';
import { expandPlan, type PlanLibrary } from '../plan/extends.ts';
import { type Category, type Plan, PlanSchema } from '../plan/plan-schema.ts';
import { referenceFaults } from './plan-references.ts';

/** `path` is a JSON pointer (RFC 6901) into the plan. */
export type Fault = { path: string; message: string };

/** Gives the plan that an author wrote, expanded by what it extends, or every fault. */
export function readPlan(
  written: unknown,
  library: PlanLibrary,
): { plan: Plan } | { faults: Fault[] } {
  const expanded = expandPlan(written, library);
  return 'faults' in expanded ? expanded : validatePlan(expanded.plan);
}

/** Gives the plan, or every fault of its shape and of the references between its parts. */
export function validatePlan(value: unknown): { plan: Plan } | { faults: Fault[] } {
  const faults = [...shapeFaults(value), ...referenceFaults(value)];
  if (faults.length > 0) return { faults };
  const plan = value as Plan; // of the schema's shape, as shapeFaults found
  const unsayable = Object.keys(plan.notices).flatMap((template) =>
    renderFaults(plan, template).map(({ part, message }) => ({
      path: `/notices/${template}/${part}`,
      message,
    })),
  );
  for (const kind of DOCUMENT_KINDS) unsayable.push(...composeFaults(plan, kind));
  return unsayable.length > 0 ? { faults: unsayable } : { plan };
}

/** The category with this code, official name or alias, because imports use all three (Q2). */
export function findCategory(plan: Plan, name: string): Category | undefined {
  return plan.categories.find(
    (category) =>
      category.code === name || category.name === name || category.aliases.includes(name),
  );
}

function shapeFaults(value: unknown): Fault[] {
  return allErrors(value).flatMap((error): Fault[] => {
    if (error.keyword === 'required') {
      return error.params.requiredProperties.map((name) => ({
        path: `${error.instancePath}/${name}`,
        message: 'is missing',
      }));
    }
    if (error.keyword === 'additionalProperties') {
      return error.params.additionalProperties.map((name) => ({
        path: `${error.instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        message: 'is not a property of a plan',
      }));
    }
    // TypeBox reports an unknown property twice; the error above carries its name.
    if (error.keyword === 'boolean') return [];
    return [{ path: error.instancePath, message: error.message }];
  });
}

function allErrors(value: unknown) {
  // TypeBox stops at eight errors, and only its global setting can change that.
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: Number.POSITIVE_INFINITY });
  try {
    return Errors(PlanSchema, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}
