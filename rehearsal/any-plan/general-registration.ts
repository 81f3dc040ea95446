// The plan is issued and signed for, and everybody in its categories is registered.

import { bearsPersonalName } from '../../src/rules/candidate/subject.ts';
import { personName } from '../acts/persons.ts';
import { factsFor, measuredNumber } from '../acts/proofs.ts';
import { remindOfReceipt, signReceiptsOf } from '../acts/receipts.ts';
import { actorOf, admit } from '../kit/actors.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import type { Township } from '../kit/county.ts';
import { firstDayOf, workingDaysAfter } from '../kit/days.ts';
import { type Candidate, expectRefusal, type Play, tellCampaign } from '../kit/play.ts';
import type { GeneralPlay } from './general-cast.ts';
import { moveOn } from './general-cast.ts';

const BASES = 3;
/** There are more persons than the quota, so that there is something to select. */
const MORE_THAN_QUOTA = 2;

export async function issueAndRegister(play: GeneralPlay): Promise<void> {
  const { timeline, cast, client, plan, county, calendar } = play;
  const { issuerCode, year, serial, issueDate } = plan.document;
  const [first] = plan.phases;
  timeline.heading(`第一阶段 ${first?.name ?? ''}`, 'phase 1');
  await moveOn(play, issueDate);
  const { id } = await client.post(cast.department, '/v1/campaigns', { planId: plan.id });
  play.campaignId = id;
  await tellCampaign(play, cast.department, { type: 'issue' });
  timeline.say(`印发方案（${issuerCode}〔${year}〕${serial}号）`, 'the plan is issued');
  await moveOn(play, issueDate, '15:00');
  const [late, ...prompt] = county.townships as [Township, ...Township[]];
  await signReceiptsOf(play, prompt);
  await moveOn(play, firstDayOf(play, 'mobilization'));
  await register(play);
  const { receiptWorkingDays } = plan.policies;
  await moveOn(play, workingDaysAfter(calendar, issueDate, receiptWorkingDays.value));
  await remindOfReceipt(play, late);
}

async function register(play: GeneralPlay): Promise<void> {
  const { plan, timeline, county } = play;
  await recordSites(play);
  for (const category of plan.categories) {
    const places = await placesOf(play, category);
    const registered = await forEach(places, (place, index) => enrol(play, category, place, index));
    play.candidates.set(category.code, registered);
    for (const { id, name } of registered) timeline.names.set(id, name);
    timeline.say(`登记${category.name} ${registered.length} 个`, 'registered');
  }
  const [category] = plan.categories;
  const [candidate] = play.candidates.get(category?.code ?? '') ?? [];
  if (category === undefined || candidate === undefined) throw new Error('nobody to register');
  const again = {
    campaignId: play.campaignId,
    category: category.name,
    organisationId: candidate.organisationId,
    ...(bearsPersonalName(category.subject) ? { personName: candidate.name } : {}),
  };
  await expectRefusal(
    play,
    registrarOf(play, candidate.township),
    '/v1/candidates',
    again,
    {
      status: 409,
    },
    [`${candidate.name}在同一类别再登记一次（${county.name}）`, 'registered twice'],
  );
}

const registrarOf = ({ cast }: Play, township: Township | null): Actor =>
  township === null ? cast.officers[0] : actorOf(cast.committees, township.id);

type Place = Omit<Candidate, 'id' | 'category' | 'name'> & { name: string };

/** The places of a category's candidates: one for each unit of its kind, or a few persons. */
async function placesOf(
  play: GeneralPlay,
  { subject, quota }: GeneralPlay['plan']['categories'][number],
): Promise<Place[]> {
  const { county, cast } = play;
  const villages = county.villages.map((village): Place => {
    const { id: organisationId, name, siteId, township } = village;
    return {
      organisationId,
      name,
      siteId,
      township,
      actor: actorOf(cast.villages, organisationId),
    };
  });
  switch (subject) {
    case 'county':
      return [
        {
          organisationId: county.id,
          name: county.name,
          siteId: null,
          township: null,
          actor: cast.officers[0],
        },
      ];
    case 'township':
      return county.townships.map((township) => ({
        organisationId: township.id,
        name: township.name,
        siteId: null,
        township,
        actor: actorOf(cast.committees, township.id),
      }));
    case 'village':
      return villages;
    case 'base':
      return forEach(county.townships.slice(0, BASES), (township) => addBase(play, township));
    case 'household':
    case 'person':
      return villages
        .slice(0, (typeof quota === 'number' ? quota : 1) + MORE_THAN_QUOTA)
        .map((place, index) => ({ ...place, name: personName(index) }));
  }
}

async function addBase(play: GeneralPlay, township: Township): Promise<Place> {
  const { client, cast } = play;
  const committee = actorOf(cast.committees, township.id);
  const name = `${township.name}产业基地`;
  const base = { parentId: township.id, kind: 'BASE', name };
  const { id } = await client.post<{ id: string }>(committee, '/v1/organisations', base);
  const site = await client.post<{ id: string }>(committee, '/v1/sites', {
    organisationId: id,
    kind: 'BASE',
    name: `${name}远程教育站点`,
    facts: factsFor(play, 'base', 1),
  });
  const part = { name, role: 'base', organisationId: id };
  const actor = await admit(client, cast.administrator, part);
  cast.bases.set(id, actor);
  play.bases.push({ id, name, siteId: site.id, township });
  return { organisationId: id, name, siteId: site.id, township, actor };
}

async function enrol(
  play: GeneralPlay,
  { code, name: category, subject }: GeneralPlay['plan']['categories'][number],
  { name, ...place }: Place,
  index: number,
): Promise<Candidate> {
  const isPersonal = bearsPersonalName(subject);
  const personal = isPersonal ? { personName: name } : {};
  const { id } = await play.client.post(registrarOf(play, place.township), '/v1/candidates', {
    campaignId: play.campaignId,
    // The official name and the code are used in turn, because the service understands both.
    category: index % 2 === 0 ? category : code,
    organisationId: place.organisationId,
    ...personal,
    ...(isPersonal && place.siteId !== null ? { siteId: place.siteId } : {}),
  });
  return { id, category: code, name, ...place };
}

/** Records the facts of every village's site; the last is one short of a number the plan asks for. */
async function recordSites(play: GeneralPlay): Promise<void> {
  const { county, cast, client, timeline } = play;
  const short = measuredNumber(play, 'village');
  await forEach(county.villages, async ({ id, siteId }, index) => {
    const actor = actorOf(cast.villages, id);
    const facts = factsFor(play, 'village', index);
    if (short !== undefined && index === county.villages.length - 1) {
      facts[short.name] = short.atLeast - 1;
    }
    await patchSite(client, actor, siteId, facts);
  });
  timeline.say(`登记 ${county.villages.length} 个站点的情况`, 'what is so at each site');
}

export async function patchSite(
  client: Play['client'],
  actor: Actor,
  siteId: string,
  facts: object,
): Promise<void> {
  const site = await client.get<{ revision: number }>(actor, `/v1/sites/${siteId}`);
  const headers = { 'if-match': `"${site.revision}"` };
  await client.demand(actor, 'PATCH', `/v1/sites/${siteId}`, { facts }, { headers });
}
