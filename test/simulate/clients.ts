// Random clients: they look at what is committed, choose a subject and an event that it knows, and send it
// as the interface would. Not every event is wise, so some are refused.

import { accepts, stateOf } from '../../machines/kit/step.ts';
import { beginning } from './beginnings.ts';
import { PLAN_ID } from './county.ts';
import { goalOf, nextOf } from './goals.ts';
import type { Known } from './invariants.ts';
import type { Situation, Wish } from './people.ts';
import { choose, inState, person } from './people.ts';
import { about, wouldTake } from './sayings.ts';

export type { Wish } from './people.ts';

/** The next thing that somebody does. */
export function wishOf(situation: Situation): Wish {
  const { random, seen, campaignId } = situation;
  const campaign = seen.subjects.get(campaignId);
  if (campaign === undefined || campaign.revision < 2) return campaignWish(situation, campaign);
  const lot = random();
  // The selection goes through many steps, of the campaign alone.
  if (lot < (campaign.instance.context.phase === 'evaluation' ? 0.5 : 0.15))
    return goalOf(situation) ?? rarest(situation);
  if (lot < 0.6 && random() < 0.3) return beginning(situation) ?? rarest(situation);
  if (lot < 0.92) return rarest(situation);
  const subject = pickSubject(situation);
  const known = accepts(subject.release, subject.instance);
  if (known.length === 0) return { ...about(situation, subject, 'sign'), principal: person(0) };
  return about(situation, subject, pickType(situation, subject, known));
}

/** The event tried and stored least of all those known now, to a subject that would take it. */
function rarest(situation: Situation): Wish {
  const { random, seen, mayEnd } = situation;
  const byName = new Map<string, { type: string; knowing: Known[] }>();
  for (const subject of seen.subjects.values()) {
    if (subject.instance.status !== 'active') continue;
    for (const type of accepts(subject.release, subject.instance)) {
      if (OWN.test(type)) continue;
      // Without a reserve that moved up before, none could any more.
      if (type === 'release-reserves' && !seen.types.has('campaign move-up')) continue;
      const isEnd = subject.release.name === 'campaign' && /^(?:conclude|cancel)$/.test(type);
      // A campaign in its last phase is concluded, not cancelled.
      const isConcluding = subject.instance.context.phase === 'evaluation' && type === 'cancel';
      if (isEnd && (!mayEnd || isConcluding)) continue;
      const name = `${subject.release.name} ${type}`;
      const one = byName.get(name) ?? { type, knowing: [] };
      byName.set(name, one);
      one.knowing.push(subject);
    }
  }
  // An ended campaign, with all in it, takes nothing any more; an event that shows this is sent.
  if (byName.size === 0)
    return about(situation, seen.subjects.get(situation.campaignId) as Known, 'cancel');
  const costOf = (name: string): number =>
    (seen.tried.get(name) ?? 0) +
    2 * (seen.types.get(name) ?? 0) +
    (sharer(name) === Math.floor(situation.seed / 10) % 2 ? 0 : 1);
  const known = shuffled(random, [...byName]).sort(([a], [b]) => costOf(a) - costOf(b));
  for (const [name, { type, knowing }] of known.slice(0, LOOKED_AT)) {
    for (const subject of shuffled(random, knowing).slice(0, LOOKED_AT)) {
      const wish = about(situation, subject, type);
      if (!wouldTake(situation, subject, wish)) continue;
      seen.tried.set(name, (seen.tried.get(name) ?? 0) + 1);
      return wish;
    }
  }
  const [name, { type, knowing }] = known[0] as (typeof known)[number];
  seen.tried.set(name, (seen.tried.get(name) ?? 0) + 1);
  return about(situation, choose(random, knowing), type);
}

/** Two seeds that begin in the same chapter try one half each before the other. */
const sharer = (name: string): number =>
  [...name].reduce((sum, { length }, index) => sum + length * name.charCodeAt(index), 0) % 2;

