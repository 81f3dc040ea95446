// What the states of the machines are called, as a list or a notice says them to people.

import type { MachineName } from '../../../machines/catalog.ts';
import { own } from '../plan/own.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { stageOfPlan } from '../procedure/procedures.ts';

export type Words = { zh: string; en: string };

type Named = { readonly [state: string]: Words };

const words = (zh: string, en: string): Words => ({ zh, en });

/** A candidate's states by their last part; the first part is a stage, which the plan names. */
const CANDIDATE: Named = {
  unregistered: words('未登记', 'not registered'),
  planning: words('制定方案和计划', 'making its plan'),
  'plan-review': words('方案待审核', 'its plan is under review'),
  mobilizing: words('动员中', 'mobilizing'),
  acknowledging: words('待确认', 'to acknowledge'),
  creating: words('创建中', 'creating'),
  entering: words('待进入', 'entering'),
  declared: words('已申报创建，待确认', 'declared as created, to be confirmed'),
  'self-checking': words('自查中', 'checking itself'),
  'rectifying-findings': words('自查问题整改中', 'rectifying what the self-check found'),
  evaluating: words('评议考评，待申报', 'being evaluated, to apply'),
  gathering: words('评议考评中', 'being evaluated'),
  'under-review': words('待审核', 'under review'),
  correcting: words('补正中', 'correcting what was returned'),
  'meeting-requirements': words('落实验收要求中', 'meeting requirements'),
  deferred: words('暂缓', 'deferred'),
  failed: words('未通过', 'failed'),
  reconsidering: words('复核中', 'being reconsidered'),
  accepted: words('已通过，待择优', 'accepted, to be ranked'),
  'in-reserve': words('备选', 'in reserve'),
  'awaiting-notice': words('待公示，公示待签发', 'its public notice is to be issued'),
  'public-notice': words('公示中', 'on public notice'),
  'objection-hold': words('因异议暂停', 'held by an objection'),
  cleared: words('公示期满，待上报', 'public notice over, to be submitted'),
  'submission-proposed': words('上报待确认', 'submission to be confirmed'),
  confirmable: words('公示期满，待确定', 'public notice over, to be determined'),
  'conferral-proposed': words('确定待复核', 'conferral to be confirmed'),
  'awaiting-decision': words('已确定，决定待签发', 'its decision is to be issued'),
  conferred: words('已确定', 'conferred'),
  'not-selected': words('未入选', 'not selected'),
  'not-created': words('未创建', 'not created'),
  lapsed: words('逾期终止', 'lapsed'),
  withdrawn: words('已撤回', 'withdrawn'),
  disqualified: words('已取消资格', 'disqualified'),
  revoked: words('已撤销', 'revoked'),
};

/** Where a plan's stage rests, whatever the plan calls that. */
const RESTS = words('本环节已完成，待下一环节', 'done here, waiting for the next stage');

const CAMPAIGN: Named = {
  unregistered: words('未登记', 'not registered'),
  draft: words('未印发', 'not issued'),
  concluded: words('已结束', 'concluded'),
  cancelled: words('已取消', 'cancelled'),
};

const OTHERS: { readonly [Name in Exclude<MachineName, 'campaign' | 'candidate'>]: Named } = {
  rectification: {
    undrafted: words('未拟稿', 'not drafted'),
    'awaiting-issue': words('限期整改通知待签发', 'the order is to be issued'),
    'not-issued': words('不再下发', 'never issued'),
    issued: words('已下发，待签收', 'issued'),
    acknowledged: words('已签收', 'acknowledged'),
    'in-progress': words('整改中', 'in progress'),
    submitted: words('已报送，待复查', 'submitted, to be inspected again'),
    'on-time': words('未到期', 'on time'),
    'due-soon': words('临近期限', 'due soon'),
    overdue: words('已逾期', 'overdue'),
    escalated: words('逾期未改，已报上级', 'overdue, told to the superior'),
    closed: words('已销号', 'closed'),
  },
  receipt: {
    unissued: words('未发出', 'not issued'),
    awaiting: words('待签收', 'awaiting receipt'),
    signed: words('已签收', 'receipt signed'),
  },
  'ballot-round': {
    unconvened: words('未召集', 'not convened'),
    convened: words('已召集', 'convened'),
    open: words('投票中', 'open'),
    counting: words('计票中', 'counting'),
    counted: words('已计票，待核对', 'counted, to be confirmed'),
    void: words('无效', 'void'),
    valid: words('有效', 'valid'),
    lapsed: words('已终止', 'lapsed'),
  },
  'score-sheet': {
    unassigned: words('未指派', 'not assigned'),
    assigned: words('已指派', 'assigned'),
    drafting: words('填写中', 'drafting'),
    vacant: words('待另行指派', 'to be assigned anew'),
    submitted: words('已提交', 'submitted'),
    accepted: words('已采用', 'accepted'),
    void: words('作废', 'void'),
  },
  'review-panel': {
    unconvened: words('未组成', 'not convened'),
    sitting: words('评审中', 'sitting'),
    concluded: words('已有结论', 'concluded'),
    dissolved: words('已解散', 'dissolved'),
  },
  objection: {
    unrecorded: words('未登记', 'not recorded'),
    unread: words('待接收', 'to be received'),
    'rejection-proposed': words('拟不予接收', 'rejection proposed'),
    rejected: words('不予接收', 'rejected'),
    received: words('已受理', 'received'),
    investigating: words('调查中', 'being investigated'),
    reported: words('已报告', 'reported'),
    replying: words('待答复', 'to be answered'),
    'not-opened': words('不予受理', 'not opened'),
    answered: words('已答复', 'answered'),
  },
  draw: {
    unprepared: words('未准备', 'not prepared'),
    prepared: words('已准备', 'prepared'),
    published: words('已公布', 'published'),
    revealed: words('已揭晓', 'revealed'),
    completed: words('已完成', 'completed'),
    cancelled: words('已取消', 'cancelled'),
  },
  supplement: {
    unregistered: words('未登记', 'not registered'),
    drafting: words('拟订中', 'being drafted'),
    submitted: words('已报送', 'submitted'),
    approved: words('已批准', 'approved'),
    withdrawn: words('已撤回', 'withdrawn'),
  },
  'policy-change': {
    unproposed: words('未提出', 'not proposed'),
    proposed: words('已提出，待批准', 'proposed, to be approved'),
    approved: words('已批准', 'approved'),
    declined: words('未批准', 'declined'),
    withdrawn: words('已撤回', 'withdrawn'),
  },
  document: {
    undrafted: words('未拟稿', 'not drafted'),
    drafted: words('已拟稿', 'drafted'),
    reviewed: words('已审核，待签发', 'reviewed, to be signed'),
    numbering: words('编号中', 'being numbered'),
    issued: words('已印发', 'issued'),
    superseded: words('已被更正', 'superseded'),
    recalled: words('已撤回', 'recalled'),
    abandoned: words('已弃置', 'abandoned'),
  },
  matter: {
    unraised: words('未提出', 'not raised'),
    open: words('待办结', 'open'),
    solved: words('已办结', 'solved'),
  },
  regression: {
    unraised: words('未提出', 'not raised'),
    deciding: words('待决定', 'to be decided'),
    upheld: words('维持', 'upheld'),
    settled: words('已了结', 'settled'),
  },
  reconsideration: {
    unasked: words('未申请', 'not asked for'),
    asked: words('已申请，待决定', 'asked for, to be decided'),
    upheld: words('维持原结论', 'upheld'),
    granted: words('准予复核', 'granted'),
    settled: words('已了结', 'settled'),
  },
};

