// The next step that brings one candidate, or the campaign, further on its way.

import type { CampaignContext } from '../../machines/campaign/events.ts';
import type { MachineName } from '../../machines/catalog.ts';
import { accepts, stageOf, stateOf } from '../../machines/kit/step.ts';
import { localDate } from '../../machines/kit/time.ts';
import { askReconsideration, assign, convene, object } from './beginnings.ts';
import type { Known } from './invariants.ts';
import type { Situation, Wish } from './people.ts';
import { choose, inState, later } from './people.ts';
import { about, evidence, regainable } from './sayings.ts';

const CITY_FAILED =
  'candidate xstate.after.reconsiderationWindow.candidate.cityVerification.failed';
const DOCUMENTS = ['consultation', 'implementation-plan', 'work-plan'];

/** The next step that brings one candidate, or the campaign, further; null when all of them wait. */
export function goalOf(situation: Situation): Wish | null {
  const { random, seen, campaignId, mayEnd } = situation;
  const campaign = seen.subjects.get(campaignId) as Known;
  // A policy change is approved as soon as its preview is known, or the preview would change again.
  const [change] = inState(situation, 'policy-change', /proposed/);
  if (change !== undefined && !seen.types.has('policy-change approve'))
    return about(situation, change, 'approve');
  // One candidate that waits for a reconsideration is withdrawn, once, so that nobody decides it any more.
  const [waiting] = inState(situation, 'candidate', /\/reconsidering$/);
  if (waiting !== undefined && !seen.types.has('reconsideration candidate-ended'))
    return about(situation, waiting, 'withdraw');
  // One that failed with the county asks for a reconsideration before its time is over, one that fails with
  // the city does not, and one withdrawal is taken back.
  const [failed] = inState(situation, 'candidate', /^countyAcceptance\/failed$/);
  if (failed !== undefined && !seen.types.has('reconsideration ask') && random() < 0.3)
    return askReconsideration(situation, failed);
  const reviewed = inState(situation, 'candidate', /^cityVerification\//).find(
    ({ release, instance }) => accepts(release, instance).includes('fail'),
  );
  const isFailed = inState(situation, 'candidate', /^cityVerification\/failed$/).length > 0;
  if (reviewed !== undefined && !isFailed && !seen.types.has(CITY_FAILED) && random() < 0.1)
    return about(situation, reviewed, 'fail');
  const [withdrawn] = inState(situation, 'candidate', /^withdrawn/);
  if (withdrawn !== undefined && !seen.types.has('candidate reinstate') && random() < 0.3)
    return about(situation, withdrawn, 'reinstate');
  const seldom = seldomSeen(situation);
  if (seldom !== null && random() < 0.3) return seldom;
  // What something waits for is reviewed and signed.
  const [draft] = inState(situation, 'document', /drafted|reviewed/).filter(
    ({ instance }) => instance.context.isNeeded === true,
  );
  if (draft !== undefined && random() < 0.5) return about(situation, draft, nextOf(draft));
  // A unit that has ended leaves its candidates to the office: one goes on, the other ends.
  const orphan = inState(situation, 'candidate').find(
    ({ instance, organisationId }) =>
      instance.status === 'active' && situation.successors.has(organisationId),
  );
  if (orphan !== undefined && random() < 0.4)
    return about(
      situation,
      orphan,
      seen.types.has('candidate succeed') ? 'end-with-unit' : 'succeed',
    );
  const { phase, override } = campaign.instance.context as unknown as CampaignContext;
  if (phase === 'evaluation' && mayEnd)
    return about(
      situation,
      campaign,
      override?.approvedBy == null ? overriding(override) : 'conclude',
    );
  // Three inspections make a site conform, lose its conformance, and conform again.
  const inspections = seen.types.get('campaign record-inspection') ?? 0;
  const mayRegain = regainable(situation).length > 0;
  if (
    random() < (mayRegain && !seen.types.has('regression regain') ? 0.4 : 0.1) &&
    inspections < 12
  )
    return about(situation, campaign, 'record-inspection');
  if (phase === 'evaluation') {
    const wish = selectionOf(situation, campaign);
    if (wish !== null) return wish;
  }
  const live = inState(situation, 'candidate').filter(
    ({ instance }) => instance.status === 'active',
  );
  const goals = live.flatMap((one) => furtherOf(situation, one) ?? []);
  const isWaiting = goals.length < 4 && live.length > 9 && phase !== 'evaluation';
  if (isWaiting || goals.length === 0) {
    const type = override?.approvedBy == null ? overriding(override) : 'advance-phase';
    return isWaiting ? about(situation, campaign, type) : null;
  }
  return choose(random, goals)();
}

