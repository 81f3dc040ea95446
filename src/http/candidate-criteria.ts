// The criteria a candidate is measured by: the plan's, and what its township has added (R66, R71).

import Type from 'typebox';
import { effectiveCategory } from '../command/criteria-facts.ts';
import { findHead, findSubject } from '../db/subjects.ts';
import { findSupplements } from '../db/supplements.ts';
import type { App } from './instance.ts';
import { problem } from './problems.ts';
import type { Service } from './service.ts';
import { IdParams } from './subject-schemas.ts';
import { findVisible, planOf } from './visibility.ts';

const CriterionRead = Type.Object({
  id: Type.String(),
  clause: Type.String(),
  modality: Type.String(),
  kind: Type.String(),
  text: Type.String(),
  english: Type.String(),
  at: Type.String(),
  required: Type.Unknown({
    description: '所度量的，无则由人认定 · What is measured; none: by people',
  }),
});

export function addCandidateCriteria(app: App, service: Service): void {
  app.get(
    '/v1/candidates/:id/criteria',
    {
      schema: {
        operationId: 'listCandidateCriteria',
        tags: ['candidates'],
        summary: '适用于该对象的标准 · The criteria it is measured by',
        description:
          '方案的标准加上乡镇获同意的补充标准；已按某一版自查的仍按该版。 · The plan’s with its township’s supplement; what it was already measured by it keeps.',
        params: IdParams,
        response: { 200: Type.Object({ items: Type.Array(CriterionRead) }) },
      },
    },
    async ({ params: { id }, principal }) => {
      const place = await findVisible(service, principal, 'candidate', id);
      const plan = await planOf(service, place);
      const { campaignId } = place;
      const category = await service.performer.administer(async (tx) => {
        const row = await findSubject(tx, campaignId, id);
        const head = await findHead(tx, campaignId);
        if (row === undefined || head === undefined) throw problem('not-found');
        const { machine, version, value, context, status, path } = row;
        const asked = [{ category: row.category ?? '', path }];
        const supplements = await findSupplements(tx, campaignId, asked);
        const instance = { machine, version, value, context, status };
        const draft = { category: row.category, path, instance };
        return effectiveCategory(plan, supplements, draft, head.now);
      });
      return {
        items: category.criteria.map(
          ({ clause, modality, kind, text, english, at, required = null, ...criterion }) => ({
            id: criterion.id,
            clause,
            modality,
            kind,
            text,
            english,
            at,
            required,
          }),
        ),
      };
    },
  );
}
