// Phases 2 and 3 of any plan: created in time or not at all, checked, inspected, put right.

import { handIn, measuredNumber } from '../acts/proofs.ts';
import { actorOf } from '../kit/actors.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import { dayOf, daysAfter, lastDayOf, workingDaysAfter } from '../kit/days.ts';
import { uploadPhoto } from '../kit/photos.ts';
import {
  type Candidate,
  categoryOf,
  eventsOf,
  expectRefusal,
  recordEvidence,
  tell,
  tellOrder,
  today,
} from '../kit/play.ts';
import type { GeneralPlay } from './general-cast.ts';
import {
  eachOf,
  everyone,
  generalCheckerOf,
  generalConfirmerOf,
  moveOn,
  routeOf,
} from './general-cast.ts';
import { advance, announcePhase, attemptPhase } from './general-phases.ts';
import { patchSite } from './general-registration.ts';

const PHASE_2 = 'concentrated-creation';
const PHASE_3 = 'self-check-rectification';

/** Declares every site but one in time; answers the candidate that was late and is not created, or null. */
export async function createSites(play: GeneralPlay): Promise<Candidate | null> {
  const all = everyone(play);
  const creating = all.filter((one) => routeOf(play, one).creates);
  await moveOn(play, dayOf(play, PHASE_2, 0.3));
  await eachOf(play, creating, ['开展学用活动', 'activities'], (one) =>
    recordEvidence(play, one, {
      kind: 'activity',
      summary: '组织集中收看并现场答疑',
      form: '集中收看',
      detail: { participants: 20, effect: '参加的党员掌握一项实用技术' },
    }),
  );
  await moveOn(play, dayOf(play, PHASE_2, 0.5));
  await eachOf(play, all, ['对照标准报送材料', 'what the criteria count is handed in'], (one) =>
    handIn(play, one),
  );
  // The candidate whose site falls short is not taken, because that one is checked.
  const late = creating.filter(({ siteId }) => siteId !== null).at(-2) ?? null;
  await moveOn(play, dayOf(play, PHASE_2, 0.8));
  const inTime = creating.filter((one) => one !== late);
  await eachOf(play, inTime, ['申报创建并经确认', 'declared and confirmed'], async (one) => {
    const confirmer = generalConfirmerOf(play, one);
    await tell(play, one, declaration(one));
    if (confirmer !== null) await tell(play, one, { type: 'confirm-created' }, confirmer);
  });
  await moveOn(play, lastDayOf(play, PHASE_2), '10:00');
  await attemptPhase(play, 'R56', '时间未到即转入第三阶段', 'before its window has come');
  await announcePhase(play, PHASE_3);
  if (late !== null) {
    await expectRefusal(
      play,
      late.actor,
      eventsOf(late),
      declaration(late),
      { status: 422, clause: 'R51' },
      [`${late.name}逾期申报创建`, 'declared after the window'],
    );
  }
  await advance(play);
  return late;
}

const declaration = ({ name }: Candidate) => ({
  type: 'declare-created',
  statement: `${name}对照标准开展了活动，申报创建`,
});

export async function checkAndInspect(play: GeneralPlay, late: Candidate | null): Promise<void> {
  const checked = everyone(play).filter(
    (one) =>
      one !== late && routeOf(play, one).creates && routeOf(play, one).selfCheckedBy !== null,
  );
  await moveOn(play, dayOf(play, PHASE_3, 0.15));
  const forgotten = checked.find(({ siteId }) => siteId !== null) ?? checked[0];
  const short = await checkShort(play, checked);
  const others = checked.filter((one) => one !== forgotten && one !== short);
  await eachOf(play, others, ['逐项自查', 'self-checked'], (one) => check(play, one));
  if (late !== null) await inspectSite(play, late);
  const orders = await inspect(play, checked);
  await followOrders(play, orders);
  await moveOn(play, lastDayOf(play, PHASE_3), '10:00');
  await announcePhase(play, 'evaluation');
  if (forgotten !== undefined) {
    await attemptPhase(play, 'R57', `${forgotten.name}尚未自查即转入第四阶段`, 'unchecked');
    await check(play, forgotten);
  }
  await advance(play);
}

type Result = { criterion: string; met: boolean; priority?: string; responsiblePerson?: string };

const resultsOf = (play: GeneralPlay, { category }: Candidate, unmet = ''): Result[] =>
  categoryOf(play, category)
    .criteria.filter(({ at }) => at === 'self-check')
    .map(({ id: criterion }) =>
      criterion === unmet
        ? { criterion, met: false, priority: '列为整改重点', responsiblePerson: '站点管理员' }
        : { criterion, met: true },
    );

const check = (play: GeneralPlay, candidate: Candidate, unmet?: string) =>
  play.client.post(
    generalCheckerOf(play, candidate),
    `/v1/candidates/${candidate.id}/self-checks`,
    { results: resultsOf(play, candidate, unmet) },
  );

/**
 * The self-check cannot attest what the records deny: it is put right, measured, and only then struck off.
 */
