// The records of townships and persons over the summer: training, supervision, cases, proofs.

import { forEach } from '../kit/client.ts';
import { APPLYING_TOWNSHIPS } from '../kit/county.ts';
import {
  type Candidate,
  type Category,
  candidateOfTownship,
  candidatesOf,
  type Evidence,
  type Play,
  recordEvidence,
} from '../kit/play.ts';
import { solve } from './duties.ts';

const TOWNSHIP_CASES = ['苹果矮化密植远程课堂', '玉米丰产栽培一站一品', '党员远教致富帮带队'];
const COUNTY_CASES = ['宜君旱作梯田远程教育示范带', '“远程教育+电商”山货进城'];

/** Townships that mean to apply: each site supervised, each administrator trained, three cases. */
export async function prepareTownships(play: Play): Promise<void> {
  await forEach(APPLYING_TOWNSHIPS, async (name) => {
    const township = candidateOfTownship(play, name);
    const siteIds = (township.township?.villages ?? []).map(({ siteId }) => siteId);
    const records: Evidence[] = [
      { kind: 'supervision-system', summary: `${name}远程教育站点监督管理指导制度` },
      { kind: 'supervision', summary: '逐站点监督指导记录', siteIds },
      {
        kind: 'administrator-training',
        summary: '站点管理员（A、B岗）年度培训',
        siteIds,
        detail: { posts: ['A', 'B'] },
      },
      ...TOWNSHIP_CASES.map((title) => showcase(`${name}${title}`)),
    ];
    for (const record of records) await recordEvidence(play, township, record);
  });
  const [county] = candidatesOf(play, 'ADVANCED_COUNTY') as [Candidate];
  for (const title of COUNTY_CASES) await recordEvidence(play, county, showcase(title));
  play.timeline.say(
    `${APPLYING_TOWNSHIPS.length} 个乡镇完成管理员培训全覆盖并报送典型案例`,
    'training of all administrators; showcase cases handed in',
  );
}

const showcase = (title: string): Evidence => ({
  kind: 'showcase-case',
  summary: `${title}：学用成果转化典型案例`,
  detail: { title },
});

/** The proofs asked of each category of persons. */
const PROOFS: { readonly [C in Category]?: readonly Evidence[] } = {
  OUTSTANDING_SITE_ADMINISTRATOR: [
    { kind: 'learning-record', summary: '学用记录、学用总结和效果评价' },
    { kind: 'feedback', summary: '群众反映信号不稳', detail: { from: '三组群众' } },
  ],
  LEARNING_APPLICATION_PACESETTER: [
    { kind: 'attendance', summary: '集中学习签到册', detail: { attended: 11, held: 12 } },
    {
      kind: 'technique',
      summary: '苹果矮化密植栽培技术',
      detail: { name: '苹果矮化密植栽培' },
    },
    { kind: 'practice-result', summary: '果园亩产增收三成' },
    { kind: 'new-project', summary: '新建冷库一座', detail: { investmentYuan: 180000 } },
    { kind: 'promotion', summary: '在全镇作学用交流' },
    { kind: 'person-helped', summary: '帮带农户名单', detail: { people: ['张某', '李某'] } },
  ],
};

export async function preparePersons(play: Play): Promise<void> {
  const persons = (Object.keys(PROOFS) as Category[]).flatMap((category) =>
    candidatesOf(play, category),
  );
  const progress = play.timeline.progress('评选对象报送材料', 'persons hand in', persons.length);
  await forEach(
    persons,
    async (person) => {
      for (const proof of PROOFS[person.category] ?? []) {
        const { recordId } = await recordEvidence(play, person, proof);
        if (proof.kind === 'feedback') await solve(play, person.actor, String(recordId));
      }
    },
    progress.tick,
  );
  progress.end();
}

type Assessed = { id: string; kind: string; verdict: string | null };

/** The reviewer finds impact and scope (R13): the county for the townships' cases, the city for its own. */
export async function assessCases(play: Play): Promise<void> {
  const { client, cast, timeline } = play;
  const [county] = candidatesOf(play, 'ADVANCED_COUNTY') as [Candidate];
  const townships = APPLYING_TOWNSHIPS.map((name) => candidateOfTownship(play, name));
  const assess = async (candidate: Candidate, body: object, reviewer = cast.officers[1]) => {
    const cases = await client.list<Assessed>(
      reviewer,
      `/v1/candidates/${candidate.id}/evidence?kind=showcase-case`,
    );
    for (const { id } of cases) {
      const path = `/v1/candidates/${candidate.id}/evidence/${encodeURIComponent(id)}/assessment`;
      await client.post(reviewer, path, { verdict: 'accepted', ...body });
    }
  };
  await forEach(townships, (township) =>
    assess(township, { impact: 'NOTABLE', promotionScope: 'COUNTYWIDE' }),
  );
  const major = { impact: 'MAJOR', promotionScope: 'CITYWIDE' };
  await assess(county, major, cast.cityOfficers[0]);
  timeline.say(
    '典型案例的影响和推广范围由县、市审核认定（R13、R17）',
    'impact and scope of the cases are found by the reviewers',
  );
}
