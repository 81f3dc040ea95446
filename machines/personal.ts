// The personal fields of the log: names of persons, how to reach them, and whatever people write in words of
// their own, because it may speak of persons. What an event says is listed by machine and event, what is known
// with it by the name of the fact. Dots lead into objects, `[]` to every element of a list, `**` to every text
// below. These texts are kept apart from the log, and may be erased.
//
// No chart may move by such a text: test/machines/personal.test.ts tells every life again without them.

import type { FactName, MachineName } from './catalog.ts';

type Fields = { readonly [eventType: string]: readonly string[] };

const REASON = ['reason'];
const REMARK = ['remark'];
const CORRECTIONS = ['corrections[]', 'corrections[].text'];
const INSPECTED = ['inspectors[]', 'findings[]'];
const RECORDED = ['summary', 'detail.**', 'supersedes.reason'];
const DECLARED = ['statement', 'signatory', 'signatureEvidence'];

const campaign: Fields = {
  'document-abandoned': REASON,
  'advance-phase': REMARK,
  'request-override': REASON,
  'approve-override': REMARK,
  'propose-tie-decision': REASON,
  'move-up': REASON,
  'release-reserves': REASON,
  'record-veto': ['personName', 'reason'],
  'record-inspection': INSPECTED,
  'amend-roster': REASON,
  'declare-conflict': REASON,
  'withdraw-conflict': REASON,
  'hand-over': ['personName'],
  conclude: REMARK,
  cancel: REASON,
};

const candidate: Fields = {
  register: ['admittedLateFor'],
  'document-abandoned': REASON,
  'record-evidence': RECORDED,
  'void-record': REASON,
  'assess-evidence': REMARK,
  'record-inspection': [...INSPECTED, 'responsiblePerson'],
  'approve-plan': REMARK,
  'return-plan': CORRECTIONS,
  'confirm-mobilization': REMARK,
  'acknowledge-mobilization': REMARK,
  'declare-created': ['statement'],
  'admit-late-declaration': REASON,
  'confirm-created': REMARK,
  'return-declaration': CORRECTIONS,
  'submit-self-check': ['results[].remark', 'results[].responsiblePerson'],
  'confirm-finding-rectified': REMARK,
  apply: DECLARED,
  'conclude-gathering': REMARK,
  'admit-late-application': REASON,
  pass: ['judged[].remark', 'remark'],
  'pass-with-requirements': ['requirements[]'],
  'confirm-requirements-met': ['judged[].remark', 'remark'],
  'return-for-correction': CORRECTIONS,
  'admit-late-resubmission': REASON,
  resubmit: ['statement', 'answers[].text', ...DECLARED.map((field) => `application.${field}`)],
  defer: REASON,
  'resume-review': REMARK,
  fail: REASON,
  'reconsideration-closed': REASON,
  'objection-closed': REASON,
  'propose-submission': REMARK,
  'decline-submission': REASON,
  'submit-upward': REMARK,
  'request-override': REASON,
  'approve-override': REMARK,
  'record-verification': ['verifiers[]', 'findings[]'],
  'propose-conferral': REMARK,
  'decline-conferral': REASON,
  'confirm-conferral': REMARK,
  withdraw: REASON,
  reinstate: REASON,
  'end-with-unit': REASON,
  succeed: REASON,
  'propose-disqualification': REASON,
  'confirm-disqualification': REMARK,
  'propose-revocation': REASON,
  'decline-revocation': REASON,
  'confirm-revocation': REMARK,
};

const rectification: Fields = {
  draft: ['begin.input.findings[]', 'begin.input.responsiblePerson'],
  'document-abandoned': REASON,
  acknowledge: REMARK,
  start: ['measures', 'responsiblePerson'],
  'report-progress': ['progress'],
  // A fact of a site may be a name, as that of its administrator is.
  'correct-site-fact': ['value'],
  'supersede-record': ['summary', 'detail.**'],
  submit: ['report'],
  close: ['remark', 'inspectors[]'],
  reopen: ['reason', 'inspectors[]'],
  extend: REASON,
};

