// What the events are called, as a list of actions or a log says them to people.

import type { MachineName } from '../../../machines/catalog.ts';
import { own } from '../plan/own.ts';
import type { Words } from './states.ts';

type Named = { readonly [event: string]: Words };

const words = (zh: string, en: string): Words => ({ zh, en });

/** Events of one name that mean one thing, whatever the machine. */
const COMMON: Named = {
  'adopt-policy': words('改按新的方案版本办理', 'go on by another version of the plan'),
  'recalculate-deadline': words('重新计算期限', 'count the deadline again'),
  'record-inspection': words('登记检查', 'record an inspection'),
  'declare-conflict': words('申明回避', 'declare a conflict of interest'),
  recuse: words('回避', 'step back'),
  'withdraw-recusal': words('撤销回避', 'take back a recusal'),
  reassign: words('另行指派', 'assign somebody else'),
  draft: words('拟稿', 'draft'),
  revise: words('修改', 'revise'),
  cancel: words('取消', 'cancel'),
  withdraw: words('撤回', 'withdraw'),
  void: words('作废', 'declare void'),
  submit: words('报送', 'submit'),
  close: words('结束', 'close'),
  return: words('退回', 'send back'),
  'request-override': words('提出例外申请', 'ask for an override'),
  'approve-override': words('批准例外', 'approve the override'),
  'candidate-ended': words('申报对象已终止', 'the candidate has come to an end'),
  uphold: words('维持', 'uphold'),
  'document-issued': words('所需公文已印发', 'the document it needs is issued'),
  'document-abandoned': words('所需公文不再印发', 'the document it needs is abandoned'),
};

const OF_CANDIDATES: Named = {
  register: words('登记', 'register'),
  'phase-entered': words('进入新阶段', 'enter a phase'),
  'record-evidence': words('登记材料', 'record evidence'),
  'void-record': words('作废材料', 'make a record void'),
  'assess-evidence': words('认定材料', 'assess evidence'),
  reinstate: words('恢复（撤回系误办）', 'reinstate'),
  'end-with-unit': words('随单位终止', 'end with the unit'),
  succeed: words('由承继单位继续申报', 'go on under the successor'),
  'propose-disqualification': words('提出取消资格', 'propose disqualification'),
  'confirm-disqualification': words('确认取消资格', 'confirm disqualification'),
  'submit-plan': words('报送方案和计划', 'submit the plan'),
  'approve-plan': words('同意方案和计划', 'approve the plan'),
  'return-plan': words('退回方案和计划', 'send the plan back'),
  'confirm-mobilization': words('确认已动员', 'confirm mobilization'),
  'acknowledge-mobilization': words('确认知悉动员要求', 'acknowledge mobilization'),
  'declare-created': words('申报创建', 'declare as created'),
  'confirm-created': words('确认创建', 'confirm as created'),
  'return-declaration': words('退回创建申报', 'send the declaration back'),
  'admit-late-declaration': words('准予逾期申报创建', 'admit a late declaration'),
  'submit-self-check': words('报送自查情况', 'submit the self-check'),
  'confirm-finding-rectified': words('确认自查问题已整改', 'confirm a finding as rectified'),
  apply: words('书面申报', 'apply'),
  'admit-late-application': words('准予逾期申报', 'admit a late application'),
  'mass-evaluation-closed': words('群众评议结束', 'the evaluation by the masses is over'),
  'record-assessment': words('登记考评得分', 'record an assessment'),
  'correct-assessment': words('更正考评得分', 'correct an assessment'),
  'retract-assessment': words('撤销考评得分', 'retract an assessment'),
  'conclude-gathering': words('评议考评完毕', 'conclude the evaluation'),
  pass: words('通过', 'pass'),
  'pass-with-requirements': words('附条件通过', 'pass with requirements'),
  'confirm-requirements-met': words('确认条件已落实', 'confirm that the requirements are met'),
  'record-verification': words('登记实地验收', 'record a verification'),
  'return-for-correction': words('退回补正', 'return for correction'),
  resubmit: words('补正后重新提交', 'submit again'),
  'admit-late-resubmission': words('准予逾期补正', 'admit a late correction'),
  defer: words('暂缓', 'defer'),
  'resume-review': words('恢复验收', 'resume the review'),
  fail: words('不通过', 'fail'),
  'reconsideration-asked': words('已申请复核', 'a reconsideration was asked for'),
  'reconsideration-closed': words('复核已办结', 'the reconsideration was decided'),
  select: words('入选', 'select'),
  'keep-in-reserve': words('列入备选', 'keep in reserve'),
  'pass-over': words('不入选', 'pass over'),
  'objection-opened': words('收到异议', 'an objection was opened'),
  'objection-closed': words('异议已办结', 'an objection was closed'),
  'propose-submission': words('提出上报', 'propose submission'),
  'decline-submission': words('不同意上报', 'decline submission'),
  'submit-upward': words('上报', 'submit upward'),
  'propose-conferral': words('提出确定', 'propose conferral'),
  'decline-conferral': words('不同意确定', 'decline conferral'),
  'confirm-conferral': words('确认确定', 'confirm conferral'),
  'propose-revocation': words('提出撤销称号', 'propose revocation'),
  'decline-revocation': words('不同意撤销称号', 'decline revocation'),
  'confirm-revocation': words('确认撤销称号', 'confirm revocation'),
};

