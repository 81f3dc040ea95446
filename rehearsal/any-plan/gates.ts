// What a phase asks before it closes: the duties and gates that the plan lists, and no others.

import { contribute } from '../acts/draws.ts';
import { fulfilDuties } from '../acts/duties.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import { daysAfter } from '../kit/days.ts';
import { uploadPhoto } from '../kit/photos.ts';
import { type Candidate, expectRefusal, tellOrder, today } from '../kit/play.ts';
import { signWaiting } from '../kit/signing.ts';
import type { GeneralPlay } from './cast.ts';
import { moveOn } from './cast.ts';
import { holdActivity } from './preparing.ts';
import type { Place } from './standing.ts';

/** Does whatever this phase lists in `leave` and the procedures have not brought about. */
export async function fulfilGates(
  play: GeneralPlay,
  code: string,
  living: readonly Place[],
): Promise<void> {
  const { leave = [] } = play.plan.phases.find((phase) => phase.code === code) ?? {};
  await fulfilDuties(play, code);
  const [officer, another] = play.cast.officers;
  if (leave.includes('field-visits-made')) await look(play, officer, 'FIELD_VISIT', living);
  if (leave.includes('random-inspections-made')) {
    if (play.plan.policies.randomInspectionByDraw?.value === true) await drawAndLook(play, living);
    else await look(play, another, 'RANDOM', living);
  }
  if (leave.includes('every-township-held-activities')) await holdActivities(play, living);
}

/** Every township holds an activity: where no candidate's step asks one, its own candidate does. */
async function holdActivities(play: GeneralPlay, living: readonly Place[]): Promise<void> {
  const townships = living.filter(
    ({ candidate: { township, organisationId } }) => township?.id === organisationId,
  );
  await forEach(townships, ({ candidate }) => holdActivity(play, candidate));
}

/** An officer looks at one candidate; in a whole play what is found is put right by a deadline. */
async function look(
  play: GeneralPlay,
  inspector: Actor,
  kind: 'FIELD_VISIT' | 'RANDOM',
  living: readonly Place[],
): Promise<void> {
  const [candidate] = inspected(play, living);
  if (candidate === undefined) return;
  const found =
    play.size === 'whole' ? { triggers: ['FORMALISM'], findings: ['记录与实际不符'] } : {};
  const { opened } = await play.client.post(inspector, '/v1/inspections', {
    candidateId: candidate.id,
    kind,
    occurredOn: today(play),
    inspectors: [inspector.name],
    triggers: [],
    findings: [],
    ...found,
  });
  await signWaiting(play);
  for (const one of opened) {
    if (one.kind === 'rectification') await rectify(play, one.id, candidate, inspector);
  }
}

type Drawn = {
  units: { unitId: string; inspectors: string[] }[] | null;
  snapshot: { inspectors: { id: string; name: string }[] };
};

/** One unit is drawn, and those who were drawn with it go there. */
async function drawAndLook(play: GeneralPlay, living: readonly Place[]): Promise<void> {
  const { client, cast, campaignId } = play;
  const [officer] = cast.officers;
  const [candidate] = inspected(play, living);
  if (candidate === undefined) return;
  const day = daysAfter(today(play), 1);
  const { id } = await client.post<{ id: string }>(officer, '/v1/draws', {
    campaignId,
    round: 1,
    population: 'candidates',
    kinds: [candidate.category],
    perStratum: 1,
    inspectorIds: [...cast.officers, ...cast.assessors].map((actor) => actor.id),
    parties: ['county-office', 'auditor'],
    revealAt: `${day}T08:30:00+08:00`,
  });
  await contribute(play, id);
  await moveOn(play, day);
  const { units, snapshot } = await client.get<Drawn>(officer, `/v1/draws/${id}`);
  const names = new Map(snapshot.inspectors.map((one) => [one.id, one.name]));
  for (const { unitId, inspectors } of units ?? []) {
    await client.post(officer, '/v1/inspections', {
      candidateId: unitId,
      drawId: id,
      kind: 'RANDOM',
      occurredOn: today(play),
      inspectors: inspectors.map((one) => names.get(one) ?? one),
      triggers: [],
      findings: [],
    });
  }
  await client.post(officer, `/v1/draws/${id}/events`, { type: 'complete' });
}

/** Nobody looks at the county itself. */
const inspected = (play: GeneralPlay, living: readonly Place[]): Candidate[] =>
  living
    .map((place) => place.candidate)
    .filter(({ organisationId }) => organisationId !== play.county.id);

async function rectify(
  play: GeneralPlay,
  id: string,
  candidate: Candidate,
  inspector: Actor,
): Promise<void> {
  const { cast } = play;
  const another = cast.officers.find((officer) => officer !== inspector) ?? cast.officers[2];
  const evidence = [await uploadPhoto(play, candidate)];
  for (const step of [
    { type: 'acknowledge' },
    { type: 'start', measures: '逐条制定措施', responsiblePerson: '负责人' },
    { type: 'submit', report: '已整改，附照片', evidence },
  ]) {
    await tellOrder(play, candidate.actor, id, step);
  }
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
