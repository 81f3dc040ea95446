// Official documents: an officer drafts, the department signs, a later one corrects a slip. At the end a
// DOCX and a workbook are fetched and opened (R1, R2, R59).

import { strFromU8, unzipSync } from 'fflate';
import { Unexpected } from '../kit/client.ts';
import { bodyOf } from '../kit/county.ts';
import { expectRefusal, type Play } from '../kit/play.ts';
import { signOne } from '../kit/signing.ts';

type Told = { id: string; number: string | null; state: string; sha256: string; title: string };

const committeesOf = ({ county }: Play): string[] =>
  county.townships.map(({ id }) => bodyOf(county, id, 'township-committee'));

const officeOf = ({ county }: Play): string => bodyOf(county, county.id, 'county-office');

const draft = async (play: Play, change: object): Promise<string> => {
  const [officer] = play.cast.officers;
  const addressees = committeesOf(play);
  const body = { campaignId: play.campaignId, addressees, ...change };
  return (await play.client.post<{ id: string }>(officer, '/v1/documents', body)).id;
};

const read = (play: Play, id: string): Promise<Told> =>
  play.client.get<Told>(play.cast.department, `/v1/documents/${id}`);

/** Reviewed by the second officer, signed by the department. */
async function sign(play: Play, id: string): Promise<Told> {
  await signOne(play, id, play.cast.officers[1], play.cast.department);
  return read(play, id);
}

/** Issues a notice with a slip to every township, and the correction that names it. */
export async function writeDocuments(play: Play): Promise<void> {
  const { cast, timeline } = play;
  const [officer] = cast.officers;
  const first = await draft(play, {
    kind: 'notice',
    title: '关于报送自查整改情况的通知',
    text: '请于10月31日前报送自查整改情况。\n一、报送内容\n自查情况、整改重点和整改责任。',
  });
  const events = `/v1/documents/${first}/events`;
  await expectRefusal(
    play,
    officer,
    events,
    { type: 'sign', signatory: officer.name },
    { status: 403 },
    ['拟稿人自行签发', 'the drafter signs'],
  );
  await expectRefusal(
    play,
    cast.department,
    events,
    { type: 'sign', signatory: cast.department.name },
    { status: 422, clause: 'R2' },
    ['未经核稿即签发', 'signed without a review'],
  );
  const notice = await sign(play, first);
  const correction = await draft(play, {
    kind: 'correction',
    correctsId: first,
    text: '“10月31日前”应为“10月30日前”。',
  });
  const corrected = await sign(play, correction);
  const superseded = await read(play, first);
  if (superseded.state !== 'superseded' || superseded.sha256 !== notice.sha256) {
    throw new Unexpected('the corrected notice was to stay as it was issued, superseded');
  }
  timeline.say(
    `印发${notice.number}《${notice.title}》，随后以${corrected.number}更正，原件保留`,
    'a notice is issued, and corrected by a later document that names it',
  );
}

type Issuer = 'county' | 'city';

/**
 * One decision for everybody whom an authority has determined and not yet written of (R65): one person
 * drafts, another signs. None is written where the plan wants one for each candidate.
 */
export async function writeDecision(play: Play, issuer: Issuer): Promise<void> {
  const { client, cast, campaignId, plan, timeline } = play;
  if (plan.documents.kinds['final-decision'].per !== 'list') return;
  const [drafter, signer] =
    issuer === 'city' ? cast.cityOfficers : ([cast.officers[0], cast.department] as const);
  const asked = {
    campaignId,
    kind: 'final-decision',
    issuer,
    addressees: issuer === 'city' ? [officeOf(play)] : committeesOf(play),
  };
  const { id } = await client.post<{ id: string }>(drafter, '/v1/documents', asked);
  const event = { type: 'sign', signatory: signer.name };
  await expectRefusal(
    play,
    drafter,
    `/v1/documents/${id}/events`,
    event,
    issuer === 'city' ? { status: 422, clause: 'R2' } : { status: 403 },
    ['拟稿人自行签发决定', 'the drafter would sign the decision'],
  );
  await signOne(play, id, issuer === 'city' ? signer : cast.officers[1], signer);
  const told = await client.get<Told & { named: string[] }>(signer, `/v1/documents/${id}`);
  timeline.say(
    `印发${told.number}《${told.title}》，名单共 ${told.named.length} 个`,
    'one decision for all of them',
  );
  await expectRefusal(play, drafter, '/v1/documents', asked, { status: 422, clause: 'R65' }, [
    '为同一批对象再拟一份决定',
    'a second decision about the same titles',
  ]);
}

/** The decision as DOCX and the list of orders as XLSX are files that open. */
export async function openFiles(play: Play): Promise<void> {
  const { client, cast, campaignId, timeline } = play;
  const [document] = await client.list<Told>(
    cast.department,
    `/v1/documents?campaignId=${campaignId}&kind=campaign-notice`,
  );
  if (document === undefined) throw new Unexpected('the plan was issued without a notice');
  const docx = await client.download(cast.department, `/v1/documents/${document.id}.docx`);
  const text = strFromU8(unzipSync(docx)['word/document.xml'] ?? new Uint8Array());
  if (document.number === null || !text.includes(document.number)) {
    throw new Unexpected(`the DOCX of ${document.id} does not bear its number`);
  }
  const filter = `campaignId=${campaignId}`;
  const orders = await client.list(cast.department, `/v1/rectifications?${filter}`);
  const xlsx = await client.download(cast.department, `/v1/rectifications.xlsx?${filter}`);
  const sheet = strFromU8(unzipSync(xlsx)['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
  const rows = sheet.match(/<row /g)?.length ?? 0;
  // Title, note and header stand above them.
  if (rows !== orders.length + 3 || /<f[ >]/.test(sheet)) {
    throw new Unexpected(`the workbook has ${rows} rows for ${orders.length} orders`);
  }
  timeline.say(
    `下载${document.number}（DOCX）和整改台账（XLSX，${orders.length} 行）并打开`,
    'a document and a ledger are downloaded and opened',
  );
}