/** The next step to an event that random clients seldom come to; null when it was stored or nobody is near. */
function seldomSeen(situation: Situation): Wish | null {
  const { seen } = situation;
  const drafts = inState(situation, 'document', /drafted|reviewed/);
  if (!seen.types.has('document candidate-ended')) {
    const ending = drafts
      .filter(({ instance, parentId }) => instance.context.awaitedBy === parentId)
      .map(({ parentId }) => seen.subjects.get(parentId ?? ''))
      .find((one) => one !== undefined && accepts(one.release, one.instance).includes('withdraw'));
    if (ending !== undefined) return about(situation, ending, 'withdraw');
  }
  const correction = drafts.find(({ instance }) => instance.context.corrects != null);
  if (correction !== undefined && !seen.types.has('document supersede'))
    return about(situation, correction, nextOf(correction));
  const [rejected] = inState(situation, 'objection', /rejection-proposed/);
  if (rejected !== undefined && !seen.types.has('objection confirm-rejection'))
    return about(situation, rejected, 'confirm-rejection');
  const exhibitor = inState(situation, 'candidate').find(
    ({ id, release, instance }) =>
      seen.cases.has(id) && accepts(release, instance).includes('assess-evidence'),
  );
  if (exhibitor !== undefined && !seen.types.has('candidate assess-evidence'))
    return about(situation, exhibitor, 'assess-evidence');
  // One candidate's sites are reached, whatever those of the others are.
  const mobilizing = inState(situation, 'candidate', /\/mobilizing$/).find(
    ({ release, instance }) => accepts(release, instance).includes('confirm-mobilization'),
  );
  if (mobilizing !== undefined && !seen.types.has('candidate confirm-mobilization'))
    return furtherOf(situation, mobilizing)?.() ?? null;
  return seen.types.has('objection raise') ? null : object(situation);
}

/** A draft is reviewed, then signed. */
export const nextOf = ({ instance }: Known): string =>
  stateOf(instance.value) === 'drafted' ? 'review' : 'sign';

/** One person asks for an override and another approves it. */
const overriding = (override: object | null): string =>
  override === null ? 'request-override' : 'approve-override';

/**
 * The next step of the selection: a tie decided, a category selected, a selected candidate removed and
 * replaced.
 */
function selectionOf(situation: Situation, campaign: Known): Wish | null {
  const { random } = situation;
  const { ties, selections } = campaign.instance.context as unknown as CampaignContext;
  const open = Object.values(ties).find(({ confirmedBy }) => confirmedBy === null);
  if (open !== undefined)
    return about(
      situation,
      campaign,
      open.proposedBy === null ? 'propose-tie-decision' : 'confirm-tie-decision',
    );
  const isSelecting =
    Object.keys(selections).length > 0 ||
    inState(situation, 'candidate', /countyAcceptance\/accepted/).length > 0;
  if (!isSelecting) return null;
  const codesOf = (place: RegExp) =>
    inState(situation, 'candidate', place).map(({ instance }) => String(instance.context.category));
  const reserved = new Set(codesOf(/\/in-reserve$/).filter((code) => code in selections));
  const vacated = codesOf(/^withdrawn/).find((code) => reserved.has(code));
  if (vacated !== undefined) {
    const wish = about(situation, campaign, 'move-up');
    return { ...wish, event: { ...wish.event, category: vacated } };
  }
  const selected = inState(situation, 'candidate', /countyAcceptance\/public-notice/).find(
    ({ instance }) => reserved.has(String(instance.context.category)),
  );
  if (selected !== undefined && random() < 0.8) return about(situation, selected, 'withdraw');
  const isRanked = situation.seen.types.has('campaign rank-candidates');
  return about(
    situation,
    campaign,
    isRanked || random() < 0.5 ? 'select-by-merit' : 'rank-candidates',
  );
}