const OF_CAMPAIGNS: Named = {
  draft: words('拟订活动并起草印发通知', 'draft'),
  'advance-phase': words('转入下一阶段', 'go on to the next phase'),
  'rank-candidates': words('排定名次', 'rank the candidates'),
  'propose-tie-decision': words('提出并列的处理意见', 'propose how to decide a tie'),
  'confirm-tie-decision': words('批准并列的处理意见', 'confirm how a tie is decided'),
  'select-by-merit': words('择优', 'select on merit'),
  'move-up': words('递补', 'move up from the reserve'),
  'release-reserves': words('不再递补', 'release the reserve'),
  'record-veto': words('登记一票否决', 'record a veto'),
  'amend-roster': words('调整名册', 'amend the roster'),
  'end-conformance': words('结束达标', 'end conformance'),
  'declare-conflict': words('申明或决定回避', 'declare a conflict of interest'),
  'hand-over': words('要求移交承办事项', 'ask for work to be handed over'),
  'withdraw-conflict': words('撤销回避', 'take back a conflict of interest'),
  conclude: words('结束活动', 'conclude'),
};

const OTHERS: { readonly [Name in Exclude<MachineName, 'campaign' | 'candidate'>]: Named } = {
  rectification: {
    acknowledge: words('签收', 'acknowledge'),
    start: words('开始整改', 'start'),
    'report-progress': words('报告进展', 'report progress'),
    'correct-site-fact': words('更正点位情况', 'correct a fact of the site'),
    'supersede-record': words('更正材料', 'correct a record'),
    submit: words('报送整改报告', 'submit'),
    close: words('销号', 'close'),
    reopen: words('重新整改', 'reopen'),
    extend: words('延期', 'extend'),
  },
  receipt: { issue: words('发出', 'issue'), sign: words('签收', 'sign') },
  'ballot-round': {
    convene: words('召集评议', 'convene'),
    reconvene: words('重新召集评议', 'convene again'),
    open: words('开始投票', 'open'),
    'print-slips': words('印制选票', 'print slips'),
    'mark-voter': words('发票', 'hand out a slip'),
    extend: words('延长投票', 'extend'),
    close: words('截止投票', 'close'),
    'enter-count': words('录入计票结果', 'enter the count'),
    'reject-count': words('退回计票结果', 'reject the count'),
    'confirm-count': words('确认计票结果', 'confirm the count'),
    lapse: words('终止', 'lapse'),
  },
  'score-sheet': {
    assign: words('指派', 'assign'),
    'save-draft': words('暂存', 'save a draft'),
    submit: words('提交考评表', 'submit'),
    'send-back': words('退回重填', 'send back'),
    accept: words('采用', 'accept'),
    'propose-correction': words('提出更正', 'propose a correction'),
    'decline-correction': words('不同意更正', 'decline the correction'),
    'confirm-correction': words('确认更正', 'confirm the correction'),
  },
  'review-panel': {
    convene: words('组成验收组', 'convene'),
    replace: words('替换成员', 'replace a member'),
    'give-verdict': words('提出意见', 'give a verdict'),
    'break-tie': words('组长决定', 'break the tie'),
    conclude: words('作出结论', 'conclude'),
    dissolve: words('解散', 'dissolve'),
  },
  objection: {
    lodge: words('公众提出异议', 'lodge'),
    raise: words('提出异议', 'raise'),
    receive: words('接收异议', 'receive'),
    'propose-rejection': words('提出不予接收', 'propose rejection'),
    'confirm-rejection': words('确认不予接收', 'confirm rejection'),
    admit: words('受理', 'admit'),
    'not-admit': words('不予受理', 'not admit'),
    report: words('报告调查情况', 'report'),
    'return-report': words('退回调查报告', 'send the report back'),
    uphold: words('异议成立', 'uphold'),
    dismiss: words('异议不成立', 'dismiss'),
    reply: words('答复', 'reply'),
  },
  draw: {
    prepare: words('准备抽签', 'prepare'),
    'commit-contribution': words('承诺种子', 'commit to a seed'),
    'reveal-contribution': words('公开种子', 'reveal the seed'),
    publish: words('公布', 'publish'),
    'declare-recusal': words('申明或决定回避', 'declare a recusal'),
    complete: words('完成', 'complete'),
    'confirm-cancellation': words('确认撤销', 'confirm the cancellation'),
  },
  supplement: { submit: words('报送审核', 'submit'), approve: words('批准', 'approve') },
  'policy-change': {
    propose: words('提出', 'propose'),
    approve: words('批准', 'approve'),
    decline: words('不批准', 'decline'),
  },
  document: {
    review: words('核稿', 'review'),
    sign: words('签发', 'sign'),
    abandon: words('弃置', 'abandon'),
    freeze: words('定稿', 'freeze'),
    supersede: words('更正', 'supersede'),
    recall: words('撤回', 'recall'),
  },
  matter: { raise: words('提出', 'raise'), solve: words('办结', 'solve') },
  regression: {
    raise: words('发现不再达标', 'raise'),
    regain: words('重新达标', 'regain'),
    'propose-uphold': words('提出维持', 'propose to uphold'),
    'decline-uphold': words('不同意维持', 'decline to uphold'),
    'confirm-uphold': words('确认维持', 'confirm to uphold'),
    'close-with-candidate': words('随申报对象了结', 'close with the candidate'),
  },
  reconsideration: { ask: words('申请复核', 'ask'), grant: words('准予复核', 'grant') },
};

/** What an event of this machine is called; undefined for one that no machine knows. */
export function eventInWords(machine: MachineName, event: string): Words | undefined {
  const named =
    machine === 'campaign'
      ? OF_CAMPAIGNS
      : machine === 'candidate'
        ? OF_CANDIDATES
        : OTHERS[machine];
  return own(named, event) ?? own(COMMON, event);
}

/** What subjects of a machine are. */
export const MACHINES: { readonly [Name in MachineName]: Words } = {
  campaign: words('活动', 'campaign'),
  candidate: words('申报对象', 'candidate'),
  rectification: words('限期整改', 'rectification order'),
  receipt: words('签收', 'receipt'),
  'ballot-round': words('评议', 'round of ballots'),
  'score-sheet': words('考评表', 'score sheet'),
  'review-panel': words('验收组', 'review panel'),
  objection: words('异议', 'objection'),
  draw: words('抽签', 'draw'),
  supplement: words('补充标准', 'supplement'),
  'policy-change': words('政策调整', 'policy change'),
  document: words('公文', 'document'),
  matter: words('待办事项', 'matter'),
  regression: words('不再达标', 'regression'),
  reconsideration: words('复核', 'reconsideration'),
};
