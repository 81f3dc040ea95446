// Schemas of the events that may be sent to a rectification order.

import type { Static } from 'typebox';
import Type from 'typebox';
import type { RectificationEvent } from '../../../machines/inspection/events.ts';
import { evidence } from '../candidate/candidate-payloads.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { Day, Written } from '../kernel/subject-schemas.ts';

// An empty list passes here, so that the clause it offends refuses a report without evidence (R59).
const FileIds = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  maxItems: 100,
  uniqueItems: true,
  description: '文件或材料的编号 · Ids of files or records',
});
const reinspection = {
  occurredOn: Type.Optional(Day),
  inspectors: Type.Optional(Type.Array(Written(100), { minItems: 1, maxItems: 50 })),
  photos: Type.Optional(FileIds),
  conforms: Type.Optional(
    Type.Boolean({
      description: '复查认定站点达标与否，视同一次检查认定 · Counts as an assessment of the site',
    }),
  ),
};

export const rectificationEvents = [
  Type.Object({ type: Type.Literal('acknowledge'), remark: Type.Optional(Written()) }),
  Type.Object({
    type: Type.Literal('start'),
    measures: Written(),
    responsiblePerson: Written(100),
  }),
  Type.Object({ type: Type.Literal('report-progress'), progress: Written() }),
  Type.Object({
    type: Type.Literal('correct-site-fact'),
    field: Type.String({ minLength: 1, maxLength: 120 }),
    value: Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 500 })]),
  }),
  Type.Object({
    type: Type.Literal('supersede-record'),
    recordId: Type.String({ minLength: 1, maxLength: 100 }),
    occurredOn: Day,
    summary: Written(),
    detail: evidence.detail,
  }),
  Type.Object({ type: Type.Literal('submit'), report: Written(), evidence: FileIds }),
  Type.Object({ type: Type.Literal('close'), remark: Written(), ...reinspection }),
  Type.Object({ type: Type.Literal('reopen'), reason: Written(), ...reinspection }),
  Type.Object({ type: Type.Literal('extend'), until: Day, reason: Written() }),
] as const;

type Sent = Static<(typeof rectificationEvents)[number]>;
type Known = Exclude<
  RectificationEvent,
  { type: 'draft' | 'document-issued' | 'document-abandoned' | 'recalculate-deadline' }
>;

export const rectificationEventsFit: Fit<Sent, Known> = true;
