// The states of the candidates: one by one, and all of them on one line.

import type { Candidate, Play } from './play.ts';

type Summary = {
  candidates: number;
  byStage: { [stage: string]: number };
  rectifications: { open: number; overdue: number; closed: number };
  overdueObligations: number;
  notices: { unread: number; awaitingReceipt: number };
};

const STAGES: { readonly [stage: string]: string } = {
  mobilization: '动员部署',
  concentratedCreation: '集中争创',
  selfCheckRectification: '自查整改',
  evaluation: '考核评议',
  countyAcceptance: '县级验收',
  cityVerification: '市级验收',
  conferred: '已确定',
  'not-selected': '未入选',
  'not-created': '未创建',
  withdrawn: '撤回',
  disqualified: '取消资格',
  lapsed: '终止',
};

/** Writes one line: candidates by stage, orders, overdue obligations, missing receipts. */
export async function sayStanding({ client, cast, timeline, campaignId }: Play): Promise<void> {
  const path = `/v1/campaigns/${campaignId}/summary`;
  const summary = await client.get<Summary>(cast.officers[0], path);
  const stages = Object.entries(summary.byStage)
    .map(([stage, count]) => `${STAGES[stage] ?? stage} ${count}`)
    .join('，');
  const { open, overdue, closed } = summary.rectifications;
  timeline.say(
    `▸ ${summary.candidates} 个对象：${stages}；整改未结 ${open}（逾期 ${overdue}）、已销号 ${closed}；逾期义务 ${summary.overdueObligations}；待签收 ${summary.notices.awaitingReceipt}`,
    'standing: by stage, orders, overdue, receipts',
  );
}

type Listed = { id: string; name: string; state: string; stage: string };

/** Candidates in this state, as the API lists them. */
export async function listInState(play: Play, stage: string, state: string): Promise<Candidate[]> {
  const listed = await play.client.list<Listed>(
    play.cast.cityOfficers[0],
    `/v1/candidates?campaignId=${play.campaignId}&stage=${stage}&state=${state}`,
  );
  const ids = new Set(listed.map(({ id }) => id));
  return [...play.candidates.values()].flat().filter(({ id }) => ids.has(id));
}
