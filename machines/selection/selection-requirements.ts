// Requirements of merit selection (R63, Q20): acceptance comes first, two officers decide a tie, and
// nobody moves up without a vacancy.

import type { CampaignContext, CampaignEvent, CampaignEventType } from '../campaign/events.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { atLeast, none } from '../kit/requirement.ts';
import { movingUp, rankingOf, vacancies, waiting } from './selection.ts';

type Rule<Type extends CampaignEventType> = Requirement<
  CampaignContext,
  EventOf<CampaignEvent, Type>
>;
type Ranks = 'rank-candidates' | 'select-by-merit';

const rule = <Type extends CampaignEventType>(
  name: string,
  zh: string,
  en: string,
  measure: Rule<Type>['measure'],
): Rule<Type> => ({ name, clause: 'R63', modality: 'M', zh, en, asksInput: true, measure });

export const categoryIsNew = rule<Ranks>(
  'selected-once',
  '该类别尚未择优',
  'this category has not been selected yet',
  ({ selections }, { category }) => none(category in selections ? 1 : 0),
);

/** Q20: nothing is ranked before a candidate has been accepted. */
export const somethingAccepted = rule<Ranks>(
  'something-accepted',
  '有通过初步验收的申报对象',
  'at least one candidate has passed preliminary acceptance',
  (_, event) =>
    atLeast(factOf(event, 'ranking').entries.filter(({ accepted }) => accepted).length, 1),
);

export const nothingPending = rule<'select-by-merit'>(
  'nothing-pending',
  '该类别没有待验收的申报对象',
  'no candidate of the category still waits for a verdict',
  (_, event) => none(factOf(event, 'ranking').entries.filter(({ accepted }) => !accepted).length),
);

/** Who was failed may come back: nobody is ranked without them (R63). */
export const nobodyAwaited = rule<Ranks>(
  'nobody-awaited',
  '该类别没有可以申请复核或者正在复核的申报对象',
  'no candidate of the category may still ask for a reconsideration, or waits for one',
  (_, event) => {
    const awaited = factOf(event, 'awaited');
    return { actual: awaited, required: [], met: awaited.length === 0 };
  },
);

export const tieDecided = rule<'select-by-merit'>(
  'tie-decided',
  '影响入选或递补次序的并列须由人决定并说明理由',
  'a tie that changes who is selected, or who is next, is decided by people, with a reason',
  (context, event) => {
    const tied = rankingOf(context, event).undecided.flat();
    return { actual: tied, required: [], met: tied.length === 0 };
  },
);

const taskOf = ({ ties }: CampaignContext, category: string) => ties[category];

export const tieIsOpen = rule<'propose-tie-decision' | 'confirm-tie-decision'>(
  'tie-is-open',
  '该类别有待决定的并列',
  'a tie of this category waits for its decision',
  (context, { category }) => {
    const task = taskOf(context, category);
    return atLeast(task !== undefined && task.confirmedBy === null ? 1 : 0, 1);
  },
);

/** The proposal names all but the last of each tied group in order, each once, and nobody else. */
export const tieIsOrdered = rule<'propose-tie-decision'>(
  'tie-is-ordered',
  '并列者须逐一排定先后',
  'everybody tied is put in order',
  (context, { category, prefer }) => {
    const tied = taskOf(context, category)?.tied ?? [];
    const named = prefer ?? [];
    const isWhole = tied.every((group) => group.filter((id) => !named.includes(id)).length <= 1);
    const isOnly = named.every((id) => tied.some((group) => group.includes(id)));
    const isOnce = new Set(named).size === named.length;
    return { actual: named, required: tied.flat(), met: isWhole && isOnly && isOnce };
  },
);

export const tieProposed = rule<'confirm-tie-decision'>(
  'tie-decision-proposed',
  '已有人提出并列的处理意见',
  'somebody has proposed how to decide the tie',
  (context, { category }) => atLeast(taskOf(context, category)?.proposedBy == null ? 0 : 1, 1),
);

/** The officer who proposed the order cannot confirm it. */
export const anotherDecides = rule<'confirm-tie-decision'>(
  'another-officer',
  '须先由一人提出，再由另一人批准',
  'one officer proposes and another approves',
  (context, { category, by }) => {
    const proposer = taskOf(context, category)?.proposedBy ?? null;
    return {
      actual: proposer,
      required: `≠ ${by.principalId}`,
      met: proposer !== null && proposer !== by.principalId,
    };
  },
);

export const seatIsVacant = rule<'move-up'>(
  'seat-is-vacant',
  '入选者中有人退出或被取消资格，名额空缺',
  'somebody selected has left, so a place is vacant',
  (_, event) => {
    const standing = factOf(event, 'standing');
    return atLeast(standing === null ? 0 : vacancies(standing), 1);
  },
);

export const reserveIsLeft = rule<'move-up'>(
  'reserve-is-left',
  '差额名单中有可以递补的对象',
  'somebody in reserve can move up',
  (_, event) => atLeast(movingUp(event).length, 1),
);

export const somebodyWaits = rule<'release-reserves'>(
  'somebody-waits',
  '该类别的差额名单中还有待递补的对象',
  'somebody of this category still waits in reserve',
  (_, event) => {
    const standing = factOf(event, 'standing');
    return atLeast(standing === null ? 0 : waiting(standing).length, 1);
  },
);
