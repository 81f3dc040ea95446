// Workers, site administrators and pacesetters: each registered by the township, with an organisation.

import { actorOf } from '../kit/actors.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import { townshipOf } from '../kit/county.ts';
import type { Candidate, Category, Play } from '../kit/play.ts';

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧';
const GIVEN = [
  '军',
  '秀兰',
  '建平',
  '晓红',
  '志强',
  '春梅',
  '永安',
  '文秀',
  '海燕',
  '宏伟',
  '玉芳',
];

/** A name, always the same for the same number. */
export const personName = (number: number): string =>
  `${SURNAMES[(number * 7) % SURNAMES.length]}${GIVEN[(number * 3) % GIVEN.length]}`;

/** Registers more persons than the quotas take. */
export async function registerPersons(play: Play): Promise<void> {
  const { county, cast, timeline } = play;
  const [officer] = cast.officers;
  const workers = [
    { organisationId: county.id, township: null, actor: officer },
    ...['彭镇', '尧生镇'].map((name) => {
      const township = townshipOf(county, name);
      return {
        organisationId: township.id,
        township,
        actor: actorOf(cast.committees, township.id),
      };
    }),
  ];
  const villages = (offset: number, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const township = county.townships[(offset + index) % county.townships.length];
      const village = township?.villages[1 + Math.floor((offset + index) / 4)];
      if (!township || !village) throw new Error('the county has fewer villages than the story');
      const actor = actorOf(cast.villages, village.id);
      return { organisationId: village.id, township, actor, siteId: village.siteId };
    });
  const enrol = async (
    category: Category,
    places: readonly PersonPlace[],
    numberedFrom: number,
  ) => {
    const persons = await forEach(places, (place, index) =>
      registerPerson(play, category, place, numberedFrom + index),
    );
    play.candidates.set(category, persons);
  };
  await enrol('ADVANCED_WORKER', workers, 0);
  await enrol('OUTSTANDING_SITE_ADMINISTRATOR', villages(0, 8), 10);
  await enrol('LEARNING_APPLICATION_PACESETTER', villages(8, 14), 30);
  timeline.say(
    '登记先进工作者 3 人、优秀站点管理员 8 人、学用标兵 14 人',
    'workers, site administrators and pacesetters: more than the quotas take',
  );
}

type PersonPlace = {
  organisationId: string;
  township: Candidate['township'];
  actor: Actor;
  siteId?: string;
};

async function registerPerson(
  play: Play,
  category: Category,
  { organisationId, township, actor, siteId }: PersonPlace,
  number: number,
): Promise<Candidate> {
  const { client, cast, campaignId } = play;
  const name = personName(number);
  const registrar = township === null ? actor : actorOf(cast.committees, township.id);
  const { id } = await client.post(registrar, '/v1/candidates', {
    campaignId,
    category,
    organisationId,
    personName: name,
    ...(siteId === undefined ? {} : { siteId }),
  });
  return { id, category, name, organisationId, siteId: siteId ?? null, township, actor };
}