async function checkShort(
  play: GeneralPlay,
  checked: readonly Candidate[],
): Promise<Candidate | undefined> {
  const measured = measuredNumber(play, 'village');
  const site = play.county.villages.at(-1)?.siteId;
  const candidate = checked.find(({ siteId }) => siteId !== null && siteId === site);
  if (measured === undefined || candidate === undefined || site === undefined) return undefined;
  const checker = generalCheckerOf(play, candidate);
  await expectRefusal(
    play,
    checker,
    `/v1/candidates/${candidate.id}/self-checks`,
    { results: resultsOf(play, candidate) },
    { status: 422, clause: measured.criterion.clause },
    [`${candidate.name}未达“${measured.criterion.text}”，自查却填“达标”`, 'denied by the facts'],
  );
  await check(play, candidate, measured.criterion.id);
  await patchSite(play.client, candidate.actor, site, { [measured.name]: measured.atLeast });
  const struck = { criterion: measured.criterion.id, remark: '已复查，整改到位' };
  await tell(play, candidate, { type: 'confirm-finding-rectified', ...struck }, checker);
  return candidate;
}

/** A site that was not created still counts in the roster, so its township looks at it. */
async function inspectSite(play: GeneralPlay, { siteId, township }: Candidate): Promise<void> {
  const office = actorOf(play.cast.offices, township?.id ?? '');
  await play.client.post(office, '/v1/inspections', {
    campaignId: play.campaignId,
    siteId,
    kind: 'SCHEDULED',
    occurredOn: today(play),
    inspectors: [office.name],
    conforms: true,
  });
}

type Order = { id: string; candidate: Candidate; inspector: Actor };

/** Both kinds of both levels are held (R58, R72); two of the county's findings open an order (R59). */
async function inspect(play: GeneralPlay, checked: readonly Candidate[]): Promise<Order[]> {
  const { client, cast, county } = play;
  const [visitor, drawer] = cast.officers;
  const look = (actor: Actor, { id: candidateId }: Candidate, kind: string, more: object = {}) =>
    client.post(actor, '/v1/inspections', {
      candidateId,
      kind,
      occurredOn: today(play),
      inspectors: [actor.name],
      triggers: [],
      findings: [],
      ...more,
    });
  await forEach(county.townships, async ({ id }) => {
    const [one] = checked.filter(({ township, siteId }) => township?.id === id && siteId !== null);
    if (one === undefined) return;
    for (const kind of ['SCHEDULED', 'UNSCHEDULED'])
      await look(actorOf(cast.offices, id), one, kind);
  });
  const [first, second] = checked.filter(({ siteId }) => siteId !== null).slice(2);
  const orders: Order[] = [];
  for (const [candidate, inspector, kind, trigger] of [
    [first, visitor, 'FIELD_VISIT', 'FORMALISM'],
    [second, drawer, 'RANDOM', 'LITTLE_EFFECT'],
  ] as const) {
    const found = candidate ?? checked[0];
    if (found === undefined) continue;
    const more = { triggers: [trigger], findings: ['记录与实际不符'] };
    const { opened } = await look(inspector, found, kind, more);
    const id = opened.find((one) => one.kind === 'rectification')?.id;
    if (id === undefined) throw new Error(`no order was opened to ${found.name}`);
    orders.push({ id, candidate: found, inspector });
  }
  play.timeline.say(`检查后开出 ${orders.length} 份通报和限期整改通知`, 'orders by a deadline');
  return orders;
}

/** The first order is closed in time by another officer; the second only after it was escalated. */
async function followOrders(play: GeneralPlay, [prompt, slow]: Order[]): Promise<void> {
  const { plan, calendar, timeline } = play;
  const { rectificationDays, escalationWorkingDays } = plan.policies;
  const issued = today(play);
  if (prompt !== undefined) await rectify(play, prompt);
  if (slow === undefined) return;
  const due = daysAfter(issued, rectificationDays.value);
  // A few days are added, because a deadline that falls on a day off moves.
  await moveOn(play, workingDaysAfter(calendar, daysAfter(due, 9), escalationWorkingDays.value));
  timeline.say(`${slow.candidate.name}逾期未整改，已通报并报告上级`, 'overdue and escalated');
  await rectify(play, slow);
}

async function rectify(play: GeneralPlay, { id, candidate, inspector }: Order): Promise<void> {
  const { cast } = play;
  const another = cast.officers.find((officer) => officer !== inspector) as Actor;
  const steps = [
    { type: 'acknowledge' },
    { type: 'start', measures: '逐条制定措施', responsiblePerson: '负责人' },
    {
      type: 'submit',
      report: '已整改，附照片',
      evidence: [await uploadPhoto(play, candidate)],
    },
  ];
  for (const step of steps) await tellOrder(play, candidate.actor, id, step);
  const close = { type: 'close', remark: '复查合格，予以销号' };
  await expectRefusal(
    play,
    inspector,
    `/v1/rectifications/${id}/events`,
    close,
    { status: 422, clause: 'R59' },
    ['原检查人自己复查销号', 'the inspector would re-inspect'],
  );
  await tellOrder(play, another, id, close);
}
