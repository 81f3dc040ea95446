// Every text of a campaign as a person reads it: notices, documents, refusals, and what actions wait for.

import type {
  DocumentAttachment,
  DocumentContent,
} from '../../src/rules/document/document-content.ts';
import { forEach, type Problem, type Unmet } from '../kit/client.ts';
import type { History, Ledgers } from '../kit/ledgers.ts';
import { readLedgers } from '../kit/ledgers.ts';
import type { Play } from '../kit/play.ts';
import type { Invariant } from './invariants.ts';
import { timersAreSet } from './invariants.ts';
import { faultOfText, type Said } from './texts.ts';

type Shown = Unmet & { actualText?: string | null; requiredText?: string | null };
type Action = { type: string; unmet: Shown[]; requirements: Shown[] };

const said = (where: string, texts: readonly (string | null | undefined)[]): Said[] =>
  texts.flatMap((text) => (text ? [{ where, text }] : []));

const ofRequirements = (where: string, shown: readonly Shown[]): Said[] =>
  shown.flatMap(({ text, actualText, requiredText }) =>
    said(where, [text, actualText, requiredText]),
  );

const ofProblem = (where: string, problem: Problem): Said[] => [
  ...said(`拒绝 ${where}`, [problem.title, problem.detail]),
  ...ofRequirements(`拒绝 ${where}`, problem.unmet ?? []),
];

/** The small print at the foot of a form is for machines: its hash and its id are not looked at. */
function ofAttachment(attachment: DocumentAttachment): (string | undefined)[] {
  if ('paragraphs' in attachment) return attachment.paragraphs.map(({ text }) => text);
  if ('cells' in attachment)
    return attachment.cells.flat().flatMap(({ text, foot }) => [text, foot]);
  return [...attachment.columns, ...attachment.rows.flat()];
}

function ofDocument(content: DocumentContent): Said[] {
  const { title, mark, number, addressees, body, attachments, issuer, note, copyTo } = content;
  return said(`公文 ${content.kind} ${title}`, [
    ...[title, mark, number, issuer, note, content.printedBy, content.printDate],
    ...[content.issueDate, ...addressees, ...copyTo, ...body.map(({ text }) => text)],
    ...attachments.flatMap((one) => [one.title, ...ofAttachment(one)]),
  ]);
}

const OF_A_STATE = 2;
const ACTIONS_AT: { readonly [machine: string]: string } = {
  campaign: 'campaigns',
  candidate: 'candidates',
  rectification: 'rectifications',
  objection: 'objections',
  document: 'documents',
  'ballot-round': 'ballot-rounds',
  'score-sheet': 'assessments',
  'review-panel': 'review-panels',
  draw: 'draws',
};

/** What a few subjects in each state ask for before they take their next step, told an officer of the county. */
async function readActions({ client, cast }: Play, { histories }: Ledgers): Promise<Said[]> {
  const keyOf = ({ subject }: History): string =>
    `${subject.machine} ${subject.category ?? ''} ${subject.stage} ${subject.state}`;
  const some = [...Map.groupBy(histories, keyOf).values()].flatMap((all) =>
    all.filter(({ subject }) => subject.machine in ACTIONS_AT).slice(0, OF_A_STATE),
  );
  const [officer] = cast.officers;
  const read = await forEach(some, async ({ subject }) => {
    const path = `/v1/${ACTIONS_AT[subject.machine]}/${subject.id}/actions`;
    const { status, body } = await client.ask<{ actions: Action[] }>(officer, 'GET', path);
    if (status !== 200) return [];
    return body.actions.flatMap(({ type, unmet, requirements }) =>
      ofRequirements(`事项 ${subject.machine} ${type}`, [...unmet, ...requirements]),
    );
  });
  return read.flat();
}

/** Halfway, when most timers wait and most actions ask for something: the timers, and what is said. */
export async function lookHalfway(play: Play): Promise<Invariant> {
  const { client, cast, campaignId, county } = play;
  const ledgers = await readLedgers(client, cast.auditor, campaignId, county);
  play.said.push(...(await readActions(play, ledgers)));
  return timersAreSet(ledgers);
}

/** O11, O20: no notice, document, refusal or action says a code, an id, an instant, or the same twice. */
export async function textsAreForPeople(play: Play, ledgers: Ledgers): Promise<Invariant> {
  const all = [
    ...play.said,
    ...(await readActions(play, ledgers)),
    ...play.refusals.flatMap(({ what, problem }) => ofProblem(what, problem)),
    ...ledgers.notices.flatMap(({ template, title, body }) =>
      said(`通知 ${template}`, [title, body]),
    ),
    ...ledgers.histories.flatMap(({ subject }) =>
      subject.machine === 'document' ? ofDocument(subject.content as DocumentContent) : [],
    ),
  ];
  const distinct = [...new Map(all.map((one) => [one.text, one])).values()];
  return {
    zh: '通知、公文、拒绝和待办的文字都是给人读的：没有代码、编号、时间戳、空白和重复',
    en: 'what is told in notices, documents, refusals and actions is for people: no code, id, instant, gap or doubling',
    counted: `${all.length} 段文字，其中不同的 ${distinct.length} 段`,
    faults: distinct.flatMap(({ where, text }) => {
      const fault = faultOfText(text);
      return fault === undefined ? [] : [`${where}: ${text.slice(0, 160)} (${fault.source})`];
    }),
  };
}
