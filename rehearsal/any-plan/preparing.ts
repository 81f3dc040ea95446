// The steps before anybody is evaluated: plan, mobilize, acknowledge, create, self-check.

import { handIn, measuredNumber } from '../acts/proofs.ts';
import type { Actor } from '../kit/client.ts';
import { daysAfter } from '../kit/days.ts';
import { fieldsOf } from '../kit/evidence-fields.ts';
import {
  type Candidate,
  categoryOf,
  expectRefusal,
  recordEvidence,
  tell,
  today,
} from '../kit/play.ts';
import type { GeneralPlay } from './cast.ts';
import { eachOf, officerOf, once } from './cast.ts';
import { patchSite } from './registration.ts';
import type { At, Place } from './standing.ts';
import { doing } from './standing.ts';
import { candidateStopped } from './stopped.ts';

const FORMS = ['动员会', '入户宣传', '广播电视', '网络群组', '宣传栏', '明白纸'];

/** Somebody of these roles; the play stops where the candidate's place has nobody of them. */
export async function actorFor(
  play: GeneralPlay,
  { candidate, stage, state, step }: Place,
  roles: readonly string[],
  others: readonly Actor[] = [],
): Promise<Actor> {
  const found = await officerOf(play, candidate, roles, others);
  if (found !== undefined) return found;
  const standing = { stage: stage.code, step: step?.step ?? 'waiting', state };
  const why = `没有可以办理的人（${roles.join('、')}） · nobody there is ${roles.join(', ')}`;
  throw candidateStopped(play, candidate, standing, why);
}

/** Asked before planned (R48): the records that the step's rules ask, then the plan. */
export async function makePlans(play: GeneralPlay, places: readonly At<'plan'>[]): Promise<void> {
  await eachOf(play, places, ['报送方案并获同意', 'plans approved'], (place) =>
    doing(play, place, async () => {
      const { candidate, step, state } = place;
      const { rules = [] } = step;
      if (state === 'planning') {
        const { context } = await play.client.get<{
          context: { evidence: { [kind: string]: number } };
        }>(play.cast.officers[0], `/v1/candidates/${candidate.id}`);
        // A duty may have asked for the plan already, of which one draft stands.
        const record = async (kind: string, occurredOn: string): Promise<void> => {
          if (kind !== 'consultation' && (context.evidence[kind] ?? 0) > 0) return;
          await recordEvidence(play, candidate, {
            kind,
            occurredOn,
            summary: candidate.name,
            detail: fieldsOf(kind, candidate.name, occurredOn),
          });
        };
        const isAsked = rules.includes('consultation-before-adoption');
        if (isAsked) await record('consultation', daysAfter(today(play), -1));
        if (isAsked || rules.includes('implementation-plan'))
          await record('implementation-plan', today(play));
        if (rules.includes('work-plan')) await record('work-plan', today(play));
        await tell(play, candidate, { type: 'submit-plan', title: `${candidate.name}实施方案` });
      }
      const approver = await actorFor(play, place, step.by, [candidate.actor]);
      await tell(play, candidate, { type: 'approve-plan' }, approver);
    }),
  );
}

/** Every site is reached in several forms (R49), where the step's rules ask that. */
export async function mobilize(
  play: GeneralPlay,
  places: readonly At<'mobilize'>[],
): Promise<void> {
  const { plan, county } = play;
  const forms = Array.from(
    { length: plan.policies.mobilizationFormsMin.value },
    (_, index) => FORMS[index % FORMS.length] + (index < FORMS.length ? '' : `（${index}）`),
  );
  await eachOf(play, places, ['动员到每个站点', 'every site reached'], (place) =>
    doing(play, place, async () => {
      const { candidate, step } = place;
      const below = (candidate.township ?? county).villages.map(({ siteId }) => siteId);
      const siteIds = candidate.siteId === null ? below : [candidate.siteId];
      for (const form of (step.rules ?? []).length > 0 ? forms : []) {
        await recordEvidence(play, candidate, {
          kind: 'mobilization',
          summary: `以${form}形式动员`,
          form,
          siteIds,
        });
      }
      await tell(play, candidate, { type: 'confirm-mobilization' });
    }),
  );
}

