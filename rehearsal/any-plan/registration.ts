// The plan is issued and signed for, and the candidates of its categories are registered.

import { seatsOf } from '../../machines/selection/quota.ts';
import { bearsPersonalName } from '../../src/rules/candidate/subject.ts';
import { personName } from '../acts/persons.ts';
import { factsFor, measuredNumber } from '../acts/proofs.ts';
import { remindOfReceipt, signReceiptsOf } from '../acts/receipts.ts';
import { actorOf, admit } from '../kit/actors.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import type { Township } from '../kit/county.ts';
import { firstDayOf, workingDaysAfter } from '../kit/days.ts';
import { type Candidate, expectRefusal, type Play } from '../kit/play.ts';
import { signWaiting } from '../kit/signing.ts';
import type { GeneralPlay } from './cast.ts';
import { moveOn } from './cast.ts';

const BASES = 3;
/** There are more persons than the quota, so that there is something to select. */
const MORE_THAN_QUOTA = 2;

export async function issueAndRegister(play: GeneralPlay): Promise<void> {
  const { timeline, cast, client, plan, county, calendar } = play;
  const { issuerCode, year, serial, issueDate } = plan.document;
  const [first] = plan.phases;
  timeline.heading(`印发和登记 ${first?.name ?? ''}`, 'issue and registration');
  await moveOn(play, issueDate);
  const { id } = await client.post(cast.officers[0], '/v1/campaigns', { planId: plan.id });
  play.campaignId = id;
  await signWaiting(play);
  timeline.say(`印发方案（${issuerCode}〔${year}〕${serial}号）`, 'the plan is issued');
  await moveOn(play, issueDate, '15:00');
  const [late, ...prompt] = county.townships as [Township, ...Township[]];
  if (play.size === 'small') {
    await moveOn(play, firstDayOf(play, first?.code ?? ''));
    await register(play);
    return;
  }
  await signReceiptsOf(play, prompt);
  await moveOn(play, firstDayOf(play, first?.code ?? ''));
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
  if (play.size === 'small') return;
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

type Category = GeneralPlay['plan']['categories'][number];
type Place = Omit<Candidate, 'id' | 'category'>;

/** The places of a category's candidates: each unit of its kind, or a few persons; or just enough. */
async function placesOf(play: GeneralPlay, category: Category): Promise<Place[]> {
  const { subject, quota } = category;
  const places = await allPlacesOf(play, subject);
  const isPersonal = bearsPersonalName(subject);
  const most = play.size === 'small' ? enough(play, category) : places.length;
  const few = (typeof quota === 'number' ? quota : 1) + MORE_THAN_QUOTA;
  return places
    .slice(0, isPersonal && play.size === 'whole' ? few : most)
    .map((place, index) => (isPersonal ? { ...place, name: personName(index) } : place));
}

/** So many that there is a place for one; every township where the plan asks something of each. */
function enough({ plan, county }: GeneralPlay, { subject, quota }: Category): number {
  const asksTownships = plan.phases.some(({ leave = [] }) => leave.length > 0);
  if (subject === 'township' && asksTownships) return county.townships.length;
  const isEnough = (all: number) => (seatsOf(quota, { registered: all, applied: all }) ?? 1) > 0;
  return Array.from({ length: 20 }, (_, index) => index + 1).find(isEnough) ?? 1;
}

async function allPlacesOf(play: GeneralPlay, subject: Category['subject']): Promise<Place[]> {
  const { county, cast } = play;
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
    case 'base':
      return forEach(county.townships.slice(0, play.size === 'small' ? 1 : BASES), (township) =>
        baseIn(play, township),
      );
    case 'village':
    case 'household':
    case 'person':
      return county.villages.map(({ id: organisationId, name, siteId, township }) => ({
        organisationId,
        name,
        siteId,
        township,
        actor: actorOf(cast.villages, organisationId),
      }));
  }
}

/** The base of this township, which a play before may have added. */
async function baseIn(play: GeneralPlay, township: Township): Promise<Place> {
  const { cast } = play;
  const known = play.bases.find((base) => base.township.id === township.id);
  if (known === undefined) return addBase(play, township);
  const { id: organisationId, name, siteId } = known;
  return { organisationId, name, siteId, township, actor: actorOf(cast.bases, organisationId) };
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
  const actor = await admit(client, cast, part);
  cast.bases.set(id, actor);
  play.bases.push({ id, name, siteId: site.id, township });
  return { organisationId: id, name, siteId: site.id, township, actor };
}

async function enrol(
  play: GeneralPlay,
  { code, name: category, subject }: Category,
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

/** Records the facts of every site below; the last is one short of a number the plan asks for. */
async function recordSites(play: GeneralPlay): Promise<void> {
  const { cast, client, timeline, size, plan } = play;
  const short = size === 'whole' ? measuredNumber(play, 'village') : undefined;
  const most = Math.max(...plan.categories.map((category) => enough(play, category)));
  const villages = size === 'whole' ? play.county.villages : play.county.villages.slice(0, most);
  await forEach(villages, async ({ id, siteId }, index) => {
    const facts = factsFor(play, 'village', index);
    if (short !== undefined && index === villages.length - 1) {
      facts[short.name] = short.atLeast - 1;
    }
    await patchSite(client, actorOf(cast.villages, id), siteId, facts);
  });
  timeline.say(`登记 ${villages.length} 个站点的情况`, 'what is so at each site');
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
