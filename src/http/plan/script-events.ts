// The check of a simulation's script: its events against the schemas of the API, and its actors against
// where their roles may be held.

import type { TSchema } from 'typebox';
import type { ScriptedEvent } from '../../command/what-if/simulate.ts';
import type { Principal } from '../../rules/access/access.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { heldAtFault, reachOf } from '../../rules/county/grants.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import { scoreSheetEvents } from '../assessment/score-sheet-payloads.ts';
import { ballotRoundEvents } from '../ballot/ballot-round-payloads.ts';
import { campaignEvents } from '../campaign/campaign-payloads.ts';
import { candidateEvents } from '../candidate/candidate-payloads.ts';
import { regressionEvents } from '../conformance/regressions.ts';
import { supplementEvents } from '../conformance/supplements.ts';
import { documentEvents } from '../document/documents.ts';
import { drawEvents } from '../draw/draw-payloads.ts';
import { rectificationEvents } from '../inspection/rectification-payloads.ts';
import { oneOfBy } from '../kernel/conventions.ts';
import type { Text } from '../kernel/problem-catalog.ts';
import { problem } from '../kernel/problems.ts';
import { closed, type Placed, refusalInEach } from '../kernel/validation.ts';
import { objectionEvents } from '../objection/objection-payloads.ts';
import { reconsiderationEvents } from '../reconsideration/reconsiderations.ts';
import { matterEvents } from '../record/matters.ts';
import { kindFault, placedDetail } from '../record/record-fields.ts';
import { panelEvents } from '../review/review-panels.ts';
import type { Asked } from './plan-simulation-schemas.ts';

const schemaOf = (events: readonly TSchema[]) => closed(oneOfBy('type', [...events])) as Placed[0];

const SCHEMAS: ReadonlyMap<string, Placed[0]> = new Map([
  ['campaign', schemaOf(campaignEvents)],
  ['candidate', schemaOf(candidateEvents)],
  ['ballot-round', schemaOf(ballotRoundEvents)],
  ['document', schemaOf(documentEvents)],
  ['draw', schemaOf(drawEvents)],
  ['matter', schemaOf(matterEvents)],
  ['objection', schemaOf(objectionEvents)],
  ['reconsideration', schemaOf(reconsiderationEvents)],
  ['rectification', schemaOf(rectificationEvents)],
  ['regression', schemaOf(regressionEvents)],
  ['review-panel', schemaOf(panelEvents)],
  ['score-sheet', schemaOf(scoreSheetEvents)],
  ['supplement', schemaOf(supplementEvents)],
]);

type Asking = NonNullable<Asked['script']>[number];
type Fault = { path: string; message: Text };

/** `campaign`, `candidate` for the key of a candidate, else the part after the last slash. */
function machineOf(subject: string, keys: ReadonlySet<string>): string {
  if (subject === 'campaign') return 'campaign';
  return keys.has(subject) ? 'candidate' : subject.slice(subject.lastIndexOf('/') + 1);
}

/**
 * The script ready to run: each event as the API would pass it on, each actor with their rights. Throws
 * one problem with every fault at its path: 400 for events that fit no schema of the subject, 422 for
 * unknown actors and subjects.
 */
export function scriptOf(
  plan: Plan,
  script: readonly Asking[],
  keys: ReadonlySet<string>,
  organisations: ReadonlyMap<string, Organisation>,
): ScriptedEvent[] {
  const known = script.map(({ subject }) => SCHEMAS.get(machineOf(subject, keys)));
  const placed = script.flatMap(({ event }, index): Placed[] => {
    const schema = known[index];
    return schema === undefined ? [] : [[schema, event, `/script/${index}/event`]];
  });
  const refusal =
    refusalInEach(placed) ??
    refusalInEach(
      script.flatMap(({ event }, index) =>
        event.type === 'record-evidence' ? placedDetail(plan, event, `/script/${index}/event`) : [],
      ),
    );
  if (refusal !== null) throw refusal;
  const faults = script.flatMap((one, index): Fault[] =>
    [
      ...(known[index] === undefined ? [['subject', NO_SUBJECT] as const] : []),
      ...actorFaults(one, organisations),
      ...eventFaults(plan, one),
    ].map(([path, message]) => ({ path: `/body/script/${index}/${path}`, message })),
  );
  if (faults.length > 0) throw problem('content-invalid', { errors: faults });
  return script.map(({ at, subject, event, by = 'office' }) => ({
    at,
    subject,
    event: subject === 'campaign' ? withCategory(plan, event) : event,
    by: typeof by === 'string' ? by : actorOf(by, organisations),
  }));
}

const NO_SUBJECT: Text = {
  zh: '既不是 campaign，也不是候选对象的 key，也不是其下可办理的事项',
  en: 'is neither campaign, nor the key of a candidate, nor a machine that hangs on one',
};

type Told = readonly [path: string, message: Text];

function actorFaults({ by }: Asking, organisations: ReadonlyMap<string, Organisation>): Told[] {
  if (typeof by !== 'object') return [];
  const at = organisations.get(by.organisationId);
  if (at === undefined) {
    return [['by/organisationId', { zh: '没有这一单位', en: 'is no organisation' }]];
  }
  const fault = heldAtFault(by.role, at.kind);
  return fault === null ? [] : [['by/role', fault]];
}

function eventFaults(plan: Plan, { subject, event }: Asking): Told[] {
  if (event.type === 'record-evidence') {
    const fault = kindFault(plan, event);
    return fault === null ? [] : [['event/kind', fault]];
  }
  if (subject !== 'campaign' || !('category' in event)) return [];
  return findCategory(plan, String(event.category)) === undefined
    ? [['event/category', { zh: '方案没有这一类别', en: 'is no category of the plan' }]]
    : [];
}

function withCategory(plan: Plan, event: ScriptedEvent['event']): ScriptedEvent['event'] {
  if (!('category' in event)) return event;
  return { ...event, category: findCategory(plan, String(event.category))?.code };
}

function actorOf(
  {
    role,
    organisationId,
    name = `${role}@${organisationId}`,
  }: Exclude<Asking['by'], string | undefined>,
  organisations: ReadonlyMap<string, Organisation>,
): Principal {
  const at = organisations.get(organisationId);
  const reach = at === undefined ? '' : reachOf(at);
  const grants = [{ role, organisationId, reach }];
  return { id: `simulated:${name}`, name, grants, credential: null };
}
