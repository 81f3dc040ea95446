// 组织考评 (R61): sheets given out evenly, one passed on, one sent back, the extremes left out.

import type { SheetValue } from '../../src/documents/xlsx.ts';
import { bookOf, downloadForm, expectWrongRow, filled, importList } from '../kit/books.ts';
import { type Actor, forEach } from '../kit/client.ts';
import { awaitOperation, type Candidate, expectRefusal, type Play } from '../kit/play.ts';
import { askOutcomes } from './outcomes.ts';

/** The standing of an evaluated candidate: rank 0 is the best of the category. */
export type Standing = { candidate: Candidate; rank: number; weak: boolean };

type Sheet = {
  id: string;
  candidateId: string;
  assessorId: string;
  stage: string;
  state: string;
};
type Item = { id: string; maximum: number; bonus: boolean; mayNotApply: boolean };
type Scheme = { items: readonly Item[]; step: number };

const ASSESSORS_EACH = 2;
/** With this number of assessors the highest and the lowest sheet are left out. */
const ASSESSORS_OF_FIRST = 5;

/** The city's people judge the county's own candidates, because nobody judges their own (Q3). */
const isCountys = ({ county }: Play, { organisationId }: Candidate): boolean =>
  organisationId === county.id;

/** The county's own are assigned to the city's people, everybody else to the county's. */
export async function assignAll(
  play: Play,
  candidates: readonly Candidate[],
  stream: string,
): Promise<void> {
  const own = candidates.filter((candidate) => isCountys(play, candidate));
  const others = candidates.filter((candidate) => !isCountys(play, candidate));
  await assign(play, own, play.cast.cityAssessors, stream);
  await assign(play, others, play.cast.assessors, stream);
}

export async function assessAll(play: Play, all: readonly Standing[]): Promise<void> {
  const candidates = all.map(({ candidate }) => candidate);
  const first = candidates.find(({ category }) => category === 'DEMONSTRATION_VILLAGE');
  if (first === undefined) throw new Error('no village is evaluated');
  await attemptOwnTownship(play, candidates);
  await assignAll(play, candidates, 'assessment');
  await assignByBook(play, first);
  await attemptSecondSheet(play, first);
  await stepAside(play, first);
  const standings = new Map(all.map((standing) => [standing.candidate.id, standing]));
  const points: Points = (candidateId, position, count) => {
    const standing = standings.get(candidateId);
    return standing === undefined ? 0 : pointsOf(standing, position, count);
  };
  await handInByBook(play, play.cast.assessors[0], points);
  const sheets = await handInAll(play, points);
  await sendBack(play, sheets, first);
}

type Points = (candidateId: string, position: number, count: number) => number;

/** Drafts and hands in every sheet; the points follow from its place among its candidate's sheets. */
export async function handInAll(play: Play, points: Points): Promise<Sheet[]> {
  const sheets = await sheetsOf(play);
  const owed = sheets.filter(({ stage }) => stage === 'open');
  const [first] = owed;
  if (first === undefined) throw new Error('no sheet is owed');
  const owing = assessorOf(play, first);
  await askOutcomes(play, owing);
  const progress = play.timeline.progress('组织考评表提交', 'sheets handed in', owed.length);
  await forEach(
    owed,
    (sheet) => handIn(play, sheet, totalOf(sheets, sheet, points)),
    progress.tick,
  );
  progress.end();
  await askOutcomes(play, owing);
  return sheets;
}

function totalOf(sheets: readonly Sheet[], sheet: Sheet, points: Points): number {
  const family = sheets.filter(({ candidateId }) => candidateId === sheet.candidateId);
  return points(sheet.candidateId, family.indexOf(sheet), family.length);
}

/** Five people judge the first village; the office's list first names somebody of the same township. */
async function assignByBook(play: Play, first: Candidate): Promise<void> {
  const { cast, campaignId } = play;
  const [officer] = cast.officers;
  const asked = `campaignId=${campaignId}`;
  const having = (await sheetsOf(play))
    .filter(({ candidateId }) => candidateId === first.id)
    .map(({ assessorId }) => assessorId);
  const others = cast.assessors
    .filter(({ id }) => !having.includes(id))
    .slice(0, ASSESSORS_OF_FIRST - having.length);
  const [second = cast.assessors[0]] = others;
  const form = await downloadForm(play, officer, `/v1/imports/assignments.xlsx?${asked}`);
  const row = form.rows.find((cells) => cells[form.header.indexOf('对象编号')] === first.id);
  if (row === undefined) throw new Error(`${first.name} does not stand in the form`);
  const booked = (ids: readonly string[]) =>
    bookOf({ ...form, rows: ids.map((id) => filled(form, row, { 考评员: id })) });
  const path = `/v1/imports/assignments?${asked}&`;
  const words = ['考评指派', 'assignments'] as const;
  const slip = [having[0] ?? cast.townshipAssessor.id, second.id];
  await expectWrongRow(play, officer, path, await booked(slip), words);
  await importList(play, officer, path, await booked(others.map(({ id }) => id)), words);
}