/**
 * A state, `stage.state` or the parts of a parallel one joined by `+`, in words. `plan` is needed for what only a
 * plan names: phases of a campaign, and where a candidate rests.
 */
export function stateInWords(machine: MachineName, state: string, plan: Plan | null): Words {
  const parts = state.split('+').map((one) => partInWords(machine, one, plan));
  return { zh: parts.map(({ zh }) => zh).join('，'), en: parts.map(({ en }) => en).join(', ') };
}

/** Where a subject stands: 县级验收：待审核; a machine without stages has its state alone. */
export function standingInWords(
  plan: Plan,
  { machine, stage, state }: { machine: MachineName; stage: string; state: string },
): Words {
  const said = stateInWords(machine, state, plan);
  const at = machine === 'candidate' ? stageNamed(plan, stage) : undefined;
  return at === undefined ? said : words(`${at.zh}：${said.zh}`, `${at.en}: ${said.en}`);
}

function partInWords(machine: MachineName, state: string, plan: Plan | null): Words {
  const leaf = state.split('.').at(-1) ?? '';
  if (machine === 'candidate') return own(CANDIDATE, leaf) ?? RESTS;
  if (machine === 'campaign') return own(CAMPAIGN, leaf) ?? phaseNamed(plan, leaf) ?? RESTS;
  const found = own(OTHERS[machine], leaf);
  if (found === undefined) throw new Error(`the state ${state} of ${machine} has no words`);
  return found;
}

/** The stage of a candidate's state in the words of its plan; the end, where it is none of the stages. */
export const stageInWords = (plan: Plan, stage: string): Words =>
  stageNamed(plan, stage) ?? words('已结束', 'ended');

/** The stage of this code in the words of its plan; undefined where it is none of the stages. */
export function stageNamed(plan: Plan, stage: string): Words | undefined {
  const stages = Object.values(plan.procedures).flatMap((list) =>
    list.map((one) => stageOfPlan(plan, one)),
  );
  const found = stages.find(({ code }) => code === stage);
  if (found === undefined) return undefined;
  if (found.name !== undefined) return words(found.name, found.english ?? found.name);
  return phaseNamed(plan, found.in);
}

/** A verdict in the words of its plan; undefined where no set of the plan has it. */
export function verdictInWords({ verdicts = {} }: Pick<Plan, 'verdicts'>, verdict: string) {
  const found = Object.values(verdicts).find((set) => Object.hasOwn(set, verdict))?.[verdict];
  if (found === undefined) return undefined;
  const { name = verdict, english = name } = found;
  return words(name, english);
}

/** A state of a candidate by the last part of its name; undefined where only the plan names it. */
export const candidateState = (state: string): Words | undefined => own(CANDIDATE, state);

/** A phase, or those of a link joined by `+`; undefined where the plan has none of them. */
export function phaseNamed(plan: Plan | null, code: string): Words | undefined {
  const open = plan?.phases.filter((phase) => code.split('+').includes(phase.code)) ?? [];
  if (open.length === 0) return undefined;
  const names = open.map(({ name, english = name }) => ({ name, english }));
  return words(
    names.map(({ name }) => name).join('、'),
    names.map(({ english }) => english).join(', '),
  );
}
