// The criteria a candidate is measured by: the plan's and those its township has added (R66, R71).

import Type from 'typebox';
import { releaseOf } from '../../../machines/catalog.ts';
import { effectiveCategory, loadCriteria } from '../../command/candidate/criteria-facts.ts';
import { draftOf } from '../../command/kernel/draft.ts';
import { findSupplements } from '../../db/conformance/supplements.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import { inSnapshot } from '../../db/kernel/connections.ts';
import { findSubject } from '../../db/kernel/subjects.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { IdParams, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';

/** The most failing sites that the answer names: more than any township has. */
const FAILING_MAX = 500;

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
  measured: Nullable(
    Type.Object(
      { actual: Type.Unknown(), required: Type.Unknown(), met: Type.Boolean() },
      { description: '现有记录的度量结果；null：由人认定 · As the records stand; null: by people' },
    ),
  ),
  failing: Nullable(
    Type.Array(Type.String(), {
      description: `未达到的站点，至多 ${FAILING_MAX} 个；null：不逐站点计算 · Sites that fall short; null: not counted site by site`,
    }),
  ),
});

export function addCandidateCriteriaRoutes(app: App, service: Service): void {
  app.get(
    '/v1/candidates/:id/criteria',
    {
      schema: {
        operationId: 'listCandidateCriteria',
        tags: ['candidates'],
        summary: '适用于该对象的标准 · The criteria it is measured by',
        description:
          '方案的标准加上乡镇获同意的补充标准；已按某一版自查的仍按该版。可度量的附现有结果和未达到的站点；达标与否见站点名册。 · The plan’s with its township’s supplement; what it was already measured by it keeps. With the measure as the records stand and the sites that fall short; how sites conform is told by the roster.',
        params: IdParams,
        response: { 200: Type.Object({ items: Type.Array(CriterionRead) }) },
      },
    },
    async ({ params: { id }, principal }) => {
      const place = await findVisible(service, principal, 'candidate', id);
      const plan = await planOf(service, place);
      const { campaignId } = place;
      const { category, measured, failing } = await inSnapshot(
        beyondReach(service, 'decisions'),
        async (tx) => {
          const row = await findSubject(tx, campaignId, id);
          const head = await findCampaignHead(tx, campaignId);
          if (row === undefined || head === undefined) throw problem('not-found');
          const draft = draftOf(row, releaseOf(row));
          const asked = [{ category: row.category ?? '', path: row.path }];
          const supplements = await findSupplements(tx, campaignId, asked);
          const ask = { draft, event: { type: 'apply' }, at: head.now, isExplained: true as const };
          const found = (await loadCriteria(tx, campaignId, plan, [ask]))(ask);
          return { ...found, category: effectiveCategory(plan, supplements, draft, head.now) };
        },
      );
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
            measured: measured.find((one) => one.id === criterion.id)?.measured ?? null,
            failing: failing.get(criterion.id)?.slice(0, FAILING_MAX) ?? null,
          }),
        ),
      };
    },
  );
}
