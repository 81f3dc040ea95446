// A campaign begins with its plan, in the division of that plan.

import { campaignReleaseOf } from '../../db/plan/releases.ts';
import { divisionOf } from '../../rules/access/addressees.ts';
import { fault } from '../kernel/admit.ts';
import type { Fault } from '../kernel/command.ts';
import type { Beginning, Made } from '../kernel/noun.ts';
import type { NewSubject } from '../new-subjects.ts';

export function newCampaign(
  create: NewSubject,
  { plan, reference }: Beginning,
): Made | { faults: Fault[] } {
  if (create.machine !== 'campaign') throw new Error(`${create.machine} is no campaign`);
  const organisation = divisionOf(reference.directory, plan);
  if (organisation === undefined) {
    return {
      faults: [
        fault('/planId', '方案所属的行政区划不存在', 'the division of the plan does not exist'),
      ],
    };
  }
  return {
    organisation,
    release: campaignReleaseOf(plan),
    parentId: null,
    name: create.name,
    category: null,
    siteId: null,
    personName: null,
    input: { planId: plan.id, divisionCode: plan.divisionCode },
  };
}
