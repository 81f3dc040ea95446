// Where everybody stands, as the procedure of their category names it.

import type { ProcedureStep, Stage, StepKind } from '../../machines/procedure/procedure.ts';
import type { Candidate } from '../kit/play.ts';
import { everyone, type GeneralPlay, wayOf } from './cast.ts';
import { orStopped } from './stopped.ts';

/** A living candidate in a stage of its procedure; `step` is null while it waits for a phase. */
export type Place = {
  candidate: Candidate;
  stage: Stage;
  state: string;
  step: ProcedureStep | null;
};

/** A candidate at a step of this kind. */
export type At<Kind extends StepKind> = Place & { step: Extract<ProcedureStep, { step: Kind }> };

type Row = { id: string; stage: string; state: string; status: string };

/** Every candidate's stage and state, by its id. */
export async function readRows({
  client,
  cast,
  campaignId,
}: GeneralPlay): Promise<Map<string, Row>> {
  const rows = await client.list<Row>(cast.auditor, `/v1/candidates?campaignId=${campaignId}`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The places of those who live, in the order of the plan's categories and of their registration. */
export function placesIn(play: GeneralPlay, rows: ReadonlyMap<string, Row>): Place[] {
  return everyone(play).flatMap((candidate) => {
    const row = rows.get(candidate.id);
    const { procedure, standing } = wayOf(play, candidate);
    const stage = procedure.stages.find(({ code }) => code === row?.stage);
    if (row === undefined || stage === undefined || row.status !== 'active') return [];
    const isResting = row.state === (stage.rest ?? 'waiting');
    const kind = isResting ? null : standing(row.stage, row.state)?.step;
    const step = stage.steps.find((one) => one.step === kind) ?? null;
    return [{ candidate, stage, state: row.state, step }];
  });
}

export const isAt = <Kind extends StepKind>(place: Place, kind: Kind): place is At<Kind> =>
  place.step?.step === kind;

/** Does this step's work for one candidate; a refusal stops the play and tells where. */
export const doing = <Result>(
  play: GeneralPlay,
  { candidate, stage, state, step }: Place,
  work: () => Promise<Result>,
): Promise<Result> =>
  orStopped(play, candidate, { stage: stage.code, step: step?.step ?? 'waiting', state }, work);
