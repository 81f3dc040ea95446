// The problems that outcomes of commands become when the command was not done.

import type { Measurement } from '../../../machines/kit/requirement.ts';
import type { Outcome } from '../../command/kernel/command.ts';
import { rolesInWords } from '../../rules/access/access.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Problem } from './problems.ts';
import { newerVersion, problem } from './problems.ts';
import { describeRequirement } from './requirements.ts';

export type Undone = Exclude<Outcome, { kind: 'done' | 'repeated' }>;

/** The problem of a refused event: each clause with what is and what is required. */
export function problemOfOutcome(outcome: Undone, plan: Plan): Problem {
  switch (outcome.kind) {
    case 'refused':
      return unmet(plan, outcome.unmet);
    case 'out-of-state':
      return problem('out-of-state', {
        detail: {
          zh: `当前状态为 ${outcome.stage}／${outcome.state}，不接受这一事件。`,
          en: `The present state ${outcome.stage}/${outcome.state} does not take this event.`,
        },
        stage: outcome.stage,
        state: outcome.state,
        accepts: outcome.accepts,
      });
    case 'forbidden':
      return forbidden(outcome.roles);
    case 'invalid':
      return problem('bad-request', {
        errors: outcome.faults.map(({ path, zh, en }) => ({
          path: `/body${path}`,
          message: { zh, en },
        })),
      });
    case 'duplicate':
      return problem('duplicate', { id: outcome.id });
    case 'stale-revision':
      return problem('stale-revision', { currentRevision: outcome.revision });
    case 'key-reused':
      return problem('idempotency-key-reused');
    case 'unknown-subject':
      return problem('not-found');
    case 'unknown-version':
      return newerVersion(outcome.machine, outcome.version);
    case 'stale-timer':
      throw new Error('a timer was fired by a request');
    default: {
      const never: never = outcome;
      throw new Error(`unknown outcome ${JSON.stringify(never)}`);
    }
  }
}

export const unmet = (plan: Plan, measurements: readonly Measurement[]): Problem =>
  problem('requirements-unmet', {
    detail: {
      zh: `有 ${measurements.length} 项条件未满足：${measurements.map(({ zh }) => zh).join('；')}。`,
      en: `${measurements.length} unmet: ${measurements.map(({ en }) => en).join('; ')}.`,
    },
    unmet: measurements.map((measurement) => describeRequirement(plan, measurement)),
  });

/** The problem 403, naming the roles over this place that the event asks for. */
export const forbidden = (roles: readonly string[]): Problem =>
  problem('forbidden', {
    detail: {
      zh: `须由以下角色在其管辖范围内办理：${rolesInWords(roles)}。`,
      en: `It takes one of these roles, held over this place: ${roles.join(', ')}.`,
    },
    roles,
  });
