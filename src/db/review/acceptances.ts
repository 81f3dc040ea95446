// What the review of a candidate has on record: its visits, its panel and its last verdict (R63, R64).

import type { Judgement } from '../../../machines/candidate/events.ts';
import { type PersonalPart, putBack } from '../../rules/audit/personal.ts';
import type { Reviewed } from '../../rules/document/acceptance-form.ts';
import { findNames } from '../kernel/names.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const VISITS = statement(
  'find-visits',
  `
    select r.body ->> 'occurredOn' as "occurredOn", coalesce(r.body ->> 'place', '') as place,
           coalesce(r.body -> 'verifiers', '[]') as verifiers,
           coalesce(r.body -> 'findings', '[]') as findings
      from record r
     where r.campaign_id = $1 and r.subject_id = $2 and r.ledger = 'verification' and r.clause = any ($3::text[])
     order by r.sequence`,
);

const PANEL = statement(
  'find-panel-of-sheet',
  `
    select p.context -> 'members' as members, p.context ->> 'chair' as chair,
           p.context -> 'verdicts' as verdicts, p.context -> 'tieBreak' as "tieBreak"
      from subject p
     where p.campaign_id = $1 and p.parent_id = $2 and p.machine = 'review-panel'
       and p.context ->> 'stage' = any ($3::text[]) and p.state <> 'dissolved'
     order by p.created_at desc, p.id desc limit 1`,
);

const VERDICT = statement(
  'find-last-verdict',
  `
    select e.type, e.at, e.payload, own.personal as part
      from event e
      left join event_personal own on own.campaign_id = e.campaign_id
       and own.subject_id = e.subject_id and own.sequence = e.sequence
     where e.campaign_id = $1 and e.subject_id = $2 and e.roles && $3::text[]
       and e.type in ('pass', 'pass-with-requirements', 'return-for-correction', 'defer', 'fail')
     order by e.sequence desc limit 1`,
);

type Panel = {
  members: string[];
  chair: string;
  verdicts: { memberId: string; verdict: string; reasons: string }[];
  tieBreak: { reason: string } | null;
};
type Verdict = {
  type: string;
  at: string;
  payload: { [name: string]: unknown };
  part: PersonalPart | null;
};

/** The stages that an authority reviews in, the roles by which it does, and the clauses it rests on. */
export type Reviewing = {
  stages: readonly string[];
  roles: readonly string[];
  clauses: readonly string[];
};

export async function findReviewed(
  tx: Tx,
  campaignId: string,
  candidateId: string,
  { stages, roles, clauses }: Reviewing,
): Promise<Reviewed> {
  const visits = await run<Reviewed['visits'][number]>(tx, VISITS, [
    campaignId,
    candidateId,
    clauses,
  ]);
  const [panel] = await run<Panel>(tx, PANEL, [campaignId, candidateId, stages]);
  const [verdict] = await run<Verdict>(tx, VERDICT, [campaignId, candidateId, roles]);
  const names = await findNames(tx, panel?.members ?? []);
  return {
    visits,
    panel: panel === undefined ? null : panelOf(panel, names),
    verdict: verdict === undefined ? null : verdictOf(verdict),
  };
}

const panelOf = (
  { members, chair, verdicts, tieBreak }: Panel,
  names: ReadonlyMap<string, string>,
): Reviewed['panel'] => ({
  members: members.map((id) => {
    const said = verdicts.find(({ memberId }) => memberId === id);
    return {
      name: names.get(id) ?? '',
      isChair: id === chair,
      verdict: said?.verdict ?? null,
      reasons: said?.reasons ?? '',
    };
  }),
  tieBreak: tieBreak?.reason ?? null,
});

/** Requirements and corrections are lists, a reason and a remark are one text. */
function verdictOf({ type, at, payload: told, part }: Verdict): Reviewed['verdict'] {
  const { payload } = putBack({ payload: told, facts: {} }, part);
  const { word, judged, requirements, corrections, reason, remark } = payload as {
    word?: string;
    judged?: readonly Judgement[];
    requirements?: readonly string[];
    corrections?: readonly { text: string }[];
    reason?: string;
    remark?: string;
  };
  const texts = [reason, remark].filter((text) => text !== undefined);
  return {
    type,
    word: word ?? null,
    at,
    judged: judged ?? [],
    lines: [...(requirements ?? corrections?.map(({ text }) => text) ?? []), ...texts],
  };
}