const ballotRound: Fields = {
  convene: ['roll[].name'],
  reconvene: ['roll[].name'],
  extend: REASON,
  'reject-count': REASON,
  'confirm-count': REMARK,
  void: REASON,
  lapse: REASON,
};

const scoreSheet: Fields = {
  'save-draft': ['notApplicable[].reason', 'remark'],
  submit: ['notApplicable[].reason', 'remark'],
  'declare-conflict': REASON,
  recuse: REASON,
  reassign: REASON,
  'send-back': REASON,
  accept: REMARK,
  void: REASON,
  'propose-correction': ['notApplicable[].reason', 'reason'],
  'decline-correction': REASON,
  'confirm-correction': REMARK,
};

const reviewPanel: Fields = {
  recuse: REASON,
  'withdraw-recusal': REASON,
  'give-verdict': ['reasons'],
  'break-tie': REASON,
  conclude: REMARK,
  dissolve: REASON,
};

const objection: Fields = {
  lodge: ['begin.input.content'],
  raise: ['begin.input.content'],
  'propose-rejection': REASON,
  'not-admit': REASON,
  reassign: REASON,
  recuse: REASON,
  'withdraw-recusal': REASON,
  report: ['findings'],
  'return-report': REASON,
  uphold: REASON,
  dismiss: REASON,
  reply: ['channel', 'content'],
};

const draw: Fields = {
  prepare: REASON,
  publish: REMARK,
  'declare-recusal': REASON,
  'withdraw-recusal': REASON,
  complete: REMARK,
  cancel: REASON,
  'confirm-cancellation': REMARK,
};

const DRAFTED = ['choices.title', 'choices.text', 'choices.remark', 'choices.note'];

const document: Fields = {
  draft: [...DRAFTED, 'begin.input.event.params.**'],
  revise: DRAFTED,
  review: REMARK,
  return: REASON,
  sign: ['signatory'],
  abandon: REASON,
  freeze: ['title'],
  recall: REASON,
};

/** What an event says. */
export const PERSONAL_FIELDS: { readonly [Name in MachineName]: Fields } = {
  campaign,
  candidate,
  rectification,
  receipt: { issue: ['begin.input.title'], sign: ['signatory'] },
  'ballot-round': ballotRound,
  'score-sheet': scoreSheet,
  'review-panel': reviewPanel,
  objection,
  draw,
  supplement: { submit: REMARK, approve: REMARK, return: CORRECTIONS, withdraw: REASON },
  'policy-change': { propose: REASON, approve: REASON, decline: REASON, withdraw: REASON },
  document,
  matter: { raise: ['begin.input.summary'], solve: ['result'] },
  regression: {
    'propose-uphold': REASON,
    'decline-uphold': REASON,
    'confirm-uphold': REMARK,
    'close-with-candidate': REMARK,
  },
  reconsideration: {
    ask: REASON,
    recuse: REASON,
    'withdraw-recusal': REASON,
    uphold: REASON,
    grant: REASON,
  },
};

/** What is known with an event, whichever it is. */
export const PERSONAL_FACTS: { readonly [Name in FactName]?: readonly string[] } = {
  inspection: ['drawn.inspectors[]'],
  criteria: ['[].measured.actual.**'],
  denied: ['[].measured.actual.**'],
  record: ['faults[].actual.**', 'showcase.identity', 'superseded.frees.identity'],
  assessed: ['showcase.identity'],
  awaited: ['[]'],
  ranking: ['entries[].veto.reason'],
  standing: ['input.entries[].veto.reason', 'input.decision.reason'],
  outcome: ['assignments[].name', 'assignments[].inspectors[].name'],
  material: ['about.name', 'corrects.title', 'tables[].rows.**', 'tables[].cells.**'],
};

/** The personal fields of an event of this machine, and of what is known with it. */
export const personalFields = (machine: MachineName, eventType: string) => ({
  payload: PERSONAL_FIELDS[machine][eventType] ?? [],
  facts: PERSONAL_FACTS as { readonly [name: string]: readonly string[] | undefined },
});