/** The number of the rarest events, and of subjects that know one, that are checked for being taken. */
const LOOKED_AT = 12;

const shuffled = <Item>(random: () => number, items: readonly Item[]): Item[] =>
  items
    .map((item) => ({ item, lot: random() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ item }) => item);

/** The notice of one campaign in some is abandoned, and with it the campaign. */
const isCalledOff = ({ seed }: Situation): boolean => seed % 25 === 9;

function campaignWish(situation: Situation, campaign: Known | undefined): Wish {
  const { campaignId } = situation;
  if (campaign === undefined) {
    return {
      subjectId: campaignId,
      create: { machine: 'campaign', planId: PLAN_ID, planVersion: 1, name: '四创三评' },
      event: { type: 'draft' },
      principal: person(0),
    };
  }
  // Its notice is reviewed and signed, or abandoned.
  const [notice] = inState(situation, 'document', /drafted|reviewed/);
  if (notice === undefined)
    return { subjectId: campaignId, event: { type: 'cancel' }, principal: person(1) };
  return about(situation, notice, isCalledOff(situation) ? 'abandon' : nextOf(notice));
}

// Subjects of which there are few would else seldom be spoken to.
function pickSubject({ seen, random, campaignId }: Situation): Known {
  const live = [...seen.subjects.values()].filter(({ instance }) => instance.status === 'active');
  const byMachine = [...Map.groupBy(live, ({ release }) => release.name).values()];
  if (byMachine.length === 0) return seen.subjects.get(campaignId) as Known;
  const isCandidate = (group: readonly Known[]) => group[0]?.release.name === 'candidate';
  const candidates = byMachine.find(isCandidate);
  if (candidates !== undefined && random() < 0.45) return choose(random, candidates);
  return choose(random, choose(random, byMachine));
}

// Events of the service itself are refused to people; one now and then shows that.
const OWN =
  /^(?:phase-entered|recalculate-deadline|mass-evaluation-closed|(?:record|retract)-assessment|select|keep-in-reserve|pass-over|objection-(?:opened|closed)|end-conformance|hand-over|regain|candidate-ended|freeze|supersede|raise|adopt-policy)$/;
const ENDS =
  /^(?:withdraw|end-with-unit|cancel|lapse|confirm-disqualification|abandon|recall|conclude|void|dissolve|fail)$/;
const PROGRESS =
  /^(?:submit-plan|approve-plan|confirm-mobilization|acknowledge-mobilization|declare-created|confirm-created|submit-self-check|apply|resubmit|confirm-requirements-met|confirm-finding-rectified|propose-submission|submit-upward|propose-conferral|confirm-conferral|record-verification|resume-review|select-by-merit)$/;
const SELDOM =
  /^(?:record-inspection|record-evidence|void-record|propose-disqualification|request-override|record-veto|amend-roster|declare-conflict|defer|assess-evidence|return-\w+|withdraw|extend)$/;

function pickType(
  { random, seen }: Situation,
  { release, instance }: Known,
  known: readonly string[],
): string {
  const state = stateOf(instance.value);
  const weights = known.map((type) => {
    // An event stored often is sent less often, because faults hide in the rare ones.
    const novelty = 1 / (1 + (seen.types.get(`${release.name} ${type}`) ?? 0)) ** 0.6;
    if (OWN.test(type)) return 0.01;
    if (release.name === 'campaign' && /^(?:conclude|cancel)$/.test(type)) return 0.004;
    if (ENDS.test(type)) return (release.name === 'candidate' ? 0.08 : 0.3) * novelty;
    if (PROGRESS.test(type)) return 3;
    if (type === 'record-evidence') return /plann|mobiliz|creating/.test(state) ? 5 : novelty;
    return (SELDOM.test(type) ? 0.8 : 2) * novelty;
  });
  let left = random() * weights.reduce((sum, one) => sum + one, 0);
  const found = known.find((_, index) => {
    left -= weights[index] ?? 0;
    return left < 0;
  });
  return found ?? (known[0] as string);
}
