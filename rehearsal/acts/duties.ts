// The duties of each township and of the county beside their candidates' ways: recorded by the role that
// owes them, some of them wrongly first.

import type { Invariant } from '../checks/invariants.ts';
import { actorOf } from '../kit/actors.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import { fieldsOf } from '../kit/evidence-fields.ts';
import { type Candidate, expectRefusal, type Play, recordEvidence, today } from '../kit/play.ts';

type Duty = {
  organisationId: string;
  organisationName: string;
  id: string;
  clause: string;
  modality: string;
  phase: string;
  by: string;
  kind: string;
  zh: string;
  actual: number;
  required: number;
  met: boolean;
};

const dutiesOf = async ({ client, cast, campaignId }: Play): Promise<Duty[]> =>
  (await client.get<{ items: Duty[] }>(cast.officers[0], `/v1/campaigns/${campaignId}/duties`))
    .items;

/** Fulfils every duty of this phase that is still open. */
export async function fulfilDuties(play: Play, phase: string): Promise<void> {
  const owed = (await dutiesOf(play)).filter((duty) => duty.phase === phase && !duty.met);
  if (owed.length === 0) return;
  const progress = play.timeline.progress('补齐本阶段应有的记录', 'duties recorded', owed.length);
  await forEach(owed, (duty) => fulfil(play, duty), progress.tick);
  progress.end();
}

function holderOf({ cast }: Play, { by, organisationId }: Duty): Actor {
  if (by === 'county-office') return cast.officers[0];
  return actorOf(by === 'township-office' ? cast.offices : cast.committees, organisationId);
}

/** A candidate of the unit that still lives: the township itself, or else one below it. */
async function liveCandidate(play: Play, { organisationId, by }: Duty): Promise<Candidate> {
  const all = [...play.candidates.values()].flat();
  const own = all.filter((one) => by === 'county-office' || one.organisationId === organisationId);
  const below = all.filter(({ township }) => township?.id === organisationId);
  for (const candidate of [...own, ...below]) {
    const path = `/v1/candidates/${candidate.id}`;
    const { status } = await play.client.get<{ status: string }>(play.cast.officers[0], path);
    if (status === 'active') return candidate;
  }
  throw new Error(`nobody lives at ${organisationId}`);
}

const FORMS = ['现场教学', '知识竞赛', '专家答疑', '文艺宣传', '观摩交流', '网络课堂'];

async function fulfil(play: Play, duty: Duty): Promise<void> {
  const candidate = await liveCandidate(play, duty);
  const actor = holderOf(play, duty);
  const { kind, organisationName: place } = duty;
  if (kind === 'SCHEDULED' || kind === 'UNSCHEDULED')
    return supervise(play, candidate, actor, kind);
  for (let count = duty.actual; count < duty.required; count += 1) {
    const { recordId } = await recordEvidence(
      play,
      candidate,
      {
        kind,
        summary: `${place}${duty.zh}`,
        ...(kind === 'activity' || kind === 'mobilization' ? { form: String(FORMS[count]) } : {}),
        ...(kind === 'participation' ? { siteIds: sitesOf(candidate) } : {}),
        detail:
          kind === 'township-schedule'
            ? scheduleOf(play)
            : fieldsOf(kind, `${place}${count}`, today(play)),
      },
      actor,
    );
    if (kind === 'hot-issue') await solve(play, actor, String(recordId));
  }
}

const sitesOf = ({ township, siteId }: Candidate): string[] =>
  township?.villages.map((village) => village.siteId) ?? (siteId === null ? [] : [siteId]);

const supervise = (play: Play, candidate: Candidate, actor: Actor, kind: string): Promise<void> =>
  play.client.post(actor, '/v1/inspections', {
    candidateId: candidate.id,
    kind,
    occurredOn: today(play),
    inspectors: ['分管领导', '远教专干'],
    findings: [],
  });

/** R54, R38: a matter that was raised is also solved, and the ledger says when. */
export const solve = (play: Play, actor: Actor, id: string): Promise<unknown> =>
  play.client.post(actor, `/v1/matters/${id}/events`, {
    type: 'solve',
    solvedOn: today(play),
    result: '已答复并解决',
  });

/** The county's own windows, which a township may take over (R70). */
const scheduleOf = ({ plan }: Play) => ({
  stages: plan.phases.map(({ code, start, end, effectiveFrom }) => ({
    phase: code,
    start: effectiveFrom ?? start,
    end,
  })),
});

/**
 * Each of these records is refused with its sentence: a gap, another's site, the wrong body, an unknown
 * kind.
 */
export async function attemptWrongRecords(play: Play): Promise<void> {
  const { cast, county } = play;
  const [first, second] = county.townships;
  const own = [...play.candidates.values()]
    .flat()
    .find(({ organisationId }) => organisationId === first?.id);
  if (first === undefined || second === undefined || own === undefined) return;
  const path = `/v1/candidates/${own.id}/evidence`;
  const record = { occurredOn: today(play), summary: `${first.name}材料` };
  const { stages } = scheduleOf(play);
  const gap = stages.map((stage, index) => (index === 0 ? { ...stage, end: stage.start } : stage));
  const office = actorOf(cast.offices, first.id);
  const committee = actorOf(cast.committees, first.id);
  const schedule = { ...record, kind: 'township-schedule', detail: { stages: gap } };
  const refused = (
    actor: Actor,
    body: object,
    expected: { status: number; clause?: string },
    words: [string, string],
  ) => expectRefusal(play, actor, path, body, expected, words);
  await refused(office, schedule, { status: 422, clause: 'R70' }, [
    `${first.name}的日程有空档`,
    'a schedule with a gap',
  ]);
  await refused(committee, schedule, { status: 403 }, [
    '党（工）委代街道办排日程',
    'the committee makes the schedule of the office',
  ]);
  const siteIds = second.villages.slice(0, 1).map(({ siteId }) => siteId);
  await refused(
    committee,
    { ...record, kind: 'supervision', siteIds },
    { status: 422, clause: 'R14' },
    [`${first.name}以邻镇站点作监督记录`, 'a neighbour’s site'],
  );
  await refused(committee, { ...record, kind: 'anything' }, { status: 400 }, [
    '登记没有的材料种类',
    'a kind nobody knows',
  ]);
  const oneFault = { ...record, kind: 'meeting-minute', detail: { agendaItem: '', extra: 1 } };
  await refused(committee, oneFault, { status: 400 }, [
    '会议记录没有议题',
    'a minute without its item',
  ]);
}

/** Every record that the plan demands is there, of every unit. */
export async function dutiesAreMet(play: Play): Promise<Invariant> {
  const duties = await dutiesOf(play);
  const must = duties.filter(({ modality }) => modality === 'M' || modality === 'E');
  return {
    zh: '方案要求各乡镇和县登记的事项全部有据可查',
    en: 'whatever the plan demands of townships and county is on record',
    counted: `${must.length} 项 · duties`,
    faults: must
      .filter(({ met }) => !met)
      .map(
        ({ organisationName, clause, zh, actual }) =>
          `${organisationName} ${clause} ${zh}: ${actual}`,
      ),
  };
}
