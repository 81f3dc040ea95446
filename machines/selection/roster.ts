// Requirements before the roster changes (R12), and before facts end the conformance of sites.

import type {
  CampaignContext,
  CampaignEvent,
  CampaignEventType,
  CampaignFacts,
} from '../campaign/events.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { atLeast } from '../kit/requirement.ts';

type Rule<Type extends CampaignEventType = CampaignEventType> = Requirement<
  CampaignContext,
  EventOf<CampaignEvent, Type>
>;

const roster = (
  name: string,
  zh: string,
  en: string,
  listed: (change: CampaignFacts['rosterChange']) => readonly string[],
): Rule<'amend-roster'> => ({
  name,
  clause: 'R12',
  modality: 'M',
  zh,
  en,
  asksInput: true,
  measure: (_, event) => {
    const found = listed(factOf(event, 'rosterChange'));
    return { actual: found, required: [], met: found.length === 0 };
  },
});

/** The frozen roster changes only by this event, site by site and with a reason. */
export const rosterCanChange: readonly Rule<'amend-roster'>[] = [
  {
    name: 'changes-something',
    clause: 'R12',
    modality: 'M',
    zh: '至少增列或者减列一个{site}',
    en: 'at least one {site} is added or taken off',
    asksInput: true,
    measure: (_, { add, remove }) => atLeast((add ?? []).length + (remove ?? []).length, 1),
  },
  roster(
    'sites-of-the-county',
    '增列的均为本{county}的{site}',
    'each {site} that is added is of this {county}',
    ({ unknown }) => unknown,
  ),
  roster(
    'not-on-the-roster',
    '增列的{site}尚未列入名册',
    'what is added is not on the roster',
    ({ already }) => already,
  ),
  roster(
    'on-the-roster',
    '减列的{site}确在名册中',
    'what is taken off is on the roster',
    ({ missing }) => missing,
  ),
];

/** A site may have been put right again before this event has its turn. */
export const somethingFails: Rule<'end-conformance'> = {
  name: 'something-fails',
  clause: 'R12',
  modality: 'M',
  zh: '有达标{site}的登记情况不再符合标准',
  en: 'a {site} that conforms is denied a criterion by its records',
  measure: (_, event) => atLeast(factOf(event, 'failing').length, 1),
};
