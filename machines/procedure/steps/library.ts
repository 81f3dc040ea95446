// The library: what each kind of step gives to the chart.

import type { Entry, Part, Place } from '../part.ts';
import type { ProcedureStep } from '../procedure.ts';
import { apply } from './apply.ts';
import { confer } from './confer.ts';
import { create } from './create.ts';
import { gather } from './gather.ts';
import { acknowledge, mobilize } from './mobilization.ts';
import { notice } from './notice.ts';
import { plan } from './plan.ts';
import { review } from './review.ts';
import { select } from './select.ts';
import { selfCheck } from './self-check.ts';
import { submit } from './submit.ts';

export function partOf(step: ProcedureStep, place: Place, next: Entry): Part {
  switch (step.step) {
    case 'plan':
      return plan(step, place, next);
    case 'mobilize':
      return mobilize(step, place, next);
    case 'acknowledge':
      return acknowledge(step, place, next);
    case 'create':
      return create(step, place, next);
    case 'self-check':
      return selfCheck(step, place, next);
    case 'gather':
      return gather(step, place, next);
    case 'apply':
      return apply(step, place, next);
    case 'review':
      return review(step, place, next);
    case 'select':
      return select(place, next);
    case 'notice':
      return notice(step, place, next);
    case 'submit':
      return submit(step, place, next);
    case 'confer':
      return confer(step, place);
  }
}
