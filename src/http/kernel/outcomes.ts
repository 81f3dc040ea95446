// The problems that outcomes of commands become when the command was not done.

import type { Measurement } from '../../../machines/kit/requirement.ts';
import type { Outcome } from '../../command/kernel/command.ts';
import { endInWords } from '../../rules/county/lives.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { rolesInWords } from '../../rules/plan/titles.ts';
import { standingInWords } from '../../rules/words/states.ts';
import type { Problem } from './problems.ts';
import { newerVersion, problem } from './problems.ts';
import { describeRequirement, type Names } from './requirements.ts';

export type Undone = Exclude<Outcome, { kind: 'done' | 'repeated' }>;

/** The problem of a refused event: each clause with what is and what is required. */
export function problemOfOutcome(outcome: Undone, plan: Plan, names: Names): Problem {
  switch (outcome.kind) {
    case 'refused':
      return unmet(plan, outcome.unmet, names);
    case 'out-of-state': {
      const { zh, en } = standingInWords(plan, outcome);
      return problem('out-of-state', {
        detail: {
          zh: `现为“${zh}”，不能办理这一事项。`,
          en: `It is “${en}”, which does not take this event.`,
        },
        stage: outcome.stage,
        state: outcome.state,
        accepts: outcome.accepts,
      });
    }
    case 'forbidden':
      return forbidden(plan, outcome.roles);
    case 'invalid':
      return problem('bad-request', {
        errors: outcome.faults.map(({ path, zh, en }) => ({
          path: `/body${path}`,
          message: { zh, en },
        })),
      });
    case 'duplicate':
      return problem('duplicate', { id: outcome.id });
    case 'unit-ended':
      return problem('unit-ended', {
        detail: endInWords(outcome.name, outcome, outcome.successors),
      });
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

export function unmet(plan: Plan, measurements: readonly Measurement[], names: Names): Problem {
  const described = measurements.map((measured) => describeRequirement(plan, measured, names));
  const count = described.length;
  return problem('requirements-unmet', {
    detail: {
      zh: `有 ${count} 项条件未满足：${described.map(({ text }) => text.zh).join('；')}。`,
      en: `${count} unmet: ${described.map(({ text }) => text.en).join('; ')}.`,
    },
    unmet: described,
  });
}

/** The problem 403, naming the roles over this place that the event asks for. */
export function forbidden(plan: Plan | null, roles: readonly string[]): Problem {
  const { zh, en } = rolesInWords(plan, roles);
  return problem('forbidden', {
    detail: {
      zh: `须由以下角色在其管辖范围内办理：${zh}。`,
      en: `It takes one of these roles, held over this place: ${en}.`,
    },
    roles,
  });
}
