// 广泛动员 (R49): in several forms, to every single site; villages and bases acknowledge it.

import type { Unmet } from '../kit/client.ts';
import { forEach, Unexpected } from '../kit/client.ts';
import { PARTS, REMINDED, villageOf } from '../kit/county.ts';
import {
  type Candidate,
  candidateOfTownship,
  candidatesOf,
  eventsOf,
  expectRefusal,
  moveTo,
  type Play,
  recordEvidence,
  tell,
} from '../kit/play.ts';

/** In several forms, to every single site (R49). */
export async function mobilize(play: Play): Promise<void> {
  const { county, timeline } = play;
  await moveTo(play, '2017-06-20');
  const careless = candidateOfTownship(play, PARTS.missesASite);
  await forEach(candidatesOf(play, 'DEMONSTRATION_TOWNSHIP'), async (township) => {
    const siteIds = (township.township?.villages ?? []).map(({ siteId }) => siteId);
    const reached = township === careless ? siteIds.slice(0, -1) : siteIds;
    await reach(play, township, '动员会', reached);
    await reach(play, township, '入户宣传', reached);
    if (township !== careless) await tell(play, township, { type: 'confirm-mobilization' });
  });
  const { unmet } = await expectRefusal(
    play,
    careless.actor,
    eventsOf(careless),
    { type: 'confirm-mobilization' },
    { status: 422, clause: 'R49' },
    [`${careless.name}漏了一个站点即上报动员到位`, 'mobilization that missed a site'],
  );
  await compareExplanation(play, careless, unmet ?? []);
  await moveTo(play, '2017-06-22');
  const missed = careless.township?.villages.at(-1)?.siteId ?? '';
  await reach(play, careless, '入户宣传', [missed]);
  await tell(play, careless, { type: 'confirm-mobilization' });
  const [own] = candidatesOf(play, 'ADVANCED_COUNTY') as [Candidate];
  await reach(play, own, '动员会', []);
  await reach(play, own, '广播电视', []);
  await tell(play, own, { type: 'confirm-mobilization' });
  timeline.say(
    `补上后到位：${county.villages.length} 个村（社区）站点全部贯彻到`,
    'every site has been reached',
  );
  await acknowledge(play);
}

type Actions = { actions: { type: string; permitted: boolean; unmet: Unmet[] }[] };

/** The explanation of possible events uses the very words of the refusal. */
async function compareExplanation(play: Play, candidate: Candidate, refused: readonly Unmet[]) {
  const path = `/v1/candidates/${candidate.id}/actions`;
  const { actions } = await play.client.get<Actions>(candidate.actor, path);
  const explained = actions.find(({ type }) => type === 'confirm-mobilization');
  if (explained?.permitted || JSON.stringify(explained?.unmet) !== JSON.stringify(refused)) {
    throw new Unexpected(`explained otherwise than refused: ${JSON.stringify(explained)}`);
  }
  play.timeline.say(
    '“可办事项”事先说明的理由与拒绝一字不差',
    'actions explain it in the same words',
  );
}

const reach = (play: Play, candidate: Candidate, form: string, siteIds: string[]) =>
  recordEvidence(play, candidate, {
    kind: 'mobilization',
    summary: `以${form}形式开展动员`,
    form,
    siteIds,
  });

async function acknowledge(play: Play): Promise<void> {
  const { county, timeline } = play;
  const late = villageOf(county, PARTS.acknowledgesLate);
  const slow = new Set(REMINDED.map((place) => villageOf(county, place).id));
  const all = [
    ...candidatesOf(play, 'DEMONSTRATION_VILLAGE'),
    ...candidatesOf(play, 'DEMONSTRATION_BASE'),
  ].filter(({ organisationId }) => organisationId !== late.id);
  const step = (zh: string, en: string, who: Candidate[]) => {
    const progress = timeline.progress(zh, en, who.length);
    const word = { type: 'acknowledge-mobilization' };
    return forEach(who, (candidate) => tell(play, candidate, word), progress.tick).then(
      progress.end,
    );
  };
  const prompt = all.filter(({ organisationId }) => !slow.has(organisationId));
  await step('村（社区）、基地确认已动员', 'villages and bases acknowledge', prompt);
  await moveTo(play, '2017-06-28');
  const reminded = all.filter(({ organisationId }) => slow.has(organisationId));
  await step('经临期提醒后确认', 'acknowledge once reminded', reminded);
  timeline.say(`${late.name}仍未确认`, 'one village still has not');
}