export const acknowledge = (play: GeneralPlay, places: readonly Place[]): Promise<void> =>
  eachOf(play, places, ['确认已动员', 'acknowledged'], (place) =>
    doing(play, place, () => tell(play, place.candidate, { type: 'acknowledge-mobilization' })),
  );

/** Declared with an activity held (R53), and confirmed where the step names who does. */
export async function create(play: GeneralPlay, places: readonly At<'create'>[]): Promise<void> {
  await eachOf(play, places, ['申报创建并经确认', 'declared and confirmed'], (place) =>
    doing(play, place, async () => {
      const { candidate, step, state } = place;
      if (state === 'creating') {
        if (step.rules?.includes('activity-held') === true) await holdActivity(play, candidate);
        const statement = `${candidate.name}对照标准开展了活动，申报创建`;
        await tell(play, candidate, { type: 'declare-created', statement });
      }
      if (step.confirmedBy === undefined) return;
      const confirmer = await actorFor(play, place, step.confirmedBy);
      await tell(play, candidate, { type: 'confirm-created' }, confirmer);
    }),
  );
}

export const holdActivity = (play: GeneralPlay, candidate: Candidate) =>
  recordEvidence(play, candidate, {
    kind: 'activity',
    summary: '组织集中收看并现场答疑',
    form: '集中收看',
    detail: fieldsOf('activity', candidate.name, today(play)),
  });

/** Hands in, once, all that the criteria of its category count. */
export const handInOnce = async (play: GeneralPlay, candidate: Candidate): Promise<void> => {
  if (once(play, `handed in ${candidate.id}`)) await handIn(play, candidate);
};

type Result = { criterion: string; met: boolean; priority?: string; responsiblePerson?: string };

const resultsOf = (play: GeneralPlay, { category }: Candidate, unmet = ''): Result[] =>
  categoryOf(play, category)
    .criteria.filter(({ at }) => at === 'self-check')
    .map(({ id: criterion }) =>
      criterion === unmet
        ? { criterion, met: false, priority: '列为整改重点', responsiblePerson: '站点管理员' }
        : { criterion, met: true },
    );

/** Each is checked item by item; one that falls short is put right first. */
export async function selfCheck(
  play: GeneralPlay,
  places: readonly At<'self-check'>[],
): Promise<void> {
  await eachOf(play, places, ['逐项自查', 'self-checked'], (place) =>
    doing(play, place, async () => {
      const { candidate, step } = place;
      const checker = await actorFor(play, place, step.by);
      await handInOnce(play, candidate);
      if (await checkShort(play, candidate, checker)) return;
      const path = `/v1/candidates/${candidate.id}/self-checks`;
      await play.client.post(checker, path, { results: resultsOf(play, candidate) });
      play.done.add(`assessed ${candidate.siteId}`);
    }),
  );
}

/**
 * The self-check cannot attest what the records deny: it is put right, measured, and only then struck off.
 * False for a candidate whose site falls short of nothing.
 */
async function checkShort(
  play: GeneralPlay,
  candidate: Candidate,
  checker: Actor,
): Promise<boolean> {
  const { subject } = categoryOf(play, candidate.category);
  const measured = play.size === 'whole' ? measuredNumber(play, 'village') : undefined;
  const { siteId } = candidate;
  if (measured === undefined || subject !== 'village' || siteId === null) return false;
  if (siteId !== play.county.villages.at(-1)?.siteId) return false;
  const path = `/v1/candidates/${candidate.id}/self-checks`;
  await expectRefusal(
    play,
    checker,
    path,
    { results: resultsOf(play, candidate) },
    { status: 422, clause: measured.criterion.clause },
    [`${candidate.name}未达“${measured.criterion.text}”，自查却填“达标”`, 'denied by the facts'],
  );
  const results = resultsOf(play, candidate, measured.criterion.id);
  await play.client.post(checker, path, { results });
  await patchSite(play.client, candidate.actor, siteId, { [measured.name]: measured.atLeast });
  const struck = { criterion: measured.criterion.id, remark: '已复查，整改到位' };
  await tell(play, candidate, { type: 'confirm-finding-rectified', ...struck }, checker);
  return true;
}