function furtherOf(situation: Situation, candidate: Known): (() => Wish | null) | null {
  const { instance } = candidate;
  const { context } = instance;
  const state = stateOf(instance.value);
  const recorded = context.evidence as { [kind: string]: unknown };
  const say = (type: string) => () => about(situation, candidate, type);
  const record = (kind: string) => () => {
    const wish = about(situation, candidate, 'record-evidence');
    const today = localDate(later(candidate.updatedAt, situation.seen.instant));
    return {
      ...wish,
      event: {
        type: 'record-evidence',
        id: situation.newId(),
        kind,
        ...evidence(situation, kind, today, candidate),
      },
    };
  };
  const children = (machine: MachineName) =>
    inState(situation, machine).filter(({ parentId }) => parentId === candidate.id);
  if (state === 'planning') {
    const missing = DOCUMENTS.find((kind) => !(kind in recorded));
    return missing === undefined ? say('submit-plan') : record(missing);
  }
  if (state === 'mobilizing')
    // Forms in the log of a life brought in have reached no site in the database.
    return (context.mobilizationForms as unknown[]).length === 0 || situation.random() < 0.4
      ? record('mobilization')
      : say('confirm-mobilization');
  if (state === 'creating' && !('activity' in recorded)) return record('activity');
  if (state === 'evaluating') {
    const [round] = children('ballot-round').filter(
      ({ instance: { value } }) => stateOf(value) !== 'lapsed',
    );
    if ((context.figures as { mass?: number }).mass === undefined) {
      if (round === undefined) return () => convene(situation, candidate);
      const type = {
        open: 'close',
        counting: 'enter-count',
        counted: 'confirm-count',
        void: 'reconvene',
        convened: 'open',
      }[stateOf(round.instance.value)];
      return type === undefined ? null : () => about(situation, round, type);
    }
    const sheets = children('score-sheet');
    const open = sheets.find(({ instance: { value } }) => /open/.test(stageOf(value)));
    if (open !== undefined) return () => about(situation, open, 'submit');
    if (sheets.length === 0 || !('assessment' in (context.figures as object)))
      return () => assign(situation, candidate);
  }
  // A slip in a sheet is put right by two, once, before the selection.
  const slip = inState(situation, 'score-sheet', /^(?:submitted|accepted)/).find(
    ({ parentId }) => parentId === candidate.id,
  );
  if (slip !== undefined && !situation.seen.types.has('score-sheet confirm-correction')) {
    const isProposed = slip.instance.context.correction != null;
    if (situation.random() < 0.5) {
      return () => about(situation, slip, isProposed ? 'confirm-correction' : 'propose-correction');
    }
  }
  if (state === 'failed' && stageOf(instance.value) !== 'cityVerification')
    return () => askReconsideration(situation, candidate);
  if (state === 'reconsidering') {
    const asked = children('reconsideration').at(-1);
    const decision = choose(situation.random, ['grant', 'uphold']);
    return asked === undefined ? null : () => about(situation, asked, decision);
  }
  const next = accepts(candidate.release, instance).find((type) => GOALS.test(type));
  return next === undefined ? null : say(next);
}

const GOALS =
  /^(?:approve-plan|acknowledge-mobilization|declare-created|confirm-created|submit-self-check|confirm-finding-rectified|apply|pass|resubmit|confirm-requirements-met|propose-submission|submit-upward|record-verification|propose-conferral|confirm-conferral)$/;
