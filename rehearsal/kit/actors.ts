// The actors: a principal and a key of its own for every office of the county, let in by the two officers.

import type { Role } from '../../machines/kit/access.ts';
import { letIn, type Post } from './admission.ts';
import type { Actor, Client } from './client.ts';
import { forEach, Unexpected } from './client.ts';
import type { County } from './county.ts';
import { bodyOf } from './county.ts';

export type Cast = {
  administrator: Actor;
  securityOfficer: Actor;
  cityOfficers: [Actor, Actor];
  department: Actor;
  officers: [Actor, Actor, Actor];
  /** Five of the county; then two of the city, and one who serves a township as well. */
  assessors: [Actor, Actor, Actor, Actor, Actor];
  cityAssessors: [Actor, Actor];
  townshipAssessor: Actor;
  scheduler: Actor;
  auditor: Actor;
  /** The committees by the id of their township, village or base. */
  committees: Map<string, Actor>;
  offices: Map<string, Actor>;
  villages: Map<string, Actor>;
  bases: Map<string, Actor>;
};

type Grant = { role: string; organisationId: string };
/** `of`: the township or village whose body the actor belongs to. */
type Part = Grant & { name: string; of?: string; also?: Grant };

/** So many are let in at once: the service has two connections for what administrators do. */
const DOORS = 4;

/** The two who let the others in. */
type Door = Pick<Cast, 'administrator' | 'securityOfficer'>;

const postBy =
  (client: Client): Post =>
  async <Answer>(key: string | null, path: string, body: object): Promise<Answer> => {
    const actor = key === null ? null : { id: '', name: '', key };
    const answer = await client.ask<Answer>(actor, 'POST', path, body);
    if (answer.status < 300) return answer.body;
    throw new Unexpected(`POST ${path} → ${answer.status} ${JSON.stringify(answer.body)}`);
  };

/** The officers let an actor in, who claims a key. */
export async function admit(
  client: Client,
  { administrator, securityOfficer }: Door,
  { name, role, organisationId, also }: Part,
): Promise<Actor> {
  const grants = [{ role, organisationId }, ...(also === undefined ? [] : [also])];
  const officers = { administrator: administrator.key, securityOfficer: securityOfficer.key };
  const { id, key } = await letIn(postBy(client), officers, { name, grants });
  return { id, name, key };
}

const officersOf = (county: County): Part[] => {
  const { id, cityId, name, townships } = county;
  const served = townships.find((township) => township.name === '彭镇') ?? townships[0];
  const own = name.slice(-1);
  const centre = bodyOf(county, cityId, 'city-centre');
  const department = bodyOf(county, id, 'county-department');
  const office = bodyOf(county, id, 'county-office');
  return [
    { name: '市远程教育中心 高建民', role: 'city-centre', organisationId: centre },
    { name: '市远程教育中心 梁秀英', role: 'city-centre', organisationId: centre },
    { name: `${own}委组织部 田永强`, role: 'county-department', organisationId: department },
    { name: `${own}远程办 王建国`, role: 'county-office', organisationId: office },
    { name: `${own}远程办 李淑芳`, role: 'county-office', organisationId: office },
    { name: `${own}远程办 张志刚`, role: 'county-office', organisationId: office },
    { name: '考评员 杨文斌', role: 'assessor', organisationId: office },
    { name: '考评员 赵玉兰', role: 'assessor', organisationId: office },
    { name: '调度程序', role: 'scheduler', organisationId: cityId },
    { name: '审计员 和平', role: 'auditor', organisationId: cityId },
    { name: '考评员 宋文华', role: 'assessor', organisationId: office },
    { name: '考评员 韩雪梅', role: 'assessor', organisationId: department },
    { name: '考评员 冯立新', role: 'assessor', organisationId: department },
    { name: '市考评员 董海涛', role: 'assessor', organisationId: centre },
    { name: '市考评员 萧玉琴', role: 'assessor', organisationId: centre },
    {
      name: `${served?.name ?? ''} 于文秀（兼考评员）`,
      role: 'assessor',
      organisationId: id,
      also: {
        role: 'township-office',
        organisationId: bodyOf(county, served?.id ?? '', 'township-office'),
      },
    },
  ];
};

/** Casts everybody but the bases, which the townships have yet to add. */
export async function castCounty(
  client: Client,
  door: Door,
  county: County,
  done: () => void,
): Promise<Cast> {
  const ofBody = (of: string, role: Role, name: string): Part => ({
    ...{ of, role, name },
    organisationId: bodyOf(county, of, role),
  });
  const bodies: Part[] = [
    ...county.townships.flatMap(({ id, name }) => [
      ofBody(id, 'township-committee', `${name}党（工）委`),
      ofBody(id, 'township-office', `${name}（办）`),
    ]),
    ...county.villages.map(({ id, name }) => ofBody(id, 'village-organisation', `${name}党支部`)),
  ];
  const officers = officersOf(county);
  const parts = [...officers, ...bodies];
  const actors = await forEach(parts, (part) => admit(client, door, part), done, DOORS);
  const [city1, city2, department, officer1, officer2, officer3, assessor1, assessor2] =
    actors as Actor[] as [Actor, Actor, Actor, Actor, Actor, Actor, Actor, Actor];
  const [scheduler, auditor, ...others] = actors.slice(8, officers.length) as [
    Actor,
    Actor,
    ...Actor[],
  ];
  const [assessor3, assessor4, assessor5, city3, city4, townshipAssessor] = others as [
    Actor,
    Actor,
    Actor,
    Actor,
    Actor,
    Actor,
  ];
  const inRole = (role: Role): Map<string, Actor> =>
    new Map(
      parts.flatMap((part, index) =>
        part.role === role && part.of !== undefined ? [[part.of, actors[index] as Actor]] : [],
      ),
    );
  return {
    ...door,
    cityOfficers: [city1, city2],
    department,
    officers: [officer1, officer2, officer3],
    assessors: [assessor1, assessor2, assessor3, assessor4, assessor5],
    cityAssessors: [city3, city4],
    townshipAssessor,
    scheduler,
    auditor,
    committees: inRole('township-committee'),
    offices: inRole('township-office'),
    villages: inRole('village-organisation'),
    bases: new Map(),
  };
}

export const CAST_SIZE = (county: County): number =>
  officersOf(county).length + 2 * county.townships.length + county.villages.length;

/** The actor of a township, village or base. Throws when nobody was let in for it. */
export function actorOf(actors: ReadonlyMap<string, Actor>, id: string): Actor {
  const found = actors.get(id);
  if (found === undefined) throw new Error(`nobody acts for ${id}`);
  return found;
}

export const everybody = (cast: Cast): Actor[] => [
  ...cast.cityOfficers,
  cast.department,
  ...cast.officers,
  ...cast.assessors,
  ...cast.cityAssessors,
  cast.townshipAssessor,
  cast.scheduler,
  cast.auditor,
  ...cast.committees.values(),
  ...cast.offices.values(),
  ...cast.villages.values(),
];
