// Each text of a plan is written once on trial before the plan is published. A hostile one takes up to
// seconds, so callers use a thread (`src/threads`).

import { documentErrors } from '../document/documents.ts';
import { noticeErrors } from '../notice/notices.ts';
import { DOCUMENT_KINDS, type DocumentKind } from '../plan/document-schema.ts';
import type { Fault } from '../plan/fault.ts';
import { type Plan, PlanSchema } from '../plan/plan-schema.ts';
import { missingName, textFault } from '../plan/text-faults.ts';
import type { Sound } from './shape.ts';

/**
 * Every text that cannot be written. Where the plan is not whole, a text that asks for a part of it that the
 * schema has is not at fault: the part is, and is told.
 */
export function textTrialFaults(sound: Sound<Plan>, isWhole: boolean): Fault[] {
  const plan = isWhole ? (sound as Plan) : filledIn(sound);
  const told = (path: string, errors: unknown[]): Fault[] =>
    errors
      .filter((error) => isWhole || isOfText(error))
      .map((error) => ({ path, message: textFault(error) }));
  return [
    ...Object.keys(plan.notices).flatMap((name) =>
      told(`/notices/${name}/body`, noticeErrors(plan, name)),
    ),
    ...DOCUMENT_KINDS.filter((kind) => isComplete(plan, kind)).flatMap((kind) =>
      told(`/documents/kinds/${kind}/body`, documentErrors(plan, kind)),
    ),
  ];
}

const isComplete = ({ documents }: Plan, kind: DocumentKind): boolean =>
  Object.hasOwn(documents.kinds, kind) &&
  Object.hasOwn(documents.issuers, documents.kinds[kind].issuer);

/** An error that mending the rest of the plan would not take away. */
function isOfText(error: unknown): boolean {
  const name = missingName(error);
  if (name === null) return !(error instanceof TypeError || error instanceof RangeError);
  return name.startsWith('plan.') && !isInSchema(name.split('.').slice(1));
}

type Schema = { properties?: { [name: string]: Schema }; patternProperties?: object };

function isInSchema(names: readonly string[]): boolean {
  let schema: Schema | undefined = PlanSchema as Schema;
  for (const name of names) {
    if (schema?.properties === undefined) return true;
    schema = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (schema === undefined) return false;
  }
  return true;
}

/** A plan to write by: what is missing stands in, entries that are not sound are left out. */
function filledIn(sound: Sound<Plan>): Plan {
  const { title = '试写', phases = [], categories = [], documents, document } = sound;
  const whole = <Entry extends object>(entries: { [name: string]: Entry | undefined }) =>
    Object.fromEntries(Object.entries(entries).filter(([, entry]) => entry !== undefined));
  const filled = {
    ...sound,
    title,
    timeZone: sound.timeZone ?? 'Asia/Shanghai',
    document: {
      issuerCode: '',
      year: 2018,
      serial: 1,
      issuer: '',
      ...document,
      issueDate: '2018-01-01',
    },
    clauses: whole(sound.clauses ?? {}),
    cites: sound.cites && whole(sound.cites),
    policies: sound.policies ?? {},
    phases: phases.filter((phase) => phase !== undefined),
    categories: categories.filter((category) => category?.code !== undefined),
    notices: Object.fromEntries(
      Object.entries(sound.notices ?? {}).filter(([, notice]) => notice?.title && notice.body),
    ),
    documents: {
      issuers: whole(documents?.issuers ?? {}),
      kinds: Object.fromEntries(
        Object.entries(documents?.kinds ?? {}).filter(([, kind]) => kind?.title && kind.body),
      ),
    },
  };
  // Of the plan's shape as far as its texts ask for it; what else they miss is told as their error.
  return filled as unknown as Plan;
}
