// 书面申报 (R62): the form with its signed page, a return that opens some of it, and one that is late.

import { isSelfChecked, stepsOfKind } from '../../machines/procedure/reading.ts';
import { procedureOf } from '../../src/rules/procedure/procedures.ts';
import { listInState } from '../kit/candidate-states.ts';
import type { Actor } from '../kit/client.ts';
import { Unexpected } from '../kit/client.ts';
import { daysAfter, lastDayOf } from '../kit/days.ts';
import { uploadScan } from '../kit/photos.ts';
import type { Candidate, Play } from '../kit/play.ts';
import { categoryOf, eventsOf, expectRefusal, moveTo, tell } from '../kit/play.ts';

type Told = { frozen: { number: number; verified: boolean }[]; corrections: { text: string }[] };

const readApplication = (play: Play, { id }: Candidate, actor: Actor): Promise<Told> =>
  play.client.get<Told>(actor, `/v1/candidates/${id}/application`);

/** The written application of a candidate in order: complete, with the page signed and sealed. */
export async function applicationOf(
  play: Play,
  candidate: Candidate,
  actor: Actor,
  { statement, priorityClass }: { statement: string; priorityClass: string | null },
) {
  // What nobody checks before is attested with the application.
  const isChecked = isSelfChecked(procedureOf(play.plan, candidate.category));
  const attestations = categoryOf(play, candidate.category)
    .criteria.filter(
      ({ at, required }) =>
        required === undefined && (at === 'application' || (at === 'self-check' && !isChecked)),
    )
    .map(({ id }) => id);
  return {
    type: 'apply',
    statement,
    signatory: candidate.actor.name,
    signatureFileId: await uploadScan(play, candidate, actor),
    ...(attestations.length === 0 ? {} : { attestations }),
    ...(priorityClass === null ? {} : { priorityClass }),
  };
}

/** The same form, neither signed nor sealed. */
export const unsigned = <Form extends { signatureFileId: string }>({
  signatureFileId: _,
  ...form
}: Form) => ({ ...form, signatory: '', signatureEvidence: '' });

/** `rule` is the sentence or the rule about returns; `word` the verdict, where the plan words it. */
type Returned = {
  reviewer: Actor;
  applicant: Actor;
  rule: string;
  word?: { type: string; word?: string };
};

/**
 * 退回补正: the list is complete, sent once, and says for each point what it opens. The correction changes
 * nothing that was not opened, leaves no point unanswered, and is frozen as the next number.
 */
export async function returnAndCorrect(
  play: Play,
  candidate: Candidate,
  { reviewer, applicant, rule, word = { type: 'return-for-correction' } }: Returned,
): Promise<void> {
  const before = (await readApplication(play, candidate, applicant)).frozen.length;
  const corrections = [
    { text: '签字盖章页缺党支部公章', fields: ['signature'] },
    { text: '评议票统计表未附', fields: ['attachments'] },
    { text: '说明申报陈述所称面积的出处' },
  ];
  await tell(play, candidate, { ...word, corrections }, reviewer);
  const [page, table] = [
    await uploadScan(play, candidate, applicant, 'sealed'),
    await uploadScan(play, candidate, applicant, 'table'),
  ];
  const resubmit = {
    type: 'resubmit',
    statement: '已按要求补正',
    answers: corrections.map(({ text }, index) => ({
      correction: index + 1,
      text: `已补正：${text}`,
    })),
    application: { signatureFileId: page, fileIds: [table] },
  };
  const path = eventsOf(candidate);
  const beyond = { ...resubmit.application, statement: '另写的申报陈述' };
  await expectRefusal(
    play,
    applicant,
    path,
    { ...resubmit, application: beyond },
    { status: 422, clause: rule },
    [`${candidate.name}借补正改写没有开放的申报陈述`, 'a correction of what was not opened'],
  );
  await expectRefusal(
    play,
    applicant,
    path,
    { ...resubmit, answers: resubmit.answers.slice(1) },
    { status: 422, clause: rule },
    [`${candidate.name}漏答一条补正`, 'a point of the list left unanswered'],
  );
  await tell(play, candidate, resubmit, applicant);
  const { frozen, corrections: left } = await readApplication(play, candidate, play.cast.auditor);
  if (
    frozen.length !== before + 1 ||
    left.length > 0 ||
    !frozen.every(({ verified }) => verified)
  ) {
    throw new Unexpected(`the correction of ${candidate.name} is not frozen as the next number`);
  }
  play.timeline.say(
    `${candidate.name}按开放的内容补正，逐条答复，申报第 ${frozen.length} 次冻结`,
    'corrected within what was opened, every point answered, and frozen anew',
  );
}

const isReviewedByCounty = ({ plan }: Play, { category }: Candidate): boolean =>
  stepsOfKind(procedureOf(plan, category), 'review')[0]?.by.includes('county-office') === true;

/**
 * 24:00 of the last day has struck: an applicant is late from now on, until the county office admits the
 * application with a reason. All other requirements are asked all the same.
 */
export async function attemptLate(
  play: Play,
  applicantOf: (candidate: Candidate) => Actor,
): Promise<void> {
  await moveTo(play, daysAfter(lastDayOf(play, 'evaluation'), 1), '00:00');
  const [late] = (await listInState(play, 'evaluation', 'evaluating')).filter((one) =>
    isReviewedByCounty(play, one),
  );
  if (late === undefined) return;
  const applicant = applicantOf(late);
  const statement = `${late.name}逾期申报`;
  const form = await applicationOf(play, late, applicant, { statement, priorityClass: null });
  const attempt = (words: [zh: string, en: string], clause: string) =>
    expectRefusal(play, applicant, eventsOf(late), form, { status: 422, clause }, words);
  const isLate = ({ unmet }: { unmet?: { requirement: string }[] }): boolean =>
    unmet?.some(({ requirement }) => requirement === 'applied-in-time') ?? false;
  const first = await attempt(
    [`${late.name}在最后一日 24:00 申报`, 'an application at 24:00 of the last day'],
    'R62',
  );
  if (!isLate(first)) throw new Unexpected(`${late.name} was not told that it is late`);
  const admit = { type: 'admit-late-application', reason: '连日大雪，材料未能按期送达' };
  await tell(play, late, admit, play.cast.officers[0]);
  const second = await attempt(
    [
      `${late.name}准予逾期申报后，仍须符合其他条件`,
      'admitted late: the rest is asked all the same',
    ],
    'R61',
  );
  if (isLate(second)) throw new Unexpected(`${late.name} is late although it was admitted`);
}