/**
 * One assessor fills in a workbook of all their sheets: first with a slip, then as a draft, then all at
 * once.
 */
async function handInByBook(play: Play, assessor: Actor, points: Points): Promise<void> {
  const asked = `campaignId=${play.campaignId}`;
  const sheets = await sheetsOf(play);
  const form = await downloadForm(play, assessor, `/v1/imports/scores.xlsx?${asked}`);
  const at = (row: readonly SheetValue[], title: string) => row[form.header.indexOf(title)];
  const left = new Map<unknown, number>();
  const rows = form.rows.map((row) => {
    const id = at(row, '考评表编号');
    const sheet = sheets.find((one) => one.id === id);
    if (sheet === undefined) throw new Error(`the form holds ${id}, which is no sheet`);
    const rest = left.get(id) ?? Math.round(totalOf(sheets, sheet, points) * 100);
    const given = Math.min(rest, Math.round(Number(at(row, '满分')) * 100));
    left.set(id, rest - given);
    return filled(form, row, { 得分: given / 100 });
  });
  const path = `/v1/imports/scores?${asked}&`;
  const words = [`${assessor.name}的考评得分`, 'an assessor’s scores'] as const;
  const slip = rows.map((row, index) => (index === 1 ? filled(form, row, { 得分: 101 }) : row));
  await expectWrongRow(play, assessor, path, await bookOf({ ...form, rows: slip }), words);
  await importList(play, assessor, path, await bookOf({ ...form, rows }), words);
  const again = await downloadForm(play, assessor, `/v1/imports/scores.xlsx?${asked}`);
  await importList(play, assessor, `${path}submit=true&`, await bookOf(again), words);
  const owed = (await sheetsOf(play)).filter(
    ({ assessorId, stage }) => assessorId === assessor.id && stage === 'open',
  );
  if (owed.length > 0) throw new Error(`${assessor.name} still owes ${owed.length} sheets`);
}

async function assign(
  play: Play,
  candidates: readonly Candidate[],
  assessors: readonly Actor[],
  stream: string,
): Promise<void> {
  if (candidates.length === 0) return;
  const { client, cast, timeline, campaignId, plan } = play;
  const perCandidate = Math.max(ASSESSORS_EACH, plan.policies.assessmentSheetsMin.value);
  const { operationId, assigned } = await client.post<{
    operationId: string;
    assigned: unknown[];
  }>(cast.officers[0], '/v1/assignments', {
    campaignId,
    stream,
    candidateIds: candidates.map(({ id }) => id),
    assessorIds: assessors.map(({ id }) => id),
    perCandidate,
  });
  await awaitOperation(play, operationId);
  timeline.say(
    `向 ${assessors.length} 名考评员均衡指派考评表 ${assigned.length} 份`,
    'sheets are assigned, balanced, conflicts of interest avoided',
  );
}

const attemptOwnTownship = async (play: Play, candidates: readonly Candidate[]) => {
  const peng = candidates.find(
    ({ township, organisationId }) => township?.name === '彭镇' && organisationId !== township.id,
  );
  if (peng === undefined) throw new Error('nobody of Peng is evaluated');
  await expectRefusal(
    play,
    play.cast.officers[0],
    '/v1/assessments',
    { candidateId: peng.id, assessorId: play.cast.townshipAssessor.id },
    { status: 422, clause: 'R61' },
    ['指派彭镇的人考评彭镇的对象', 'somebody of a township is to judge what lies below it'],
  );
};

const attemptSecondSheet = (play: Play, { id, name }: Candidate) =>
  expectRefusal(
    play,
    play.cast.officers[0],
    '/v1/assessments',
    { candidateId: id, assessorId: play.cast.assessors[0].id },
    { status: 422, clause: 'R61' },
    [`同一考评员对${name}再领一份考评表`, 'a second sheet of the same assessor'],
  );

const sheetsOf = async ({ client, cast, campaignId }: Play): Promise<Sheet[]> => {
  const sheets = await client.list<Sheet>(
    cast.officers[0],
    `/v1/assessments?campaignId=${campaignId}`,
  );
  return sheets.sort((a, b) => (a.id < b.id ? -1 : 1));
};

const assessorOf = ({ cast }: Play, { assessorId }: Sheet): Actor => {
  const found = [...cast.assessors, ...cast.cityAssessors].find(({ id }) => id === assessorId);
  if (found === undefined) throw new Error(`nobody is ${assessorId}`);
  return found;
};

/** An assessor of another village finds out whose sheet it is, and steps aside. */
async function stepAside(play: Play, except: Candidate): Promise<void> {
  const sheets = await sheetsOf(play);
  const sheet = sheets.find(
    ({ candidateId, assessorId }) =>
      candidateId !== except.id && play.cast.assessors.some(({ id }) => id === assessorId),
  );
  if (sheet === undefined) throw new Error('no sheet was assigned');
  const leaving = assessorOf(play, sheet);
  const path = `/v1/assessments/${sheet.id}`;
  const reason = '申报对象负责人系本人近亲属';
  const { opened } = await play.client.post(leaving, `${path}/events`, {
    type: 'declare-conflict',
    reason,
  });
  for (const { kind, id } of opened) if (kind === 'operation') await awaitOperation(play, id);
  for (const closed of [path, `/v1/candidates/${sheet.candidateId}`]) {
    const { status } = await play.client.ask(leaving, 'GET', closed);
    if (status !== 404) throw new Error(`${leaving.name} still sees ${closed}: ${status}`);
  }
  const [now] = (await sheetsOf(play)).filter(({ id }) => id === sheet.id);
  if (now === undefined || now.assessorId === sheet.assessorId) throw new Error('not passed on');
  play.timeline.say(
    `${leaving.name}申明回避，考评表改派${assessorOf(play, now).name}，档案对其关闭`,
    'declares a conflict of interest: the sheet goes to the next, the file is closed to them',
  );
}

/** Points by the place of the sheet among its candidate's, so that all sum up as planned. */
function pointsOf({ rank, weak }: Standing, position: number, count: number): number {
  if (weak) return 72;
  const less = Math.round(rank * 80) / 100;
  if (count < ASSESSORS_OF_FIRST) return (position === 0 ? 97 : 96) - less;
  return [40, 96.5, 96.5, 96.5, 100][position] ?? 0;
}

async function handIn(play: Play, sheet: Sheet, points: number): Promise<void> {
  const assessor = assessorOf(play, sheet);
  const path = `/v1/assessments/${sheet.id}`;
  const { scheme } = await play.client.get<{ scheme: Scheme }>(assessor, path);
  const filled = fill(scheme, points);
  const begun = filled.points.slice(0, 1);
  await play.client.post(assessor, `${path}/events`, { type: 'save-draft', points: begun });
  await play.client.post(assessor, `${path}/events`, { type: 'submit', ...filled });
}

/** What may not apply does not; what does is filled from the first item on, up to `total` of 100. */
function fill({ items, step }: Scheme, total: number) {
  const stepCenti = Math.round(step * 100);
  const applied = items.filter(({ bonus, mayNotApply }) => !bonus && !mayNotApply);
  const of = applied.reduce((sum, { maximum }) => sum + maximum, 0);
  let left = Math.floor(Math.round(total * of) / stepCenti) * stepCenti;
  const points = applied.map(({ id, maximum }) => {
    const given = Math.min(left, Math.round(maximum * 100));
    left -= given;
    return { item: id, points: given / 100 };
  });
  const missed = items.filter(({ mayNotApply }) => mayNotApply);
  return { points, notApplicable: missed.map(({ id }) => ({ item: id, reason: '无此项工作' })) };
}

/** A handed-in sheet stands; only the office opens it again, with a reason, and the old one is kept. */
async function sendBack(play: Play, sheets: readonly Sheet[], first: Candidate): Promise<void> {
  const { client, cast, timeline } = play;
  const sheet = sheets.find(({ candidateId }) => candidateId === first.id);
  if (sheet === undefined) throw new Error('no sheet of the first village');
  const path = `/v1/assessments/${sheet.id}/events`;
  const assessor = assessorOf(play, sheet);
  await expectRefusal(play, assessor, path, { type: 'save-draft', points: [] }, { status: 409 }, [
    `${assessor.name}想改已提交的考评表`,
    'a sheet that was handed in is to be changed',
  ]);
  const reason = '总分与各项依据明显不符，请复核';
  await client.post(cast.officers[0], path, { type: 'send-back', reason });
  await client.post(assessor, path, { type: 'submit' });
  const told = await client.get<{ submitted: unknown[] }>(
    cast.officers[0],
    `/v1/assessments/${sheet.id}`,
  );
  if (told.submitted.length !== 2) throw new Error('the old sheet was not kept');
  timeline.say(
    `${first.name}的一份考评表退回复核后重新提交，原表保留；五份去掉最高最低取平均`,
    'one sheet is sent back and handed in again, the old one kept; of five the extremes are dropped',
  );
}
